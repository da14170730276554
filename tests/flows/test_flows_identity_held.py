"""Who may be one that the other system has is not created there before a person has decided."""

from typing import Any

import pytest

from app.flows import rules
from app.flows.why import of_link
from app.store import candidates
from app.store.db import Database
from connectors.base import Ref
from tests.flows.test_flows_identity import LIKELY, shown, world_of
from tests.support.world import World


def pair(database: Database, **more: Any) -> tuple[World, Ref]:
    """Two records of one name and company that each system entered by itself."""
    identity = {"candidates": {**LIKELY["candidates"], **more}}
    world = world_of(database, identity=identity)
    names = {"first_name": "Ada", "last_name": "Smith", "company": "Acme"}
    contact = world.ma.add_person("a.smith@example.com", "Contact", **names)
    world.sfa.add_person("ada@example.com", "Lead", **names)
    world.poll()
    for _ in range(2):  # what was not created before all was read is due again
        drain(world)
        world.hurry()
    drain(world)
    return world, contact


def drain(world: World) -> None:
    """Do all that is due now, and nothing that waits."""
    for _ in range(6):
        for lane in world.due():
            world.lanes.drain(lane)


def people(world: World) -> tuple[int, int]:
    return len(world.ma.records("person")), len(world.sfa.records("person"))


def test_a_likely_double_waits_for_a_person(database: Database) -> None:
    """At both systems; `why` says what for, and once they are two both are created."""
    world, contact = pair(database)
    link = world.link_of("ma", contact)
    assert link is not None
    with database.begin() as tx:
        why = of_link(tx, rules.load(tx), link.id)
    assert people(world) == (1, 1)
    assert why is not None
    assert (why.answer.code, len(why.answer.named)) == ("undecided", 1)

    with database.begin() as tx:
        candidates.decide(tx, shown(world)[0].id, "rejected", "test")
    world.settle()

    assert people(world) == (2, 2)


@pytest.mark.parametrize("said", ["hold_hours = 0", "an hour ago", "hot"])
def test_nobody_waits_for_ever(database: Database, said: str) -> None:
    """Where the mapping holds nobody, after the time, and where somebody is hot."""
    world, _ = pair(database, hold_hours=0 if said == "hold_hours = 0" else 1)
    with database.begin() as tx:
        if said == "an hour ago":
            tx.exec_driver_sql("UPDATE candidate SET created_at = now() - interval '61 minutes'")
        if said == "hot":
            tx.exec_driver_sql("UPDATE link SET hot_since = now()")
    world.settle()

    assert people(world) == (2, 2)
