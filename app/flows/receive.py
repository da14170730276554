"""Receive: a vendor's request becomes rows, all of several requests in one transaction.

parse (pure, verifies) -> store -> wakes. Nothing is looked at here and nothing believed: a change
is only a hint, an activity a fact that is stored once.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import chain
from uuid import uuid4

from app.flows import routing
from app.flows import rules as rules_
from app.store import feeds as feed_rows
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


def store(tx: Tx, requests: Iterable[Sequence[Arrival]]) -> set[str]:
    """Store what several requests brought, each thing once; answer the lanes that have work.

    Where a hint is about behaviour, the activity feeds that will show it are due as well.
    """
    arrivals = list(chain.from_iterable(requests))
    added = inbox.take_in(tx, arrivals).activities
    lanes = routing.route(tx, rules_.load(tx), added, now=datetime.now(UTC)) if added else set()
    feeds: dict[str, set[str] | None] = {}
    for one in arrivals:
        match one.what:
            case Hint():
                lanes |= {f"fetch:{one.connection}"} | ({"erase"} if one.what.erased else set())
                known = feeds.setdefault(one.connection, set())
                news = one.what.feeds
                feeds[one.connection] = None if known is None or news is None else known | {*news}
            case Activity():
                lanes.add("score")
    for connection, names in sorted(feeds.items()):
        only = None if names is None else sorted(names)
        for feed in feed_rows.hurry(tx, connection, "activities", only):
            lanes.add(f"read:{connection}:{feed}")
    return lanes
