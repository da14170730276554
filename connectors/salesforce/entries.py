"""Activities written down: completed tasks, and events in the calendar.

Both are upserts by our key, so that logging again updates. What an entry brings by field names of
Salesforce wins over what is written otherwise, and over what Baton's words (`entry_words`) say: how
a call went, how long a meeting was and where. A contact's entry also stands under the opportunity
or account that it is about; a lead's cannot (WhatId), and an activity has one person here: more
would need Shared Activities. Source: Object Reference, "Task", "Event".
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from connectors.base import Entry, Fields, Ref, Rejected, Value
from connectors.entry_words import (
    DIRECTION,
    ENTRY_WORDS,
    LOCATION,
    OUTCOME,
    seconds,
    word,
)
from connectors.salesforce.batch import Item, Outcome, calls, send_all, upsert_path
from connectors.salesforce.errors import rejected
from connectors.salesforce.ids import canonical, object_of
from connectors.salesforce.schema import CHANGED_SCHEMA, fields_of, forget
from connectors.salesforce.session import Api, Row
from connectors.salesforce.writes import to_wire, wire_time

SUBJECT_MAX = 255  # Source: Object Reference, "Task"
DESCRIPTION_MAX = 32_000  # Source: Object Reference, "Task"
OBJECTS: Mapping[str, str] = {"task": "Task", "event": "Event"}
FORMS: Mapping[str, bool] = dict.fromkeys(OBJECTS, True)
MEETINGS = {"meeting"}  # types that suit the calendar; all others are tasks
CALL_TYPES = {"inbound": "Inbound", "outbound": "Outbound", "internal": "Internal"}
WHAT = ("opportunity", "company")  # whose record an entry stands under, the first of them
NUMBERS = {"int", "long", "double", "currency", "percent"}
OURS = ("WhoId", "Id")  # set by the entry itself
TEXT_MAX = 255  # of a call's result and an event's place
LONGEST_EVENT_MIN = 14 * 24 * 60  # Source: Object Reference, "Event": at most 14 days


def log(api: Api, entries: Sequence[Entry]) -> Mapping[str, Outcome]:
    """Log activities, each once by its key. `Landed.ref` is the task's or event's.

    A person who was converted or merged is Gone, with where to. Raises: as `batch.send_all`.
    """
    outcomes: dict[str, Outcome] = {}
    items: dict[str, list[Item]] = {name: [] for name in OBJECTS.values()}
    for entry in entries:
        form = entry.form or ("event" if entry.type in MEETINGS else "task")
        if (name := OBJECTS.get(form)) is None:
            reason = f"no form {form!r}; there are {', '.join(OBJECTS)}"
            outcomes[entry.key] = rejected("NO_SUCH_FORM", reason)
            continue
        match _item(api, name, entry):
            case Rejected() as refusal:
                outcomes[entry.key] = refusal
            case item:
                items[name].append(item)
    requests = [
        call for name, some in items.items() for call in calls(upsert_path(api, name), some)
    ]
    outcomes |= send_all(api, requests)
    if any(isinstance(o, Rejected) and o.code in CHANGED_SCHEMA for o in outcomes.values()):
        forget(api)
    return outcomes


def _item(api: Api, name: str, entry: Entry) -> Item | Rejected:
    theirs = {key: one for key, one in entry.fields.items() if key not in ENTRY_WORDS}
    own = _own_fields(api, name, theirs)
    if isinstance(own, Rejected):
        return own
    fields = {
        "Subject": (entry.title or entry.type)[:SUBJECT_MAX],
        "Description": entry.body[:DESCRIPTION_MAX],
        **(_task(api, entry) if name == "Task" else _event(api, entry, own)),
    }
    if (what := _what(entry)) is not None:
        fields["WhatId"] = what
    return activity(api, name, entry.key, entry.person, {**fields, **own})


def _task(api: Api, entry: Entry) -> dict[str, Any]:
    done = {"Status": api.settings.done_status, "ActivityDate": local_date(api, entry.at)}
    call = _call(api, entry.fields) if entry.type == "call" else {}
    return {**done, "Priority": "Normal", **call}


def _call(api: Api, said: Fields) -> dict[str, Any]:
    """How a call went, as far as this org lets us write it."""
    values: dict[str, Any] = {}
    if (lasted_s := seconds(said)) is not None:
        values["CallDurationInSeconds"] = round(lasted_s)
    if outcome := said.get(OUTCOME):
        values["CallDisposition"] = str(outcome)[:TEXT_MAX]
    if direction := CALL_TYPES.get(word(said, DIRECTION)):
        values["CallType"] = direction
    known = fields_of(api, "Task") if values else {}
    return {name: one for name, one in values.items() if known.get(name, {}).get("updateable")}


def _event(api: Api, entry: Entry, own: Mapping[str, Value]) -> dict[str, Any]:
    """When it was. An end that the entry brings stands for the duration: the two must agree."""
    lasted_s, minutes = seconds(entry.fields), api.settings.event_minutes
    if lasted_s is not None and lasted_s <= LONGEST_EVENT_MIN * 60:
        minutes = math.ceil(lasted_s / 60)
    lasts = {} if "EndDateTime" in own else {"DurationInMinutes": minutes}
    place = entry.fields.get(LOCATION)
    where = {"Location": str(place)[:TEXT_MAX]} if place else {}
    return {"StartDateTime": wire_time(entry.at), **lasts, **where}


def _what(entry: Entry) -> str | None:
    """The opportunity, else the account; none for a lead, where Salesforce takes none."""
    if object_of(entry.person, {}) != "Contact":
        return None
    refs = [ref for kind in WHAT for ref in entry.about if ref.kind == kind]
    return next((canonical(ref.id) for ref in refs if object_of(ref, {}) is not None), None)


def _own_fields(api: Api, name: str, given: Mapping[str, Value]) -> dict[str, Value] | Rejected:
    """The fields that an entry brings, as the object takes them; a refusal names those it does
    not have or does not let us change (an update is as likely as a create).
    """
    if not given:
        return {}
    known = fields_of(api, name)
    unknown = sorted(given.keys() - known.keys())
    if {f"{name}.{field}" for field in unknown} - api.unknown:
        forget(api)  # an admin may have created it since: one look for each
        known = fields_of(api, name)
        unknown = sorted(given.keys() - known.keys())
        api.unknown |= {f"{name}.{field}" for field in unknown}
    if unknown:
        reason = f"{name} has no field {', '.join(unknown)}"
        return rejected("INVALID_FIELD", reason, tuple(unknown))
    fixed = sorted(f for f in given if f in OURS or not known[f].get("updateable"))
    if fixed:
        reason = f"{name}: {', '.join(fixed)} cannot be written"
        return rejected("INVALID_FIELD_FOR_INSERT_UPDATE", reason, tuple(fixed))
    return {
        field: to_wire(_typed(value, known[field]), known[field]) for field, value in given.items()
    }


def _typed(value: Value, described: Row) -> Value:
    """Text where Salesforce wants a number or a truth, as templates write it; else as it is."""
    if not isinstance(value, str):
        return value
    kind, text = described.get("type"), value.strip()
    if kind == "boolean" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if kind not in NUMBERS:
        return value
    try:
        number = float(text)
    except ValueError:
        return value or None  # Salesforce says better what is wrong with it
    return int(number) if number.is_integer() else number


def local_date(api: Api, at: datetime) -> str:
    """The day that a task's date field shows, in the connection's time zone."""
    return at.astimezone(ZoneInfo(api.settings.time_zone)).date().isoformat()


def task(api: Api, key: str, person: Ref, fields: Mapping[str, Any]) -> Item | Rejected:
    """A task about `person`, to be upserted by `key`."""
    return activity(api, "Task", key, person, fields)


def activity(
    api: Api, object_: str, key: str, person: Ref, fields: Mapping[str, Any]
) -> Item | Rejected:
    """A task or event about `person`, to be upserted by `key`."""
    name = object_of(person, api.settings.custom_objects)
    if person.kind != "person" or name is None:
        reason = f"{person.id!r} is no lead or contact"
        return rejected("INVALID_TYPE", reason, ("WhoId",))
    who = canonical(person.id)
    head = {"attributes": {"type": object_}, api.settings.key_field: key, "WhoId": who}
    return Item(key, person.kind, {**head, **fields}, about=(name, "Id", who))
