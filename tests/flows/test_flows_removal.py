"""Deletions and returns: what goes along, what stays, and when a person is asked."""

from typing import Any

import pytest

from app.store import attention, removals
from app.store.attention import Wanted
from app.store.db import Database
from connectors.base import Busy, Rejected, Unsure
from tests.support.people import live, synced
from tests.support.world import MAPPING, World

SPREAD = {"ma": "propagate", "sfa": "archive"}


def world_of(database: Database, **mapping: Any) -> World:
    return World(database, mapping={**MAPPING, **mapping})


def test_a_deletion_is_ignored_unless_the_mapping_spreads_it(database: Database) -> None:
    """The other record is kept."""
    world = world_of(database)
    [(contact, _)] = synced(world, "ada")

    world.ma.delete(contact)
    world.sync()

    assert live(world, "sfa") == ["ada@example.com"]


@pytest.mark.parametrize(("at", "other"), [("ma", "sfa"), ("sfa", "ma")])
def test_a_deletion_spreads_where_the_mapping_says_so(
    database: Database, at: str, other: str
) -> None:
    """From either side, and it does not come back."""
    world = world_of(database, deletes=SPREAD)
    [(contact, lead), _] = synced(world, "ada", "bob")

    getattr(world, at).delete(contact if at == "ma" else lead)
    world.sync()
    world.sync()

    assert live(world, other) == live(world, at) == ["bob@example.com"]


def test_a_deletion_that_a_write_found_spreads_too(database: Database) -> None:
    """Baton writes to a record that is gone, before any feed says so."""
    world = world_of(database, deletes=SPREAD)
    [(contact, lead)] = synced(world, "ada")
    world.sfa.delete(lead)
    world.ma.edit(contact, phone="+8139")
    world.hint("ma", [contact])

    world.settle()

    assert live(world, "ma") == []


def test_a_deletion_in_doubt_is_repeated(database: Database) -> None:
    """No answer, then busy, then done."""
    world = world_of(database, deletes=SPREAD)
    [(contact, _)] = synced(world, "ada")
    world.sfa.fail_next("delete", Unsure("no answer"), after=True)
    world.sfa.fail_next("delete", Busy("429"))

    world.ma.delete(contact)
    world.sync()

    assert live(world, "sfa") == []
    link = world.link_of("ma", contact)
    assert link is not None
    assert (link.sides["sfa"].state, link.sides["sfa"].code) == ("gone", "deleted")


def test_a_worker_that_died_after_deleting_repeats_it(database: Database) -> None:
    """The record is gone, and nobody noted it: the next holder of the lane asks again."""
    world = world_of(database, deletes=SPREAD)
    [(contact, _)] = synced(world, "ada")
    world.ma.delete(contact)
    world.poll()
    world.lanes.drain("read:ma:changes:person")
    step = world.lanes.step_of("remove", "sfa")
    with database.begin() as tx:
        ask = step.plan(tx)
    step.call(world.connector("sfa"), ask)

    world.settle()

    assert live(world, "sfa") == []
    with database.begin() as tx:
        assert [one.state for one in removals.listed(tx, "sfa", None, None, 9)] == ["done"]


def test_a_refused_deletion_is_shown(database: Database) -> None:
    """With the vendor's words; it can be tried again, or given up."""
    world = world_of(database, deletes=SPREAD)
    [(contact, lead)] = synced(world, "ada")
    world.sfa.fail_next("delete", Rejected("has open cases", code="RESTRICTED"), key=lead.id)

    world.ma.delete(contact)
    world.sync()

    with database.begin() as tx:
        items = attention.items(tx, Wanted("removal"), None, 9)
    assert [(one.code, one.reason) for one in items] == [("RESTRICTED", "has open cases")]
    assert live(world, "sfa") == ["ada@example.com"]


def test_many_deletions_at_once_wait_for_a_person(database: Database) -> None:
    """A mistake at one side does not empty the other; allowed, they go on."""
    world = world_of(database, deletes={**SPREAD, "most_per_hour": 3})
    pairs = synced(world, *(f"p{n}" for n in range(6)))

    for contact, _ in pairs[:5]:
        world.ma.delete(contact)
    world.sync()

    assert len(live(world, "sfa")) == 6
    with database.begin() as tx:
        items = attention.items(tx, Wanted("removal"), None, 9)
        assert [(one.code, one.connection) for one in items] == [("held", "sfa")]
        assert len(removals.allow(tx, "sfa")) == 5
    world.settle()

    assert live(world, "sfa") == ["p5@example.com"]


def test_a_tenth_of_all_records_is_many(database: Database) -> None:
    """Where the mapping says ten percent; a handful is no share of anything."""
    world = world_of(database, deletes={**SPREAD, "most_percent": 10})
    pairs = synced(world, *(f"p{n}" for n in range(20)))

    for contact, _ in pairs[:12]:
        world.ma.delete(contact)
    world.sync()

    assert len(live(world, "sfa")) == 20


def test_a_restored_record_comes_back_to_its_person(database: Database) -> None:
    """And what an edit changed meanwhile reaches it."""
    world = world_of(database)
    [(contact, lead)] = synced(world, "ada")
    world.sfa.delete(lead)
    world.sync()
    world.ma.edit(contact, phone="+8139")
    world.sync()

    world.sfa.restore(lead)
    world.sync()

    assert world.values("sfa", lead)["phone"] == "+8139"
    assert len(world.sfa.records("person")) == 1


def test_a_record_restored_in_time_keeps_the_other(database: Database) -> None:
    """What was held for deletion because of it stays."""
    world = world_of(database, deletes={**SPREAD, "most_per_hour": 1})
    pairs = synced(world, "ada", "bob")
    for contact, _ in pairs:
        world.ma.delete(contact)
    world.sync()

    world.ma.restore(pairs[0][0])
    world.sync()
    with database.begin() as tx:
        removals.allow(tx, "sfa")
    world.settle()

    assert live(world, "sfa") == live(world, "ma") == ["ada@example.com"]


def test_what_was_deleted_along_is_made_again_when_the_first_returns(database: Database) -> None:
    """One person at both sides, as before."""
    world = world_of(database, deletes=SPREAD)
    [(contact, _)] = synced(world, "ada")
    world.ma.delete(contact)
    world.sync()
    assert live(world, "sfa") == []

    world.ma.restore(contact)
    world.sync()
    world.sync()

    assert live(world, "sfa") == live(world, "ma") == ["ada@example.com"]
