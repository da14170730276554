"""What a tool tells of by the generic webhook finds its person, is scored and reaches both CRMs."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.activity import TYPES
from app.flows import erase, receive, rules
from app.store import connections, links
from app.store.db import Database
from connectors.registry import capabilities
from tests.connectors.generic.conftest import CALL, opened, request
from tests.support.world import World

CALLED: dict[str, Any] = {**CALL, "person": {"phone": "03-1234-5678"}}


@pytest.fixture
def world(database: Database) -> World:
    """A world that a CTI tells of its calls."""
    world = World(database)
    with database.begin() as tx:
        connections.put(
            tx, "cti", vendor="generic", role="sfa", settings={"default_region": "JP"}, options={},
            capabilities=capabilities(opened("JP")), secret=None,
        )  # fmt: skip
    return world


def hear(world: World, *activities: Mapping[str, Any]) -> None:
    """The tool's request comes in, and everything is done that follows."""
    now = datetime.now(UTC)
    body = json.dumps({"activities": activities}).encode()
    arrivals = receive.parse(opened("JP"), "cti", request(body, at=now), now=now)
    with world.database.begin() as tx:
        receive.store(tx, [arrivals])
    world.settle()


def logged(world: World) -> dict[str, Sequence[tuple[str, str]]]:
    """Per system, who has which title in the history there."""
    found: dict[str, Sequence[tuple[str, str]]] = {}
    for name, vendor in (("ma", world.ma), ("sfa", world.sfa)):
        emails = {one.ref: str(one.fields["email"]) for one in vendor.records("person")}
        found[name] = sorted((emails[one.person], one.title) for one in vendor.logged())
    return found


def links_of(world: World) -> int:
    """How many activities have their person."""
    with world.database.begin() as tx:
        return int(tx.scalar(text("SELECT count(link_id) FROM activity")) or 0)


def test_a_call_is_logged_at_both_for_whom_the_number_belongs_to(world: World) -> None:
    """Once, however often the tool says it; and at nobody else."""
    world.ma.add_person("ada@example.com", "Contact", phone="+81312345678")
    world.ma.add_person("bob@example.com", "Contact", phone="+81387654321")
    world.sync()
    world.sync()

    hear(world, CALLED)
    hear(world, {**CALLED, "title": "otherwise"})

    one = [("ada@example.com", f"{TYPES['call'].en}: Call about prices")]
    assert logged(world) == {"ma": one, "sfa": one}


def test_an_address_finds_its_person_in_any_case_of_letters(world: World) -> None:
    """As people write it."""
    world.sfa.add_person("ada@example.com", "Lead")
    world.sync()
    world.sync()

    hear(world, {**CALL, "person": {"email": "Ada@Example.COM"}})

    assert [who for who, _ in logged(world)["sfa"]] == ["ada@example.com"]


@pytest.mark.parametrize("person", [{"email": "ada@example.com"}, {"phone": "03-1234-5678"}])
def test_what_comes_before_its_person_waits_for_it(world: World, person: dict[str, str]) -> None:
    """It is kept without a person, and is attached when somebody by that clue appears."""
    hear(world, {**CALL, "person": person})
    before = links_of(world)

    world.ma.add_person("ada@example.com", "Contact", phone="+81312345678")
    world.sync()
    world.sync()

    assert (before, links_of(world)) == (0, 1)
    assert [who for who, _ in logged(world)["ma"]] == ["ada@example.com"]
    assert [who for who, _ in logged(world)["sfa"]] == ["ada@example.com"]


def test_an_own_type_is_as_good_as_batons(world: World) -> None:
    """A name that Baton has no words for is shown as it is."""
    world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    world.sync()

    hear(world, {**CALL, "type": "demo_booked", "title": None})

    assert logged(world)["sfa"] == [("ada@example.com", "Demo booked")]


def test_nothing_is_ever_delivered_to_the_tool(world: World) -> None:
    """It has no records, so it is no place for anybody's history."""
    contact = world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    world.sync()
    hear(world, CALL)
    world.ma.behave(contact, "page_view")
    world.sync()

    with world.database.begin() as tx:
        places = tx.scalars(text("SELECT DISTINCT connection FROM delivery ORDER BY 1")).all()
    assert places == ["ma", "sfa"]


def test_an_erased_person_does_not_come_back_by_a_tool(world: World) -> None:
    """What comes for an erased address is not stored at all."""
    contact = world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    world.sync()
    link = world.link_of("ma", contact)
    assert link is not None
    with world.database.begin() as tx:
        locked = links.lock(tx, [link.id])[link.id]
        erase.erase(tx, rules.load(tx), locked, source="api", by="test")
    world.settle()

    hear(world, CALL, {**CALL, "id": "b", "person": {"email": "ADA@example.com"}})

    with world.database.begin() as tx:
        assert tx.scalar(text("SELECT count(*) FROM activity")) == 0
