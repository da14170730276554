"""Engagements before version 3: notes, tasks, calls, meetings and e-mails in one feed.

Source: HubSpot's legacy docs, "Engagements API v1". Engagements of different types may have the
same id here (as records do); one is then found as the first of `KINDS`.
"""

from collections.abc import Iterator
from typing import Any

from connectors.hubspot.sandbox import legacy_shape as shape
from connectors.hubspot.sandbox import linking, objects_api, writes
from connectors.hubspot.sandbox.errors import ApiError, invalid
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint
from connectors.hubspot.sandbox.moments import iso, to_ms
from connectors.hubspot.sandbox.records import Record

READ, WRITE = "crm.objects.contacts.read", "crm.objects.contacts.write"
MOST = 250
KINDS = {
    "NOTE": "notes",
    "TASK": "tasks",
    "CALL": "calls",
    "MEETING": "meetings",
    "EMAIL": "emails",
}
METADATA: dict[str, dict[str, str]] = {
    "NOTE": {"body": "hs_note_body"},
    "TASK": {
        "body": "hs_task_body", "subject": "hs_task_subject", "status": "hs_task_status",
        "priority": "hs_task_priority", "taskType": "hs_task_type",
    },
    "CALL": {
        "body": "hs_call_body", "title": "hs_call_title", "toNumber": "hs_call_to_number",
        "fromNumber": "hs_call_from_number", "status": "hs_call_status",
        "durationMilliseconds": "hs_call_duration", "recordingUrl": "hs_call_recording_url",
        "disposition": "hs_call_disposition",
    },
    "MEETING": {
        "body": "hs_meeting_body", "title": "hs_meeting_title",
        "startTime": "hs_meeting_start_time", "endTime": "hs_meeting_end_time",
        "internalMeetingNotes": "hs_internal_meeting_notes",
    },
    "EMAIL": {
        "subject": "hs_email_subject", "text": "hs_email_text", "html": "hs_email_html",
        "status": "hs_email_status",
    },
}  # fmt: skip
NUMBERS = {"durationMilliseconds"}
MOMENTS = {"startTime", "endTime"}
ENDS = {
    "contactIds": "contacts", "companyIds": "companies", "dealIds": "deals", "ticketIds": "tickets",
}  # fmt: skip
Row = dict[str, Any]


def _type(record: Record) -> str:
    return next(name for name, kind in KINDS.items() if kind == record.type.name)


def _shown(call: Call, record: Record) -> Row:
    held, name = record.values, _type(record)
    owner = held.get("hubspot_owner_id", "")
    associated: Row = {key: shape.ends(call, record, target) for key, target in ENDS.items()}
    blank: Row = {key: [] for key in ("ownerIds", "workflowIds", "contentIds", "quoteIds")}
    return {
        "engagement": {
            "id": int(record.id), "portalId": call.portal.config.portal_id, "active": True,
            "createdAt": record.created_ms, "lastUpdated": record.updated_ms, "type": name,
            "timestamp": to_ms(held.get("hs_timestamp", "")) or record.created_ms,
            **({"ownerId": int(owner)} if owner.isdecimal() else {}),
        },
        "associations": {**associated, **blank},
        "attachments": [],
        "scheduledTasks": [],
        "metadata": {
            key: _out(key, held[prop]) for key, prop in METADATA[name].items() if prop in held
        },
    }  # fmt: skip


def _out(key: str, value: str) -> str | int | None:
    if key in MOMENTS:
        return to_ms(value)
    return int(float(value)) if key in NUMBERS else value


def _all(call: Call) -> Iterator[Record]:
    for name in KINDS.values():
        yield from shape.live(call, call.portal.types[name])


def paged(call: Call) -> Answer:
    """`offset` counts."""
    every = sorted(_all(call), key=lambda one: (one.created_ms, int(one.id)))
    return 200, _page(call, every, shape.at_most(call, "limit", 100, MOST))


