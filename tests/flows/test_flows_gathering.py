"""Bursts: writes wait a moment for others, so that full batches go out."""

import pytest

from app.store.db import Database
from tests.support.world import World


def burst(database: Database, changed: int) -> World:
    """People in both systems, so many of them changed in marketing; looks go by two."""
    world = World(database)
    people = [world.ma.add_person(f"p{n}@example.com", "Contact") for n in range(changed)]
    world.sync()
    world.sync()  # what was created there is seen, too
    world.connectors["ma"].read_batch, world.connectors["sfa"].write_batch = 2, 4
    for person in people:
        world.ma.edit(person, phone="+819000000000")
    world.hint("ma", people)
    world.sfa.calls.clear()
    return world


def delivers(world: World) -> bool:
    return world.lanes.step("deliver:sfa:person")


def test_a_batch_waits_for_the_looks_that_fill_it(database: Database) -> None:
    """Two looks make two writes; two more are on their way, so four go out at once."""
    world = burst(database, 6)

    world.lanes.step("fetch:ma")
    assert not delivers(world)
    world.lanes.step("fetch:ma")
    assert delivers(world)

    assert world.sfa.calls["write"] == 1


def test_what_comes_alone_goes_at_once(database: Database) -> None:
    """There is nothing to wait for."""
    world = burst(database, 3)
    world.lanes.step("fetch:ma")

    assert delivers(world)


@pytest.mark.parametrize(
    "why", ["hot = true", "due_at = now() - interval '2 seconds'"], ids=["hot", "late"]
)
def test_nobody_waits_who_is_hot_or_has_waited(database: Database, why: str) -> None:
    """The others of the batch go with them."""
    world = burst(database, 6)
    world.lanes.step("fetch:ma")
    with database.begin() as tx:
        tx.exec_driver_sql(
            f"UPDATE side SET {why} WHERE connection = 'sfa' AND due_at IS NOT NULL"  # noqa: S608  ours
        )

    assert delivers(world)
