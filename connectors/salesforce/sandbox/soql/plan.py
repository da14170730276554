"""Which records to look at: by an index or by time where the query allows it, else all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.records import Table
from connectors.salesforce.sandbox.soql import tree
from connectors.salesforce.sandbox.soql.columns import Names
from connectors.salesforce.sandbox.soql.conditions import Conditions

STAMPS = {"SystemModstamp", "LastModifiedDate"}  # LastModifiedDate <= SystemModstamp, always


@dataclass(frozen=True, slots=True)
class Candidates:
    """`by_stamp`: they come in the order (SystemModstamp, Id)."""

    ids: Iterable[str]
    by_stamp: bool = False


def candidates(names: Names, conditions: Conditions, query: tree.Query, table: Table) -> Candidates:
    """A superset of the ids of the records that meet the query's conditions."""
    needed = list(_needed(query.where))
    for comparison in needed:
        if (ids := _by_index(names, conditions, comparison, table)) is not None:
            return Candidates(ids)
    low = high = None
    for comparison in needed:
        bound = _bound(names, conditions, comparison)
        if bound and comparison.operator in {">", ">=", "="}:
            low = max(low or "", bound[1])
        if bound and comparison.operator in {"<", "<=", "="} and bound[0] == "SystemModstamp":
            high = min(high or "~", bound[1])
    if low or high or _orders_by_stamp(names, query):
        return Candidates(table.ids_changed_between(low, high), by_stamp=True)
    return Candidates(table.rows)


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
) -> list[str] | None:
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
    return [id_ for value in sorted(values) for id_ in table.lookup_ids(field, value)]


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
