"""The live board and the lists behind the pages."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.budget import allowance
from app.domain.link import Link, Side
from app.store import attention, board, budgets, connections, feeds, links, people
from app.store.db import Database
from app.store.people import Place, Wanted
from app.web.ui.live import Live
from connectors.budget import Day


def add(database: Database, number: int, **values: object) -> UUID:
    """A person with a number for its id; `values` are the link's."""
    link = Link(UUID(int=number), "person", **values)  # type: ignore[arg-type]  # checked by the class itself
    link.sides["crm"] = Side(link.id, "crm", "person", external_id=str(number))
    with database.begin() as tx:
        links.save(tx, [link])
    return link.id


def found(database: Database, **wanted: object) -> list[int]:
    with database.begin() as tx:
        rows = people.search(tx, Wanted(**wanted), sort="score", after=None, limit=50)  # type: ignore[arg-type]  # as above
    return [row["id"].int for row in rows]


def test_many_viewers_make_one_read(database: Database) -> None:
    """A hundred open pages ask the database as often as one."""
    live = Live(database)

    async def all_look() -> None:
        await asyncio.gather(*(live.look() for _ in range(100)))

    asyncio.run(all_look())

    assert live.reads == 1


def test_who_closes_a_page_leaves_no_old_board_behind(database: Database) -> None:
    """A look that is ended in the middle counts for nothing: the next one reads what is there."""
    live = Live(database)

    async def close_in_the_middle() -> None:
        await live.look()
        with database.begin() as tx:
            tx.exec_driver_sql("LOCK TABLE link IN ACCESS EXCLUSIVE MODE")
            while live.reads == 1:
                looking = asyncio.create_task(live.look())
                await asyncio.wait({looking}, timeout=0.01)
            looking.cancel()
            await asyncio.wait({looking})
        add(database, 1, hot_since=datetime.now(UTC))

        assert (await live.look()).board.hot == 1

    asyncio.run(close_in_the_middle())


def test_the_list_is_filtered(database: Database) -> None:
    """By words in name, company or address, by stage, grade and sync state; wildcards are text."""
    add(database, 1, agreed={"first_name": "Ada", "company": "100% Wool"}, email="a@x.jp", score=1)
    add(database, 2, agreed={"last_name": "山田"}, email="b@x.jp", score=90, grade="A", stage="mql")

    assert found(database) == [2, 1]
    assert found(database, q="ada wool") == [1]
    assert found(database, q="山田") == [2]
    assert found(database, q="X.JP") == [2, 1]
    assert found(database, q="100%") == [1]
    assert found(database, q="_da") == []
    assert found(database, grade="A") == [2]
    assert found(database, stage="lead") == [1]
    assert found(database, state="in_sync") == [2, 1]
    assert found(database, state="failed") == []
    assert found(database, hot=True) == []


def test_pages_of_the_list_join_without_gaps(database: Database) -> None:
    """Also among equal scores and people without one."""
    for number in range(1, 121):
        add(database, number, score=None if number > 110 else number % 3)
    shown: list[int] = []
    after: Place | None = None
    page: list[dict[str, Any]] = [{}]
    while page:
        with database.begin() as tx:
            page = people.search(tx, Wanted(), sort="score", after=after, limit=7)
        shown += [row["id"].int for row in page]
        after = people.place(page[-1], "score") if page else None

    assert sorted(shown) == list(range(1, 121))
    assert shown[-10:] == list(range(120, 110, -1))


def test_every_trouble_that_is_counted_is_listed(database: Database) -> None:
    """The number in the header and the page behind it agree."""
    with database.begin() as tx:
        connections.put(
            tx, "crm", vendor="memory", role="sfa", settings={}, options={}, capabilities=[],
            secret=None,
        )  # fmt: skip
        connections.set_state(tx, "crm", "needs_attention", "401")
        feeds.ensure_feeds(tx, "crm", ["changes:person"])
        feeds.feed_failed(tx, "crm", "changes:person", "no permission", next_in_s=60)
    link = Link(uuid4(), "person", conflicts={"phone": {"ma": "1", "sfa": "2"}})
    problem = {"field": "size", "code": "number", "message": "not a number"}
    link.sides["crm"] = Side(
        link.id, "crm", "person", external_id="1", state="failed", reason="no", problems=[problem]
    )
    with database.begin() as tx:
        links.save(tx, [link])
        counted = board.read(tx, allowance)
        listed = attention.items(tx, attention.Wanted(), None, 200, urgent_first=True)

    assert [one.what for one in listed[:2]] == ["connection", "feed"]
    assert {one.what for one in listed[2:]} == {"side", "conflict", "value"}
    assert counted.troubles == len(listed) == 5


def test_the_day_lasts_till_where_baton_stops(database: Database) -> None:
    """600 of 1,000 calls are used, and the settings leave half of the day to others."""
    with database.begin() as tx:
        connections.put(
            tx, "hs", vendor="hubspot", role="ma", settings={"daily_share": 0.5}, options={},
            capabilities=[], secret=None,
        )  # fmt: skip
        budgets.used(tx, "hs", 10, Day(600, 1000))
        (health,) = board.health(tx, allowance)

    assert (health.spent.total, health.spent.ceiling) == (1000, 500)
    assert health.spent.ceiling_at is not None
    assert health.limits["search"][0].calls == 5


def test_a_connector_that_is_gone_stops_no_page(database: Database) -> None:
    """Its connection is shown all the same."""
    with database.begin() as tx:
        connections.put(
            tx, "old", vendor="nobody", role="ma", settings={}, options={}, capabilities=[],
            secret=None,
        )  # fmt: skip
        (health,) = board.health(tx, allowance)

    assert health.limits == {}


@pytest.mark.parametrize("text", ["'", "\\", "%'; DROP TABLE link; --"])
def test_odd_text_is_only_searched_for(database: Database, text: str) -> None:
    """What somebody types is never SQL."""
    assert found(database, q=text) == []
