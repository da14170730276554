"""Logging activities as a custom behavioural event of HubSpot's.

A completion has no id; its `uuid` makes HubSpot drop a second one for a year, so the entry's key
makes the uuid. It can't be changed, and no call of it counts against the daily limit.
Source: HubSpot developer docs, "Custom event completions" (500 in a call).
"""

import uuid
from collections.abc import Sequence
from typing import Any

from connectors.base import Entry, Landed, Ref
from connectors.hubspot.associating import gone
from connectors.hubspot.batches import Row
from connectors.hubspot.engagement_shape import WORDS, line
from connectors.hubspot.isolate import Outcome, isolated
from connectors.hubspot.rest import Api
from connectors.hubspot.values import text

FORM = "event"
LONGEST = 1000  # characters that a property of an event is given; HubSpot names no limit
NAMESPACE = uuid.UUID("0b9b6f1c-6f2d-5d6e-9b1e-5a1d3c0e7b42")
# What the event definition has beside HubSpot's own properties (`installing/events.py`).
TYPE, TITLE, BODY = "baton_type", "baton_title", "baton_body"


def send(api: Api, entries: Sequence[Entry]) -> dict[str, Outcome]:
    """Send the events of contacts that are there. Raises: Busy, AuthLost, Unsure."""
    lost = gone(api, {entry.key: entry.person for entry in entries})
    rows = {
        entry.key: Row(entry.key, entry.person.id, entry.person.kind, _properties(entry))
        for entry in entries
        if entry.key not in lost
    }
    when = {entry.key: entry.at.isoformat() for entry in entries}

    def batch(part: Sequence[Row]) -> dict[str, Outcome]:
        inputs: list[dict[str, Any]] = [
            {
                "eventName": api.settings.event_name,
                "objectId": row.id,
                "occurredAt": when[row.key],
                "uuid": _uuid(row.key),
                "properties": dict(row.properties),
            }
            for row in part
        ]
        api.completions.send({"inputs": inputs}, _preload_content=False)
        return {row.key: Landed(Ref(row.kind, _uuid(row.key)), created=True) for row in part}

    return lost | isolated(list(rows.values()), batch) if rows else lost


def _uuid(key: str) -> str:
    return str(uuid.uuid5(NAMESPACE, key))


def _properties(entry: Entry) -> dict[str, str]:
    given = {n: text(value) for n, value in entry.fields.items() if n not in WORDS}
    own = {TYPE: entry.type, TITLE: line(entry.title), BODY: entry.body[:LONGEST]}
    return {**own, **given}
