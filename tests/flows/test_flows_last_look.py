"""The last look: where it matters who was last, a late edit at the target is not overwritten."""

from typing import Any

import pytest

from app.store.db import Database
from connectors.base import Ref
from tests.support.world import MAPPING, World


def world_of(database: Database, policy: str) -> tuple[World, Ref, Ref]:
    """A contact and a lead whose note is decided by a policy."""
    fields: list[dict[str, Any]] = [
        {**one, "policy": policy} if one["name"] == "note" else one for one in MAPPING["fields"]
    ]
    world = World(database, mapping={**MAPPING, "fields": fields})
    contact = world.ma.add_person("ada@example.com", "Contact", note="first")
    world.sync()
    world.sync()
    return world, contact, world.sfa.records("person")[0].ref


@pytest.mark.parametrize("policy", ["newest", "ask"])
def test_a_late_edit_at_the_target_is_merged(database: Database, policy: str) -> None:
    """A rep types after our look and before our write: the field is in conflict, not overwritten.

    With `newest` the rep's word is the newer one; with `ask` a person decides.
    """
    world, contact, lead = world_of(database, policy)
    world.ma.edit(contact, note="from marketing")
    world.hint("ma", [contact])
    world.lanes.drain("fetch:ma")
    world.sfa.edit(lead, note="typed late")

    world.settle()

    assert world.values("sfa", lead)["note"] == "typed late"
    link = world.link_of("sfa", lead)
    assert link is not None
    expected = {"note": {"ma": "from marketing", "sfa": "typed late"}} if policy == "ask" else {}
    assert link.conflicts == expected


def test_a_batch_costs_one_look(database: Database) -> None:
    """However many records it has; fields with another policy cost none."""
    world, contact, _ = world_of(database, "newest")
    others = [world.ma.add_person(f"p{n}@example.com", "Contact") for n in range(5)]
    world.sync()
    world.sync()
    reads = world.sfa.calls["read"]

    for ref in [contact, *others]:
        world.ma.edit(ref, note="changed")
    world.hint("ma", [contact, *others])
    world.settle()
    assert world.sfa.calls["read"] == reads + 1

    for ref in [contact, *others]:
        world.ma.edit(ref, job_title="changed")
    world.hint("ma", [contact, *others])
    world.settle()
    assert world.sfa.calls["read"] == reads + 1


def test_a_record_that_is_gone_is_not_written(database: Database) -> None:
    """The look says so before the vendor has to."""
    world, contact, lead = world_of(database, "newest")
    world.ma.edit(contact, note="changed")
    world.hint("ma", [contact])
    world.lanes.drain("fetch:ma")
    writes = world.sfa.calls["write"]
    world.sfa.delete(lead)

    world.lanes.drain("deliver:sfa:person")

    assert world.sfa.calls["write"] == writes
    link = world.link_of("ma", contact)
    assert link is not None
    assert link.sides["sfa"].state == "gone"
