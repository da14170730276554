"""Backfill: everything is looked at once, whatever happens in between."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from app.store import work
from app.store.db import Database
from tests.support.work import Killed, look, run, start
from tests.support.world import World


def quiet(database: Database) -> World:
    """A world in which nothing is read but by jobs."""
    world = World(database, feeds="none")
    world.ma.page_size = 10
    return world


def test_a_backfill_brings_everybody_over_once(database: Database) -> None:
    """Each of 35 contacts becomes one lead; progress and counts add up to them."""
    world = quiet(database)
    for n in range(35):
        world.ma.add_person(f"p{n}@example.com", "Contact")

    job = run(world, "backfill", connection="ma")

    leads = [str(lead.fields["email"]) for lead in world.sfa.records("person")]
    assert sorted(leads) == sorted(f"p{n}@example.com" for n in range(35))
    assert (job.state, job.done, dict(job.counts)) == ("done", 35, {"new": 35})


def test_a_second_backfill_writes_nothing(database: Database) -> None:
    """Everybody is known, and nobody is told anything."""
    world = quiet(database)
    for n in range(12):
        world.ma.add_person(f"p{n}@example.com", "Contact")
    run(world, "backfill", connection="ma")
    written = world.sfa.calls["write"], world.ma.calls["write"]

    job = run(world, "backfill", connection="ma")

    assert dict(job.counts) == {"known": 12}
    assert (world.sfa.calls["write"], world.ma.calls["write"]) == written


def test_only_what_changed_since_is_looked_at(database: Database) -> None:
    """Records older than the time are left alone."""
    world = quiet(database)
    world.ma.add_person("old@example.com", "Contact")
    since = world.ma.clock()
    world.ma.add_person("new@example.com", "Contact")

    job = run(world, "backfill", connection="ma", since=since)

    assert job.done == 1
    assert [lead.fields["email"] for lead in world.sfa.records("person")] == ["new@example.com"]


def test_a_killed_worker_loses_and_repeats_nothing(database: Database) -> None:
    """It dies with a page in its hands; another one goes on from the checkpoint."""
    world = quiet(database)
    for n in range(35):
        world.ma.add_person(f"p{n}@example.com", "Contact")
    job_id = start(world, "backfill", connection="ma")
    assert world.lanes.step(f"job:{job_id}")

    def die() -> None:
        raise Killed

    world.ma.interleave("changes", die, after=True)
    with pytest.raises(Killed):
        world.lanes.drain(f"job:{job_id}")
    before = look(world, job_id)
    world.restart()
    world.settle()

    job = look(world, job_id)
    assert (before.state, before.done) == ("running", 10)
    assert (job.state, job.done, dict(job.counts)) == ("done", 35, {"new": 35})
    assert len(world.sfa.records("person")) == 35


def test_a_paused_job_stands_until_it_is_resumed(database: Database) -> None:
    """Nothing is read while it is paused; then it goes on where it stopped."""
    world = quiet(database)
    for n in range(25):
        world.ma.add_person(f"p{n}@example.com", "Contact")
    job_id = start(world, "backfill", connection="ma")
    world.lanes.step(f"job:{job_id}")
    with database.begin() as tx:
        assert work.pause(tx, job_id)

    world.settle()
    paused = look(world, job_id)
    with database.begin() as tx:
        assert work.resume(tx, job_id)
    world.settle()

    assert (paused.state, paused.done) == ("paused", 10)
    assert (look(world, job_id).state, look(world, job_id).done) == ("done", 25)
    assert world.ma.calls["changes"] == 3


def test_a_cancelled_job_ends_for_good(database: Database) -> None:
    """What it did stays; it can't be resumed."""
    world = quiet(database)
    for n in range(25):
        world.ma.add_person(f"p{n}@example.com", "Contact")
    job_id = start(world, "backfill", connection="ma")
    world.lanes.step(f"job:{job_id}")
    with database.begin() as tx:
        assert work.cancel(tx, job_id)
        assert not work.resume(tx, job_id)

    world.settle()

    assert (look(world, job_id).state, look(world, job_id).done) == ("cancelled", 10)
    assert len(world.sfa.records("person")) == 10


def test_a_pause_during_a_step_keeps_the_step(database: Database) -> None:
    """What was under way is stored, and is not done again after resuming."""
    world = quiet(database)
    for n in range(25):
        world.ma.add_person(f"p{n}@example.com", "Contact")
    job_id = start(world, "backfill", connection="ma")

    def pause() -> None:
        with database.begin() as tx:
            work.pause(tx, job_id)

    world.ma.interleave("changes", pause)
    world.settle()

    assert (look(world, job_id).state, look(world, job_id).done) == ("paused", 10)


def test_a_kind_that_nobody_maps_says_so(database: Database) -> None:
    """The job fails with what is to be mended, and can be resumed after that."""
    world = quiet(database)

    job = run(world, "backfill", connection="ma", kind="company")

    assert job.state == "failed"
    assert job.reason == "no active mapping maps a company of ma"


def test_a_paused_connection_holds_its_jobs(database: Database) -> None:
    """The job waits and says why; the connection is left in peace."""
    world = quiet(database)
    with database.begin() as tx:
        tx.exec_driver_sql("UPDATE connection SET state = 'paused' WHERE name = 'ma'")
    job_id = start(world, "backfill", connection="ma")

    world.lanes.drain(f"job:{job_id}")

    assert look(world, job_id).reason == "ma is paused"
    assert world.ma.calls["changes"] == 0


def test_what_the_read_system_is_told_waits_until_it_was_read(database: Database) -> None:
    """Each write would come back as a change, to be looked at before the next page is read."""
    world = quiet(database)
    for n in range(25):
        world.ma.add_person(f"p{n}@example.com", "Contact")
        world.sfa.add_person(f"p{n}@example.com", "Lead", phone="+81312345678")
    job_id = start(world, "backfill", connection="ma")
    world.lanes.step(f"job:{job_id}")

    world.lanes.drain("deliver:sfa:person")
    world.lanes.drain("deliver:ma:person")
    meanwhile = world.ma.calls["write"]
    world.settle()

    phones = [contact.fields["phone"] for contact in world.ma.records("person")]
    assert meanwhile == 0
    assert phones == ["+81312345678"] * 25


def test_a_paused_backfill_keeps_nobody_waiting(database: Database) -> None:
    """What it found so far is told while it stands."""
    world = quiet(database)
    for n in range(25):
        world.ma.add_person(f"p{n}@example.com", "Contact")
        world.sfa.add_person(f"p{n}@example.com", "Lead", phone="+81312345678")
    job_id = start(world, "backfill", connection="ma")
    world.lanes.step(f"job:{job_id}")
    with database.begin() as tx:
        work.pause(tx, job_id)

    world.settle()

    told = [one for one in world.ma.records("person") if one.fields.get("phone")]
    assert len(told) == 10


@pytest.mark.parametrize("known", [False, True])
def test_a_page_takes_as_many_statements_however_long_it_is(
    database: Database, *, known: bool
) -> None:
    """Nothing is asked of the database record by record, of new people or of known ones."""
    world = quiet(database)
    world.ma.page_size = 20
    for n in range(25):
        world.ma.add_person(f"p{n}@example.com", "Contact")
    if known:
        run(world, "backfill", connection="ma")
    job_id = start(world, "backfill", connection="ma")

    with statements(database) as of_twenty:
        world.lanes.step(f"job:{job_id}")
    with statements(database) as of_five:
        world.lanes.step(f"job:{job_id}")

    assert look(world, job_id).done == 25
    assert of_twenty == of_five


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(" ".join(statement.split())[:60])

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)
