"""Clocks run from synced facts on both ends, tell once, and give records to others in time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.presets import preset
from app.flows import clock_pauses
from app.store import events
from app.store.db import Database
from app.store.events import Happening
from connectors.base import Ref, Unsure
from tests.support.world import MAPPING, World

OWNED: dict[str, Any] = {
    **MAPPING,
    "fields": [
        *MAPPING["fields"],
        {"name": "owner", "ma": "owner_id", "sfa": "owner_id", "type": "owner"},
    ],
}
CONTACT: dict[str, Any] = {
    "name": "first-contact",
    "label": {"en": "MQL to first contact", "ja": "MQLから初回接触まで"},
    "start": [{"event": "stage.changed", "where": {"to": "mql"}}],
    "stop": [{"activity": "call"}, {"changed": "phone"}],
    "cancel": [{"event": "stage.changed", "where": {"to": "recycled"}}],
    "limit": {"minutes": 60},
    "pauses": [{"name": "away", "label": {"en": "Away", "ja": "不在"}}],
    "warn": {"before_minutes": 15, "act": "task"},
    "escalate": [
        {"act": "alert", "after_minutes": 0},
        {"act": "task", "after_minutes": 30, "to": "boss@example.com"},
        {"act": "reassign", "after_minutes": 60, "to": "boss@example.com"},
    ],
}


EARLIER = text("""
    UPDATE sla_clock SET began_at = began_at - interval '90 min',
                         known_at = known_at - interval '90 min'
""")


@pytest.fixture
def world(database: Database) -> World:
    world = World(database, mapping=OWNED, documents={"sla": {"clocks": [CONTACT]}})
    for vendor in (world.ma, world.sfa):
        vendor.clock = lambda: datetime.now(UTC)
        vendor.add_owner("rep@example.com", "Rep")
        vendor.add_owner("boss@example.com", "Boss")
    return world


def known(world: World) -> Ref:
    """A person whom both systems know, with a rep."""
    rep = world.ma.people[0].id
    contact = world.ma.add_person("ada@example.com", "Contact", owner_id=rep)
    world.sync()
    world.sync()
    return contact


def moved(world: World, contact: Ref, to: str) -> None:
    """The person's stage changes."""
    link = world.link_of("ma", contact)
    assert link is not None
    with world.database.begin() as tx:
        events.tell(tx, [Happening("stage.changed", link.id, data={"to": to})])
    world.settle()


def after(world: World, minutes: float) -> None:
    """The worker's clock says so many minutes later; what falls due is done."""
    world.lanes.now = lambda: datetime.now(UTC) + timedelta(minutes=minutes)
    world.lanes.drain("clocks")
    world.settle()


def clock(world: World) -> Any:
    with world.database.begin() as tx:
        return tx.execute(text("SELECT * FROM sla_clock")).one()


def told(world: World) -> list[str]:
    """The events of clocks, in order."""
    with world.database.begin() as tx:
        return list(tx.scalars(text("SELECT type FROM event WHERE type LIKE 'sla.%' ORDER BY id")))


def test_a_call_in_time_stops_the_clock(world: World) -> None:
    """From the stage to the logged call, with what was ours and what was theirs."""
    contact = known(world)
    moved(world, contact, "mql")
    assert clock(world).state == "running"

    lead = world.sfa.records("person")[0]
    world.sfa.behave(lead.ref, "call", title="Called Ada")
    world.sync()

    row = clock(world)
    assert (row.state, row.ended_by, row.next_at) == ("met", "activity:call", None)
    assert row.minutes == pytest.approx(0, abs=1)
    assert row.system_s >= 0
    assert told(world) == ["sla.started", "sla.met"]
    assert world.sfa.alerts() == ()


def test_a_changed_field_may_stop_a_clock(world: World) -> None:
    """The rep wrote the phone number down."""
    contact = known(world)
    moved(world, contact, "mql")

    world.sfa.edit(world.sfa.records("person")[0].ref, phone="+81312345678")
    world.sync()

    assert clock(world).ended_by == "change:phone"


def test_nobody_reacts(world: World) -> None:
    """Warned 15 minutes before, told at the deadline with a bell, then the manager, then given
    away in both systems: each once.
    """
    contact = known(world)
    moved(world, contact, "mql")
    people = {one.email: one.id for one in world.sfa.people}

    after(world, 44)
    assert world.sfa.alerts() == ()
    after(world, 46)
    assert [one.title for one in world.sfa.alerts()] == [
        "Due soon: MQL to first contact - ada@example.com"
    ]
    after(world, 61)
    after(world, 61)
    assert len(world.sfa.alerts()) == 2
    assert len(world.sfa.bells) == 1
    after(world, 91)
    assert [one.owner_id for one in world.sfa.alerts()] == [
        people["rep@example.com"],
        people["rep@example.com"],
        people["boss@example.com"],
    ]
    after(world, 121)
    world.sync()

    lead = world.sfa.records("person")[0]
    assert lead.fields["owner_id"] == people["boss@example.com"]
    assert clock(world).state == "breached"
    assert clock(world).ended_at is None
    assert told(world) == [
        "sla.started", "sla.warned", "sla.breached", "sla.escalated", "sla.escalated",
        "sla.escalated", "sla.reassigned",
    ]  # fmt: skip


