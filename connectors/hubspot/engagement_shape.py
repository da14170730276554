"""How an activity looks as one of HubSpot's engagements.

`Entry.fields` holds properties of HubSpot, which win; and Baton's own words (`entry_words`), which
mean the same in every form, besides `owner_id`, an owner of HubSpot's.
Source: HubSpot developer docs, "Engagements" (required properties and values).
"""

import html
from collections.abc import Callable, Mapping
from datetime import timedelta

from connectors.base import Entry, Value
from connectors.entry_words import CHANNEL as CHANNEL_WORD
from connectors.entry_words import DIRECTION, ENTRY_WORDS, LOCATION, OUTCOME, seconds, word
from connectors.hubspot.activity_settings import CALL_OUTCOMES, ActivitySettings
from connectors.hubspot.values import text, to_ms

LONGEST = 65_536  # characters of a body; HubSpot refuses a longer one
LONGEST_TITLE = 255
OBJECT_OF_FORM: Mapping[str, str] = {
    "call": "calls",
    "meeting": "meetings",
    "email": "emails",
    "task": "tasks",
    "note": "notes",
    "communication": "communications",
}
WORDS = ENTRY_WORDS | {"owner_id"}
CALL_STATUS = {"busy": "BUSY", "no answer": "NO_ANSWER", "failed": "FAILED"}
MEETING_OUTCOME = {
    "scheduled": "SCHEDULED", "completed": "COMPLETED", "attended": "COMPLETED",
    "rescheduled": "RESCHEDULED", "no_show": "NO_SHOW", "canceled": "CANCELED",
    "cancelled": "CANCELED",
}  # fmt: skip
CHANNEL = {"sms": "SMS", "whatsapp": "WHATS_APP", "whats_app": "WHATS_APP",
           "linkedin": "LINKEDIN_MESSAGE", "linkedin_message": "LINKEDIN_MESSAGE"}  # fmt: skip
Properties = dict[str, str]


def form_of(entry: Entry) -> str:
    """The form it is kept in; what suits its type where none is asked for."""
    if entry.form:
        return entry.form
    return entry.type if entry.type in {"call", "meeting", "email", "task"} else "note"


def properties(entry: Entry, form: str, settings: ActivitySettings) -> Properties:
    """The properties of one engagement."""
    said = {name: entry.fields[name] for name in WORDS if entry.fields.get(name) is not None}
    given = {name: text(value) for name, value in entry.fields.items() if name not in WORDS}
    owner = {"hubspot_owner_id": text(said["owner_id"])} if "owner_id" in said else {}
    shape = SHAPES[form]
    return {"hs_timestamp": str(to_ms(entry.at)), **owner, **shape(entry, said, settings), **given}


Said = Mapping[str, Value]


def _call(entry: Entry, said: Said, settings: ActivitySettings) -> Properties:
    own = {"hs_call_title": line(entry.title), "hs_call_body": rich(entry.body)}
    own["hs_call_status"] = CALL_STATUS.get(word(said, OUTCOME), "COMPLETED")
    if (duration_s := seconds(said)) is not None:
        own["hs_call_duration"] = str(round(duration_s * 1000))
    if direction := word(said, DIRECTION):
        own["hs_call_direction"] = "INBOUND" if direction.startswith("in") else "OUTBOUND"
    ids = {name: one for one, name in {**CALL_OUTCOMES, **settings.call_outcomes}.items()}
    if outcome := ids.get(word(said, OUTCOME).replace("_", " ")):
        own["hs_call_disposition"] = outcome
    return own


def _meeting(entry: Entry, said: Said, _: ActivitySettings) -> Properties:
    own = {"hs_meeting_title": line(entry.title), "hs_meeting_body": rich(entry.body)}
    own["hs_meeting_start_time"] = str(to_ms(entry.at))
    if (duration_s := seconds(said)) is not None:
        own["hs_meeting_end_time"] = str(to_ms(entry.at + timedelta(seconds=duration_s)))
    if outcome := MEETING_OUTCOME.get(word(said, OUTCOME)):
        own["hs_meeting_outcome"] = outcome
    if place := said.get(LOCATION):
        own["hs_meeting_location"] = line(text(place))
    return own


def _email(entry: Entry, said: Said, _: ActivitySettings) -> Properties:
    """Outgoing unless it says otherwise."""
    came = word(said, DIRECTION).startswith("in")
    return {
        "hs_email_subject": line(entry.title),
        "hs_email_text": entry.body[:LONGEST],
        "hs_email_direction": "INCOMING_EMAIL" if came else "EMAIL",
        "hs_email_status": "BOUNCED" if word(said, OUTCOME) == "bounced" else "SENT",
    }


def _task(entry: Entry, _: Said, __: ActivitySettings) -> Properties:
    return {
        "hs_task_subject": line(entry.title),
        "hs_task_body": rich(entry.body),
        "hs_task_status": "COMPLETED",
        "hs_task_type": "TODO",
    }


def _note(entry: Entry, _: Said, __: ActivitySettings) -> Properties:
    return {"hs_note_body": rich(f"{line(entry.title)}\n{entry.body}".strip())}


def _message(entry: Entry, said: Said, _: ActivitySettings) -> Properties:
    """HubSpot has three channels and demands one."""
    return {
        "hs_communication_body": rich(f"{line(entry.title)}\n{entry.body}".strip()),
        "hs_communication_channel_type": CHANNEL.get(word(said, CHANNEL_WORD), "SMS"),
        "hs_communication_logged_from": "CRM",
    }


Shape = Callable[[Entry, Said, ActivitySettings], Properties]
SHAPES: Mapping[str, Shape] = {
    "call": _call,
    "meeting": _meeting,
    "email": _email,
    "task": _task,
    "note": _note,
    "communication": _message,
}


def line(said: str) -> str:
    """A title: one line of a length that any list shows."""
    one = " ".join(said.split())
    return one if len(one) <= LONGEST_TITLE else f"{one[: LONGEST_TITLE - 1]}…"


def rich(said: str) -> str:
    """Plain text for a property that HubSpot shows as HTML: nothing in it is markup."""
    shown = html.escape(said, quote=False).replace("\n", "<br>")
    if len(shown) <= LONGEST:
        return shown
    return html.escape(said[: LONGEST // len("&amp;")], quote=False).replace("\n", "<br>")
