"""Clocks tell by chat as well as in the SFA: each step once, whatever restarts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.sla_document import SlaDocument
from app.store import connections, events
from app.store.db import Database
from app.store.events import Happening
from connectors.base import Busy, Ref
from connectors.registry import capabilities
from tests.flows.test_flows_sla import CONTACT, OWNED
from tests.support.chat import Chat, Rooms

CLOCK: dict[str, Any] = {
    **CONTACT,
    "warn": {"before_minutes": 15, "messages": ["chat"]},
    "escalate": [
        {"act": "task", "messages": ["chat"]},
        {"after_minutes": 30, "to": "boss@example.com", "messages": ["chat", "gone"]},
    ],
}


@pytest.fixture
def rooms(database: Database) -> Rooms:
    world = Rooms(database, mapping=OWNED, documents={"sla": {"clocks": [CLOCK]}})
    world.chat = Chat()
    world.lanes.public_url = "https://baton.example"
    with database.begin() as tx:
        connections.put(
            tx, "chat", vendor="slack", role="out", settings={}, options={"language": "ja"},
            capabilities=capabilities(world.chat), secret=None,
        )  # fmt: skip
    for vendor in (world.ma, world.sfa):
        vendor.clock = lambda: datetime.now(UTC)
        vendor.add_owner("rep@example.com", "Rep")
    return world


def mql(world: Rooms) -> Ref:
    contact = world.ma.add_person("ada@example.com", "Contact", owner_id=world.ma.people[0].id)
    world.sync()
    world.sync()
    link = world.link_of("ma", contact)
    assert link is not None
    with world.database.begin() as tx:
        events.tell(tx, [Happening("stage.changed", link.id, data={"to": "mql"})])
    world.settle()
    return contact


def after(world: Rooms, minutes: float) -> None:
    """The worker's clock says so many minutes later; what falls due is done."""
    world.lanes.now = lambda: datetime.now(UTC) + timedelta(minutes=minutes)
    for lane in ("clocks", "tell:chat"):
        world.lanes.drain(lane)
    world.settle()


def said(world: Rooms) -> list[tuple[str | None, str]]:
    return [(one.to, one.title) for one in world.chat.told]


def test_each_step_is_told_once(rooms: Rooms) -> None:
    """Warned, at the deadline, then the manager; a channel that is not there tells nobody."""
    mql(rooms)
    after(rooms, 46)
    after(rooms, 61)
    rooms.restart()
    after(rooms, 61)
    after(rooms, 91)
    after(rooms, 91)

    label = "MQLから初回接触まで - ada@example.com"
    assert said(rooms) == [
        ("rep@example.com", f"期限間近: {label}"),
        ("rep@example.com", f"期限超過: {label}"),
        ("boss@example.com", f"期限超過: {label}"),
    ]
    assert [one.url.split("/")[3] for one in rooms.chat.told[0].buttons] == ["people"]
    assert len(rooms.sfa.alerts()) == 1


def test_a_message_in_flight_at_a_crash_is_not_repeated(rooms: Rooms) -> None:
    """Nobody knows whether it arrived: it is in doubt, and needs a person."""
    mql(rooms)
    rooms.lanes.now = lambda: datetime.now(UTC) + timedelta(minutes=46)
    rooms.lanes.drain("clocks")
    with rooms.database.begin() as tx:
        tx.execute(text("UPDATE alert_message SET state = 'flying', due_at = NULL"))
    rooms.restart()
    after(rooms, 50)

    with rooms.database.begin() as tx:
        states = list(tx.scalars(text("SELECT state FROM alert_message")))
    assert (states, said(rooms)) == (["in_doubt"], [])


def test_what_was_not_told_in_time_is_not_told_after_the_end(rooms: Rooms) -> None:
    """The channel was busy until somebody called."""
    mql(rooms)
    rooms.chat.trouble = [Busy("later", retry_in_s=300)]
    after(rooms, 46)
    rooms.lanes.now = lambda: datetime.now(UTC)
    rooms.sfa.behave(rooms.sfa.records("person")[0].ref, "call", title="Called")
    rooms.sync()
    after(rooms, 100)

    assert said(rooms) == []


def test_a_step_that_does_nothing_is_refused() -> None:
    """It has an act, or channels."""
    with pytest.raises(ValueError, match="`messages`"):
        SlaDocument.model_validate({"clocks": [{**CLOCK, "escalate": [{"after_minutes": 1}]}]})
