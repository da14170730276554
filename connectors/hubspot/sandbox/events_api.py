"""Behavioural events: reading and sending; and the events of marketing e-mail.

Source: HubSpot developer docs, "Event analytics", "Custom event completions", "Email analytics".
"""

from typing import Any

from connectors.hubspot.sandbox import objects_api
from connectors.hubspot.sandbox.errors import ApiError, invalid
from connectors.hubspot.sandbox.events import EMAIL_DETAILS, Event
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint, dated
from connectors.hubspot.sandbox.moments import to_ms
from connectors.hubspot.sandbox.object_types import ObjectType

MOST_PER_PAGE = 1000
MOST_SENT = 500
MOST_PROPERTIES = 50
READ, SEND = "business-intelligence", "analytics.behavioral_events.send"
OCCURRENCES = dated("/events/v3/events", "/events/event-occurrences/{version}")


def list_events(call: Call) -> Answer:
    limit = call.whole("limit", 100, MOST_PER_PAGE)
    found = _matching(call)
    newest_first = (call.query.get("sort") or "-occurredAt").startswith("-")
    found.sort(key=lambda event: event.at_ms, reverse=newest_first)
    start = call.number(call.query.get("after") or 0)
    body: dict[str, Any] = {"results": [e.as_json() for e in found[start : start + limit]]}
    if len(found) > start + limit:
        body["paging"] = objects_api.paging(call, str(start + limit))
    return 200, body


def _matching(call: Call) -> list[Event]:
    kind, object_id = _asked_object(call)
    portal = call.portal
    events = portal.events.all
    if kind is not None and object_id is not None:
        events = portal.events.by_object.get((kind.label, object_id), [])
    types = set(call.names("eventType"))
    ids = set(call.names("id"))
    after, before = _moment(call, "occurredAfter"), _moment(call, "occurredBefore")
    return [
        e
        for e in events
        if e.listed
        and (kind is None or e.object_type == kind.label)
        and (not types or e.type in types)
        and (not ids or e.id in ids)
        and (after is None or e.at_ms >= after)
        and (before is None or e.at_ms <= before)
    ]


def _asked_object(call: Call) -> tuple[ObjectType | None, str | None]:
    """By `objectType` and `objectId`, or by a unique property (`objectProperty.email=`)."""
    named = call.query.get("objectType")
    kind = call.portal.kind(named) if named else None
    object_id = call.query.get("objectId")
    for key, value in call.query.items():
        if key.startswith("objectProperty.") and kind is not None:
            by = key.removeprefix("objectProperty.")
            record = objects_api.find(call.portal, kind, value, by)
            object_id = record.id if record else ""
    if object_id and kind is None:
        raise invalid("objectType is required when objectId is given")
    return kind, object_id


def _moment(call: Call, key: str) -> int | None:
    raw = call.query.get(key)
    if not raw:
        return None
    ms = to_ms(raw.replace(" ", "+"))
    if ms is None:
        raise invalid(f"{key} is not a date and time: {raw}")
    return ms


def list_types(call: Call) -> Answer:
    """Also types that never occurred."""
    known = dict.fromkeys(call.portal.config.event_types.values())
    return 200, {"eventTypes": list(known | call.portal.events.types)}


def send(call: Call) -> Answer:
    _take(call, call.mapping("eventName"))
    return 204, None


def send_batch(call: Call) -> Answer:
    for row in call.rows(MOST_SENT, "eventName"):
        _take(call, row)
    return 204, None


def _take(call: Call, row: dict[str, Any]) -> None:
    """A completion of a custom event; one whose `uuid` is known is dropped."""
    portal = call.portal
    name, properties = str(row["eventName"]), call.with_fields(row.get("properties") or {})
    if not _known(call, name):
        raise ApiError(
            400, f"No event definition found for {name}", "VALIDATION_ERROR",
            context={"eventName": [name]},
        )  # fmt: skip
    if len(properties) > MOST_PROPERTIES:
        raise invalid(f"An event may have at most {MOST_PROPERTIES} properties")
    if not any(row.get(key) for key in ("objectId", "email", "utk")):
        raise invalid("One of objectId, email or utk is required")
    at_ms = to_ms(str(row["occurredAt"])) if row.get("occurredAt") else portal.now_ms()
    if at_ms is None:
        raise invalid(f"occurredAt is not a date and time: {row['occurredAt']}")
    kind = portal.types["contacts"]
    by = None if row.get("objectId") else "email"
    record = objects_api.find(portal, kind, str(row.get("objectId") or row.get("email")), by)
    if record is None or not portal.events.first_time(row.get("uuid")):
        return
    texts = {str(k): str(v) for k, v in properties.items()}
    portal.events.add(name, kind.label, record.id, at_ms, texts)


def _known(call: Call, name: str) -> bool:
    config = call.portal.config
    if name in call.portal.definitions:
        return True
    if config.custom_events is not None:
        return name in config.custom_events
    return name.startswith(f"pe{config.portal_id}_")


def email_events(call: Call) -> Answer:
    """Marketing e-mail events, newest first, paged by `offset`."""
    limit = call.whole("limit", 100, MOST_PER_PAGE)
    types = set(call.names("eventType"))
    recipient = call.query.get("recipient")
    since = call.number(call.query.get("startTimestamp") or 0)
    until = call.number(call.query.get("endTimestamp") or 2**63)
    found = [
        e
        for e in reversed(call.portal.events.all)
        if e.email_type
        and (not types or e.email_type in types)
        and (not recipient or e.recipient == recipient)
        and since <= e.at_ms <= until
    ]
    start = call.number(call.query.get("offset") or 0)
    page = [_email_event(call, e) for e in found[start : start + limit]]
    more = len(found) > start + limit
    body: dict[str, Any] = {"hasMore": more, "events": page}
    if more:
        body["offset"] = str(start + limit)
    return 200, body


def _email_event(call: Call, event: Event) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": event.id.removeprefix("leviathan-"), "created": event.at_ms,
        "type": event.email_type, "recipient": event.recipient,
        "portalId": call.portal.config.portal_id, "appId": 113, "appName": "Batch",
        "emailCampaignId": call.number(event.properties.get("emailCampaignId") or 0),
    }  # fmt: skip
    return {
        **shown,
        **{k: event.properties[k] for k in EMAIL_DETAILS if k in event.properties},
    }


ENDPOINTS = (
    Endpoint("GET", OCCURRENCES, list_events, scope=READ),
    Endpoint("GET", tuple(f"{p}/event-types" for p in OCCURRENCES), list_types, scope=READ),
    Endpoint("POST", (*dated("/events/v3/send", "/events/{version}/send"),
                      *dated("/events/v3/send", "/events/custom/{version}/send")[1:]),
             send, "exempt", SEND),
    Endpoint("POST", (*dated("/events/v3/send/batch", "/events/{version}/send/batch"),
                      *dated("/events/v3/send", "/events/custom/{version}/send/batch")[1:]),
             send_batch, "exempt", SEND),
    Endpoint("GET", ("/email/public/v1/events",), email_events, scope="content"),
)  # fmt: skip
