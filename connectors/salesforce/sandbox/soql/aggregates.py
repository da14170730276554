"""GROUP BY, HAVING and the aggregate functions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.soql import tree
from connectors.salesforce.sandbox.soql.columns import Column, Names
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
    return isinstance(expression, tree.Call) and expression.name in FUNCTIONS


def aggregates(query: tree.Query) -> bool:
    """Whether the query answers groups, not records."""
    items = (item for item in query.items if isinstance(item, tree.Item))
    return bool(query.groups) or any(is_aggregate(item.expression) for item in items)


@dataclass(frozen=True, slots=True)
class Group:
    key: tuple[Any, ...]
    rows: list[Row]


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
        inner = self.names.column(expression)
        for at, group in enumerate(self.groups):
            if same(group, expression):
                return replace(inner, get=_key_part(at))
        detail = f"Field must be grouped or aggregated: {inner.name}"
        raise error_at(self.names.text, expression.at, "MALFORMED_QUERY", detail)

    def _function(self, call: tree.Call) -> Column:
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

    def group(self, rows: Iterable[Row]) -> list[Group]:
        keys = [self.names.column(group).get for group in self.groups]
        groups: dict[tuple[Any, ...], Group] = {} if keys else {(): Group((), [])}
        for row in rows:
            key = tuple(get(row) for get in keys)
            groups.setdefault(key, Group(key, [])).rows.append(row)
        return list(groups.values())


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
