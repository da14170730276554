"""The webhooks journal: what happened, in entries that an app fetches at its own pace.

Source: HubSpot developer docs, "Webhooks journal" (2026-03): entries in order, told apart by a
UUID; each leads to a file that is there for a while; entries are kept for three days. The file:
`{offset, journalEvents, publishedAt}` as an open client reads it. When HubSpot closes an entry is
not confirmed: here it does when it is full or when it is asked for.
"""

import random
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.hubspot.sandbox.config import Config
from connectors.hubspot.sandbox.journal_filters import FIRST_ID as FIRST_FILTER_ID
from connectors.hubspot.sandbox.journal_filters import Filter
from connectors.hubspot.sandbox.moments import iso

FIRST_SUBSCRIPTION_ID = 5001
ACTIONS = {
    "creation": "CREATE", "propertyChange": "UPDATE", "deletion": "DELETE", "merge": "MERGE",
    "restore": "RESTORE", "privacyDeletion": "GDPR_DELETE",
}  # fmt: skip
OBJECT, ASSOCIATION, PRIVACY = "OBJECT", "ASSOCIATION", "GDPR_PRIVACY_DELETION"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A journal subscription. Empty lists mean everything."""

    id: int
    subscription_type: str
    object_type_id: str
    portal_id: int
    actions: tuple[str, ...]
    created_ms: int
    updated_ms: int
    properties: tuple[str, ...] = ()
    object_ids: tuple[int, ...] = ()
    associated: tuple[str, ...] = ()

    def covers(self, event: Mapping[str, Any]) -> bool:
        if event["type"] != self.subscription_type or event["action"] not in self.actions:
            return False
        if self.subscription_type != PRIVACY and event["objectTypeId"] != self.object_type_id:
            return False
        if self.object_ids and event["objectId"] not in self.object_ids:
            return False
        if self.associated and event.get("associatedObjectTypeId") not in self.associated:
            return False
        changes = event.get("propertyChanges")
        return not changes or not self.properties or not changes.keys().isdisjoint(self.properties)

    def as_json(self, app_id: int) -> dict[str, Any]:
        return {
            "id": self.id, "appId": app_id, "subscriptionType": self.subscription_type,
            "objectTypeId": self.object_type_id, "portalId": self.portal_id,
            "actions": list(self.actions), "properties": list(self.properties),
            "objectIds": list(self.object_ids), "associatedObjectTypeIds": list(self.associated),
            "createdAt": iso(self.created_ms), "updatedAt": iso(self.updated_ms),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the journal."""

    offset: str
    at_ms: int
    events: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "offset": self.offset, "publishedAt": iso(self.at_ms),
            "journalEvents": list(self.events),
        }  # fmt: skip


@dataclass(slots=True)
class Journal:
    config: Callable[[], Config]
    values: Callable[[str, str], Mapping[str, str]]  # of a record: by object type id and id
    entries: list[Entry] = field(default_factory=list)
    subscriptions: dict[int, Wanted] = field(default_factory=dict)
    next_id: int = FIRST_SUBSCRIPTION_ID
    filters: dict[int, Filter] = field(default_factory=dict)
    next_filter_id: int = FIRST_FILTER_ID
    snapshots: dict[str, tuple[int, bool]] = field(default_factory=dict)  # when; found it
    _waiting: list[dict[str, Any]] = field(default_factory=list)
    _chance: random.Random = field(default_factory=random.Random)

    def note(self, what: str, at_ms: int, event: Mapping[str, Any]) -> None:
        """Write down a change that somebody subscribed to; `event` as webhooks have it."""
        line = _line(what, at_ms, event, self.config().portal_id)
        if line is None or not self._is_wanted(line):
            return
        last = self._waiting[-1] if self._waiting else None
        if last is not None and _same_change(last, line):
            last["propertyChanges"] |= line["propertyChanges"]
            return
        self._waiting.append(line)
        if len(self._waiting) >= self.config().journal_entry_events:
            self._publish(at_ms)

    def note_snapshot(self, at_ms: int, about: Mapping[str, Any]) -> None:
        """Write down a record as it is, whoever subscribed."""
        head = {"type": OBJECT, "portalId": self.config().portal_id, "occurredAt": iso(at_ms)}
        self._waiting.append({**head, "action": "SNAPSHOT", **about})

    def kept(self, now_ms: int) -> list[Entry]:
        """All entries that are still there, oldest first."""
        if self._waiting:
            self._publish(now_ms)
        oldest_ms = now_ms - int(self.config().journal_retention_s * 1000)
        self.entries = [entry for entry in self.entries if entry.at_ms > oldest_ms]
        return self.entries

    def clear(self) -> None:
        self.entries.clear()
        self.subscriptions.clear()
        self.filters.clear()
        self.snapshots.clear()
        self._waiting.clear()
        self._chance = random.Random(self.config().seed)  # noqa: S311  repeatable, not a secret

    def _publish(self, at_ms: int) -> None:
        offset = str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
        self.entries.append(Entry(offset, at_ms, tuple(self._waiting)))
        self._waiting.clear()

    def _is_wanted(self, line: Mapping[str, Any]) -> bool:
        if self.config().journal_without_subscription:
            return True
        covering = (one for one in self.subscriptions.values() if one.covers(line))
        return any(self._passes(one, line) for one in covering)

    def _passes(self, wanted: Wanted, line: Mapping[str, Any]) -> bool:
        """The filters of a subscription judge the record as it is now."""
        ours = [one for one in self.filters.values() if one.subscription_id == wanted.id]
        if not ours:
            return True
        values = self.values(str(line["objectTypeId"]), str(line["objectId"]))
        return all(one.holds(values) for one in ours)


def next_after(entries: list[Entry], offset: str) -> Iterator[Entry] | None:
    """The entries after an offset; None where the offset is unknown or too old."""
    for place, entry in enumerate(entries):
        if entry.offset == offset:
            return iter(entries[place + 1 :])
    return None


def _same_change(last: Mapping[str, Any], line: Mapping[str, Any]) -> bool:
    if "propertyChanges" not in last or "propertyChanges" not in line:
        return False
    keys = ("type", "action", "objectTypeId", "objectId", "occurredAt")
    return all(last[key] == line[key] for key in keys)


def _line(what: str, at_ms: int, event: Mapping[str, Any], portal_id: int) -> dict[str, Any] | None:
    """One of `journalEvents`."""
    common = {
        "portalId": portal_id, "occurredAt": iso(at_ms), "objectTypeId": event["objectTypeId"],
    }  # fmt: skip
    if what == "associationChange":
        removed = event["associationRemoved"]
        return {
            "type": ASSOCIATION, **common, "objectId": event["fromObjectId"],
            "action": "ASSOCIATION_REMOVED" if removed else "ASSOCIATION_ADDED",
            "associatedObjectId": event["toObjectId"],
            "associatedObjectTypeId": event["toObjectTypeId"],
            "associationType": event["associationType"],
        }  # fmt: skip
    action = ACTIONS.get(what)
    if action is None:
        return None
    kind = PRIVACY if what == "privacyDeletion" else OBJECT
    about = event.get("objectId", event.get("newObjectId", event.get("primaryObjectId")))
    line = {"type": kind, **common, "objectId": about, "action": action}
    if what == "propertyChange":
        line["propertyChanges"] = {event["propertyName"]: event["propertyValue"]}
    if what == "merge":
        line["mergedObjectIds"] = event.get("mergedObjectIds", [])
        line["primaryObjectId"] = event.get("primaryObjectId")
    return line
