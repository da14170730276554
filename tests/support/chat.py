"""A world whose alerts also go to a chat, and whose time goes on by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from app.store import connections
from app.store.db import Database
from connectors.base import ConnectorError, Ref
from connectors.messages import Message
from connectors.registry import capabilities
from tests.flows.test_flows_alerts import HOT, SCORED, SCORING, become_hot, cool
from tests.support.world import World


@dataclass
class Chat:
    """A channel that remembers what it was told."""

    read_batch: int = 1
    write_batch: int = 5
    told: list[Message] = field(default_factory=list)
    trouble: list[ConnectorError] = field(default_factory=list)

    def send(self, messages: Sequence[Message]) -> Mapping[str, ConnectorError | None]:
        if self.trouble:
            raise self.trouble.pop(0)
        self.told += messages
        return dict.fromkeys(one.key for one in messages)


@dataclass
class Place:
    """A world whose alerts go to a chat as well; time goes on by hand."""

    world: World
    chat: Chat
    passed: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.passed

    def go_on(self, **time: float) -> None:
        """Time passes, and what is due then is done."""
        self.passed += timedelta(**time)
        for lane in ("escalate", "look:sfa", "tell:chat", "tell:sfa"):
            self.world.lanes.drain(lane)

    def alert(self) -> Any:
        with self.world.database.begin() as tx:
            return tx.execute(text("SELECT * FROM alert ORDER BY id DESC LIMIT 1")).one()

    def journal(self) -> list[str]:
        with self.world.database.begin() as tx:
            query = "SELECT event FROM journal WHERE event LIKE 'alert%' ORDER BY id"
            return list(tx.scalars(text(query)))

    def events(self) -> list[str]:
        with self.world.database.begin() as tx:
            query = "SELECT type FROM event WHERE type LIKE 'alert.%' ORDER BY id"
            return list(tx.scalars(text(query)))


class Rooms(World):
    """A world with a chat in it."""

    chat: Chat

    def connector(self, name: str) -> Any:
        return self.chat if name == "chat" else super().connector(name)


def place(database: Database, hot: Mapping[str, Any], mapping: Any = SCORED) -> Place:
    documents = {"scoring": SCORING, "hot_lead": {**HOT, **hot}}
    world = Rooms(database, mapping=mapping, documents=documents)
    world.chat = Chat()
    made = Place(world, world.chat)
    world.lanes.now = made.now
    world.lanes.signing_key = b"k" * 32
    world.lanes.public_url = "https://baton.example"
    with database.begin() as tx:
        connections.put(
            tx, "chat", vendor="slack", role="out", settings={}, options={"language": "ja"},
            capabilities=capabilities(world.chat), secret=None,
        )  # fmt: skip
    for vendor in (world.ma, world.sfa):
        vendor.clock = made.now
        vendor.add_owner("rep@example.com", "Rep")
        vendor.add_owner("boss@example.com", "Boss")
    return made


CHAIN = [
    {"after_minutes": 30, "channels": ["notification"], "messages": ["chat"]},
    {"after_minutes": 60, "to": "boss@example.com", "channels": ["task"], "messages": ["chat"]},
]


def hot(there: Place) -> Ref:
    contact = cool(there.world)
    become_hot(there.world, contact)
    return contact
