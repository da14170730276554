"""Who registered for, came to or cancelled a marketing event, and reading it back.

Source: HubSpot's published OpenAPI, "Marketing events"; HubSpot developer docs: states register,
attend, cancel; recording by e-mail makes contacts of people unknown; `joinedAt` and `leftAt`.
"""

from typing import Any

from connectors.hubspot.sandbox import marketing_event_records, objects_api, writes
from connectors.hubspot.sandbox.batch_api import outcome
from connectors.hubspot.sandbox.errors import invalid
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint
from connectors.hubspot.sandbox.marketing_events import STATES, MarketingEvent, Participation
from connectors.hubspot.sandbox.marketing_events_api import READ, WRITE, either, paths
from connectors.hubspot.sandbox.moments import iso, to_ms
from connectors.hubspot.sandbox.records import Record

MOST = 500
DEFAULT_PAGE, MOST_PER_PAGE = 10, 100
Row = dict[str, Any]


def _state(call: Call) -> str:
    given = call.params["state"].lower()
    if given not in STATES:
        raise invalid(f"subscriberState must be one of {sorted(STATES)}; was {given}")
    return STATES[given]


def record_by_id(call: Call) -> Answer:
    event, state = either(call), _state(call)
    results: list[Row] = []
    for row in call.rows(MOST, "interactionDateTime", "vid"):
        contact = objects_api.find(call.portal, call.portal.types["contacts"], str(row["vid"]))
        if contact is not None:
            _record(call, event, contact, state, row)
            results.append({"vid": int(contact.id)})
    return outcome(call, results, [])


def record_by_email(call: Call) -> Answer:
    """People unknown become contacts with `contactProperties`."""
    event, state = either(call), _state(call)
    results: list[Row] = []
    for row in call.rows(MOST, "interactionDateTime", "email"):
        contact = _contact(call, row)
        _record(call, event, contact, state, row)
        results.append({"vid": int(contact.id), "email": contact.values.get("email", "")})
    return outcome(call, results, [])


def _contact(call: Call, row: Row) -> Record:
    portal, kind = call.portal, call.portal.types["contacts"]
    found = objects_api.find(portal, kind, str(row["email"]), "email")
    if found is not None:
        return found
    about = {**call.with_fields(row.get("contactProperties") or {}), "email": row["email"]}
    return writes.create(portal, kind, writes.check(portal, kind, about), call.actor)


def _record(call: Call, event: MarketingEvent, contact: Record, state: str, row: Row) -> None:
    one = event.participations.get(contact.id)
    if one is None:
        number = f"{event.id}-{contact.id}"
        one = Participation(number, contact.id, call.portal.now_ms())
        event.participations[contact.id] = one
    one.seen.pop(state, None)
    one.seen[state] = call.number(row["interactionDateTime"])
    more = call.with_fields(row.get("properties") or {})
    if more.get("joinedAt"):
        one.joined_ms = to_ms(str(more["joinedAt"]))
    if more.get("leftAt"):
        one.left_ms = to_ms(str(more["leftAt"]))
    marketing_event_records.follow(call.portal, event, call.actor)


def upsert_by_id(call: Call) -> Answer:
    """As `record_by_id`, but says nothing."""
    record_by_id(call)
    return 202, None


def upsert_by_email(call: Call) -> Answer:
    record_by_email(call)
    return 202, None


def counters(call: Call) -> Answer:
    return 200, either(call).counters()


def breakdown(call: Call) -> Answer:
    event = either(call)
    wanted = _wanted_contact(call, call.query.get("contactIdentifier"))
    rows = [(event, p) for p in event.participations.values() if wanted in {None, p.contact_id}]
    return _page(call, rows)


def breakdown_of_contact(call: Call) -> Answer:
    """Every event one contact took part in."""
    wanted = _wanted_contact(call, call.params["contact"])
    events = call.portal.marketing_events.all.values()
    return _page(
        call, [(e, p) for e in events for p in e.participations.values() if p.contact_id == wanted]
    )


def _wanted_contact(call: Call, named: str | None) -> str | None:
    """By id or e-mail; "" for somebody unknown, None for everybody."""
    if named is None:
        return None
    by = "email" if "@" in named else None
    found = objects_api.find(call.portal, call.portal.types["contacts"], named, by)
    return found.id if found else ""


def _page(call: Call, rows: list[tuple[MarketingEvent, Participation]]) -> Answer:
    limit = call.whole("limit", DEFAULT_PAGE, MOST_PER_PAGE)
    state = (call.query.get("state") or "").upper()
    found = [(e, p) for e, p in rows if not state or p.state(over=e.over) == state]
    start = call.number(call.query.get("after") or 0)
    page = [_shown(call, e, p) for e, p in found[start : start + limit]]
    body: Row = {"total": len(found), "results": page}
    if start + limit < len(found):
        body["paging"] = objects_api.paging(call, str(start + limit))
    return 200, body


def _shown(call: Call, event: MarketingEvent, one: Participation) -> Row:
    contact = call.portal.tables["contacts"].records.get(one.contact_id)
    values = contact.values if contact else {}
    state = one.state(over=event.over)
    properties: Row = {"occurredAt": max(one.seen.values()), "attendanceState": state}
    stayed_ms = (one.left_ms or 0) - (one.joined_ms or 0)
    if state == "ATTENDED" and one.joined_ms is not None and stayed_ms > 0:
        properties["attendanceDurationSeconds"] = stayed_ms // 1000
        if whole_ms := _length_ms(event):
            properties["attendancePercentage"] = str(min(100, stayed_ms * 100 // whole_ms))
    who = {"contactId": one.contact_id, "email": values.get("email", "")}
    who |= {k: values[k] for k in ("firstname", "lastname") if k in values}
    return {
        "id": one.id, "createdAt": iso(one.created_ms), "properties": properties,
        "associations": {
            "contact": who,
            "marketingEvent": {
                "marketingEventId": str(event.id), "name": event.values.get("eventName"),
                "externalAccountId": event.account_id, "externalEventId": event.external_id,
            },
        },
    }  # fmt: skip


def _length_ms(event: MarketingEvent) -> int:
    start, end = (to_ms(str(event.values.get(k))) for k in ("startDateTime", "endDateTime"))
    return end - start if start is not None and end is not None else 0


_EXTERNAL, _OBJECT = "/attendance/{external_id}/{state}", "/{object_id}/attendance/{state}"
_UPSERT = "/events/{external_id}/{state}"
_PARTS = ("/participations/{account_id}/{external_id}", "/participations/{object_id}")
ENDPOINTS = (
    *(Endpoint("POST", paths(f"{p}/create"), record_by_id, scope=WRITE)
      for p in (_EXTERNAL, _OBJECT)),
    *(Endpoint("POST", paths(f"{p}/email-create"), record_by_email, scope=WRITE)
      for p in (_EXTERNAL, _OBJECT)),
    Endpoint("POST", paths(f"{_UPSERT}/upsert"), upsert_by_id, scope=WRITE),
    Endpoint("POST", paths(f"{_UPSERT}/email-upsert"), upsert_by_email, scope=WRITE),
    Endpoint(
        "GET", paths("/participations/contacts/{contact}/breakdown"), breakdown_of_contact,
        scope=READ,
    ),
    *(Endpoint("GET", paths(f"{p}/breakdown"), breakdown, scope=READ) for p in reversed(_PARTS)),
    *(Endpoint("GET", paths(p), counters, scope=READ) for p in _PARTS),
)  # fmt: skip
