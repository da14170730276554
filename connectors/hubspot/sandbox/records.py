"""Records with their history, and the tables that hold and index them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from connectors.hubspot.sandbox.moments import iso
from connectors.hubspot.sandbox.object_types import ObjectType

FIRST_ID = 1001  # counted per type, so that ids of different types collide as they may in reality


@dataclass(frozen=True, slots=True)
class Actor:
    """Who writes, as history (`sourceType`, `sourceId`) and webhooks (`changeSource`) show it."""

    source: str
    source_id: str | None = None
    user_id: int | None = None
    label: str | None = None
    who: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A value that a property had since `at_ms`."""

    value: str
    at_ms: int
    actor: Actor

    def as_json(self) -> dict[str, Any]:
        actor = self.actor
        shown: dict[str, Any] = {
            "value": self.value, "timestamp": iso(self.at_ms), "sourceType": actor.source,
        }  # fmt: skip
        if actor.source_id is not None:
            shown["sourceId"] = actor.source_id
        if actor.label is not None:
            shown["sourceLabel"] = actor.label
        if actor.user_id is not None:
            shown["updatedByUserId"] = actor.user_id
        return shown


@dataclass(slots=True)
class Record:
    """`history` is newest first. `log` is the sandbox's own, for dumps."""

    id: str
    type: ObjectType
    created_ms: int
    updated_ms: int
    values: dict[str, str] = field(default_factory=dict)
    history: dict[str, list[Version]] = field(default_factory=dict)
    archived_ms: int | None = None
    log: list[dict[str, Any]] = field(default_factory=list)

    def value_at(self, name: str, ms: int) -> str | None:
        """What the property held at a moment (properties without history: what it holds)."""
        if name == self.type.modified:
            times = (change["at"] for change in self.log if change["at"] <= ms)
            return iso(max(times, default=self.created_ms))
        if name not in self.history:
            return self.values.get(name)
        for version in self.history[name]:
            if version.at_ms <= ms:
                return version.value or None
        return None

    def as_raw(self) -> dict[str, Any]:
        """Everything, for dumps."""
        return {
            "id": self.id, "object": self.type.name, "properties": self.values,
            "created_ms": self.created_ms, "updated_ms": self.updated_ms,
            "archived_ms": self.archived_ms, "log": self.log,
            "history": {k: [v.as_json() for v in vs] for k, vs in self.history.items()},
        }  # fmt: skip


@dataclass(slots=True)
class Table:
    """All records of one type.

    `aliases` leads from ids merged away to the record that replaced them. Equality indexes are
    built for a property when first asked for and kept up to date from then on.
    """

    type: ObjectType
    records: dict[str, Record] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    next_id: int = FIRST_ID
    _by_value: dict[str, dict[str, dict[str, None]]] = field(default_factory=dict)
    _by_update: dict[str, int] = field(default_factory=dict)
    _update_order_holds: bool = True

    def new_id(self) -> str:
        self.next_id += 1
        return str(self.next_id - 1)

    def add(self, record: Record) -> None:
        self.records[record.id] = record
        for name, value in record.values.items():
            self._index(record.id, name, None, value)
        self._moved(record)

    def get(self, record_id: str, *, archived: bool = False) -> Record | None:
        record = self.records.get(record_id)
        if record is None or (record.archived_ms is not None) != archived:
            return None
        return record

    def resolve(self, record_id: str) -> str:
        """The id of the record into which this one was merged, else the id itself."""
        while record_id in self.aliases:
            record_id = self.aliases[record_id]
        return record_id

    def put(self, record: Record, name: str, value: str) -> None:
        """Set a value ("" clears) and keep the indexes right. History is the caller's."""
        self._index(record.id, name, record.values.get(name), value)
        if value:
            record.values[name] = value
        else:
            record.values.pop(name, None)

    def touch(self, record: Record, ms: int) -> None:
        record.updated_ms = ms
        self._moved(record)

    def remove(self, record: Record) -> None:
        """Forget it entirely (privacy deletion)."""
        for name, value in record.values.items():
            self._index(record.id, name, value, "")
        self._by_update.pop(record.id, None)
        del self.records[record.id]

    def holding(self, name: str, value: str) -> list[Record]:
        """Records, archived ones too, whose property equals a value, regardless of case."""
        index = self._by_value.get(name)
        if index is None:
            index = self._by_value[name] = {}
            for record in self.records.values():
                if held := record.values.get(name):
                    index.setdefault(held.lower(), {})[record.id] = None
        return [self.records[i] for i in index.get(value.lower(), ())]

    def live_with(self, name: str, value: str) -> Record | None:
        """The live record whose unique property has this value (contacts: any of their e-mails)."""
        for record in self.holding(name, value):
            if record.archived_ms is None:
                return record
        if name == "email":
            return self.live_with_additional(value)
        return None

    def live_with_additional(self, email: str) -> Record | None:
        """The live contact that has this among its further e-mails; few contacts have any."""
        self.holding("hs_additional_emails", email)  # builds the index
        for held, ids in self._by_value["hs_additional_emails"].items():
            live = [i for i in ids if self.records[i].archived_ms is None]
            if live and email.lower() in held.split(";"):
                return self.records[live[0]]
        return None

    def newest_first(self) -> Iterator[Record]:
        """By last change, latest first."""
        if not self._update_order_holds:
            order = sorted(self.records.values(), key=lambda r: r.updated_ms)
            self._by_update = {record.id: record.updated_ms for record in order}
            self._update_order_holds = True
        return (self.records[i] for i in reversed(self._by_update))

    def _moved(self, record: Record) -> None:
        self._by_update.pop(record.id, None)
        if self._by_update:
            last = next(reversed(self._by_update))
            if self._by_update[last] > record.updated_ms:
                self._update_order_holds = False
        self._by_update[record.id] = record.updated_ms

    def _index(self, record_id: str, name: str, old: str | None, new: str) -> None:
        index = self._by_value.get(name)
        if index is None:
            return
        if old:
            index.get(old.lower(), {}).pop(record_id, None)
        if new:
            index.setdefault(new.lower(), {})[record_id] = None
