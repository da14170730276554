"""What operators decide about who is the same, from the pages."""

import pytest

from app.flows.regroup import Unknown
from app.store import api_keys, candidates, links, tombstones
from app.store.api_keys import UserRole
from app.web.parts import Parts
from app.web.ui import actions
from app.web.ui.desk import NotAllowed, Visit
from tests.support.world import MAPPING, World
from tests.ui.test_ui_actions import visit_of


@pytest.fixture
def world(parts: Parts) -> World:
    """A contact and a lead who may be one."""
    names = {"name": "last_name", "ma": "last_name", "sfa": "last_name"}
    lone = {"ma": False, "sfa": False}
    body = {**MAPPING, "fields": [*MAPPING["fields"], names], "create": lone}
    likely = {"candidates": {"enabled": True}}
    world = World(parts.database, feeds="changes:", mapping={**body, "identity": likely})
    world.ma.add_person("a@example.com", "Contact", last_name="Lovelace")
    world.sfa.add_person("b@example.com", "Lead", last_name="Lovelace")
    world.sync()
    return world


def people(parts: Parts) -> int:
    with parts.database.begin() as tx:
        return len(links.page_ids(tx, "person", None, 10))


def waiting(parts: Parts) -> list[candidates.Candidate]:
    with parts.database.begin() as tx:
        return candidates.listed(tx, "person", "open", None, 10)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(("role", "left"), [("viewer", 2), ("operator", 1)])
def test_only_operators_confirm(parts: Parts, role: UserRole, left: int) -> None:
    """A viewer's click changes nothing."""
    visit = visit_of(parts, role)
    [pair] = waiting(parts)

    if role == "viewer":
        with pytest.raises(NotAllowed):
            actions.decide_pair(visit, pair, "confirm")
    else:
        actions.decide_pair(visit, pair, "confirm")

    assert people(parts) == left


@pytest.mark.usefixtures("world")
def test_a_rejected_pair_can_be_looked_at_again(parts: Parts) -> None:
    """Who rejected it is noted."""
    visit: Visit = visit_of(parts, "operator")
    [pair] = waiting(parts)

    actions.decide_pair(visit, pair, "reject")
    with parts.database.begin() as tx:
        [rejected] = candidates.listed(tx, "person", "rejected", None, 10)
    assert rejected.decided_by == f"Mika ({visit.key.id})"
    actions.decide_pair(visit, rejected, "reopen")

    assert [one.id for one in waiting(parts)] == [pair.id]


def test_a_record_is_taken_out_and_put_back(parts: Parts, world: World) -> None:
    """By the two buttons of a side."""
    visit = visit_of(parts, "operator")
    [pair] = waiting(parts)
    actions.decide_pair(visit, pair, "confirm")
    world.settle()
    lead = world.sfa.records("person")[0].ref
    person = world.link_of("sfa", lead)
    assert person is not None

    actions.unlink(visit, person.id, "sfa")
    assert people(parts) == 2
    actions.relink(visit, person.id, ("sfa", lead.id))

    assert people(parts) == 1
    with parts.database.begin() as tx:
        api_keys.revoke(tx, visit.key.id)
    with pytest.raises(NotAllowed):
        actions.unlink(visit, person.id, "sfa")


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_only_admins_erase(parts: Parts, world: World, role: UserRole) -> None:
    """As by API: nobody else's click erases anybody."""
    ada = world.link_of("ma", world.ma.records("person")[0].ref)
    assert ada is not None

    with pytest.raises(NotAllowed):
        actions.erase_person(visit_of(parts, role), ada.id)

    assert people(parts) == 2


def test_an_erasure_answers_its_receipt(parts: Parts, world: World) -> None:
    """With who asked for it."""
    visit = visit_of(parts, "admin")
    ada = world.link_of("ma", world.ma.records("person")[0].ref)
    assert ada is not None

    made = actions.erase_person(visit, ada.id)
    world.settle()

    with parts.database.begin() as tx:
        receipt = tombstones.get(tx, made)
    assert receipt is not None
    assert (receipt.by, receipt.completed_at is None) == (f"Mika ({visit.key.id})", False)
    assert people(parts) == 1
    with pytest.raises(Unknown):
        actions.erase_person(visit, ada.id)
