"""`/query?columns=true`: what the columns of a query are (the sf command line asks first).

Source: the reader in @salesforce/plugin-data. Not documented by Salesforce.
"""

from typing import Any

from connectors.salesforce.sandbox.fields import NUMBER_TYPES, Field
from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.soql import tree
from connectors.salesforce.sandbox.soql.aggregates import aggregates, output_names
from connectors.salesforce.sandbox.soql.columns import Column, Names

APEX = {
    "id": "Id", "reference": "Id", "boolean": "Boolean", "int": "Integer", "double": "Double",
    "currency": "Decimal", "percent": "Double", "date": "Date", "datetime": "Datetime",
}  # fmt: skip


def described(org: Org, text: str, query: tree.Query, user_id: str) -> dict[str, Any]:
    """Raises: Problem."""
    anywhere = Names(org, text, org.schema.objects["User"])
    made = anywhere.source(query.source, query.at)
    names = Names(org, text, made, query.aliases, user_id)
    grouped = aggregates(query)
    columns = _grouped(names, query) if grouped else _plain(org, names, query, user_id)
    return {
        "columnMetadata": columns,
        "entityName": made.name,
        "groupBy": bool(query.groups),
        "idSelected": any(one["columnName"] == "Id" for one in columns),
        "keyPrefix": made.prefix,
    }


def _plain(org: Org, names: Names, query: tree.Query, user_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for item in query.items:
        match item:
            case tree.Child(query=inner):
                joined = described(org, names.text, _as_top(org, names, inner), user_id)
                column = _column(Field(name=inner.source, label=inner.source, type="string"))
                found.append({**column, "joinColumns": joined["columnMetadata"]})
            case tree.Item(expression=tree.Path() as path):
                _nest(found, names.column(path))
            case tree.Item(expression=tree.Call(name="FIELDS")):
                found += [_column(one) for one in names.made.fields.values()]
            case tree.Item(expression=expression, alias=alias):
                column = _column(names.column(expression).field)
                found.append({**column, "columnName": alias or column["columnName"]})
            case tree.TypeOf(relationship=name):
                found.append(_column(Field(name=name, label=name, type="string")))
    return found


def _nest(found: list[dict[str, Any]], column: Column) -> None:
    """A parent's field goes among the join columns of its relationship."""
    for reference in column.parents:
        name = reference.relationship or reference.name
        there = next((one for one in found if one["columnName"] == name), None)
        if there is None:
            there = _column(Field(name=name, label=name, type="string"))
            found.append(there)
        found = there["joinColumns"]
    found.append(_column(column.field))


def _as_top(org: Org, names: Names, inner: tree.Query) -> tree.Query:
    """A child query as one of its object."""
    child = org.schema.children(names.made).get(inner.source.lower())
    source = child[0].name if child else inner.source
    return tree.Query(inner.items, source, inner.at, inner.aliases)


def _grouped(names: Names, query: tree.Query) -> list[dict[str, Any]]:
    shown = []
    for name, expression in output_names(query):
        if isinstance(expression, tree.Path):
            shown.append({**_column(names.column(expression).field), "columnName": name})
        else:
            number = Field(name=name, label=name, type="int")
            shown.append({**_column(number), "aggregate": True, "displayName": name})
    return shown


def _column(one: Field) -> dict[str, Any]:
    number = one.type in NUMBER_TYPES
    return {
        "aggregate": False, "apexType": APEX.get(one.type, "String"),
        "booleanType": one.type == "boolean", "columnName": one.name, "custom": one.custom,
        "displayName": one.name, "foreignKeyName": None, "insertable": one.createable,
        "joinColumns": [], "numberType": number,
        "textType": not number and one.type != "boolean", "updatable": one.updateable,
    }  # fmt: skip
