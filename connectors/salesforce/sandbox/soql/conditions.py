"""WHERE and HAVING clauses to predicates."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, TypeAlias

from connectors.salesforce.sandbox.fields import NUMBER_TYPES
from connectors.salesforce.sandbox.ids import canonical
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.soql import tree
from connectors.salesforce.sandbox.soql.columns import Column
from connectors.salesforce.sandbox.soql.lexer import error_at
from connectors.salesforce.sandbox.soql.relative import span
from connectors.salesforce.sandbox.stamps import moment, stamp

Test: TypeAlias = Callable[[Any], bool]
ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


@dataclass(frozen=True, slots=True)
class Conditions:
    """Compiles conditions. `column` says what a name means, `select` runs a sub-query."""

    text: str
    now: datetime
    column: Callable[[tree.Expression], Column]
    select: Callable[[tree.Query], set[Any]]

    def test(self, condition: tree.Condition) -> Test:
        match condition:
            case tree.Junction(operator="AND", conditions=parts):
                return _all([self.test(part) for part in parts])
            case tree.Junction(conditions=parts):
                return _any([self.test(part) for part in parts])
            case tree.Not(condition=inner):
                return _not(self.test(inner))
            case tree.Comparison():
                return self._comparison(condition)

    def _comparison(self, comparison: tree.Comparison) -> Test:
        column = self.column(comparison.left)
        if not column.field.filterable:
            detail = f"field '{column.name}' can not be filtered in a query call"
            raise error_at(self.text, comparison.left.at, "INVALID_FIELD", detail)
        right = comparison.right
        if isinstance(right, tree.Query):
            return _among(column, self.select(right), negated=comparison.operator == "NOT IN")
        if isinstance(right, tuple):
            return self._several(comparison, column, right)
        if comparison.operator == "LIKE":
            return self._like(comparison, column, right)
        if right.kind == "relative" and column.field.type in {"date", "datetime"}:
            return self._in_span(comparison.operator, column, right)
        value = self.value(column, right)
        return _compare(column, comparison.operator, value)

    def _several(
        self, comparison: tree.Comparison, column: Column, literals: tuple[tree.Literal, ...]
    ) -> Test:
        if comparison.operator in {"INCLUDES", "EXCLUDES"}:
            if column.field.type != "multipicklist":
                detail = "includes or excludes operator only valid on multipicklist field"
                code = "INVALID_QUERY_FILTER_OPERATOR"
                raise error_at(self.text, comparison.left.at, code, detail)
            wanted = [set(str(one.value).split(";")) for one in literals]
            hit = comparison.operator == "INCLUDES"
            return lambda row: _includes(column.get(row), wanted) is hit
        spans = [one for one in literals if one.kind == "relative"]
        tests = [self._in_span("=", column, one) for one in spans]
        values = {self.value(column, one) for one in literals if one.kind != "relative"}
        among = _among(column, values, negated=False)
        inside = _any([among, *tests]) if tests else among
        return _not(inside) if comparison.operator == "NOT IN" else inside

    def _like(self, comparison: tree.Comparison, column: Column, literal: tree.Literal) -> Test:
        if column.field.type in {"id", "reference"}:
            detail = f"invalid operator on {column.field.type} field"
            code = "INVALID_QUERY_FILTER_OPERATOR"
            raise error_at(self.text, comparison.left.at, code, detail)
        if literal.kind != "string" or not column.is_text:
            raise self._wrong_type(column, literal)
        matches = like(literal.value)
        return lambda row: (value := column.get(row)) is not None and bool(matches(value))

    def _in_span(self, operator: str, column: Column, literal: tree.Literal) -> Test:
        first, after = self._span(literal)
        low, high = first.isoformat(), after.isoformat()
        if column.field.type == "datetime":
            low, high = (stamp(datetime.combine(d, time(), UTC)) for d in (first, after))
        get = column.get
        tests: dict[str, Test] = {
            "=": lambda row: (v := get(row)) is not None and low <= v < high,
            "!=": lambda row: (v := get(row)) is None or not low <= v < high,
            "<": lambda row: (v := get(row)) is not None and v < low,
            "<=": lambda row: (v := get(row)) is not None and v < high,
            ">": lambda row: (v := get(row)) is not None and v >= high,
            ">=": lambda row: (v := get(row)) is not None and v >= low,
        }
        return tests[operator]

    def _span(self, literal: tree.Literal) -> tuple[date, date]:
        try:
            return span(literal.value, literal.number, self.now.astimezone(UTC).date())
        except (OverflowError, ValueError) as error:
            detail = f"date literal out of range: {literal.value}:{literal.number}"
            raise error_at(self.text, literal.at, "MALFORMED_QUERY", detail) from error

    def value(self, column: Column, literal: tree.Literal) -> Any:
        """The literal as the column's records hold it. Raises: Problem."""
        if literal.kind == "null" or literal.value == "":
            return None
        kind = column.field.type
        if kind in {"id", "reference"} and literal.kind == "string":
            if (id_ := canonical(literal.value)) is None:
                detail = f"invalid ID field: {literal.value}"
                code = "INVALID_QUERY_FILTER_OPERATOR"
                raise error_at(self.text, literal.at, code, detail)
            return id_
        expected = _literal_kind(kind)
        if literal.kind != expected:
            raise self._wrong_type(column, literal)
        if expected == "datetime":
            return stamp(moment(literal.value))
        if expected == "string":
            text = re.sub(r"\\([_%])", r"\1", literal.value)
            return text if column.field.case_sensitive else text.lower()
        return literal.value

    def _wrong_type(self, column: Column, literal: tree.Literal) -> Problem:
        kind = {"string": "string", "datetime": "dateTime", "number": "double"}
        expected = _literal_kind(column.field.type)
        quoted = "should be" if expected == "string" else "should not be"
        detail = (
            f"value of filter criterion for field '{column.name}' must be of type "
            f"{kind.get(expected, expected)} and {quoted} enclosed in quotes"
        )
        return error_at(self.text, literal.at, "INVALID_FIELD", detail)


