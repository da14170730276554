"""A person joins, parts and puts back records: what was decided stands, and can be undone."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from app.flows import regroup, rules
from app.flows.regroup import Regrouped, Unfit
from app.store.db import Database
from connectors.base import Ref
from tests.support.world import MAPPING, World

LONE = {"ma": False, "sfa": False}  # nobody is created: only what exists is joined


def world_of(database: Database, **mapping: object) -> World:
    return World(database, feeds="changes:", mapping={**MAPPING, **mapping})


def link_id(world: World, name: str, ref: Ref) -> UUID:
    link = world.link_of(name, ref)
    assert link is not None
    return link.id


def act(world: World, verb: Callable[..., Regrouped], *args: Any) -> Regrouped:
    """A person regroups; then all is quiet."""
    with world.database.begin() as tx:
        done = verb(tx, rules.load(tx), *args, by="test", now=datetime.now(UTC))
    world.settle()
    return done


def test_two_links_are_made_one_by_hand(database: Database) -> None:
    """Then they are synced like any person, by the mapping's policies."""
    world = world_of(database, create=LONE)
    contact = world.ma.add_person("ada@example.com", "Contact", job_title="CTO")
    lead = world.sfa.add_person("ada@private.example", "Lead", job_title="Clerk", phone="+8131")
    world.sync()

    act(world, regroup.merge, link_id(world, "ma", contact), link_id(world, "sfa", lead))

    assert link_id(world, "ma", contact) == link_id(world, "sfa", lead)
    assert world.values("sfa", lead)["job_title"] == "CTO"
    assert world.values("ma", contact)["phone"] == "+8131"


def test_two_records_of_one_system_are_not_made_one_here(database: Database) -> None:
    """That system's own merge is followed; until then they are two."""
    world = world_of(database, create=LONE)
    one, two = (world.ma.add_person(f"{n}@example.com", "Contact") for n in ("ada", "bob"))
    world.sync()

    with pytest.raises(Unfit, match="merge these there"):
        act(world, regroup.merge, link_id(world, "ma", one), link_id(world, "ma", two))


def test_what_was_unlinked_stays_apart(database: Database) -> None:
    """Whatever changes afterwards; the e-mail joins them no more, and nobody writes to it."""
    world = world_of(database)
    contact = world.ma.add_person("ada@example.com", "Contact", phone="+8131")
    world.sync()
    lead = world.sfa.records("person")[0].ref
    person = link_id(world, "ma", contact)

    act(world, regroup.unlink, person, "sfa")
    world.ma.edit(contact, phone="+8139")
    world.sfa.edit(lead, note="another person")
    world.sync()
    world.sync()

    assert link_id(world, "sfa", lead) != person == link_id(world, "ma", contact)
    assert world.values("sfa", lead)["phone"] == "+8131"
    assert world.values("ma", contact).get("note") is None
    assert len(world.ma.records("person")) == len(world.sfa.records("person")) == 1


def test_linking_again_undoes_it(database: Database) -> None:
    """What changed meanwhile at either side reaches the other."""
    world = world_of(database)
    contact = world.ma.add_person("ada@example.com", "Contact", phone="+8131")
    world.sync()
    lead = world.sfa.records("person")[0].ref
    person = link_id(world, "ma", contact)
    act(world, regroup.unlink, person, "sfa")
    world.sfa.edit(lead, note="called")
    world.sync()

    act(world, regroup.relink, person, "sfa", lead.id)

    assert link_id(world, "sfa", lead) == person
    assert world.values("ma", contact)["note"] == "called"


def test_a_record_of_another_person_can_take_the_place(database: Database) -> None:
    """The wrong lead was linked: unlink it, link the right one."""
    world = world_of(database, create=LONE)
    contact = world.ma.add_person("ada@example.com", "Contact")
    wrong = world.sfa.add_person("ada@example.com", "Lead")
    right = world.sfa.add_person("ada@private.example", "Lead", note="right")
    world.sync()
    person = link_id(world, "ma", contact)

    with pytest.raises(Unfit, match="unlink that first"):
        act(world, regroup.relink, person, "sfa", right.id)
    act(world, regroup.unlink, person, "sfa")
    act(world, regroup.relink, person, "sfa", right.id)
    world.sync()

    assert link_id(world, "sfa", right) == person != link_id(world, "sfa", wrong)
    assert world.values("ma", contact)["note"] == "right"
