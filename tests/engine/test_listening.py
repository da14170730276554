"""Listening: feeds of hints are drained in threads of their own."""

import threading
from collections.abc import Iterator

import pytest

from app.listening import Listener
from app.store import connections, feeds, lanes
from app.store.db import Database
from tests.support.patience import PATIENCE_S, eventually

LANE = "read:crm:hints:news"


@pytest.fixture
def crm(database: Database) -> Database:
    with database.begin() as tx:
        connections.put(
            tx, "crm", vendor="memory", role="ma", settings={}, options={}, capabilities=[],
            secret=None,
        )  # fmt: skip
        feeds.ensure_feeds(tx, "crm", ["changes:person", "hints:news"])
    return database


class Ears:
    """What was drained, each waiting for news until it is let go."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.go_on = threading.Event()

    def drain(self, lane: str) -> None:
        self.heard.append(lane)
        self.go_on.wait(PATIENCE_S)


@pytest.fixture
def ears(crm: Database) -> Iterator[Ears]:
    ears = Ears()
    listener = Listener(crm, ears.drain)
    listener.start()
    yield ears
    ears.go_on.set()
    listener.stop(5)


def test_a_feed_of_hints_is_listened_to_by_one_thread(crm: Database, ears: Ears) -> None:
    """Other feeds are the worker's; who listens already is left alone."""
    assert eventually(lambda: ears.heard == [LANE])

    with crm.begin() as tx:
        feeds.hurry(tx, "crm", "hints")
        assert lanes.due(tx) == ["read:crm:changes:person"]
    assert ears.heard == [LANE]

    ears.go_on.set()
    assert eventually(lambda: len(ears.heard) > 1)
    assert set(ears.heard) == {LANE}


def test_a_lane_that_must_wait_is_not_listened_to(crm: Database) -> None:
    """Nor one of a connection that is paused, nor a feed whose time has not come."""
    with crm.begin() as tx:
        lanes.wait(tx, LANE, 60, "busy")
        assert lanes.listened(tx) == []
        lanes.well(tx, LANE)
        assert lanes.listened(tx) == [LANE]
        connections.set_state(tx, "crm", "paused", None)
        assert lanes.listened(tx) == []
        connections.set_state(tx, "crm", "active", None)
        tx.exec_driver_sql("UPDATE feed SET due_at = now() + interval '1 minute'")
        assert lanes.listened(tx) == []