def modified(call: Call) -> Answer:
    """Last changed first (`after`: last changed last), since a moment."""
    since, after = call.number(call.query.get("since") or 0), call.path.endswith("/after")
    every = [one for one in _all(call) if one.updated_ms >= since]
    every.sort(key=lambda one: one.updated_ms, reverse=not after)
    page = _page(call, every, shape.at_most(call, "limit" if after else "count", 20, MOST))
    return 200, {**page, "total": len(every)}


def of_record(call: Call) -> Answer:
    kind, record_id = call.portal.kind(call.params["object_type"]), call.params["id"]
    found: list[Record] = []
    for name in KINDS.values():
        ids = call.portal.links.of(kind.name, record_id, name)
        table = call.portal.tables[name]
        found += [one for i in ids if (one := table.get(i)) is not None]
    return 200, _page(call, found, shape.at_most(call, "limit", 100, MOST))


def _page(call: Call, every: list[Record], limit: int) -> Row:
    start = call.number(call.query.get("offset") or 0)
    rows = [_shown(call, one) for one in every[start : start + limit]]
    end = start + len(rows)
    return {"results": rows, "hasMore": end < len(every), "offset": end}


def _needed(call: Call) -> Record:
    """Raises: ApiError (404)."""
    for name in KINDS.values():
        found = objects_api.find(call.portal, call.portal.types[name], call.params["id"])
        if found is not None:
            return found
    raise ApiError(404, f"Engagement {call.params['id']} does not exist")


def get(call: Call) -> Answer:
    return 200, _shown(call, _needed(call))


def _given(call: Call, name: str, body: Row) -> dict[str, str]:
    """Properties from `engagement` and `metadata`."""
    about = call.with_fields(body.get("engagement") or {})
    known = METADATA[name]
    given = {
        known[key]: iso(call.number(value)) if key in MOMENTS else str(value)
        for key, value in call.with_fields(body.get("metadata") or {}).items()
        if key in known and value is not None
    }
    if about.get("ownerId"):
        given["hubspot_owner_id"] = str(about["ownerId"])
    if about.get("timestamp"):
        given["hs_timestamp"] = iso(call.number(about["timestamp"]))
    return given


def create(call: Call) -> Answer:
    body, portal = call.mapping("engagement"), call.portal
    name = str(call.with_fields(body["engagement"], "type")["type"])
    if name not in KINDS:
        raise invalid(f"type must be one of {list(KINDS)}; was {name}")
    given = {"hs_timestamp": iso(portal.now_ms()), **_given(call, name, body)}
    if name == "EMAIL":
        given["hs_email_direction"] = "EMAIL"
    made = shape.created(call, portal.types[KINDS[name]], given)
    wanted = call.with_fields(body.get("associations") or {})
    for key, target in ENDS.items():
        for other_id in call.items(wanted.get(key)):
            other = objects_api.find(portal, portal.types[target], str(other_id))
            if other is not None:
                default = linking.default(portal, made.type, other.type)
                linking.link(portal, made, default, other, call.actor)
    return 200, _shown(call, made)


def change(call: Call) -> Answer:
    record = _needed(call)
    shape.changed(call, record, _given(call, _type(record), call.mapping()))
    return 200, _shown(call, record)


def delete(call: Call) -> Answer:
    writes.archive(call.portal, _needed(call), call.actor)
    return 204, None


_V1 = "/engagements/v1/engagements"
ENDPOINTS = (
    Endpoint("GET", (f"{_V1}/paged",), paged, scope=READ),
    Endpoint("GET", (f"{_V1}/recent/modified", f"{_V1}/modified/after"), modified, scope=READ),
    Endpoint("GET", (f"{_V1}/associated/{{object_type}}/{{id}}/paged",), of_record, scope=READ),
    Endpoint("GET", (f"{_V1}/{{id}}",), get, scope=READ),
    Endpoint("POST", (_V1,), create, scope=WRITE),
    Endpoint("PATCH", (f"{_V1}/{{id}}",), change, scope=WRITE),
    Endpoint("DELETE", (f"{_V1}/{{id}}",), delete, scope=WRITE),
)
