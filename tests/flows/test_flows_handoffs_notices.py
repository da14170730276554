"""Hand-offs are told by the channels that the document names, each notice once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.flows import handoffs_clock
from app.store import connections
from app.store.db import Database
from connectors.base import Busy, Rejected
from connectors.registry import capabilities
from tests.support.chat import Chat, Rooms
from tests.support.handing import ADA, BOSS, FS, IS, Person, world_of

FSER, ISER = "fs@example.com", "is@example.com"


class Office(Person):
    """A hand-off in a world with a chat, and a document that names it."""

    def __init__(self, database: Database, **notices: Any) -> None:
        world = world_of(database, Rooms, notices=notices)
        assert isinstance(world, Rooms)
        world.chat = Chat()
        self.chat, self.rooms = world.chat, world
        world.lanes.public_url = "https://baton.example"
        with database.begin() as tx:
            connections.put(
                tx, "chat", vendor="slack", role="out", settings={}, options={},
                capabilities=capabilities(world.chat), secret=None,
            )  # fmt: skip
        super().__init__(world)

    def wire(self, channel: Any) -> None:
        """Another channel takes the chat's place."""
        self.rooms.chat = channel

    def tell(self) -> None:
        """What is due is told, there and in the SFA."""
        self.world.settle()
        self.world.lanes.drain("tell:chat")

    @property
    def said(self) -> list[tuple[str | None, str]]:
        self.tell()
        return [(one.to, one.title) for one in self.chat.told]

    @property
    def tasks(self) -> list[str]:
        return [one.title for _, one in self.world.sfa.tasks.values()]

    def states(self) -> list[str]:
        with self.world.database.begin() as tx:
            return list(tx.scalars(text("SELECT state FROM alert_message ORDER BY id")))


def test_where_nothing_is_said_only_tasks_tell(database: Database) -> None:
    """As it always was: neither approval nor acceptance is a task of anybody."""
    office = Office(database)
    office.hand_over()
    office.do("accept", FS)

    assert (office.said, office.tasks) == ([], [f"Hand-off: accept or reject {ADA}"])


def test_each_step_is_told_to_whom_it_concerns(database: Database) -> None:
    """The manager, the receiver, the giver; besides the tasks."""
    office = Office(
        database,
        all={"messages": ["chat"]},
        approval={"channels": [], "messages": ["chat"], "to": "boss@example.com"},
    )
    office.begin()
    office.do("submit", IS)
    office.do("approve", BOSS)
    office.do("ask", FS, note="Who signs?")
    office.do("answer", IS, note="The CFO")
    office.tell()
    office.do("reject", FS, reason="other", note="next year")

    assert office.said == [
        ("boss@example.com", f"Hand-off: approve or return {ADA}"),
        (FSER, f"Hand-off: accept or reject {ADA}"),
        (ISER, f"Hand-off: question about {ADA}"),
        (FSER, f"Hand-off: answer about {ADA}"),
        (ISER, f"Hand-off: {ADA} was rejected"),
    ]
    question = office.chat.told[2]
    assert question.sections[0].lines[0] == "Who signs?"
    assert [one.url for one in question.buttons] == [f"https://baton.example/handoffs/{office.id}"]
    assert office.tasks == [title for _, title in office.said[1:]]


def test_who_gave_it_hears_that_it_was_taken_and_how_it_ended(database: Database) -> None:
    """Accepted, and lost; only by chat."""
    office = Office(database, all={"channels": [], "messages": ["chat"]})
    office.hand_over()
    office.do("accept", FS)
    office.tell()
    office.do("close", FS, reason="price", more={"outcome": "lost"})

    assert office.said[-2:] == [
        (ISER, f"Hand-off: {ADA} was accepted"),
        (ISER, f"Hand-off: {ADA} has ended: Lost"),
    ]
    assert office.tasks == []


def test_the_reminder_before_the_meeting_is_told_once(database: Database) -> None:
    """Something is missing; the clock ticks twice."""
    office = Office(database, reminder={"messages": ["chat"]})
    office.begin(worries=None)
    office.do("submit", IS)
    office.do("approve", BOSS)
    office.do("accept", FS)
    office.do("ask", FS, note="Which products?")
    for hours in (1, 2):
        now = datetime.fromisoformat("2030-04-08T10:00:00+09:00") + timedelta(hours=hours)
        with database.begin() as tx:
            handoffs_clock.tick(tx, office.id, now)
    office.world.lanes.now = lambda: datetime(2030, 4, 9, tzinfo=UTC)

    assert office.said == [(ISER, f"Hand-off: complete {ADA} before the meeting")]


def test_bell_and_mention_ring_in_the_sales_system(database: Database) -> None:
    """On the record, for the receiver."""
    office = Office(database, delivered={"channels": ["task", "notification"]})
    office.hand_over()
    office.tell()

    [bell] = office.world.sfa.bells
    assert (bell.title, bell.person) == (f"Hand-off: accept or reject {ADA}", office.lead)
    assert bell.owner_id == office.world.sfa.people[0].id
    assert office.tasks == [f"Hand-off: accept or reject {ADA}"]


def test_a_busy_channel_is_asked_again_and_a_refusal_is_shown(database: Database) -> None:
    """Neither touches the hand-off; a page says what was not told."""
    office = Office(database, delivered={"messages": ["chat"]}, question={"messages": ["chat"]})
    office.chat.trouble = [Busy("later", retry_in_s=60), Rejected("no such room", code="gone")]
    office.hand_over()
    office.tell()
    assert office.states() == ["pending"]
    with database.begin() as tx:
        tx.execute(text("UPDATE alert_message SET due_at = now()"))
    office.tell()

    assert (office.states(), office.state, office.said) == (["failed"], "delivered", [])
    with database.begin() as tx:
        query = "SELECT detail ->> 'about' FROM journal WHERE event = 'notice_untold'"
        assert str(tx.scalar(text(query))).startswith(f"handoff/{office.id}/delivered/")


def test_a_death_while_telling_repeats_nothing(database: Database) -> None:
    """Nobody knows whether the message arrived; the task stands."""
    office = Office(database, delivered={"messages": ["chat"]})
    office.begin()
    office.do("submit", IS)
    office.do("approve", BOSS)
    with database.begin() as tx:
        tx.execute(text("UPDATE alert_message SET state = 'flying', due_at = NULL"))
    office.world.restart()

    assert (office.said, office.states()) == ([], ["in_doubt"])
    assert office.tasks == [f"Hand-off: accept or reject {ADA}"]


def test_who_was_told_by_chat_counts_as_told(database: Database) -> None:
    """The checklist's item is ticked without a task."""
    office = Office(database, delivered={"channels": [], "messages": ["chat"]})
    office.hand_over()
    assert len(office.said) == 1

    seen = office.do("ask", FS, note="Who?")
    done = {line.name: line.done for line in seen.judged.checklist}
    assert done["notified"]


@pytest.mark.parametrize("notice", [{"messages": ["chat", "chat"]}, {"to": "nobody"}])
def test_a_notice_is_checked(database: Database, notice: dict[str, Any]) -> None:
    """A channel twice, somebody without an address."""
    with pytest.raises(ValueError, match=r"twice|pattern"):
        Office(database, all=notice)
