"""Defining custom events, so that their completions can be sent.

Source: HubSpot's published OpenAPI, "Manage event definitions" (changes answer 201 there);
HubSpot developer docs, "Custom event definitions" (500 events, 50 properties, names).
"""

import re
from typing import Any

from connectors.hubspot.sandbox.errors import ApiError, invalid, resource_not_found
from connectors.hubspot.sandbox.event_definitions import FIRST_NUMBER, GROUP, EventDefinition
from connectors.hubspot.sandbox.http import VERSIONS, Answer, Call, Endpoint
from connectors.hubspot.sandbox.objects_api import paging
from connectors.hubspot.sandbox.properties_api import changed, make, needed_in

SCOPE = "behavioral_events.event_definitions.read_write"
MOST_DEFINITIONS = 500
MOST_PROPERTIES = 50
NAME = re.compile(r"[a-z][a-z0-9_-]*")
FIELD_TYPES = {"enumeration": "select", "date": "date", "datetime": "date", "number": "number"}
DEFAULT_PAGE, MOST_PER_PAGE = 100, 500


def _needed(call: Call) -> EventDefinition:
    found = call.portal.definitions.get(call.params["event_name"])
    if found is None:
        raise resource_not_found()
    return found


def list_definitions(call: Call) -> Answer:
    limit = call.whole("limit", DEFAULT_PAGE, MOST_PER_PAGE)
    wanted = (call.query.get("searchString") or "").lower()
    found = [
        one
        for one in call.portal.definitions.values()
        if wanted in one.name.lower() or wanted in one.label.lower()
    ]
    if (call.query.get("sortOrder") or "").upper().startswith("DESC"):
        found.reverse()
    start = call.number(call.query.get("after") or 0)
    full = call.query.get("includeProperties") == "true"
    page = [one.as_json(properties=full) for one in found[start : start + limit]]
    body: dict[str, Any] = {"total": len(found), "results": page}
    if start + limit < len(found):
        body["paging"] = paging(call, str(start + limit))
    return 200, body


def get(call: Call) -> Answer:
    return 200, _needed(call).as_json()


def create(call: Call) -> Answer:
    body, portal = call.mapping("label"), call.portal
    label = str(body["label"])
    name = str(body.get("name") or re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_"))
    if not NAME.fullmatch(name):
        raise invalid(f"Invalid event name {name}: lower case letters, digits, _ and - only")
    full_name = f"pe{portal.config.portal_id}_{name}"
    if full_name in portal.definitions:
        message = f"Event definition with name {full_name} already exists"
        raise ApiError(409, message, "OBJECT_ALREADY_EXISTS", context={"name": [full_name]})
    if len(portal.definitions) >= MOST_DEFINITIONS:
        raise invalid(f"At most {MOST_DEFINITIONS} event definitions are allowed")
    primary = portal.kind(str(body.get("primaryObject") or "CONTACT"))
    numbers = [one.number for one in portal.definitions.values()]
    now_ms = portal.now_ms()
    made = EventDefinition(
        max(numbers, default=FIRST_NUMBER - 1) + 1, name, full_name, label,
        str(body.get("description") or ""), primary.id, portal.config.user_id, now_ms, now_ms,
    )  # fmt: skip
    made.add_defaults()
    if body.get("includeDefaultProperties") is False:
        made.schema.properties.clear()
    for given in call.items(body.get("propertyDefinitions")):
        _add_property(call, made, given)
    portal.definitions[full_name] = made
    return 201, made.as_json()


def _add_property(call: Call, event: EventDefinition, given: Any) -> dict[str, Any]:
    row = call.with_fields(given, "label", "type")
    if sum(1 for prop in event.schema if prop.own) >= MOST_PROPERTIES:
        raise invalid(f"An event can have at most {MOST_PROPERTIES} properties")
    name = str(row.get("name") or re.sub(r"\W+", "_", str(row["label"]).lower()))
    field_type = FIELD_TYPES.get(str(row["type"]), "text")
    base = {"name": name, "groupName": GROUP, "fieldType": field_type}
    return make(call, event.schema, {**row, **base}).as_json()


def change(call: Call) -> Answer:
    event, body = _needed(call), call.mapping()
    event.label = str(body.get("label", event.label))
    event.description = str(body.get("description", event.description))
    event.updated_ms = call.portal.now_ms()
    return 201, event.as_json()


def delete(call: Call) -> Answer:
    """Completions already sent stay."""
    del call.portal.definitions[_needed(call).full_name]
    return 204, None


def create_property(call: Call) -> Answer:
    return 201, _add_property(call, _needed(call), call.body)


def change_property(call: Call) -> Answer:
    schema, name = _needed(call).schema, call.params["name"]
    kept = {k: v for k, v in call.mapping().items() if k in {"label", "description", "options"}}
    return 201, changed(call, schema, needed_in(schema, name), kept).as_json()


def delete_property(call: Call) -> Answer:
    schema, name = _needed(call).schema, call.params["name"]
    if not needed_in(schema, name).own:
        raise invalid(f"{name} is defined by HubSpot and cannot be archived")
    del schema.properties[name]
    return 204, None


def _paths(rest: str = "") -> tuple[str, ...]:
    roots = ["/events/v3", *(f"/events{v3}/{v}" for v in VERSIONS for v3 in ("", "/v3"))]
    return tuple(f"{root}/event-definitions{rest}" for root in roots)


_EVENT, _PROPERTY = "/{event_name}", "/{event_name}/property"
ENDPOINTS = (
    Endpoint("GET", _paths(), list_definitions, scope=SCOPE),
    Endpoint("POST", _paths(), create, scope=SCOPE),
    Endpoint("POST", _paths(_PROPERTY), create_property, scope=SCOPE),
    Endpoint("PATCH", _paths(f"{_PROPERTY}/{{name}}"), change_property, scope=SCOPE),
    Endpoint("DELETE", _paths(f"{_PROPERTY}/{{name}}"), delete_property, scope=SCOPE),
    Endpoint("GET", _paths(_EVENT), get, scope=SCOPE),
    Endpoint("PATCH", _paths(_EVENT), change, scope=SCOPE),
    Endpoint("DELETE", _paths(_EVENT), delete, scope=SCOPE),
)
