"""Running a query: candidates, conditions, order, page, shape."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeAlias

from connectors.salesforce.sandbox import access
from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.schema import SObject
from connectors.salesforce.sandbox.soql import tree
from connectors.salesforce.sandbox.soql.aggregates import (
    GroupNames,
    aggregates,
    output_names,
)
from connectors.salesforce.sandbox.soql.columns import PLEASE, SHOWN_CALLS, Column, Names
from connectors.salesforce.sandbox.soql.conditions import Conditions, Test
from connectors.salesforce.sandbox.soql.held import Held, of_ids
from connectors.salesforce.sandbox.soql.parser import parse, parse_condition
from connectors.salesforce.sandbox.soql.plan import candidates, ordered
from connectors.salesforce.sandbox.soql.shape import Shape

MAX_FIELDS_LIMIT = 200
Rows: TypeAlias = list[Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What a query found: `total`, and each of `rows` as `show` shows it."""

    total: int
    rows: Sequence[Any]
    show: Callable[[Any], dict[str, Any]]


def query(
    org: Org, text: str, version: str, *, all_rows: bool = False, user_id: str | None = None
) -> Found:
    """Run a query as a user. Raises: Problem MALFORMED_QUERY, INVALID_FIELD, INVALID_TYPE …"""
    parsed = parse(text)
    return Selection(org, text, version, all_rows or parsed.all_rows, user_id).run(parsed)


def condition(org: Org, made: SObject, text: str) -> Test:
    """A SOQL condition over records of one object. Raises: Problem."""
    selection = Selection(org, text, "", all_rows=False)
    names = Names(org, text, made)
    return selection.conditions(names.column).test(parse_condition(text))


