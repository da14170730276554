"""Associations as version 3 of the API has them: by type name, one record with one other.

Source: HubSpot's published OpenAPI and developer docs, "Associations v3"; older releases of the
official SDKs (`/crm/v3/objects/{type}/{id}/associations/…`).
"""

from typing import Any

from connectors.hubspot.sandbox import linking, views
from connectors.hubspot.sandbox.associations_api import (
    MOST_READ,
    MOST_WRITTEN,
    end,
    none_found,
    pair,
)
from connectors.hubspot.sandbox.batch_api import Row, outcome
from connectors.hubspot.sandbox.errors import ApiError
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint
from connectors.hubspot.sandbox.links import Definition
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.objects_api import READ, WRITE, find, needed
from connectors.hubspot.sandbox.records import Record


def list_types(call: Call) -> Answer:
    source, target = pair(call)
    found = call.portal.links.between(source.name, target.name)
    shown = [{"id": str(d.type_id), "name": linking.type_name(call.portal, d)} for d in found]
    return 200, {"results": shown}


def _ends(call: Call, record: Record, target: ObjectType) -> list[Row]:
    portal = call.portal
    ends = portal.links.of(record.type.name, record.id, target.name)
    return [
        {"id": other_id, "type": linking.type_name(portal, portal.links.definitions[spec])}
        for other_id, specs in ends.items()
        for spec in specs
    ]


def batch_read(call: Call) -> Answer:
    source, target = pair(call)
    results: list[Row] = []
    errors: list[Row] = []
    for row in call.rows(MOST_READ, "id"):
        record = find(call.portal, source, str(row["id"]))
        ends = _ends(call, record, target) if record else []
        if ends:
            results.append({"from": {"id": str(row["id"])}, "to": ends})
        else:
            errors.append(none_found(source, target, str(row["id"])))
    return outcome(call, results, errors)


def _planned(call: Call, row: Row) -> tuple[Record, Definition, Record]:
    """Raises: ApiError."""
    source, target = pair(call)
    one = end(call, source, call.with_fields(row["from"], "id")["id"])
    other = end(call, target, call.with_fields(row["to"], "id")["id"])
    return one, linking.named(call.portal, str(row["type"]), source, target), other


def batch_create(call: Call) -> Answer:
    """Each input by itself: what fails does not keep the rest."""
    results: list[Row] = []
    errors: list[Row] = []
    for row in call.rows(MOST_WRITTEN, "from", "to", "type"):
        try:
            one, definition, other = _planned(call, row)
            linking.link(call.portal, one, definition, other, call.actor)
        except ApiError as error:
            errors.append(error.row())
            continue
        shown = linking.type_name(call.portal, definition)
        results.append({"from": {"id": one.id}, "to": {"id": other.id}, "type": shown})
    return outcome(call, results, errors, 201)


def batch_archive(call: Call) -> Answer:
    for row in call.rows(MOST_WRITTEN, "from", "to", "type"):
        try:
            one, definition, other = _planned(call, row)
        except ApiError:
            continue  # what is not there needs no removing
        linking.unlink(call.portal, one, definition, other, call.actor)
    return 204, None


def read_one(call: Call) -> Answer:
    record, target = needed(call), call.portal.kind(call.params["to_type"])
    return 200, {"results": _ends(call, record, target)}


def _one(call: Call) -> tuple[Record, Definition, Record]:
    record, target = needed(call), call.portal.kind(call.params["to_type"])
    other = end(call, target, call.params["to_id"])
    name = call.params["association_type"]
    return record, linking.named(call.portal, name, record.type, target), other


def put_one(call: Call) -> Answer:
    record, definition, other = _one(call)
    linking.link(call.portal, record, definition, other, call.actor)
    shown: dict[str, Any] = views.read(call.portal, record, ())
    return 200, views.with_associations(call.portal, shown, record, [other.type])


def delete_one(call: Call) -> Answer:
    record, definition, other = _one(call)
    linking.unlink(call.portal, record, definition, other, call.actor)
    return 204, None


_BETWEEN = "/crm/v3/associations/{from_type}/{to_type}"
_RECORD = "/crm/v3/objects/{type}/{id}/associations/{to_type}"
_END = f"{_RECORD}/{{to_id}}/{{association_type}}"
ENDPOINTS = (
    Endpoint("GET", (f"{_BETWEEN}/types",), list_types, "associations", READ),
    Endpoint("POST", (f"{_BETWEEN}/batch/read",), batch_read, "associations", READ),
    Endpoint("POST", (f"{_BETWEEN}/batch/create",), batch_create, "associations", WRITE),
    Endpoint("POST", (f"{_BETWEEN}/batch/archive",), batch_archive, "associations", WRITE),
    Endpoint("GET", (_RECORD,), read_one, scope=READ),
    Endpoint("PUT", (_END,), put_one, scope=WRITE),
    Endpoint("DELETE", (_END,), delete_one, scope=WRITE),
)
