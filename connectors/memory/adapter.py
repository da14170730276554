"""The connector to an in-memory account: every capability, in the fewest lines."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias, TypeVar

from connectors.base import (
    Account,
    Activity,
    Alert,
    ConnectorError,
    Cursor,
    Entry,
    Field,
    Hint,
    Inbound,
    Kind,
    Landed,
    Owner,
    Page,
    Record,
    Ref,
    Rejected,
    Write,
)
from connectors.memory import webhook
from connectors.memory.account import MemoryVendor
from connectors.memory.plan import Operation
from connectors.memory.schema import EMAIL, Stored
from connectors.messages import TaskState

FEED = "behaviour"
URL = "https://baton.example/webhooks/memory"
Outcome: TypeAlias = Landed | ConnectorError
T = TypeVar("T", Entry, Alert)


@dataclass(slots=True)
class MemoryConnector:
    """Baton's view of one in-memory account."""

    vendor: MemoryVendor
    read_batch: int = 100
    write_batch: int = 100

    def parse(self, inbound: Inbound, now: datetime) -> Sequence[Hint | Activity]:
        return webhook.receive(inbound, secret=self.vendor.secret, now=now)

    def deliver(self, events: Sequence[Hint | Activity], now: datetime) -> Inbound:
        """The request in which the account tells of these events, signed `now`."""
        return webhook.send(events, secret=self.vendor.secret, url=URL, now=now)

    def read(self, refs: Sequence[Ref], fields: Collection[str]) -> Sequence[Record]:
        self._fits(len(refs), self.read_batch)
        with self.vendor.call("read"):
            return [self._look(ref, fields) for ref in refs]

    def find(
        self,
        kind: Kind,
        by: Literal["key", "email"],
        values: Sequence[str],
        fields: Collection[str],
    ) -> Mapping[str, Sequence[Record]]:
        with self.vendor.call("find"):
            live = [stored for stored in self.vendor.records(kind) if not stored.deleted]
            found = {
                value: [stored.shown(fields) for stored in live if _matches(stored, by, value)]
                for value in values
            }
        return {value: records for value, records in found.items() if records}

    def changes(self, kind: Kind, fields: Collection[str], cursor: Cursor | None) -> Page[Record]:
        with self.vendor.call("changes"):
            start = _position(cursor, kind, end=len(self.vendor.log))
            later = [s for s in self.vendor.records(kind) if s.number > start]
            later.sort(key=lambda stored: stored.number)
            page = later[: self.vendor.page_size]
            end = page[-1].number if page else start
            records = tuple(self._look(stored.ref, fields) for stored in page)
            return Page(records, Cursor(f"{kind}:{end}"), more=len(later) > len(page))

    def write(self, writes: Sequence[Write]) -> Mapping[str, Landed | ConnectorError]:
        self._fits(len(writes), self.write_batch)
        with self.vendor.call("write"):
            return {write.key: self._write(write) for write in writes}

    def delete(self, refs: Sequence[Ref]) -> Mapping[Ref, ConnectorError | None]:
        self._fits(len(refs), self.write_batch)
        with self.vendor.call("delete"):
            return {ref: self._remove("delete", ref) for ref in refs}

    def erase(self, refs: Sequence[Ref]) -> Mapping[Ref, ConnectorError | None]:
        self._fits(len(refs), self.write_batch)
        with self.vendor.call("erase"):
            outcomes = {ref: self._remove("erase", ref) for ref in refs}
            for ref in (ref for ref, error in outcomes.items() if error is None):
                if (stored := self.vendor.stored(ref)) is not None:
                    stored.fields.clear()
                    stored.key = None
            return outcomes

    def feeds(self) -> Sequence[str]:
        return (FEED,)

    def activities(self, feed: str, cursor: Cursor | None) -> Page[Activity]:
        if feed != FEED:
            raise Rejected(f"no feed {feed!r}", code="unknown_feed")
        with self.vendor.call("activities"):
            facts = self.vendor.behaviour
            start = _position(cursor, FEED, end=len(facts))
            items = tuple(facts[start : start + self.vendor.page_size])
            end = start + len(items)
            return Page(items, Cursor(f"{FEED}:{end}"), more=end < len(facts))

    def feed_from(self, feed: str, since: datetime) -> Cursor:
        if feed != FEED:
            raise Rejected(f"no feed {feed!r}", code="unknown_feed")
        facts = self.vendor.behaviour
        first = next((n for n, one in enumerate(facts) if one.at >= since), len(facts))
        return Cursor(f"{FEED}:{first}")

    def forms(self) -> Mapping[str, bool]:
        return {"note": True, "fact": False}

    def log(self, entries: Sequence[Entry]) -> Mapping[str, Landed | ConnectorError]:
        self._fits(len(entries), self.write_batch)
        with self.vendor.call("log"):
            outcomes = {e.key: self._once("log", e, self.vendor.entries) for e in entries}
            for entry in entries:
                if isinstance(outcomes[entry.key], Landed) and entry.form != "fact":
                    self.vendor.entries[entry.key] = self.vendor.entries[entry.key][0], entry
            return outcomes

    def raise_alerts(self, alerts: Sequence[Alert]) -> Mapping[str, Landed | ConnectorError]:
        self._fits(len(alerts), self.write_batch)
        with self.vendor.call("raise_alerts"):
            return {a.key: self._once("raise_alerts", a, self.vendor.tasks) for a in alerts}

    def notify(self, alerts: Sequence[Alert]) -> Mapping[str, ConnectorError | None]:
        with self.vendor.call("notify"):
            return {alert.key: self._ring(alert) for alert in alerts}

    def mention(self, alerts: Sequence[Alert]) -> Mapping[str, ConnectorError | None]:
        with self.vendor.call("mention"):
            self.vendor.mentions += alerts
            return dict.fromkeys(alert.key for alert in alerts)

    def tasks(self, ids: Sequence[str]) -> Mapping[str, TaskState]:
        with self.vendor.call("tasks"):
            there = {ref.id for ref, _ in self.vendor.tasks.values()} & set(ids)
            return {id_: self.vendor.states.get(id_, TaskState(True, "open")) for id_ in there}

    def kinds(self) -> Sequence[Kind]:
        return tuple(dict.fromkeys(self.vendor.objects.values()))

    def describe(self, kind: Kind) -> Sequence[Field]:
        with self.vendor.call("describe"):
            held = {name for name, of in self.vendor.objects.items() if of == kind}
            return tuple(field for field in self.vendor.schema if field.object in held)

    def owners(self) -> Sequence[Owner]:
        with self.vendor.call("owners"):
            return tuple(self.vendor.people)

    def probe(self) -> Account:
        with self.vendor.call("probe"):
            return Account("memory", "In-memory account", self.vendor.calls.total())

    def _look(self, ref: Ref, fields: Collection[str]) -> Record:
        if (stored := self.vendor.stored(ref)) is None:
            return Record(ref, "", {}, deleted=True)
        record = stored.shown(fields)
        return replace(record, moved_to=self.vendor.final(ref)) if record.moved_to else record

    def _write(self, write: Write) -> Outcome:
        try:
            with self.vendor.plan.part("write", write.key):
                stored, created = self.vendor.put(write)
                values = {name: stored.fields[name] for name in write.fields}
                landed = Landed(stored.ref, values, created)
        except ConnectorError as error:
            return error
        return landed

    def _once(self, operation: Operation, item: T, kept: dict[str, tuple[Ref, T]]) -> Outcome:
        """Keep one item under its key, whether it is asked once or often."""
        try:
            with self.vendor.plan.part(operation, item.key):
                created = item.key not in kept
                if created:
                    self.vendor.live(item.person)
                    kept[item.key] = (self.vendor.new_ref(item.person.kind), item)
                landed = Landed(kept[item.key][0], created=created)
        except ConnectorError as error:
            return error
        return landed

    def _remove(self, operation: Operation, ref: Ref) -> ConnectorError | None:
        """Take one record away, which may be gone already."""
        try:
            with self.vendor.plan.part(operation, ref.id):
                if (stored := self.vendor.stored(ref)) is not None and not stored.deleted:
                    self.vendor.delete(ref)
        except ConnectorError as error:
            return error
        return None

    def _ring(self, alert: Alert) -> ConnectorError | None:
        try:
            with self.vendor.plan.part("notify", alert.key):
                self.vendor.bells.append(alert)
        except ConnectorError as error:
            return error
        return None

    @staticmethod
    def _fits(count: int, batch: int) -> None:
        if count > batch:
            raise Rejected(f"{count} records at once; the most is {batch}", code="batch_too_large")


def _matches(stored: Stored, by: Literal["key", "email"], value: str) -> bool:
    if by == "key":
        return stored.key == value
    return str(stored.fields.get(EMAIL) or "").lower() == value.lower() != ""


def _position(cursor: Cursor | None, feed: str, *, end: int) -> int:
    """Where a feed stood. Raises: Rejected for a cursor that this feed never gave."""
    if cursor is None:
        return 0
    name, _, number = cursor.partition(":")
    if name != feed or not number.isdecimal() or int(number) > end:
        raise Rejected(f"not a cursor of {feed!r}", code="bad_cursor")
    return int(number)
