"""Activities as Tasks: ours logged into Salesforce, those of the reps read from it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from connectors.base import Activity, Cursor, Entry, Page, Ref, Rejected, Value
from connectors.salesforce.batch import Item, Outcome, calls, send_all, upsert_path
from connectors.salesforce.errors import rejected
from connectors.salesforce.feed import Stream, page
from connectors.salesforce.ids import canonical, object_of, ref_of
from connectors.salesforce.schema import fields_of, with_live_schema
from connectors.salesforce.session import Api, Row
from connectors.salesforce.soql import parse_moment

SUBJECT_MAX = 255  # Source: Object Reference, "Task"
DESCRIPTION_MAX = 32_000  # Source: Object Reference, "Task"
FEED = "tasks"
FORMS: Mapping[str, bool] = {"task": True}
_ASKED = (
    "Id", "SystemModstamp", "WhoId", "Subject", "Description", "Type", "TaskSubtype", "OwnerId",
    "ActivityDate", "CompletedDateTime", "CallDurationInSeconds", "CallDisposition", "CallType",
)  # fmt: skip
_TYPES = {"call": "call", "email": "email", "listemail": "email", "meeting": "meeting"}
_DETAIL = {
    "CallDurationInSeconds": "duration_s",
    "CallDisposition": "outcome",
    "CallType": "direction",
    "OwnerId": "owner_id",
    "Description": "body",
}


def local_date(api: Api, at: datetime) -> str:
    """The day that a task's date field shows, in the connection's time zone."""
    return at.astimezone(ZoneInfo(api.settings.time_zone)).date().isoformat()


def log(api: Api, entries: Sequence[Entry]) -> Mapping[str, Outcome]:
    """Log activities as completed tasks, each once by its key. `Landed.ref` is the task's.

    A person who was converted or merged is Gone, with where to. Raises: as `batch.send_all`.
    """
    outcomes: dict[str, Outcome] = {}
    items: list[Item] = []
    for entry in entries:
        fields = {
            "Subject": (entry.title or entry.type)[:SUBJECT_MAX],
            "Description": entry.body[:DESCRIPTION_MAX],
            "Status": api.settings.done_status,
            "ActivityDate": local_date(api, entry.at),
            "Priority": "Normal",
        }
        match task(api, entry.key, entry.person, fields):
            case Rejected() as refusal:
                outcomes[entry.key] = refusal
            case item:
                items.append(item)
    return outcomes | send_all(api, [*calls(upsert_path(api, "Task"), items)])


def task(api: Api, key: str, person: Ref, fields: Mapping[str, Any]) -> Item | Rejected:
    """A task about `person`, to be upserted by `key`."""
    name = object_of(person, api.settings.custom_objects)
    if person.kind != "person" or name is None:
        reason = f"{person.id!r} is no lead or contact"
        return rejected("INVALID_TYPE", reason, ("WhoId",))
    who = canonical(person.id)
    head = {"attributes": {"type": "Task"}, api.settings.key_field: key, "WhoId": who}
    return Item(key, person.kind, {**head, **fields}, about=(name, "Id", who))


def activities(api: Api, feed: str, cursor: Cursor | None) -> Page[Activity]:
    """Completed tasks about a person; without those that we made, which have a key."""
    if feed != FEED:
        raise Rejected(f"no feed {feed!r}; there is {FEED!r}", code="NO_SUCH_FEED")
    return with_live_schema(api, lambda: _tasks(api, cursor))


def _tasks(api: Api, cursor: Cursor | None) -> Page[Activity]:
    known = fields_of(api, "Task")
    where = ["IsClosed = true", "WhoId != null"]
    if api.settings.key_field in known:
        where.append(f"{api.settings.key_field} = null")
    fields = [name for name in _ASKED if name in known]
    rows, after, more = page(api, FEED, [Stream("Task", fields, tuple(where))], cursor)
    found = (_activity(row) for _, row in rows)
    return Page(tuple(each for each in found if each is not None), after, more)


def _activity(row: Row) -> Activity | None:
    person = ref_of(str(row["WhoId"]))
    if person is None or person.kind != "person":
        return None
    detail: dict[str, Value] = {
        ours: row[theirs] for theirs, ours in _DETAIL.items() if row.get(theirs) is not None
    }
    return Activity(
        id=canonical(str(row["Id"])),
        person=person,
        type=_type(row),
        at=_at(row),
        title=str(row.get("Subject") or ""),
        detail=detail,
    )


def _type(row: Row) -> str:
    """Call, e-mail or meeting, by the task's subtype or else its type; any other is a task."""
    words = (str(row.get(name) or "").lower() for name in ("TaskSubtype", "Type"))
    return next((_TYPES[word] for word in words if word in _TYPES), "task")


def _at(row: Row) -> datetime:
    """When it was done: as Salesforce says, else the day it stands under, else the last change."""
    if row.get("CompletedDateTime"):
        return parse_moment(str(row["CompletedDateTime"]))
    if row.get("ActivityDate"):
        day = datetime.fromisoformat(str(row["ActivityDate"])).date()
        return datetime.combine(day, time(), UTC)
    return parse_moment(str(row["SystemModstamp"]))
