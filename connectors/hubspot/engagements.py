"""Notes, calls, tasks, e-mails and meetings on a record's timeline, and alerts as tasks.

Each is an upsert by our unique property, then an association, which HubSpot takes any number of
times; so the whole can be repeated. Source: HubSpot developer docs, "Engagements" (required
properties), "Associations v4".
"""

import html
from collections.abc import Mapping, Sequence
from functools import partial

from connectors.base import Alert, ConnectorError, Entry, Gone, Kind, Landed, Ref, Rejected
from connectors.hubspot.answers import Associations
from connectors.hubspot.batches import Row, blamed, in_parts, upsert
from connectors.hubspot.isolate import Outcome, isolated
from connectors.hubspot.objects import ASSOCIATION, BATCH, OBJECT
from connectors.hubspot.records import chunks, read
from connectors.hubspot.rest import Api
from connectors.hubspot.values import to_ms

LONGEST = 65_536  # characters of a body; HubSpot refuses a longer one
LONGEST_TITLE = 255
OBJECT_OF_TYPE: Mapping[str, str] = {
    "call": "calls",
    "meeting": "meetings",
    "email": "emails",
    "task": "tasks",
}  # all other types become notes
FORMS: Mapping[str, bool] = dict.fromkeys((*OBJECT_OF_TYPE, "note"), True)


def log(api: Api, entries: Sequence[Entry]) -> dict[str, Outcome]:
    """Log up to 100 activities, each once however often it is asked (by `key`)."""
    _fits(len(entries))
    gone = _gone(api, entries)
    name = api.settings.key_property
    rows: dict[str, list[Row]] = {}
    for entry in (one for one in entries if one.key not in gone):
        object_type = OBJECT_OF_TYPE.get(entry.type, "notes")
        properties = {**_entry(entry, object_type), name: entry.key}
        row = Row(entry.key, entry.key, entry.person.kind, properties)
        rows.setdefault(object_type, []).append(row)
    outcomes = in_parts(*((part, partial(upsert, api, o)) for o, part in rows.items()))
    people = {entry.key: entry.person for entry in entries}
    for object_type, part in rows.items():
        outcomes |= _associate(api, object_type, part, people, outcomes)
    return outcomes | gone


def raise_alerts(api: Api, alerts: Sequence[Alert]) -> dict[str, Outcome]:
    """Put a high-priority task with a reminder before the rep; idempotent by `key`.

    One that is there already keeps its state (the rep may have completed it); only its
    association is made sure of.
    """
    _fits(len(alerts))
    name = api.settings.key_property
    gone = _gone(api, alerts)
    rows = [
        Row(a.key, a.key, a.person.kind, {**_task(a), name: a.key})
        for a in alerts
        if a.key not in gone
    ]
    outcomes = _there(api, rows)
    new = [row for row in rows if row.key not in outcomes]
    outcomes |= in_parts((new, partial(upsert, api, "tasks")))
    people = {alert.key: alert.person for alert in alerts}
    return outcomes | _associate(api, "tasks", rows, people, outcomes) | gone


def _fits(count: int) -> None:
    if count > BATCH:
        raise Rejected(f"{count} at once; the most is {BATCH}", code="batch_too_large")


def _gone(api: Api, items: Sequence[Entry | Alert]) -> dict[str, Outcome]:
    """Those whose record is not there any more: nothing is made for them."""
    refs = dict.fromkeys(item.person for item in items)
    lost: dict[Ref, Outcome] = {}
    for kind in OBJECT:
        of_kind = [ref for ref in refs if ref.kind == kind]
        for part in chunks(of_kind, api.settings.read_batch):
            lost |= {
                one.ref: Gone(f"{one.object} {one.ref.id} is not there", one.moved_to)
                for one in read(api, part, ())
                if one.deleted
            }
    return {item.key: lost[item.person] for item in items if item.person in lost}


def _there(api: Api, rows: Sequence[Row]) -> dict[str, Outcome]:
    """The tasks that exist already."""
    if not rows:
        return {}
    name = api.settings.key_property
    kinds = {row.key: row.kind for row in rows}
    body = {"idProperty": name, "properties": [name], "inputs": [{"id": key} for key in kinds]}
    items = api.batch_read("tasks", body)
    keyed = ((item.properties.get(name), item.id) for item in items)
    return {key: Landed(Ref(kinds[key], one)) for key, one in keyed if key in kinds}


