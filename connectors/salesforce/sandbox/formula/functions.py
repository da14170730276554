"""The functions and operators of formulas, over values: text, float, bool, date, datetime, None.

Blank text is None. What is worked out from a blank is blank, and a comparison with one is false;
`=` holds between two blanks. Source: Salesforce help, "Formula Operators and Functions".
"""

import math
import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias

from connectors.salesforce.sandbox.formula.parser import BadFormula

Function: TypeAlias = Callable[..., Any]


def _strict(function: Function) -> Function:
    """Blank where an argument is."""

    def apply(*values: Any) -> Any:
        return None if any(value is None for value in values) else function(*values)

    return apply


def _ordered(compare: Callable[[Any, Any], bool]) -> Function:
    return lambda a, b: a is not None and b is not None and compare(*_alike(a, b))


def _alike(one: Any, other: Any) -> tuple[Any, Any]:
    """A date beside a moment is the start of its day."""
    if isinstance(one, datetime) != isinstance(other, datetime):
        return _moment(one), _moment(other)
    return one, other


def _moment(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value


def _equal(one: Any, other: Any) -> bool:
    one, other = _alike(one, other)
    return bool(one == other)


def _add(one: Any, other: Any) -> Any:
    if isinstance(one, date) and isinstance(other, float):
        return one + timedelta(days=other)
    return one + other


def _subtract(one: Any, other: Any) -> Any:
    if isinstance(one, date) and isinstance(other, date):
        one, other = _alike(one, other)
        return (one - other).total_seconds() / 86_400
    if isinstance(one, date):
        return one - timedelta(days=other)
    return one - other


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.15g}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _round(value: float, places: float = 0) -> float:
    step = Decimal(1).scaleb(-int(places))
    return float(Decimal(str(value)).quantize(step, ROUND_HALF_UP))


def _date(value: Any) -> date:
    return datetime.fromisoformat(value).date() if isinstance(value, str) else value


def _case(value: Any, *rest: Any) -> Any:
    for at in range(0, len(rest) - 1, 2):
        if _equal(value, rest[at]):
            return rest[at + 1]
    return rest[-1]


def _regex(value: Any, pattern: str) -> bool:
    try:
        return re.fullmatch(pattern, _text(value)) is not None
    except re.error as error:
        raise BadFormula(f"Invalid regular expression: {error}") from error


def _among(values: Any, one: Any) -> bool:
    return one in _text(values).split(";")


FUNCTIONS: Mapping[str, Function] = {
    "+": _strict(_add),
    "-": _strict(_subtract),
    "*": _strict(operator.mul),
    "/": _strict(lambda a, b: a / b if b else None),
    "^": _strict(operator.pow),
    "&": lambda a, b: _text(a) + _text(b),
    "=": _equal,
    "<>": lambda a, b: not _equal(a, b),
    "<": _ordered(operator.lt),
    "<=": _ordered(operator.le),
    ">": _ordered(operator.gt),
    ">=": _ordered(operator.ge),
    "ABS": _strict(abs),
    "BEGINS": lambda text, start: _text(text).startswith(_text(start)),
    "BLANKVALUE": lambda value, other: other if value in {None, ""} else value,
    "CASE": _case,
    "CEILING": _strict(lambda v: float(math.ceil(v))),
    "CONTAINS": lambda text, part: _text(part) in _text(text),
    "DATE": _strict(lambda y, m, d: date(int(y), int(m), int(d))),
    "DATEVALUE": _strict(lambda v: v.date() if isinstance(v, datetime) else _date(v)),
    "DAY": _strict(lambda v: float(v.day)),
    "FIND": _strict(lambda part, text, start=1.0: float(text.find(part, int(start) - 1) + 1)),
    "FLOOR": _strict(lambda v: float(math.floor(v))),
    "INCLUDES": _among,
    "ISBLANK": lambda value: value is None or value == "",
    "ISNULL": lambda value: value is None,
    "ISNUMBER": lambda value: re.fullmatch(r"\s*-?\d*\.?\d+\s*", _text(value)) is not None,
    "ISPICKVAL": lambda value, text: _text(value) == _text(text),
    "LEFT": _strict(lambda text, count: text[: int(count)]),
    "LEN": lambda text: float(len(_text(text))),
    "LOWER": _strict(lambda text: text.lower()),
    "MAX": _strict(max),
    "MID": _strict(lambda text, start, count: text[int(start) - 1 : int(start) - 1 + int(count)]),
    "MIN": _strict(min),
    "MOD": _strict(lambda a, b: a % b if b else None),
    "MONTH": _strict(lambda v: float(v.month)),
    "NULLVALUE": lambda value, other: other if value is None else value,
    "REGEX": _regex,
    "RIGHT": _strict(lambda text, count: text[-int(count) :] if count else ""),
    "ROUND": _strict(_round),
    "SUBSTITUTE": _strict(lambda text, old, new: text.replace(old, new)),
    "TEXT": _text,
    "TRIM": _strict(lambda text: text.strip()),
    "UPPER": _strict(lambda text: text.upper()),
    "VALUE": _strict(float),
    "WEEKDAY": _strict(lambda v: float(v.isoweekday() % 7 + 1)),
    "YEAR": _strict(lambda v: float(v.year)),
}
