"""What people logged in HubSpot: calls, meetings, e-mails, notes, tasks and messages.

An activity never changes, so each is told once it is complete: a call when it is over, a task when
it is done. A meeting is told when it is arranged, and once more when it was missed or called off.
Those that Baton logged are left out. Source: HubSpot developer docs, "Engagements".
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from connectors.base import Activity, Ref, Value
from connectors.hubspot.activity_settings import CALL_OUTCOMES, WORKED, ActivitySettings
from connectors.hubspot.answers import Item
from connectors.hubspot.behaviour.cursor import Position, Step
from connectors.hubspot.behaviour.detail import plain, short, told
from connectors.hubspot.behaviour.people import contacts_of
from connectors.hubspot.behaviour.walk import walk
from connectors.hubspot.rest import Api
from connectors.hubspot.values import moment

MODIFIED, WHEN, OWNER = "hs_lastmodifieddate", "hs_timestamp", "hubspot_owner_id"
UNDER_WAY = {"CALLING_CRM_USER", "CONNECTING", "IN_PROGRESS", "QUEUED", "RINGING"}
UNSENT = {"FAILED", "SCHEDULED", "SENDING"}
MISSED = {"NO_SHOW": "no_show", "CANCELED": "cancelled"}
DIRECTION = {"INBOUND": "inbound", "INCOMING_EMAIL": "inbound", "FORWARDED_EMAIL": "inbound"}
Said = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Told:
    """What one engagement is an activity of. `suffix` tells its stages apart."""

    at: datetime | None
    title: str = ""
    detail: Mapping[str, Value] = field(default_factory=dict)
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """How one object type is read; `tell` answers None for what is not complete."""

    type: str
    properties: tuple[str, ...]
    tell: Callable[[Said, ActivitySettings], Told | None]


def read(api: Api, at: Position) -> Step:
    """One page of engagements, each as an activity of each of its contacts."""
    object_type = at.feed.removeprefix(WORKED)
    kept = KEPT[object_type]
    key = api.settings.key_property
    asked = (*kept.properties, WHEN, OWNER, key)
    walked = walk(api, object_type, MODIFIED, asked, at)
    items = [item for item in walked.items if not item.properties.get(key)]
    facts = {item.id: kept.tell(item.properties, api.settings) for item in items}
    known = [item for item in items if facts[item.id] is not None]
    people = contacts_of(api, object_type, [item.id for item in known]) if known else {}
    found = [
        activity
        for item in known
        if (fact := facts[item.id]) is not None
        for activity in _activities(object_type, item, fact, people.get(item.id, ()))
    ]
    return Step(walked.at, walked.more, found)


def _activities(
    object_type: str, item: Item, fact: Told, contacts: "list[str] | tuple[()]"
) -> Iterator[Activity]:
    at = fact.at or moment(item.properties.get(WHEN)) or item.updated_at
    if at is None:
        return
    owner = told(owner_id=item.properties.get(OWNER))
    for contact in contacts:
        yield Activity(
            id=f"{object_type}:{item.id}:{contact}{fact.suffix}",
            person=Ref("person", contact),
            type=KEPT[object_type].type,
            at=at,
            title=short(fact.title),
            detail={**fact.detail, **owner},
        )


def _call(said: Said, settings: ActivitySettings) -> Told | None:
    status = said.get("hs_call_status") or ""
    if status in UNDER_WAY:
        return None
    outcomes = {**CALL_OUTCOMES, **settings.call_outcomes}
    disposition = said.get("hs_call_disposition") or ""
    duration = said.get("hs_call_duration") or ""
    detail = told(
        duration_s=round(int(duration) / 1000) if duration.isdecimal() else None,
        outcome=outcomes.get(disposition, disposition) or status.lower().replace("_", " "),
        direction=(said.get("hs_call_direction") or "").lower(),
        body=plain(said.get("hs_call_body")),
    )
    return Told(None, said.get("hs_call_title") or "", detail)


def _meeting(said: Said, _: ActivitySettings) -> Told:
    starts, ends = (moment(said.get(f"hs_meeting_{end}_time")) for end in ("start", "end"))
    outcome = said.get("hs_meeting_outcome") or ""
    detail = told(
        duration_s=round((ends - starts).total_seconds()) if starts and ends else None,
        outcome=MISSED.get(outcome, outcome.lower()),
        body=plain(said.get("hs_meeting_body")),
    )
    suffix = f":{outcome.lower()}" if outcome in MISSED else ""
    return Told(starts, said.get("hs_meeting_title") or "", detail, suffix)


def _email(said: Said, _: ActivitySettings) -> Told | None:
    status = said.get("hs_email_status") or ""
    if status in UNSENT:
        return None
    subject = said.get("hs_email_subject") or ""
    detail = told(
        subject=subject,
        direction=DIRECTION.get(said.get("hs_email_direction") or "", "outbound"),
        outcome=status.lower(),
        body=said.get("hs_email_text"),
    )
    return Told(None, subject, detail)


def _note(said: Said, _: ActivitySettings) -> Told:
    body = plain(said.get("hs_note_body"))
    return Told(None, body.partition("\n")[0], told(body=body))


def _task(said: Said, _: ActivitySettings) -> Told | None:
    if said.get("hs_task_status") != "COMPLETED":
        return None
    detail = told(
        body=plain(said.get("hs_task_body")), outcome="completed", source=said.get("hs_task_type")
    )
    done_at = moment(said.get("hs_task_completion_date"))
    return Told(done_at, said.get("hs_task_subject") or "", detail)


def _message(said: Said, _: ActivitySettings) -> Told:
    body = plain(said.get("hs_communication_body"))
    channel = (said.get("hs_communication_channel_type") or "").lower()
    return Told(None, body.partition("\n")[0], told(body=body, channel=channel))


KEPT: Mapping[str, Kept] = {
    "calls": Kept(
        "call",
        (
            "hs_call_title", "hs_call_body", "hs_call_status", "hs_call_duration",
            "hs_call_direction", "hs_call_disposition",
        ),
        _call,
    ),
    "meetings": Kept(
        "meeting",
        (
            "hs_meeting_title", "hs_meeting_body", "hs_meeting_start_time", "hs_meeting_end_time",
            "hs_meeting_outcome",
        ),
        _meeting,
    ),
    "emails": Kept(
        "email",
        ("hs_email_subject", "hs_email_text", "hs_email_direction", "hs_email_status"),
        _email,
    ),
    "notes": Kept("note", ("hs_note_body",), _note),
    "tasks": Kept(
        "task",
        (
            "hs_task_subject", "hs_task_body", "hs_task_status", "hs_task_completion_date",
            "hs_task_type",
        ),
        _task,
    ),
    "communications": Kept(
        "chat", ("hs_communication_body", "hs_communication_channel_type"), _message
    ),
}  # fmt: skip
