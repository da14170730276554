"""What channels tell of hand-offs and clocks waits for working hours, where a document says so."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.calendar import WEEKDAYS
from app.domain.handoff import Act
from app.domain.presets import preset
from app.flows import handoffs_acts, handoffs_clock
from app.flows.handoffs_acts import Who
from app.store import connections, events
from app.store.db import Database
from app.store.events import Happening
from connectors.registry import capabilities
from tests.flows.test_flows_sla import CONTACT, OWNED
from tests.support.chat import Chat, Rooms
from tests.support.handing import ADA, FS, IS, Person, rules, world_of

NIGHT = datetime.fromisoformat("2031-04-04T20:00:00+09:00")  # a Friday
SATURDAY = datetime.fromisoformat("2031-04-05T10:00:00+09:00")
MONDAY = datetime.fromisoformat("2031-04-07T09:00:00+09:00")
LATER = datetime.fromisoformat("2031-04-07T09:30:00+09:00")
TOKYO = {"time_zone": "Asia/Tokyo", "holidays": ["JP"]}


def with_chat(world: Rooms, database: Database) -> Rooms:
    world.chat = Chat()
    world.lanes.public_url = "https://baton.example"
    with database.begin() as tx:
        connections.put(
            tx, "chat", vendor="slack", role="out", settings={}, options={},
            capabilities=capabilities(world.chat), secret=None,
        )  # fmt: skip
    return world


def tell(world: Rooms, now: datetime) -> list[str]:
    """What the chat has heard when it is so late."""
    world.lanes.now = lambda: now
    world.settle()
    world.lanes.drain("tell:chat")
    return [one.title for one in world.chat.told]


def due(database: Database) -> list[tuple[str, datetime | None]]:
    with database.begin() as tx:
        rows = tx.execute(text("SELECT state, due_at FROM alert_message ORDER BY id"))
        return [(row.state, row.due_at) for row in rows]


class Night:
    """Somebody whose hand-off is worked on at night, by a document whose channels may wait."""

    def __init__(self, database: Database, notices: dict[str, Any], **keys: Any) -> None:
        flow = rules(notices=notices, manager_approval=False)
        body = {**flow, "calendar": TOKYO, "outside_hours": "wait", **keys}
        world = world_of(database, Rooms, handoff=body)
        assert isinstance(world, Rooms)
        self.world, self.database = with_chat(world, database), database
        self.person = Person(world)
        self.person.begin()

    def do(self, deed: Any, who: Who, now: datetime = NIGHT, **more: Any) -> None:
        new = Act(deed, who.by, who.role, **more)
        with self.database.begin() as tx:
            handoffs_acts.do(tx, self.person.id, new, now=now)

    @property
    def tasks(self) -> list[str]:
        return [one.title for _, one in self.world.sfa.tasks.values()]


ASKED = f"Hand-off: accept or reject {ADA}"


def test_what_happens_at_night_is_told_when_work_begins(database: Database) -> None:
    """Slack, bell and mention wait from Friday evening to Monday; the task stands at once."""
    channels = ["task", "notification"]
    night = Night(database, {"delivered": {"channels": channels, "messages": ["chat"]}})
    night.do("submit", IS)

    assert due(database) == [("pending", MONDAY)] * 2
    assert (tell(night.world, SATURDAY), night.tasks) == ([], [ASKED])
    assert tell(night.world, MONDAY) == [ASKED]
    night.world.lanes.drain("tell:sfa")
    assert [one.title for one in night.world.sfa.bells] == [ASKED]


def test_what_is_urgent_and_what_happens_at_work_does_not_wait(database: Database) -> None:
    """Each notice for itself."""
    night = Night(
        database,
        {
            "delivered": {"messages": ["chat"], "urgent": True},
            "question": {"messages": ["chat"]},
        },
    )
    night.do("submit", IS)
    assert tell(night.world, NIGHT) == [ASKED]

    night.do("ask", FS, LATER, note="Who signs?")
    assert tell(night.world, LATER)[1:] == [f"Hand-off: question about {ADA}"]


def test_a_document_that_says_nothing_tells_at_once(database: Database) -> None:
    """As documents did before they could say it; a calendar alone changes nothing."""
    night = Night(database, {"delivered": {"messages": ["chat"]}}, outside_hours="tell")
    body = {key: one for key, one in preset("handoff").items() if key != "outside_hours"}
    night.do("submit", IS)

    assert tell(night.world, NIGHT) == [ASKED]
    assert "outside_hours" not in body
    assert preset("handoff")["outside_hours"] == preset("sla")["outside_hours"] == "wait"


def test_what_was_done_meanwhile_need_not_be_told(database: Database) -> None:
    """It was accepted on Saturday: on Monday only that is news."""
    told = {"messages": ["chat"]}
    night = Night(database, {"delivered": told, "accepted": told})
    night.do("submit", IS)
    night.do("accept", FS, SATURDAY)

    assert due(database) == [("dropped", None), ("pending", MONDAY)]
    assert tell(night.world, MONDAY) == [f"Hand-off: {ADA} was accepted"]


def test_a_reminder_never_comes_after_its_meeting(database: Database) -> None:
    """The meeting is on Saturday morning, so its reminder comes on Friday evening."""
    night = Night(database, {"reminder": {"messages": ["chat"]}})
    night.do("submit", IS)
    night.do("accept", FS)
    night.do("meet", FS, at=SATURDAY)
    night.do("ask", FS, note="Which products?")
    with database.begin() as tx:
        handoffs_clock.tick(tx, night.person.id, NIGHT)

    assert tell(night.world, NIGHT) == [f"Hand-off: complete {ADA} before the meeting"]


SHORT: dict[str, Any] = {
    **CONTACT,
    "warn": {"before_minutes": 15, "messages": ["chat"]},
    "escalate": [
        {"messages": ["chat"]},
        {"after_minutes": 30, "to": "boss@example.com", "messages": ["chat"], "urgent": True},
    ],
}


@pytest.fixture
def rooms(database: Database) -> Rooms:
    """A clock of 60 minutes, whose team works again in three days."""
    day = WEEKDAYS[(datetime.now(UTC).weekday() + 3) % 7]
    rare = {"hours": {day: ["09:00-10:00"]}, "holidays": [], "time_zone": "UTC"}
    body = {"clocks": [SHORT], "calendars": {"default": rare}, "outside_hours": "wait"}
    world = with_chat(Rooms(database, mapping=OWNED, documents={"sla": body}), database)
    for vendor in (world.ma, world.sfa):
        vendor.clock = lambda: datetime.now(UTC)
        vendor.add_owner("rep@example.com", "Rep")
    return world


def states(database: Database) -> list[str]:
    return [state for state, _ in due(database)]


def test_steps_of_a_clock_wait_and_the_urgent_one_does_not(rooms: Rooms) -> None:
    """What waits is told once, without the warning, for the time is over by then."""
    contact = rooms.ma.add_person("ada@example.com", "Contact", owner_id=rooms.ma.people[0].id)
    rooms.sync()
    rooms.sync()
    link = rooms.link_of("ma", contact)
    assert link is not None
    with rooms.database.begin() as tx:
        events.tell(tx, [Happening("stage.changed", link.id, data={"to": "mql"})])
    rooms.settle()
    seen = []
    for minutes in (46, 61, 91):
        rooms.lanes.now = partial(later, minutes)
        for lane in ("clocks", "tell:chat"):
            rooms.lanes.drain(lane)
        seen.append(states(rooms.database))

    assert seen == [["pending"], ["dropped", "pending"], ["dropped", "pending", "sent"]]
    assert [one.to for one in rooms.chat.told] == ["boss@example.com"]
    assert len(tell(rooms, later(5 * 24 * 60))) == 2
    assert [one.to for one in rooms.chat.told] == ["boss@example.com", "rep@example.com"]


def later(minutes: float) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=minutes)