@dataclass(frozen=True, slots=True)
class Selection:
    """One query text being run, with its sub-queries."""

    org: Org
    text: str
    version: str
    all_rows: bool
    user_id: str | None = None  # whose field-level security and scope count

    def run(self, query: tree.Query) -> Found:
        names = self._names(query)
        if aggregates(query):
            return self._grouped(query, names)
        shape = self._shape(query, names)
        rows = self._rows(query, names)
        return Found(len(rows), rows, shape.show)

    def conditions(self, column: Callable[[tree.Expression], Column]) -> Conditions:
        now = datetime.fromtimestamp(self.org.now(), UTC)
        return Conditions(self.text, now, column, self._values)

    def _names(self, query: tree.Query) -> Names:
        anywhere = Names(self.org, self.text, next(iter(self.org.schema.objects.values())))
        made = anywhere.source(query.source, query.at)
        return Names(self.org, self.text, made, query.aliases, self.user_id)

    def _rows(self, query: tree.Query, names: Names) -> Held:
        """The records of the page that LIMIT and OFFSET ask for, in order."""
        conditions = self.conditions(names.column)
        test = conditions.test(query.where) if query.where else None
        table = self.org.table(names.made)
        glance = table.rows.glance
        plan = candidates(names, conditions, query, table)
        ids: Iterable[str] = plan.ids
        if not self.all_rows:
            ids = (id_ for id_ in ids if id_ not in table.deleted)
        if test is not None:
            ids = (id_ for id_ in ids if test(glance(id_)))
        if query.scope == "mine":
            ids = (id_ for id_ in ids if glance(id_).fields.get("OwnerId") == self.user_id)
        end = None if query.limit is None else query.offset + query.limit
        if query.orders and not (plan.by_stamp and ordered(names, query)):
            ids = arrange(list(ids), query, of_ids(names.column, table.rows))
        return Held(table.rows, list(islice(ids, query.offset, end)))

    def _values(self, query: tree.Query) -> set[Any]:
        """What a sub-query of IN answers: the values of its one column."""
        names = self._names(query)
        first = query.items[0]
        if not isinstance(first, tree.Item) or len(query.items) != 1:
            detail = "Invalid semi join: one selected field is needed"
            raise Problem("MALFORMED_QUERY", detail)
        get = names.column(first.expression).get
        return {v for row in self._rows(query, names) if (v := get(row)) is not None}

    # shapes

    def _shape(self, query: tree.Query, names: Names) -> Shape:
        shape = Shape(self.org, self.version)
        for item in query.items:
            match item:
                case tree.Child(query=inner):
                    self._add_child(shape, names, inner)
                case tree.TypeOf():
                    self._add_typeof(shape, names, item)
                case tree.Item(expression=tree.Call(name="FIELDS") as call):
                    for one in self._all_fields(query, names, call):
                        shape.add_column((), one)
                case tree.Item():
                    self._add_item(shape, names, item)
        return shape

    def _add_item(self, shape: Shape, names: Names, item: tree.Item) -> None:
        """A field, or `toLabel`, `FORMAT`, `convertCurrency` of one, under its alias."""
        expression, alias = item.expression, item.alias
        column = names.column(expression)
        if isinstance(expression, tree.Call):
            if expression.name not in SHOWN_CALLS:
                detail = f"Grouped query is needed for the function: {expression.name}"
                raise names.fail(expression.at, "MALFORMED_QUERY", detail)
            if alias or not column.parents:
                self._add_once(shape, names, alias or column.name, expression.at)
                shape.add(alias or column.name, column.get)
                return
        elif alias:
            detail = "only aggregate expressions use field aliasing"
            raise names.fail(expression.at, "MALFORMED_QUERY", detail)
        if not column.parents:
            self._add_once(shape, names, column.name, expression.at)
        shape.add_column(column.parents, column.field)

    def _add_once(self, shape: Shape, names: Names, name: str, at: int) -> None:
        if shape.has(name):
            raise names.fail(at, "MALFORMED_QUERY", f"duplicate field selected: {name}")

    def _all_fields(self, query: tree.Query, names: Names, call: tree.Call) -> list[Field]:
        which = call.argument.parts[0].upper() if isinstance(call.argument, tree.Path) else ""
        if which not in {"ALL", "STANDARD", "CUSTOM"}:
            raise names.fail(call.at, "MALFORMED_QUERY", f"unexpected token: '{which or ')'}'")
        if which != "STANDARD" and (query.limit is None or query.limit > MAX_FIELDS_LIMIT):
            detail = "The SOQL FIELDS function must have a LIMIT of at most 200"
            raise Problem("MALFORMED_QUERY", detail)
        fields = access.fields(self.org, self.user_id, names.made)
        return [one for one in fields if which == "ALL" or one.custom == (which == "CUSTOM")]

    def _add_child(self, shape: Shape, names: Names, inner: tree.Query) -> None:
        found = self.org.schema.children(names.made).get(inner.source.lower())
        if found is None:
            detail = (
                f"Didn't understand relationship '{inner.source}' in FROM part of query call. If "
                "you are attempting to use a custom relationship, be sure to append the '__r' "
                f"after the custom relationship name. {PLEASE}"
            )
            raise names.fail(inner.at, "INVALID_TYPE", detail)
        made, reference = found
        child_names = Names(self.org, self.text, made, inner.aliases, self.user_id)
        child_shape = self._shape(inner, child_names)
        test = self.conditions(child_names.column).test(inner.where) if inner.where else None

        def show(row: Row) -> dict[str, Any] | None:
            rows: Rows = list(self.org.table(made).lookup(reference, row.id))
            rows = [r for r in rows if (self.all_rows or not r.deleted) and (not test or test(r))]
            rows = arrange(rows, inner, child_names.column)
            rows = rows[inner.offset :][: inner.limit]
            shown = [child_shape.show(r) for r in rows]
            return {"totalSize": len(shown), "done": True, "records": shown} if shown else None

        shape.add(reference.children or made.plural, show)

    def _add_typeof(self, shape: Shape, names: Names, item: tree.TypeOf) -> None:
        reference = names.column(tree.Path((item.relationship, "Id"), item.at)).parents[0]
        shapes: dict[str, Shape] = {}
        for kind, paths in (*item.branches, *((n, item.otherwise) for n in reference.refers_to)):
            target = names.source(kind, item.at)
            if not paths or target.name in shapes:
                continue
            nested = shapes[target.name] = Shape(self.org, self.version)
            own = Names(self.org, self.text, target, user_id=self.user_id)
            for path in paths:
                column = own.column(path)
                nested.add_column(column.parents, column.field)

        shape.add_typed(reference, shapes)

    # groups

    def _grouped(self, query: tree.Query, names: Names) -> Found:
        items = [item for item in query.items if isinstance(item, tree.Item)]
        first = items[0].expression if items else None
        if isinstance(first, tree.Call) and first.argument is None and not query.groups:
            total = len(self._rows(_unordered(query), names))
            return Found(min(total, total if query.limit is None else query.limit), [], dict)
        named = output_names(query)
        aliases = {item.alias.lower(): item.expression for item in items if item.alias}
        group_names = GroupNames(names, query.groups, aliases)
        columns = [(name, group_names.column(expression).get) for name, expression in named]
        groups: Rows = group_names.group(self._rows(_unordered(query), names), query.totals)
        if query.having:
            test = self.conditions(group_names.column).test(query.having)
            groups = [group for group in groups if test(group)]
        groups = arrange(groups, query, group_names.column)
        end = None if query.limit is None else query.offset + query.limit
        groups = groups[query.offset : end]

        def show(group: Any) -> dict[str, Any]:
            values = {name: get(group) for name, get in columns}
            return {"attributes": {"type": "AggregateResult"}, **values}

        return Found(len(groups), groups, show)


def _unordered(query: tree.Query) -> tree.Query:
    """The records behind the groups: all of them, whatever their order."""
    asked = (query.items, query.source, query.at, query.aliases, query.where)
    return tree.Query(*asked, scope=query.scope)


def arrange(rows: Rows, query: tree.Query, column: Callable[[tree.Expression], Column]) -> Rows:
    """Sort by ORDER BY: text without its letter case, blanks first unless NULLS LAST."""
    for order in reversed(query.orders):
        by = column(order.expression)
        keyed = [(by.get(row), row) for row in rows]
        blank = [row for value, row in keyed if value is None]
        filled = [(value, row) for value, row in keyed if value is not None]
        if by.is_text:
            filled = [(value.lower(), row) for value, row in filled]
        filled.sort(key=lambda pair: pair[0], reverse=order.descending)
        sorted_rows = [row for _, row in filled]
        rows = sorted_rows + blank if order.nulls_last else blank + sorted_rows
    return rows