def _associate(
    api: Api,
    object_type: str,
    rows: Sequence[Row],
    people: Mapping[str, Ref],
    outcomes: Mapping[str, Outcome],
) -> dict[str, Outcome]:
    """Put landed engagements on the timelines they belong to.

    Those whose association fails come back with its error: asked again, they land once.
    """
    joined: dict[str, Outcome] = {}
    for kind in OBJECT:
        landed = {
            row.key: outcome
            for row in rows
            if row.kind == kind and isinstance(outcome := outcomes[row.key], Landed)
        }
        links = [Row(key, people[key].id, kind, {}) for key in landed]
        if not links:
            continue
        send = partial(_link, api, object_type, kind, landed)
        try:
            joined |= isolated(links, send)
        except ConnectorError as error:
            joined |= dict.fromkeys(landed, error)
    return joined


def _link(
    api: Api, object_type: str, kind: Kind, landed: Mapping[str, Landed], links: Sequence[Row]
) -> dict[str, Outcome]:
    """One call; an association that HubSpot's errors do not speak of is made."""
    how = {
        "associationCategory": "HUBSPOT_DEFINED",
        "associationTypeId": ASSOCIATION[object_type][kind],
    }
    inputs = [
        {"from": {"id": landed[link.key].ref.id}, "to": {"id": link.id}, "types": [how]}
        for link in links
    ]
    answer = api.ask(
        Associations, api.associations.create, object_type, OBJECT[kind], {"inputs": inputs}
    )
    made = {one.from_id for one in answer.results}
    missing = [link for link in links if landed[link.key].ref.id not in made]
    errors = blamed(missing, answer.errors)
    return {link.key: errors.get(link.key, landed[link.key]) for link in links}


def _entry(entry: Entry, object_type: str) -> dict[str, str]:
    """The properties of one engagement. E-mails are logged as outgoing: an entry does not say."""
    at, title, body = str(to_ms(entry.at)), _line(entry.title), _rich(entry.body)
    match object_type:
        case "calls":
            own = {"hs_call_title": title, "hs_call_body": body}
            own["hs_call_status"] = "COMPLETED"
        case "meetings":
            own = {"hs_meeting_title": title, "hs_meeting_body": body}
            own["hs_meeting_start_time"] = at
        case "emails":
            own = {"hs_email_subject": title, "hs_email_text": entry.body[:LONGEST]}
            own |= {"hs_email_direction": "EMAIL", "hs_email_status": "SENT"}
        case "tasks":
            own = {"hs_task_subject": title, "hs_task_body": body}
            own |= {"hs_task_status": "COMPLETED", "hs_task_type": "TODO"}
        case _:
            own = {"hs_note_body": _rich(f"{title}\n{entry.body}".strip())}
    return {"hs_timestamp": at, **own}


def _task(alert: Alert) -> dict[str, str]:
    """Source: HubSpot developer docs, "Tasks": a reminder is a time in epoch milliseconds."""
    due = str(to_ms(alert.due_at))
    body = f"{alert.body}\n{alert.url}" if alert.url else alert.body
    owner = {"hubspot_owner_id": alert.owner_id} if alert.owner_id else {}
    return {
        "hs_timestamp": due,
        "hs_task_reminders": due,
        "hs_task_subject": _line(alert.title),
        "hs_task_body": _rich(body),
        "hs_task_priority": "HIGH",
        "hs_task_status": "NOT_STARTED",
        "hs_task_type": "TODO",
        **owner,
    }


def _line(text: str) -> str:
    """A title: one line of a length that any list shows."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1]}…"


def _rich(text: str) -> str:
    """Plain text for a property that HubSpot shows as HTML: nothing in it is markup."""
    rich = html.escape(text, quote=False).replace("\n", "<br>")
    if len(rich) <= LONGEST:
        return rich
    return html.escape(text[: LONGEST // len("&amp;")], quote=False).replace("\n", "<br>")
