"""Tasks that reps completed, and their meetings once these are over.

An event is planned ahead: that its end has come changes nothing at it. So events are read twice,
by their change and by their end, from the moment that the feed begins; ids tell that it is one.
Source: Object Reference, "Task", "Event".
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time

from connectors.base import Activity, Busy, Cursor, Page, Ref, Value
from connectors.salesforce.feed import Stream, page
from connectors.salesforce.ids import canonical, ref_of
from connectors.salesforce.schema import fields_of
from connectors.salesforce.session import Api, Row
from connectors.salesforce.soql import moment, parse_moment

MINUTE_S = 60
ABOUT = {"company", "opportunity"}
_TASK = (
    "Id", "SystemModstamp", "WhoId", "WhatId", "Subject", "Description", "Type", "TaskSubtype",
    "OwnerId", "ActivityDate", "CompletedDateTime", "CallDurationInSeconds", "CallDisposition",
    "CallType",
)  # fmt: skip
_EVENT = (
    "Id", "SystemModstamp", "WhoId", "WhatId", "Subject", "Description", "Type", "OwnerId",
    "Location", "IsAllDayEvent", "StartDateTime", "EndDateTime", "ActivityDate",
    "DurationInMinutes",
)  # fmt: skip
_NEVER = (
    "IsPrivate",
    "IsRecurrence",
    "IsChild",
)  # private, the pattern of a series, a guest's copy
_TYPES = {"call": "call", "email": "email", "listemail": "email", "meeting": "meeting"}
_DETAIL = {
    "CallDurationInSeconds": "duration_s",
    "CallDisposition": "outcome",
    "CallType": "direction",
    "OwnerId": "owner_id",
    "Location": "location",
    "Description": "body",
}


def tasks(api: Api, feed: str, cursor: Cursor | None) -> Page[Activity]:
    """Completed tasks about a person: calls, e-mails, meetings and all others."""
    known = fields_of(api, "Task")
    fields = [name for name in _TASK if name in known]
    stream = Stream("Task", fields, ("IsClosed = true", *_not_ours(api, known)))
    rows, after, more = page(api, feed, [stream], cursor)
    found = (_activity(row, _task_type(row), _done_at(row)) for _, row in rows)
    return Page(tuple(each for each in found if each is not None), after, more)


def events(api: Api, feed: str, cursor: Cursor | None) -> Page[Activity]:
    """Meetings about a person that are over; private ones are left out."""
    now = _vendor_now(api)
    known = fields_of(api, "Event")
    wanted = (*_EVENT, api.settings.event_outcome_field)
    fields = [name for name in wanted if name is not None and name in known]
    where = (*_not_ours(api, known), *(f"{name} = false" for name in _NEVER if name in known))
    streams = [
        Stream("Event", fields, where, by="EndDateTime", until=now, from_now=True),
        Stream("Event", fields, (*where, f"EndDateTime <= {moment(now)}")),
    ]
    rows, after, more = page(api, feed, streams, cursor)
    found = (_event(api, row) for _, row in rows)
    once = {each.id: each for each in found if each is not None}
    return Page(tuple(once.values()), after, more)


def _vendor_now(api: Api) -> datetime:
    """By the vendor's clock, as of its last answer at the latest."""
    if api.session.asked_at is None:
        api.described.pop("Event", None)
        fields_of(api, "Event")
    if (asked_at := api.session.asked_at) is None:
        raise Busy("an answer without the vendor's time")
    return asked_at


def _not_ours(api: Api, known: Mapping[str, Row]) -> tuple[str, ...]:
    """About somebody, and not logged by us, which has a key."""
    key = api.settings.key_field
    return ("WhoId != null", *([f"{key} = null"] if key in known else []))


def _activity(row: Row, type_: str, at: datetime) -> Activity | None:
    person = ref_of(str(row["WhoId"]))
    if person is None or person.kind != "person":
        return None
    detail: dict[str, Value] = {
        ours: row[theirs] for theirs, ours in _DETAIL.items() if row.get(theirs) is not None
    }
    return Activity(
        id=canonical(str(row["Id"])),
        person=person,
        type=type_,
        at=at,
        title=str(row.get("Subject") or ""),
        detail=detail,
        about=_about(row.get("WhatId")),
    )


def _about(what: Value) -> tuple[Ref, ...]:
    ref = None if what is None else ref_of(str(what))
    return (ref,) if ref is not None and ref.kind in ABOUT else ()


def _event(api: Api, row: Row) -> Activity | None:
    type_ = _TYPES.get(str(row.get("Type") or "").lower(), "meeting")
    start = row.get("StartDateTime") or row.get("EndDateTime")
    activity = _activity(row, type_, parse_moment(str(start)))
    if activity is None:
        return None
    more: dict[str, Value] = {}
    if row.get("DurationInMinutes") is not None:
        more["duration_s"] = int(row["DurationInMinutes"]) * MINUTE_S
    if (outcome := row.get(api.settings.event_outcome_field or "")) is not None:
        more["outcome"] = str(outcome)
    return replace(activity, detail={**activity.detail, **more})


def _task_type(row: Row) -> str:
    """Call, e-mail or meeting, by the task's subtype or else its type; any other is a task."""
    words = (str(row.get(name) or "").lower() for name in ("TaskSubtype", "Type"))
    return next((_TYPES[word] for word in words if word in _TYPES), "task")


def _done_at(row: Row) -> datetime:
    """When it was done: as Salesforce says, else the day it stands under, else the last change."""
    if row.get("CompletedDateTime"):
        return parse_moment(str(row["CompletedDateTime"]))
    if row.get("ActivityDate"):
        day = datetime.fromisoformat(str(row["ActivityDate"])).date()
        return datetime.combine(day, time(), UTC)
    return parse_moment(str(row["SystemModstamp"]))
