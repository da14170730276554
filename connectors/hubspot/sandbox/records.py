"""Records with their history, and the tables that hold and index them."""

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from connectors.hubspot.sandbox.moments import iso
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.sandbox.indexes import Index, Timeline
from connectors.sandbox.shelf import LIVE, Plain, Shelf

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


PlainVersions = tuple[tuple[str, int, int], ...]  # value, when, the actor's number


class Actors:
    """Actors by number: few write many versions."""

    def __init__(self) -> None:
        self._numbers: dict[Actor, int] = {}
        self._actors: list[Actor] = []

    def number(self, actor: Actor) -> int:
        number = self._numbers.setdefault(actor, len(self._actors))
        if number == len(self._actors):
            self._actors.append(actor)
        return number

    def __getitem__(self, number: int) -> Actor:
        return self._actors[number]


class History(MutableMapping[str, list[Version]]):
    """The versions of each property, newest first; plain ones become objects when looked at."""

    __slots__ = ("_actors", "_held")

    def __init__(
        self, held: Mapping[str, list[Version] | PlainVersions] | None = None,
        actors: Actors | None = None,
    ) -> None:  # fmt: skip
        self._held = dict(held or {})
        self._actors = actors or Actors()

    def __getitem__(self, name: str) -> list[Version]:
        held = self._held[name]
        if isinstance(held, tuple):
            held = self._held[name] = [Version(v, at, self._actors[n]) for v, at, n in held]
        return held

    def __setitem__(self, name: str, versions: list[Version]) -> None:
        self._held[name] = versions

    def __delitem__(self, name: str) -> None:
        del self._held[name]

    def __contains__(self, name: object) -> bool:
        return name in self._held

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def plain(self, actors: Actors) -> dict[str, PlainVersions]:
        """All of it as plain values; the actors of what is no object yet are the same."""
        return {
            name: held
            if isinstance(held, tuple)
            else tuple((v.value, v.at_ms, actors.number(v.actor)) for v in held)
            for name, held in self._held.items()
        }


@dataclass(slots=True)
class Record:
    """`history` is newest first. `log` is the sandbox's own, for dumps."""

    id: str
    type: ObjectType
    created_ms: int
    updated_ms: int
    values: dict[str, str] = field(default_factory=dict)
    history: History = field(default_factory=History)
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

    `aliases` leads from ids merged away to the record that replaced them; `archived` has the ids
    of archived records. Equality indexes are built for a property when first asked for and kept
    up to date from then on. `searched` is the last search (what for, and the ids it found), whose
    further pages are the same while `changes`, the count of what happened to records, is.
    """

    type: ObjectType
    live_records: int = LIVE
    aliases: dict[str, str] = field(default_factory=dict)
    next_id: int = FIRST_ID
    archived: dict[str, None] = field(default_factory=dict)
    changes: int = 0
    searched: tuple[Any, list[str]] | None = None
    records: Shelf[Record] = field(init=False)
    _actors: Actors = field(default_factory=Actors)
    _by_value: dict[str, Index[str]] = field(default_factory=dict)
    _by_update: Timeline[int] = field(default_factory=lambda: Timeline(by=int))

    def __post_init__(self) -> None:
        self.records = Shelf(self._apart, self._whole, self.live_records)

    def new_id(self) -> str:
        self.next_id += 1
        return str(self.next_id - 1)

    def add(self, record: Record) -> None:
        self.records[record.id] = record
        for name, value in record.values.items():
            self._index(record.id, name, None, value)
        self.touch(record, record.updated_ms)

    def get(self, record_id: str, *, archived: bool = False) -> Record | None:
        record = self.records.get(record_id)
        if record is None or (record.archived_ms is not None) != archived:
            return None
        return record

    def ids(self, start: int = 0, *, archived: bool = False) -> Iterator[str]:
        """Ids in order, from one on."""
        for number in range(max(start, FIRST_ID), self.next_id):
            found = str(number)
            if found in self.records and (found in self.archived) == archived:
                yield found

    def resolve(self, record_id: str) -> str:
        """The id of the record into which this one was merged, else the id itself."""
        while record_id in self.aliases:
            record_id = self.aliases[record_id]
        return record_id

    def put(self, record: Record, name: str, value: str) -> None:
        """Set a value ("" clears) and keep the indexes right. History is the caller's."""
        self.changes += 1
        self._index(record.id, name, record.values.get(name), value)
        if value:
            record.values[name] = value
        else:
            record.values.pop(name, None)

    def touch(self, record: Record, ms: int) -> None:
        """Note that it was changed, archived or restored."""
        self.changes += 1
        self._by_update.discard(record.updated_ms, record.id)
        self._by_update.add(ms, record.id)
        record.updated_ms = ms
        if record.archived_ms is None:
            self.archived.pop(record.id, None)
        else:
            self.archived[record.id] = None

    def remove(self, record: Record) -> None:
        """Forget it entirely (privacy deletion)."""
        self.changes += 1
        for name, value in record.values.items():
            self._index(record.id, name, value, "")
        self._by_update.discard(record.updated_ms, record.id)
        self.archived.pop(record.id, None)
        del self.records[record.id]

    def ids_holding(self, name: str, value: str) -> list[str]:
        """Ids of records, archived ones too, whose property equals a value, regardless of case."""
        if name not in self._by_value:
            index = self._by_value[name] = Index()
            for record_id in self.records:
                if held := self.records.glance(record_id).values.get(name):
                    index.add(held.lower(), record_id)
        return self._by_value[name].ids(value.lower())

    def holding(self, name: str, value: str) -> list[Record]:
        """The records of `ids_holding`."""
        return [self.records[i] for i in self.ids_holding(name, value)]

    def live_with(self, name: str, value: str) -> Record | None:
        """The live record whose unique property has this value (contacts: any of their e-mails)."""
        for record_id in self.ids_holding(name, value):
            if record_id not in self.archived:
                return self.records[record_id]
        if name == "email":
            return self.live_with_additional(value)
        return None

    def live_with_additional(self, email: str) -> Record | None:
        """The live contact that has this among its further e-mails; few contacts have any."""
        self.ids_holding("hs_additional_emails", email)  # builds the index
        index = self._by_value["hs_additional_emails"]
        for held in index:
            if email.lower() in held.split(";"):
                for record_id in index.ids(held):
                    if record_id not in self.archived:
                        return self.records[record_id]
        return None

    def changed_between(self, low_ms: int | None, high_ms: int | None) -> Iterator[str]:
        """Ids by last change and id, archived ones too, both ends inclusive."""
        return self._by_update.between(low_ms, high_ms)

    def raw(self) -> Iterator[dict[str, Any]]:
        """Every record for dumps, each as it is when its turn comes."""
        ids = list(self.records)
        return (self.records.glance(i).as_raw() for i in ids if i in self.records)

    def _index(self, record_id: str, name: str, old: str | None, new: str) -> None:
        index = self._by_value.get(name)
        if index is None:
            return
        if old:
            index.discard(old.lower(), record_id)
        if new:
            index.add(new.lower(), record_id)

    def _apart(self, record: Record) -> Plain:
        times = (record.created_ms, record.updated_ms, record.archived_ms)
        return times, record.values, record.history.plain(self._actors), record.log

    def _whole(self, record_id: str, plain: Plain) -> Record:
        (created_ms, updated_ms, archived_ms), values, kept, log = plain
        history = History(kept, self._actors)
        return Record(
            record_id, self.type, created_ms, updated_ms, values, history, archived_ms, log
        )
