"""The worker: rows are drained without anybody asking, also after the database went away."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from app.store.db import Database
from app.wakes import Wakes, queue
from app.worker import Worker
from tests.support.patience import eventually
from tests.support.world import World


@contextmanager
def working(world: World, database: Database) -> Iterator[Worker]:
    with queue(database).open() as jobs:
        wakes = Wakes(jobs)
        world.lanes.wake = wakes
        worker = Worker(database, world.lanes, wakes, concurrency=4, sweep_s=0.2, grace_s=5.0)
        worker.start()
        try:
            yield worker
        finally:
            worker.stop()


def test_rows_become_vendor_calls_by_themselves(database: Database) -> None:
    """A contact in marketing appears in the SFA: feeds, lanes and jobs work together."""
    world = World(database)
    world.ma.add_person("ada@example.com", "Contact")

    with working(world, database):
        assert eventually(lambda: len(world.sfa.records("person")) == 1)


def test_a_lost_wake_up_is_found_by_the_sweep(database: Database) -> None:
    """Nobody was told of a row that became due: the sweep sees it."""
    world = World(database)
    with working(world, database):
        contact = world.ma.add_person("ada@example.com", "Contact")
        world.hint("ma", [contact])  # committed, and no job deferred

        assert eventually(lambda: len(world.sfa.records("person")) == 1)


def test_work_goes_on_after_every_connection_was_cut(database: Database) -> None:
    """PostgreSQL throws everybody out: the worker comes back by itself and nothing is lost."""
    world = World(database)
    with working(world, database):
        world.ma.add_person("ada@example.com", "Contact")
        assert eventually(lambda: len(world.sfa.records("person")) == 1)
        with database.begin() as tx:
            tx.execute(
                text("""
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()
                """)
            )
        contact = world.ma.add_person("bob@example.com", "Contact")
        world.hint("ma", [contact])

        assert eventually(lambda: len(world.sfa.records("person")) == 2)


def test_two_workers_share_the_lanes(database: Database) -> None:
    """Whatever the number of workers, each record is created once."""
    world = World(database)
    contacts = [world.ma.add_person(f"p{n}@example.com", "Contact") for n in range(60)]
    with working(world, database), working(world, database):
        for contact in contacts:
            world.hint("ma", [contact])

        assert eventually(lambda: len(world.sfa.records("person")) == 60)

    assert len({record.fields["email"] for record in world.sfa.records("person")}) == 60
    assert len(world.sfa.records("person")) == 60
