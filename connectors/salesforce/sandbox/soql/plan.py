"""Which records to look at: by an index or by time where the query allows it, else all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.records import Row, Table
from connectors.salesforce.sandbox.soql import tree
from connectors.salesforce.sandbox.soql.columns import Names
from connectors.salesforce.sandbox.soql.conditions import Conditions

STAMPS = {"SystemModstamp", "LastModifiedDate"}  # LastModifiedDate <= SystemModstamp, always


@dataclass(frozen=True, slots=True)
class Candidates:
    """`by_stamp`: they come in the order (SystemModstamp, Id)."""

    rows: Iterable[Row]
    by_stamp: bool = False


def candidates(names: Names, conditions: Conditions, query: tree.Query, table: Table) -> Candidates:
    """A superset of the records that meet the query's conditions."""
    needed = list(_needed(query.where))
    for comparison in needed:
        if (rows := _by_index(names, conditions, comparison, table)) is not None:
            return Candidates(rows)
    low = high = None
    for comparison in needed:
        bound = _bound(names, conditions, comparison)
        if bound and comparison.operator in {">", ">=", "="}:
            low = max(low or "", bound[1])
        if bound and comparison.operator in {"<", "<=", "="} and bound[0] == "SystemModstamp":
            high = min(high or "~", bound[1])
    if low or high or _orders_by_stamp(names, query):
        return Candidates(table.changed_between(low, high), by_stamp=True)
    return Candidates(list(table.rows.values()))


def ordered(names: Names, query: tree.Query) -> bool:
    """Whether the order that is asked for is (SystemModstamp[, Id]) ascending."""
    return not query.orders or _orders_by_stamp(names, query)


def _orders_by_stamp(names: Names, query: tree.Query) -> bool:
    wanted = [_own_field(names, order.expression) for order in query.orders if not order.descending]
    found = [one.name if one else "" for one in wanted]
    return len(wanted) == len(query.orders) and found in (
        ["SystemModstamp"],
        ["SystemModstamp", "Id"],
    )


def _needed(condition: tree.Condition | None) -> Iterator[tree.Comparison]:
    """Comparisons that every result must meet."""
    match condition:
        case tree.Comparison():
            yield condition
        case tree.Junction(operator="AND", conditions=parts):
            for part in parts:
                yield from _needed(part)


def _own_field(names: Names, expression: tree.Expression) -> Field | None:
    if not isinstance(expression, tree.Path):
        return None
    parts = names.parents(expression)
    return names.made.find(parts[0]) if len(parts) == 1 else None


def _by_index(
    names: Names, conditions: Conditions, comparison: tree.Comparison, table: Table
) -> list[Row] | None:
    field = _own_field(names, comparison.left)
    right = comparison.right
    if field is None or not table.has_index(field.name) or isinstance(right, tree.Query):
        return None
    if comparison.operator not in {"=", "IN"}:
        return None
    column = conditions.column(comparison.left)
    literals = right if isinstance(right, tuple) else (right,)
    values = {conditions.value(column, one) for one in literals}
    if None in values:
        return None
    return [row for value in sorted(values) for row in table.lookup(field, value)]


def _bound(
    names: Names, conditions: Conditions, comparison: tree.Comparison
) -> tuple[str, str] | None:
    field = _own_field(names, comparison.left)
    right = comparison.right
    if field is None or field.name not in STAMPS or not isinstance(right, tree.Literal):
        return None
    if right.kind != "datetime":
        return None
    return field.name, conditions.value(conditions.column(comparison.left), right)
