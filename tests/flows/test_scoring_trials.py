"""Outcomes of people, and new rules applied to everybody in portions."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.configuring import save_document
from app.domain.link import Link, Side
from app.domain.presets import preset
from app.flows.work import recompute
from app.store import links, outcomes, references, work
from app.store.db import Database
from app.store.stage_tables import stage_change
from connectors.base import Ref
from tests.support.history import person
from tests.support.world import World

WON, LOST = ["closedwon"], ["closedlost"]


def deal(database: Database, contact: str, **agreed: Any) -> None:
    """An opportunity that names somebody."""
    link = Link(uuid4(), "opportunity", agreed=agreed)
    link.sides["ma"] = Side(link.id, "ma", "opportunity", external_id=str(link.id))
    with database.begin() as tx:
        links.save(tx, [link])
        references.keep(tx, "ma", {link.id: [Ref("person", contact)]})


def ends(database: Database, *ids: UUID) -> dict[UUID, tuple[int | None, ...]]:
    """Of each: how many days ago it first came to sao, won, lost."""
    with database.begin() as tx:
        found = outcomes.first(tx, ids, WON, LOST)
    now = datetime.now(UTC)
    return {
        one.link_id: tuple(
            None if at is None else round((now - at) / timedelta(days=1))
            for at in (one.sao, one.won, one.lost)
        )
        for one in found.values()
    }


def test_activities_tell_how_people_ended(database: Database) -> None:
    """The first of each end; whoever was won or lost was an opportunity, too."""
    won = person(database, "won", ("stage_change", 9), ("won", 5), ("won", 2))
    lost = person(database, "lost", ("lost", 7), ("page_view", 9))
    idle = person(database, "idle", ("page_view", 3))

    assert ends(database, won, lost, idle) == {won: (9, 5, None), lost: (7, None, 7)}


def test_stages_that_were_recorded_tell_it_too(database: Database) -> None:
    """As the lifecycle has them."""
    ada = person(database, "ada")
    row = {"moved_by": "rule", "version": 1, "link_id": ada}
    with database.begin() as tx:
        for target, days in (("sao", 8), ("won", 3)):
            at = datetime.now(UTC) - timedelta(days=days)
            tx.execute(stage_change.insert().values(**row, target=target, at=at))

    assert ends(database, ada) == {ada: (8, 3, None)}


def test_opportunities_tell_it_where_nothing_else_does(database: Database) -> None:
    """By their stage and close date; activities know better."""
    closed = (datetime.now(UTC) - timedelta(days=4)).date().isoformat()
    ada = person(database, "ada")
    kai = person(database, "kai", ("won", 1))
    eve = person(database, "eve")
    deal(database, "ada", stage="ClosedLost", close_date=closed)
    deal(database, "kai", stage="closedwon", close_date=closed)
    deal(database, "eve", stage="open", close_date="2099-12-31")

    found = ends(database, ada, kai, eve)

    assert found[ada][2] in {4, 5}
    assert found[kai] == (1, 1, None)
    assert found[eve] == (0, None, None)


def test_new_rules_go_on_where_they_stopped(database: Database) -> None:
    """A worker that dies between two steps loses nothing and repeats nothing."""
    world = World(database)
    step = recompute.BATCH * recompute.PORTIONS
    people = step + 5
    made = [Link(uuid4(), "person", agreed={"title": "CTO"}) for _ in range(people)]
    for n, one in enumerate(made):
        side = Side(one.id, "ma", "person", external_id=str(n), object="Contact", sought=True)
        one.sides["ma"] = side
    with database.begin() as tx:
        links.save(tx, made)
    with database.begin() as tx:
        job = save_document(tx, "scoring", "main", preset("scoring"), by="test").job or 0

    world.lanes.step(f"job:{job}")
    with database.begin() as tx:
        first = work.get(tx, job)
    world.restart()
    world.settle()
    with database.begin() as tx:
        last = work.get(tx, job)
        scored = tx.exec_driver_sql("SELECT count(*) FROM score_history").scalar_one()

    assert first is not None
    assert last is not None
    assert (first.done, first.total, first.state) == (step, people, "running")
    assert (last.done, last.total, last.state) == (people, people, "done")
    assert (scored, last.counts) == (people, {"changed": people})


def test_recomputing_is_idempotent(database: Database) -> None:
    """The same rules once more change nobody and write no history."""
    world = World(database, documents={"scoring": preset("scoring")})
    world.ma.add_person("ada@example.com", "Contact", job_title="CTO", phone="+81312345678")
    world.sync()
    with database.begin() as tx:
        before = tx.exec_driver_sql("SELECT count(*) FROM score_history").scalar_one()
        job = work.add(tx, "recompute", {"kind": "person"}, by="test")

    world.settle()

    with database.begin() as tx:
        after = tx.exec_driver_sql("SELECT count(*) FROM score_history").scalar_one()
        done = work.get(tx, job)
    assert done is not None
    assert (done.state, done.counts) == ("done", {"as_before": 1})
    assert before == after
