"""Expressions over a record's fields, in CEL, the Common Expression Language.

    {expr: "coalesce(firstname, '') + ' ' + lastname"}
    {expr: "number(annualrevenue) > 1000000.0 ? 'large' : 'small'"}

Fields are named as the vendor names them and hold what it sends (HubSpot: text); a blank is null.
An expression reads and never writes. It has no loops, no state, no clock and no input besides the
record, so its time and memory are bounded by its length and that of the fields.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass

from connectors.base import Fields, Value
from mappings.number_transforms import rounded
from mappings.transform import PARAMETERS, Gather
from mappings.values import Unfit, as_text, clean, number, stamp

if TYPE_CHECKING:
    from cel import Context, Program

PROGRAMS = 1_024  # compiled expressions that are kept; compiling one costs as much as 25 runs
LONGEST = 1_000  # characters of an expression
LONGEST_RESULT = 100_000  # characters; a vendor's longest text is a third of it
LOOPS = re.compile(r"\.\s*(map|filter|all|exists|exists_one|reduce)\s*\(")
POINTED = re.compile(r"<input>:(\d+):(\d+): (?:Syntax error: )?(.*)")
OPERATORS = frozenset({
    "_+_", "_-_", "_*_", "_/_", "_%_", "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "_&&_",
    "_||_", "_?_:_", "!_", "-_", "@in", "_[_]",
})  # fmt: skip
OF_CEL = frozenset({
    "size", "contains", "startsWith", "endsWith", "matches", "string", "int", "double", "bool",
})  # fmt: skip


def _text(value: Any = None, *_: Any) -> str:
    return as_text(value) if isinstance(value, str | int | float) else ""


def _number(value: Any = None, *_: Any) -> float | None:
    """As a float, since CEL does not mix whole numbers with others; a blank is null."""
    try:
        return None if clean(value) is None else float(number(clean(value)))
    except (Unfit, ArithmeticError, TypeError, ValueError):
        return None


def _coalesce(*values: Any) -> Any:
    return next((value for value in values if value not in (None, "")), None)


def _part(text: Any = None, separator: Any = None, nth: Any = None, *_: Any) -> str:
    if not separator or not isinstance(nth, int) or nth < 1:
        return ""
    parts = _text(text).split(_text(separator) or " ")
    return parts[nth - 1].strip() if nth <= len(parts) else ""


def _round(value: Any = None, digits: Any = 0, *_: Any) -> float | None:
    figure = _number(value)
    if figure is None or not isinstance(digits, int) or not 0 <= digits <= 12:  # noqa: PLR2004  as `round`
        return None
    return float(rounded(Decimal(repr(figure)), digits))


# Ours raise nothing: what such a function raises is printed, with values, by the library.
FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType({
    "coalesce": _coalesce,
    "lower": lambda *of: _text(*of).lower(),
    "number": _number,
    "part": _part,
    "round": _round,
    "text": _text,
    "trim": lambda *of: _text(*of).strip(),
    "upper": lambda *of: _text(*of).upper(),
})  # fmt: skip
KNOWN = OF_CEL | FUNCTIONS.keys()


@lru_cache(maxsize=PROGRAMS)
def compiled(source: str) -> "Program":
    """Read an expression. Raises: ValueError, saying where and why."""
    import cel  # noqa: PLC0415  it brings a terminal's tools along, half a second of every start

    if LOOPS.search(source):
        raise ValueError("an expression has no loops (map, filter, all, exists)")
    try:
        program = cel.compile(source)
    except ValueError as error:
        pointed = POINTED.search(str(error))
        line, column, why = pointed.groups() if pointed else ("1", "1", "it can't be read")
        why = re.sub(r"expecting \{.*", "", why)[:200].rstrip(" ,")
        raise ValueError(f"line {line}, column {column}: {why}") from None
    if unknown := sorted(set(program.functions()) - OPERATORS - KNOWN):
        names = ", ".join(sorted(KNOWN))
        raise ValueError(f"there is no function {unknown[0]!r}; there are {names}")
    if not program.variables():
        raise ValueError("it reads no field; for a fixed value use const")
    return program


def _context(fields: Fields) -> "Context":
    import cel  # noqa: PLC0415  as above

    return cel.Context(dict(fields), dict(FUNCTIONS))


def _readable(source: str) -> str:
    compiled(source)
    return source


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class Expression(Gather):
    """`expr: "firstname + ' ' + lastname"`: computed of the record's fields; one-way."""

    source: Annotated[str, Field(min_length=1, max_length=LONGEST), AfterValidator(_readable)]

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(compiled(self.source).variables())

    def join(self, record: Fields) -> Value:
        values = {name: clean(record[name]) for name in self.reads}
        try:
            found = compiled(self.source).execute(_context(values))
        except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError):
            raise Unfit("expression", "can't be computed of this record's fields") from None
        return _result(found)


def _result(found: Any) -> Value:
    match found:
        case None | bool() | int():
            return found
        case float() if isfinite(found):
            return found
        case str() if len(found) <= LONGEST_RESULT:
            return found
        case datetime():
            return stamp(found)
        case _:
            raise Unfit("expression", "has a result that is no text, number, truth or time")
