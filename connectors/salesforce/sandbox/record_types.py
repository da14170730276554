"""Record types. An object has the field RecordTypeId from its first record type on.

Source: Object Reference, "RecordType"; describes of real orgs (`recordTypeInfos`, Master last).
"""

from collections.abc import Mapping
from typing import Any

from connectors.salesforce.sandbox.fields import ref
from connectors.salesforce.sandbox.org import Actor, Org
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.schema import SObject

MASTER = "012000000000000AAA"
NAME = "RecordTypeId"


def enable(org: Org, row: Row, _: Actor) -> None:
    """Give the record type's object the field."""
    made = org.schema.find(str(row.fields["SobjectType"]))
    if made is not None and NAME not in made.fields:
        field = ref(NAME, "RecordType", label="Record Type ID")
        org.schema.add_fields(made, [field])
    org.schema_touched()


def of(org: Org, made: SObject) -> list[Row]:
    """The record types of an object, inactive ones included."""
    types = org.schema.objects["RecordType"]
    return org.alive(types, types.fields["SobjectType"], made.name)


def default(org: Org, made: SObject) -> dict[str, Any]:
    """What a new record gets that names no record type."""
    if NAME not in made.fields:
        return {}
    name = org.config.default_record_types.get(made.name)
    return {NAME: next((r.id for r in of(org, made) if r.fields["DeveloperName"] == name), None)}


def check(org: Org, made: SObject, changed: Mapping[str, Any]) -> None:
    """Raises: Problem where the record type is another object's, or not active."""
    id_ = changed.get(NAME)
    if id_ is None:
        return
    row = org.row(id_)
    fits = row is not None and row.fields.get("SobjectType") == made.name
    if row is None or not fits or not row.fields["IsActive"]:
        text = f"Record Type ID: this ID value isn't valid for the user: {id_}"
        raise Problem("INVALID_CROSS_REFERENCE_KEY", text, fields=[NAME])


def infos(org: Org, made: SObject, version: str) -> list[dict[str, Any]]:
    """`recordTypeInfos` of a describe."""
    chosen = default(org, made).get(NAME)
    found = [
        _info(
            made, version, row.id, row.fields["Name"], row.fields["DeveloperName"],
            active=row.fields["IsActive"], default=row.id == chosen,
        )
        for row in of(org, made)
    ]  # fmt: skip
    master = _info(made, version, MASTER, "Master", "Master", active=True, default=chosen is None)
    return [*found, {**master, "master": True}]


def _info(
    made: SObject, version: str, id_: str, name: str, developer_name: str, *, active: bool,
    default: bool,
) -> dict[str, Any]:  # fmt: skip
    layout = f"/services/data/v{version}/sobjects/{made.name}/describe/layouts/{id_}"
    return {
        "active": active,
        "available": active,
        "defaultRecordTypeMapping": default,
        "developerName": developer_name,
        "master": False,
        "name": name,
        "recordTypeId": id_,
        "urls": {"layout": layout},
    }