def test_a_restart_and_a_clock_set_back_repeat_nothing(world: World) -> None:
    """Another worker, an hour behind, then on time again."""
    contact = known(world)
    moved(world, contact, "mql")
    after(world, 61)

    world.restart()
    after(world, 1)
    assert clock(world).state == "breached"
    world.restart()
    after(world, 62)

    assert told(world) == ["sla.started", "sla.breached", "sla.escalated"]
    assert len(world.sfa.alerts()) == 1
    assert len(world.sfa.bells) == 1


def test_a_call_that_was_synced_late_was_still_in_time(world: World) -> None:
    """The breach was told; the call is older than it: met, and our delay is ours."""
    contact = known(world)
    moved(world, contact, "mql")
    began = clock(world).began_at
    after(world, 61)

    with world.database.begin() as tx:  # the clock began an hour and a half ago
        tx.execute(EARLIER)
    lead = world.sfa.records("person")[0]
    world.sfa.behave(lead.ref, "call", began - timedelta(minutes=60), title="Called Ada")
    world.sync()

    row = clock(world)
    assert row.state == "met"
    assert row.human_minutes == pytest.approx(30, abs=1)
    assert row.system_s == pytest.approx(3600, abs=60)
    assert told(world) == ["sla.started", "sla.breached", "sla.escalated", "sla.met"]


def test_a_stage_left_cancels_and_a_new_one_starts_again(world: World) -> None:
    """An MQL that was recycled and came back has two runs; while one runs there is no second."""
    contact = known(world)
    for stage in ("mql", "mql", "recycled", "mql"):
        moved(world, contact, stage)

    with world.database.begin() as tx:
        rows = tx.execute(text("SELECT state FROM sla_clock ORDER BY id")).scalars().all()
    assert rows == ["cancelled", "running"]
    assert told(world) == ["sla.started", "sla.cancelled", "sla.started"]


def test_others_hear_of_each_move_of_a_clock(world: World) -> None:
    """Paused with its reason, resumed, overdue, done too late; twice the same is told once."""
    contact = known(world)
    moved(world, contact, "mql")
    now = datetime.now(UTC)
    with world.database.begin() as tx:
        clock_pauses.pause(tx, clock(world).id, "away", "mika", now=now)
    after(world, 1)
    with world.database.begin() as tx:
        clock_pauses.resume(tx, clock(world).id, "mika", now=now)
    after(world, 61)
    world.sfa.behave(world.sfa.records("person")[0].ref, "call", title="Called Ada")
    with world.database.begin() as tx:
        tx.execute(EARLIER)
    world.sync()

    assert told(world) == [
        "sla.started", "sla.paused", "sla.resumed", "sla.breached", "sla.escalated", "sla.late"
    ]  # fmt: skip
    with world.database.begin() as tx:
        said = tx.execute(text("SELECT data FROM event WHERE type = 'sla.paused'")).scalar_one()
    assert (said["reason"], said["state"], said["clock"]) == ("away", "paused", "first-contact")


def test_a_task_whose_answer_was_lost_stands_once(world: World) -> None:
    """It is asked for again under the same key."""
    contact = known(world)
    moved(world, contact, "mql")
    world.sfa.fail_next("raise_alerts", Unsure("no answer"), after=True)

    after(world, 61)

    assert len(world.sfa.alerts()) == 1
    assert len(world.sfa.bells) == 1


def test_a_bell_in_doubt_is_not_rung_again(world: World) -> None:
    """The task stands."""
    contact = known(world)
    moved(world, contact, "mql")
    world.sfa.fail_next("notify", Unsure("no answer"), after=True)

    after(world, 61)
    after(world, 62)

    assert len(world.sfa.bells) == 1


def test_a_scope_keeps_others_out(database: Database) -> None:
    """A clock for people with a title only."""
    scoped = {**CONTACT, "when": {"field": "title", "op": "exists"}}
    world = World(database, mapping=OWNED, documents={"sla": {"clocks": [scoped]}})
    ada = world.ma.add_person("ada@example.com", "Contact")
    bob = world.ma.add_person("bob@example.com", "Contact", job_title="CTO")
    world.sync()
    for one in (ada, bob):
        moved(world, one, "mql")

    link = world.link_of("ma", bob)
    assert link is not None
    assert clock(world).link_id == link.id


def test_the_preset_runs(database: Database) -> None:
    """An alert that is accepted ends its clock; without an agreement nothing runs."""
    world = World(database, mapping=OWNED, documents={"sla": preset("sla")})
    contact = world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    link = world.link_of("ma", contact)
    assert link is not None
    with world.database.begin() as tx:
        events.tell(tx, [Happening("alert.raised", link.id, "alert:7")])
    world.settle()
    with world.database.begin() as tx:
        events.tell(tx, [Happening("alert.accepted", link.id, "alert:7")])
    world.settle()

    row = clock(world)
    assert (row.name, row.subject, row.state) == ("hot-reaction", "alert:7", "met")


def test_without_an_agreement_nothing_runs(database: Database) -> None:
    """And what was told is not kept waiting."""
    world = World(database, mapping=OWNED)
    contact = world.ma.add_person("ada@example.com", "Contact")
    world.sync()

    moved(world, contact, "mql")

    with world.database.begin() as tx:
        assert tx.scalar(text("SELECT count(*) FROM sla_clock")) == 0
        assert tx.scalar(text("SELECT count(*) FROM unclocked")) == 0