def like(pattern: str) -> Callable[[str], object]:
    r"""`%` any text, `_` one character, `\%` and `\_` themselves; letter case does not count."""
    parts = re.split(r"(\\[_%]|[_%])", pattern)
    wild = {"%": ".*", "_": ".", "\\%": "%", "\\_": "_"}
    regex = "".join(wild[part] if part in wild else re.escape(part) for part in parts)
    return re.compile(regex, re.IGNORECASE | re.DOTALL).fullmatch


def _literal_kind(field_type: str) -> str:
    if field_type in NUMBER_TYPES:
        return "number"
    return field_type if field_type in {"boolean", "date", "datetime"} else "string"


def _any(tests: list[Test]) -> Test:
    return lambda row: any(test(row) for test in tests)


def _not(test: Test) -> Test:
    return lambda row: not test(row)


def _all(tests: list[Test]) -> Test:
    if len(tests) == 2:
        first, second = tests
        return lambda row: first(row) and second(row)
    return lambda row: all(test(row) for test in tests)


def _folded(column: Column) -> Callable[[Any], Any]:
    """Values ready to be compared: text without its letter case."""
    get = column.get
    kind = column.field.type
    if not column.is_text or column.field.case_sensitive or kind in {"date", "datetime"}:
        return get
    return lambda row: v.lower() if (v := get(row)) else v


def _compare(column: Column, operator: str, value: Any) -> Test:
    get = _folded(column)
    if operator == "=":
        return lambda row: get(row) == value
    if operator == "!=":
        return lambda row: get(row) != value
    if value is None:
        return lambda _: False
    compare = ORDERED[operator]
    return lambda row: (v := get(row)) is not None and compare(v, value)


def _among(column: Column, values: set[Any], *, negated: bool) -> Test:
    get = _folded(column)
    if negated:
        return lambda row: get(row) not in values
    return lambda row: get(row) in values


def _includes(value: str | None, wanted: list[set[str]]) -> bool:
    chosen = set((value or "").split(";"))
    return any(group <= chosen for group in wanted)
