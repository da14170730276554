"""Helpers decide about many people side by side, and are missed by nobody."""

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psutil
import pytest

from app.configuring import save_document
from app.crew import Crew
from app.domain.link import Link, Side
from app.domain.presets import preset
from app.store import links
from app.store.db import Database, connect
from tests.support.world import World

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)


@pytest.fixture
def portions(database: Database) -> list[list[UUID]]:
    """Two times three people whom nobody has scored, and rules by which they have points."""
    World(database)
    made = [Link(uuid4(), "person") for _ in range(6)]
    for n, one in enumerate(made):
        one.sides["ma"] = Side(one.id, "ma", "person", str(n), "Contact", seen={"title": "CTO"})
    rule = {"name": "head", "label": {"en": "Head", "ja": "長"}, "points": 7,
            "when": {"field": "title", "op": "equals", "value": "CTO"}}  # fmt: skip
    with database.begin() as tx:
        links.save(tx, made)
        save_document(tx, "scoring", "main", preset("scoring") | {"fit": [rule]}, by="test")
    ids = [one.id for one in made]
    return [ids[:3], ids[3:]]


@pytest.fixture
def crew(database: Database) -> Iterator[Crew]:
    """Two helpers on the database of the test."""
    url = database.url.render_as_string(hide_password=False)
    made = Crew(connect(url), size=2)
    yield made
    made.close()
    made.database.close()


def test_helpers_decide_as_their_worker_would(
    database: Database, crew: Crew, portions: list[list[UUID]]
) -> None:
    """Everybody has the points, and once more changes nobody."""
    first = crew.decided(portions, now=NOW)
    again = crew.decided(portions, now=NOW)

    assert (first.count, first.changed, again.count, again.changed) == (6, 6, 6, 0)
    assert _scores(database) == [7, 7, 7, 7, 7, 7]


def test_helpers_that_are_killed_are_not_missed(
    database: Database, crew: Crew, portions: list[list[UUID]]
) -> None:
    """Their worker does what they did not, and has new ones for what comes next."""
    crew.decided([portions[0], []], now=NOW)
    for one in _helpers():
        os.kill(one, signal.SIGKILL)

    done = crew.decided(portions, now=NOW)
    next_ = crew.decided(portions, now=NOW)

    assert (done.count, done.changed, next_.count, next_.changed) == (6, 3, 6, 0)
    assert _scores(database) == [7, 7, 7, 7, 7, 7]


def test_without_helpers_the_worker_does_it(database: Database, portions: list[list[UUID]]) -> None:
    """No process is started."""
    before = _helpers()

    done = Crew(database, size=0).decided(portions, now=NOW)

    assert (done.count, done.changed, _helpers()) == (6, 6, before)
    assert _scores(database) == [7, 7, 7, 7, 7, 7]


def _helpers() -> list[int]:
    children = psutil.Process().children(recursive=True)
    return [one.pid for one in children if "spawn_main" in " ".join(one.cmdline())]


def _scores(database: Database) -> list[int]:
    with database.begin() as tx:
        return list(tx.exec_driver_sql("SELECT score FROM link").scalars())
