"""The preset agreement at work: a hot lead, its reactions from the SFA, and what is left of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.presets import preset
from app.flows import react, regroup, rules
from app.store import attention, events, sla_listing
from app.store.attention import Wanted as Asked
from app.store.db import Database
from app.store.events import Happening
from app.store.sla_listing import Wanted
from connectors.base import Ref, Rejected
from tests.flows.test_flows_alerts import HOT, SCORED, SCORING, become_hot, cool
from tests.flows.test_flows_sla import CONTACT, OWNED
from tests.support.world import MAPPING, World


@pytest.fixture
def world(database: Database) -> World:
    documents = {
        "scoring": SCORING, "hot_lead": HOT, "lifecycle": preset("lifecycle"), "sla": preset("sla"),
    }  # fmt: skip
    world = World(database, mapping=SCORED, documents=documents)
    for vendor in (world.ma, world.sfa):
        vendor.clock = lambda: datetime.now(UTC)
        vendor.add_owner("rep@example.com", "Rep")
        vendor.add_owner("boss@example.com", "Boss")
    return world


def clocks(world: World) -> dict[str, dict[str, Any]]:
    """All clocks by their names."""
    with world.database.begin() as tx:
        return {row["name"]: row for row in sla_listing.listed(tx, Wanted(), None, 10)}


def test_a_hot_lead_starts_two_clocks_and_answers_stop_them(world: World) -> None:
    """The alert is accepted; the call comes from the SFA. People's time counts from the task."""
    contact = cool(world)
    become_hot(world, contact)
    assert {name: one["state"] for name, one in clocks(world).items()} == {
        "first-contact": "running",
        "hot-reaction": "running",
    }

    with world.database.begin() as tx:
        alert = int(tx.scalar(text("SELECT id FROM alert")) or 0)
        react.react(tx, alert, react.accept("rep"), now=datetime.now(UTC))
    world.settle()
    found = clocks(world)["hot-reaction"]
    assert (found["state"], found["ended_by"]) == ("met", "event:alert.accepted")
    assert found["shown_at"] is not None
    assert clocks(world)["first-contact"]["state"] == "running"

    world.sfa.behave(world.sfa.records("person")[0].ref, "call", title="Called Ada")
    world.sync()
    assert clocks(world)["first-contact"]["state"] == "met"


def test_a_snoozed_alert_stands_still_until_its_time(world: World) -> None:
    """The half hour goes on then."""
    become_hot(world, cool(world))
    until = datetime.now(UTC) + timedelta(hours=2)
    with world.database.begin() as tx:
        alert = int(tx.scalar(text("SELECT id FROM alert")) or 0)
        react.react(tx, alert, react.snooze("rep", until), now=datetime.now(UTC))
    world.settle()

    found = clocks(world)["hot-reaction"]
    assert (found["state"], found["next_at"]) == ("paused", until)
    assert found["due_at"] - until == pytest.approx(timedelta(minutes=30), abs=timedelta(minutes=1))


def test_an_import_starts_no_clock(world: World) -> None:
    """What the first reading of a portal brings is old news."""
    contact = world.ma.add_person("ada@example.com", "Contact", score=95)
    world.ma.behave(contact, "page_view", datetime.now(UTC) - timedelta(days=2), url="/pricing")
    world.sync()
    world.sync()

    assert clocks(world) == {}


def owned(database: Database) -> World:
    world = World(database, mapping=OWNED, documents={"sla": {"clocks": [CONTACT]}})
    for vendor in (world.ma, world.sfa):
        vendor.clock = lambda: datetime.now(UTC)
        vendor.add_owner("rep@example.com", "Rep")
    return world


def start(world: World, contact: Ref) -> None:
    link = world.link_of("ma", contact)
    assert link is not None
    with world.database.begin() as tx:
        events.tell(tx, [Happening("stage.changed", link.id, data={"to": "mql"})])
    world.settle()
    world.lanes.now = lambda: datetime.now(UTC) + timedelta(hours=3)
    world.lanes.drain("clocks")
    world.settle()


def trouble(world: World) -> dict[str, str]:
    with world.database.begin() as tx:
        return {one.what: one.code for one in attention.items(tx, Asked(), None, 20)}


def test_what_is_overdue_and_what_was_refused_needs_a_person(database: Database) -> None:
    """The task is refused for good, the new owner is unknown: named, and tried again."""
    world = owned(database)
    contact = world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    world.sfa.fail_next("raise_alerts", Rejected("no", code="NO_TASKS"))

    start(world, contact)

    assert trouble(world)["sla"] == "sla"
    assert trouble(world)["reminder"] in {"NO_TASKS", "not_reassigned"}


def test_clocks_go_along_when_two_turn_out_to_be_one(database: Database) -> None:
    """The one who is left has them."""
    lone = {"ma": False, "sfa": False}
    world = World(
        database, mapping={**MAPPING, "create": lone}, documents={"sla": {"clocks": [CONTACT]}}
    )
    contact = world.ma.add_person("ada@example.com", "Contact")
    lead = world.sfa.add_person("ada@private.example", "Lead")
    world.sync()
    start(world, contact)
    one, two = world.link_of("ma", contact), world.link_of("sfa", lead)
    assert one is not None
    assert two is not None

    with world.database.begin() as tx:
        done = regroup.merge(tx, rules.load(tx), two.id, one.id, by="test", now=datetime.now(UTC))
    world.settle()

    kept = world.link_of("ma", contact)
    assert kept is not None
    assert done is not None
    assert clocks(world)["first-contact"]["link_id"] == kept.id
