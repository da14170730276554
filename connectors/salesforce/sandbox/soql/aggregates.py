"""GROUP BY, HAVING and the aggregate functions."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.soql import tree
from connectors.salesforce.sandbox.soql.columns import Column, Names, formatted
from connectors.salesforce.sandbox.soql.held import Held
from connectors.salesforce.sandbox.soql.lexer import error_at

COUNT_ALL = tree.Call("COUNT", None, 0)
FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "COUNT": len,
    "COUNT_DISTINCT": lambda values: len(set(values)),
    "SUM": lambda values: sum(values) if values else None,
    "AVG": lambda values: sum(values) / len(values) if values else None,
    "MIN": lambda values: min(values, default=None),
    "MAX": lambda values: max(values, default=None),
}


def is_aggregate(expression: tree.Expression) -> bool:
    return isinstance(expression, tree.Call) and expression.name in {*FUNCTIONS, "GROUPING"}


def aggregates(query: tree.Query) -> bool:
    """Whether the query answers groups, not records."""
    items = (item for item in query.items if isinstance(item, tree.Item))
    return bool(query.groups) or any(_has_aggregate(item.expression) for item in items)


def _has_aggregate(expression: tree.Expression) -> bool:
    """`FORMAT(MAX(Amount))` has one inside."""
    match expression:
        case tree.Call(name="FORMAT", argument=inner) if inner is not None:
            return _has_aggregate(inner)
    return is_aggregate(expression)


@dataclass(frozen=True, slots=True)
class Group:
    """`totals` are the numbers of the keys over which a ROLLUP or CUBE sums up here."""

    key: tuple[Any, ...]
    rows: Held
    totals: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class GroupNames:
    """What names mean in HAVING, ORDER BY and SELECT of a grouped query."""

    names: Names
    groups: tuple[tree.Expression, ...]
    aliases: dict[str, tree.Expression]

    def column(self, expression: tree.Expression) -> Column:
        """A column over groups. Raises: Problem."""
        if isinstance(expression, tree.Path) and len(expression.parts) == 1:
            expression = self.aliases.get(expression.parts[0].lower(), expression)
        if is_aggregate(expression):
            assert isinstance(expression, tree.Call)
            return self._function(expression)
        match expression:
            case tree.Call(name="FORMAT", argument=inner_one) if inner_one is not None:
                return formatted(self.column(inner_one))
        inner = self.names.column(expression)
        if (at := self._place(expression)) is not None:
            return replace(inner, get=_key_part(at))
        detail = f"Field must be grouped or aggregated: {inner.name}"
        raise error_at(self.names.text, expression.at, "MALFORMED_QUERY", detail)

    def _place(self, expression: tree.Expression) -> int | None:
        """The number of the group that an expression is."""
        places = (at for at, group in enumerate(self.groups) if same(group, expression))
        return next(places, None)

    def _function(self, call: tree.Call) -> Column:
        if call.name == "GROUPING" and call.argument is not None:
            if (at := self._place(call.argument)) is not None:
                is_total = Field(name="expr0", label="", type="int")
                return Column(is_total, lambda group: int(at in group.totals))
            raise error_at(
                self.names.text, call.at, "MALFORMED_QUERY", "GROUPING needs a grouped field"
            )
        if call.argument is None:
            count = Field(name="expr0", label="", type="int")
            return Column(count, lambda group: len(group.rows))
        inner = self.names.column(call.argument)
        function = FUNCTIONS[call.name]
        get = inner.get
        kind = {"COUNT": "int", "COUNT_DISTINCT": "int", "AVG": "double"}.get(call.name)

        def aggregate(group: Group) -> Any:
            values = [v for row in group.rows if (v := get(row)) is not None]
            return function(values)

        return Column(replace(inner.field, type=kind or inner.field.type), aggregate)

    def group(self, rows: Held, totals: str = "") -> list[Group]:
        """The groups; with ROLLUP or CUBE their totals behind them."""
        keys = [self.names.column(group).get for group in self.groups]
        found: list[Group] = []
        for summed in _summed(totals, len(keys)):
            blank: dict[tuple[Any, ...], Group] = {} if keys else {(): Group((), Held(rows.shelf))}
            for row in rows:
                key = tuple(None if at in summed else get(row) for at, get in enumerate(keys))
                group = blank.setdefault(key, Group(key, Held(rows.shelf), summed))
                group.rows.ids.append(row.id)
            found += blank.values()
        return found


def _summed(totals: str, count: int) -> list[frozenset[int]]:
    """Over which keys each round of grouping sums up."""
    everything = range(count)
    match totals:
        case "ROLLUP":
            return [frozenset(everything[left:]) for left in range(count, -1, -1)]
        case "CUBE":
            sizes = (combinations(everything, size) for size in range(count + 1))
            return [frozenset(chosen) for size in sizes for chosen in size]
    return [frozenset()]


def _key_part(at: int) -> Callable[[Group], Any]:
    return lambda group: group.key[at]


def same(one: tree.Expression, other: tree.Expression) -> bool:
    """The same expression, wherever it stands and however it is spelled."""
    if isinstance(one, tree.Path) and isinstance(other, tree.Path):
        return [p.lower() for p in one.parts] == [p.lower() for p in other.parts]
    if isinstance(one, tree.Call) and isinstance(other, tree.Call):
        if one.name != other.name or one.argument is None or other.argument is None:
            return one.name == other.name and one.argument is other.argument
        return same(one.argument, other.argument)
    return False


def output_names(query: tree.Query) -> list[tuple[str, tree.Expression]]:
    """Each selected expression under its alias, its field's name, or `expr0`, `expr1` …"""
    named: list[tuple[str, tree.Expression]] = []
    unnamed = 0
    for item in query.items:
        assert isinstance(item, tree.Item)
        expression = item.expression
        if item.alias:
            named.append((item.alias, expression))
        elif isinstance(expression, tree.Path):
            named.append((expression.parts[-1], expression))
        else:
            named.append((f"expr{unnamed}", expression))
            unnamed += 1
    return named
