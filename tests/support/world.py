"""A world of two in-memory vendors and Baton's real store between them, stepped by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from app.domain.link import Link
from app.flows import read, receive, rules
from app.jobs import Lanes
from app.store import connections, documents, feeds, lanes, links
from app.store.connections import Connection
from app.store.db import Database
from app.store.inbox import Arrival
from connectors.base import Hint, Ref, Value
from connectors.memory import MemoryConnector, MemoryVendor
from connectors.registry import capabilities

HURRY = text("""
    WITH a AS (UPDATE lane SET not_before = NULL WHERE not_before IS NOT NULL),
         b AS (UPDATE hint SET due_at = now() WHERE due_at > now()),
         c AS (UPDATE side SET due_at = now() WHERE due_at > now()),
         d AS (UPDATE delivery SET due_at = now() WHERE due_at > now()),
         e AS (UPDATE job SET due_at = now() WHERE due_at > now()),
         campaigns AS (UPDATE campaign SET due_at = now() WHERE due_at > now()),
         members AS (UPDATE membership_place SET due_at = now() WHERE due_at > now()),
         credits AS (UPDATE campaign_credit SET due_at = now() WHERE due_at > now()),
         handoffs AS (UPDATE handoff_entry SET due_at = now() WHERE due_at > now()),
         steps AS (UPDATE sla_step SET due_at = now() WHERE due_at > now()),
         f AS (UPDATE removal SET due_at = now() WHERE due_at > now()),
         g AS (UPDATE digest SET due_at = now() WHERE due_at > now())
    UPDATE alert SET due_at = now() WHERE due_at > now()
""")
MAPPING: dict[str, Any] = {
    "kind": "person",
    "ma": "ma",
    "sfa": "sfa",
    "formats": {"ma": "json", "sfa": "json"},
    "create": {"ma": {"object": "Contact"}, "sfa": {"object": "Lead"}},
    "fields": [
        {"name": "email", "ma": "email", "sfa": "email", "type": "email"},
        {"name": "phone", "ma": "phone", "sfa": "phone", "policy": "prefer_sfa"},
        {"name": "title", "ma": "job_title", "sfa": "job_title", "policy": "prefer_ma"},
        {"name": "note", "ma": "note", "sfa": "note", "type": "long_text", "policy": "newest"},
    ],
}


@dataclass(slots=True, repr=False)
class World:
    """Two vendors ("ma", "sfa") and the lanes between them. `settle` runs till all is quiet."""

    database: Database
    ma: MemoryVendor = field(default_factory=MemoryVendor)
    sfa: MemoryVendor = field(default_factory=MemoryVendor)
    mapping: dict[str, Any] = field(default_factory=lambda: MAPPING)
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=lambda: {"poll_s": 3600, "activities_s": 3600})
    feeds: str = ""  # only those whose name starts so
    connectors: dict[str, MemoryConnector] = field(default_factory=dict)
    lanes: Lanes = field(init=False)
    woken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.connectors = {"ma": MemoryConnector(self.ma), "sfa": MemoryConnector(self.sfa)}
        self.lanes = self._lanes()
        with self.database.begin() as tx:
            for kind, body in {"mapping": self.mapping, **self.documents}.items():
                documents.add(tx, kind, "main", 1, body, note="", by="test")
                documents.activate(tx, kind, "main", 1)
            for name, connector in self.connectors.items():
                connections.put(
                    tx,
                    name,
                    vendor="memory",
                    role="ma" if name == "ma" else "sfa",
                    settings={},
                    options=self.options,
                    capabilities=capabilities(connector),
                    secret=None,
                )
                one = connections.get(tx, name)
                assert one is not None
                wanted = read.feeds_of(rules.load(tx), one, read.own_feeds(connector))
                wanted = [feed for feed in wanted if feed.startswith(self.feeds)]
                feeds.ensure_feeds(tx, name, wanted)

    def _lanes(self) -> Lanes:
        return Lanes(self.database, self, self.woken.update, sleep=lambda _: None)

    def restart(self) -> None:
        """Another worker takes over, who knows nothing but what is stored."""
        self.lanes = self._lanes()

    def connector(self, name: str) -> MemoryConnector:
        return self.connectors[name]

    def hint(self, name: str, refs: Iterable[Ref]) -> None:
        """A webhook about these records arrives."""
        with self.database.begin() as tx:
            arrivals = [
                Arrival(name, uuid4(), Hint(str(uuid4()), ref, datetime.now(UTC))) for ref in refs
            ]
            receive.store(tx, [arrivals])

    def due(self) -> list[str]:
        """Lanes with work."""
        with self.database.begin() as tx:
            return lanes.due(tx)

    def hurry(self) -> None:
        """What waits for a time need not wait any longer."""
        with self.database.begin() as tx:
            tx.execute(HURRY)

    def poll(self) -> None:
        """Both systems are looked through for changes once."""
        with self.database.begin() as tx:
            tx.exec_driver_sql("UPDATE feed SET due_at = now() - interval '1 second'")

    def settle(self, rounds: int = 60) -> None:
        """Drain all lanes until nothing is due."""
        for _ in range(rounds):
            self.hurry()
            due = self.due()
            if not due:
                return
            for lane in due:
                self.lanes.drain(lane)
        raise AssertionError(f"never quiet: {self.due()}")

    def sync(self) -> None:
        """Look through both systems, then settle."""
        self.poll()
        self.settle()

    def link_of(self, name: str, ref: Ref) -> Link | None:
        """The link of a vendor's record."""
        with self.database.begin() as tx:
            ids = links.by_external_id(tx, name, ref.kind, [ref.id])
            found = links.read(tx, ids.values())
        return next(iter(found.values()), None)

    def ref_at(self, name: str, link: Link) -> Ref | None:
        """Where a link's record is at a vendor."""
        side = link.sides.get(name)
        return None if side is None else side.ref

    def values(self, name: str, ref: Ref) -> dict[str, Value]:
        """What a vendor has stored."""
        stored = getattr(self, name).stored(ref)
        return {} if stored is None else dict(stored.fields)


__all__ = ["MAPPING", "Connection", "World"]
