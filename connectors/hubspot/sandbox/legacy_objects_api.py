"""Tickets, products and line items before version 3, and forms.

Source: HubSpot's legacy docs, "CRM objects API v1", "Forms API v2".
"""

from typing import Any

from connectors.hubspot.sandbox import legacy_shape as shape
from connectors.hubspot.sandbox import writes
from connectors.hubspot.sandbox.errors import resource_not_found
from connectors.hubspot.sandbox.forms import Form
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint
from connectors.hubspot.sandbox.records import Record

READ, WRITE = "crm.objects.{type}.read", "crm.objects.{type}.write"
Row = dict[str, Any]


def _shown(call: Call, record: Record, names: list[str] | None) -> Row:
    return {
        "objectType": record.type.label, "portalId": call.portal.config.portal_id,
        "objectId": int(record.id), "version": len(record.log), "isDeleted": False,
        "properties": shape.values(record, names, history=names is None),
    }  # fmt: skip


def paged(call: Call) -> Answer:
    """By id; `offset` is the last one read."""
    start = call.number(call.query.get("offset") or 0) + 1
    found, more = shape.page(shape.live(call, call.kind, start), 100)
    rows = [_shown(call, one, call.names("properties")) for one in found]
    last = int(found[-1].id) if found else 0
    return 200, {"objects": rows, "hasMore": more is not None, "offset": last}


def _needed(call: Call) -> Record:
    return shape.needed(call, call.kind, "resource not found")


def get(call: Call) -> Answer:
    return 200, _shown(call, _needed(call), call.names("properties") or None)


def _given(call: Call) -> dict[str, str]:
    return shape.given(call, {"properties": call.body}, "name")


def create(call: Call) -> Answer:
    return 200, _shown(call, shape.created(call, call.kind, _given(call)), None)


def change(call: Call) -> Answer:
    record = _needed(call)
    shape.changed(call, record, _given(call))
    return 200, _shown(call, record, None)


def delete(call: Call) -> Answer:
    writes.archive(call.portal, _needed(call), call.actor)
    return 204, None


def _form(call: Call, one: Form) -> Row:
    return {
        "portalId": call.portal.config.portal_id, "guid": one.id, "name": one.name,
        "createdAt": one.created_ms, "updatedAt": one.updated_ms, "formType": "HUBSPOT",
        "formFieldGroups": [{"fields": [_field(field)]} for field in one.fields()],
    }  # fmt: skip


def _field(field: Row) -> Row:
    wanted = ("name", "label", "fieldType", "required", "hidden", "objectTypeId")
    options = [{**o, "hidden": False} for o in field.get("options") or []]
    return {**{key: field.get(key) for key in wanted}, "options": options, "enabled": True}


def _held(call: Call) -> Form:
    found = call.portal.forms.live(call.params["form_id"])
    if found is None:
        raise resource_not_found()
    return found


def forms(call: Call) -> Answer:
    held = call.portal.forms.all.values()
    return 200, [_form(call, one) for one in held if one.archived_ms is None]


def form(call: Call) -> Answer:
    return 200, _form(call, _held(call))


def fields(call: Call) -> Answer:
    return 200, [_field(one) for one in _held(call).fields()]


_OBJECTS, _ONE = "/crm-objects/v1/objects/{type}", "/crm-objects/v1/objects/{type}/{id}"
ENDPOINTS = (
    Endpoint("GET", (f"{_OBJECTS}/paged",), paged, scope=READ),
    Endpoint("POST", (_OBJECTS,), create, scope=WRITE),
    Endpoint("GET", (_ONE,), get, scope=READ),
    Endpoint("PUT", (_ONE,), change, scope=WRITE),
    Endpoint("DELETE", (_ONE,), delete, scope=WRITE),
    Endpoint("GET", ("/forms/v2/forms",), forms, scope="forms"),
    Endpoint("GET", ("/forms/v2/forms/{form_id}",), form, scope="forms"),
    Endpoint("GET", ("/forms/v2/fields/{form_id}",), fields, scope="forms"),
)
