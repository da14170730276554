"""Records meet by a field that the mapping names as a key: an exact value that one link has."""

from typing import Any

import pytest

from app.store.db import Database
from connectors.base import Field, Ref
from connectors.memory import MemoryVendor
from connectors.memory.schema import OBJECTS, SCHEMA, fields_of
from tests.support.world import MAPPING, World

FIELDS = fields_of("Contract", number="text", seats="text")
OWN = (Field("name", "Name", "text", "Contract"), *FIELDS)
CONTRACT: dict[str, Any] = {
    **MAPPING,
    "kind": "contract",
    "create": {},
    "identity": {"keys": ["number"]},
    "fields": [
        {"name": "number", "ma": "number", "sfa": "number"},
        {"name": "seats", "ma": "seats", "sfa": "seats"},
    ],
}


def world_of(database: Database, **more: Any) -> World:
    schema, objects = (*SCHEMA, *OWN), {**OBJECTS, "Contract": "contract"}
    ma, sfa = (MemoryVendor(schema=schema, objects=objects) for _ in range(2))
    return World(database, ma=ma, sfa=sfa, feeds="changes:", mapping={**CONTRACT, **more})


def are_one(world: World, one: Ref, two: Ref) -> bool:
    ours, theirs = world.link_of("ma", one), world.link_of("sfa", two)
    return ours is not None and theirs is not None and ours.id == theirs.id


def test_records_of_a_kind_of_ones_own_meet_by_their_number(database: Database) -> None:
    """Which both systems had before: nothing is made anew."""
    world = world_of(database)
    theirs = world.sfa.add("Contract", number="K-1", seats="3")
    ours = world.ma.add("Contract", number="K-1")

    world.sync()
    world.sync()

    assert are_one(world, ours, theirs)
    assert world.values("ma", ours)["seats"] == "3"
    assert [len(one.records("contract")) for one in (world.ma, world.sfa)] == [1, 1]


@pytest.mark.parametrize("number", ["k-1", "K-2", ""])
def test_what_differs_stays_apart(database: Database, number: str) -> None:
    """A key is compared as it is, and a blank is none."""
    world = world_of(database, create={"ma": False, "sfa": False})
    ours = world.ma.add("Contract", number="K-1")
    theirs = world.sfa.add("Contract", number=number)

    world.sync()

    assert not are_one(world, ours, theirs)


def test_a_number_that_two_records_have_joins_neither(database: Database) -> None:
    """Nobody can say which of them is meant."""
    world = world_of(database, create={"ma": False, "sfa": False})
    ours = [world.ma.add("Contract", number="K-1") for _ in range(2)]
    world.sync()
    theirs = world.sfa.add("Contract", number="K-1")

    world.sync()

    assert [are_one(world, one, theirs) for one in ours] == [False, False]


def test_a_key_that_only_one_system_may_change_counts(database: Database) -> None:
    """What the other one shows of it is known, though it has no say."""
    one_way = {"name": "number", "ma": "number", "sfa": "number", "direction": "sfa_to_ma"}
    world = world_of(database, fields=[one_way], create={"ma": False, "sfa": False})
    ours = world.ma.add("Contract", number="00Q1")
    world.sync()
    theirs = world.sfa.add("Contract", number="00Q1")

    world.sync()

    assert are_one(world, ours, theirs)


def test_who_has_a_key_besides_the_address_is_not_made_too_early(database: Database) -> None:
    """They may be there under another address, among those that were not read yet."""
    keys = {"name": "number", "ma": "job_title", "sfa": "job_title"}
    body = {**MAPPING, "fields": [MAPPING["fields"][0], keys]}
    body["identity"] = {"keys": ["email", "number"]}
    world = World(database, feeds="changes:", mapping=body)
    lead = world.sfa.add_person("ada@private.example", "Lead", job_title="M-7")
    contact = world.ma.add_person("ada@example.com", "Contact", job_title="M-7")
    world.poll()
    world.lanes.drain("read:ma:changes:person")
    world.lanes.drain("deliver:sfa:person")
    world.lanes.drain("deliver:sfa:person")
    assert len(world.sfa.records("person")) == 1

    world.settle()
    world.sync()

    assert are_one(world, contact, lead)
    assert len(world.sfa.records("person")) == 1
