"""How far each feed has got, and the alarm before its vendor forgets what was not read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.store import attention, feeds, lanes
from app.store.attention import Wanted
from app.store.db import Database
from connectors.base import Cursor, Hint, News, Ref
from connectors.memory import MemoryConnector
from tests.support.world import World

FEED = "changes:person"


def state(world: World, name: str = FEED) -> dict[str, Any]:
    with world.database.begin() as tx:
        return next(row for row in feeds.of(tx, "ma") if row["name"] == name)


def troubles(world: World) -> list[tuple[str, str]]:
    with world.database.begin() as tx:
        return [(one.code, one.subject) for one in attention.items(tx, Wanted("feed"), None, 50)]


def put(world: World, **values: object) -> None:
    """A feed of "ma" as it would be some time later."""
    columns = ", ".join(f"{name} = :{name}" for name in values)
    with world.database.begin() as tx:
        where = "connection = 'ma' AND name = 'changes:person'"
        tx.execute(text(f"UPDATE feed SET {columns} WHERE {where}"), values)  # noqa: S608  ours


def ago(**time: float) -> datetime:
    return datetime.now(UTC) - timedelta(**time)


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def test_a_feed_that_has_caught_up_stands_where_its_reading_began(world: World) -> None:
    """Before that nobody knows how far it is."""
    assert state(world)["lag_s"] is None

    before = datetime.now(UTC)
    world.sync()

    assert state(world)["stands_at"] >= before
    assert 0 <= state(world)["lag_s"] < 60


def test_the_lag_grows_while_nobody_reads(world: World) -> None:
    """It is the age of what was not read, not that of the last try."""
    world.sync()
    put(world, stands_at=ago(hours=2), read_at=datetime.now(UTC))

    assert 7200 <= state(world)["lag_s"] < 7260


@pytest.mark.parametrize(
    ("hours", "expected"), [(35, []), (37, [("behind", FEED)]), (100, [("behind", FEED)])]
)
def test_an_alarm_comes_when_half_of_the_time_is_over(
    world: World, hours: float, expected: list[tuple[str, str]]
) -> None:
    """Of 72 hours that the vendor keeps events; also while the connection is paused."""
    world.sync()
    put(world, stands_at=ago(hours=hours), kept_s=72 * 3600)
    with world.database.begin() as tx:
        tx.execute(text("UPDATE connection SET state = 'paused' WHERE name = 'ma'"))

    assert troubles(world) == expected


def test_the_share_is_the_connections(world: World) -> None:
    """An admin may want to hear of it earlier."""
    world.sync()
    put(world, stands_at=ago(hours=20), kept_s=72 * 3600)
    assert troubles(world) == []

    with world.database.begin() as tx:
        tx.execute(
            text("UPDATE connection SET options = options || '{\"feed_alarm_share\": 0.25}'")
        )

    assert troubles(world) == [("behind", FEED)]


def test_what_is_kept_for_ever_raises_no_alarm(world: World) -> None:
    """Then nothing can be lost by being late."""
    world.sync()
    put(world, stands_at=ago(days=1000), kept_s=None)

    assert troubles(world) == []


def test_a_feed_that_nobody_reads_is_told(world: World) -> None:
    """Due for a quarter of an hour; not where the vendor makes us wait, which is told apart."""
    world.sync()
    put(world, due_at=ago(minutes=16))
    assert troubles(world) == [("unread", FEED)]

    with world.database.begin() as tx:
        tx.execute(text("INSERT INTO lane (name, failures) VALUES ('read:ma:changes:person', 1)"))
    assert troubles(world) == []


class Told(MemoryConnector):
    """A vendor that also has a feed of hints, told what to answer."""

    answers: list[News]

    def hint_feeds(self) -> list[str]:
        return ["news"]

    def hints(self, feed: str, cursor: Cursor | None, wait_s: float) -> News:  # noqa: ARG002  told
        return self.answers.pop(0)


def told(world: World, *answers: News) -> None:
    connector = Told(world.ma)
    connector.answers = list(answers)
    world.connectors["ma"] = connector
    with world.database.begin() as tx:
        names = [row["name"] for row in feeds.of(tx, "ma")]
        feeds.ensure_feeds(tx, "ma", [*names, "hints:news"])


def news(*ids: str, gap: bool = False, cursor: str = "1") -> News:
    hints = tuple(Hint(f"h{one}", Ref("person", one)) for one in ids)
    return News(hints, Cursor(cursor), False, kept_s=72 * 3600, gap=gap)


def test_hints_of_a_feed_are_looked_at_once(world: World) -> None:
    """However often the feed shows the same one; its cursor is stored with them."""
    ada = world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    told(world, news(ada.id), news(ada.id, cursor="2"))
    world.ma.edit(ada, phone="+819012345678")

    world.lanes.step("read:ma:hints:news")
    with world.database.begin() as tx:
        assert tx.scalar(text("SELECT count(*) FROM hint")) == 1
    world.settle()
    link = world.link_of("ma", ada)

    assert link is not None
    assert link.agreed["phone"] == "+819012345678"
    with world.database.begin() as tx:
        feeds.hurry(tx, "ma", "hints")
    world.lanes.step("read:ma:hints:news")
    with world.database.begin() as tx:
        assert tx.scalar(text("SELECT count(*) FROM hint")) == 0
    assert state(world, "hints:news")["cursor"] == "2"
    assert state(world, "hints:news")["kept_s"] == 259_200


def test_a_gap_makes_baton_look_through_all_changes(world: World) -> None:
    """At once, whenever the next poll would have been."""
    world.sync()
    told(world, news(gap=True))
    ada = world.ma.add_person("ada@example.com", "Contact")
    assert world.due() == []

    world.lanes.step("read:ma:hints:news")

    assert world.due() == ["read:ma:changes:person"]
    world.settle()
    assert world.link_of("ma", ada) is not None


def test_listened_feeds_are_no_work_of_the_sweep(world: World) -> None:
    """They may wait for news, so a thread of their own listens to them."""
    world.sync()
    told(world)

    with world.database.begin() as tx:
        assert lanes.listened(tx) == ["read:ma:hints:news"]
    assert world.due() == []
