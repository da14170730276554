"""Receive: a vendor's request becomes rows, all of several requests in one transaction.

parse (pure, verifies) -> store -> wakes. Nothing is looked at here and nothing believed: a change
is only a hint, an activity a fact that is stored once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from uuid import uuid4

from app.store import inbox
from app.store.db import Tx
from app.store.inbox import Arrival
from connectors.base import Activity, Hint, Inbound
from connectors.capabilities import ParsesWebhooks


def parse(
    connector: ParsesWebhooks, connection: str, inbound: Inbound, *, now: datetime
) -> list[Arrival]:
    """Verify and read one request; what it brings shares one cause. Raises: Refused."""
    cause_id = uuid4()
    return [Arrival(connection, cause_id, what) for what in connector.parse(inbound, now)]


def store(tx: Tx, requests: Iterable[Sequence[Arrival]]) -> int:
    """Store what several requests brought, each thing once; answer how many were new."""
    return inbox.take_in(tx, list(chain.from_iterable(requests)))


def wakes(arrivals: Iterable[Arrival]) -> set[str]:
    """The lanes that have work once this is committed."""
    lanes: set[str] = set()
    for one in arrivals:
        match one.what:
            case Hint():
                lanes.add(f"fetch:{one.connection}")
            case Activity():
                lanes.add("score")
    return lanes
