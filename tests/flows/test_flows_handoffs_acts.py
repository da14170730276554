"""Who may do what to a hand-off, what time does, and what becomes of the person's stage."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app.domain.handoff import GateClosed, Unfit
from app.domain.handoff_moves import Illegal
from app.flows import handoffs_acts
from app.flows.handoffs_acts import NoSuchHandoff, OpenAlready, Opening, Stale
from app.flows.handoffs_known import NoDocument
from app.schedule import Clock
from app.store import handoffs
from app.store.db import Database
from tests.support.handing import ADA, BOSS, IS, MAPPED, Person, world_of
from tests.support.world import World


@pytest.fixture
def world(database: Database) -> World:
    return world_of(database)


def test_the_gate_keeps_a_poor_memo_back(world: World) -> None:
    """A manager may override it, and that is journalled."""
    person = Person(world)
    person.begin(customer_agreed=False, competitors=None)

    with pytest.raises(GateClosed) as closed:
        person.do("submit", IS)
    assert [line.name for line in closed.value.unmet] == ["meeting"]
    person.do("submit", BOSS, override="the CEO asked for it")

    with world.database.begin() as tx:
        query = text("SELECT detail -> 'override' FROM journal WHERE event = 'handoff_submitted'")
        override = tx.scalar(query)
    assert override["reason"] == "the CEO asked for it"
    assert override["unmet"] == ["meeting"]


def test_who_comes_second_hears_how_it_stands(world: World) -> None:
    """Two act on what they saw; the second one's version is out of date."""
    person = Person(world)
    person.hand_over()
    with world.database.begin() as tx:
        seen = handoffs_acts.look(tx, person.id, now=datetime.now(UTC)).kept.version

    person.do("accept", version=seen)
    with pytest.raises(Stale) as stale:
        person.do("reject", version=seen, reason="other")

    assert stale.value.now.kept.standing.state == "meeting_set"
    with pytest.raises(Illegal):
        person.do("accept")


def test_time_reminds_once_and_has_feedback_due(world: World) -> None:
    """A day before the meeting what is missing, after it the feedback; never twice."""
    person = Person(world)
    person.begin(worries=None)
    person.do("submit", IS)
    person.do("approve", BOSS)
    person.do("accept")
    meeting = datetime(2030, 4, 9, 1, tzinfo=UTC)
    clocks = [Clock(world.database, lambda: meeting - timedelta(hours=23)) for _ in range(3)]
    assert [one.remind() for one in clocks] == [1, 0, 0]
    later = Clock(world.database, lambda: meeting + timedelta(hours=2))
    assert (later.remind(), later.remind()) == (1, 0)
    world.settle()

    titles = [task.title for _, task in world.sfa.tasks.values()]
    assert titles[1:] == [f"Hand-off: complete {ADA} before the meeting",
                          f"Hand-off: feedback on {ADA}"]  # fmt: skip
    assert person.state == "feedback_due"
    assert person.lines()[-2:] == ["handoff_reminded", "handoff_met"]


def test_nobody_is_reminded_of_a_complete_memo(world: World) -> None:
    """Only of what is missing."""
    person = Person(world)
    person.hand_over()
    person.do("accept")
    clock = Clock(world.database, lambda: datetime(2030, 4, 8, 3, tzinfo=UTC))

    assert (clock.remind(), clock.remind()) == (0, 0)
    assert "handoff_reminded" not in person.lines()


def test_a_lost_deal_goes_back_to_marketing(world: World) -> None:
    """With feedback before, its reason, and the stage of those to be won again."""
    person = Person(world)
    person.hand_over()
    person.do("accept")
    report = {"result": "ended", "stall_reason": "price", "rating": 4, "missing": "budget"}
    person.do("feedback", more=report)
    person.do("close", reason="price", more={"outcome": "lost"})
    world.settle()
    assert (person.state, person.stage) == ("lost", "recycled")  # as the preset has it
    person.do("recycle", IS)
    world.settle()

    assert (person.state, person.stage) == ("recycled", "recycled")
    assert person.record["handoff_state"] == "Recycled"
    assert person.record["handoff_reason"] == "Price"
    assert person.events()[-3:] == ["handoff.feedback_given", "handoff.closed", "handoff.recycled"]


def test_one_open_handoff_a_person(world: World) -> None:
    """A second one begins when the first has ended; people that do not exist have none."""
    person = Person(world)
    person.begin()
    first = person.id

    with pytest.raises(OpenAlready) as there:
        person.begin()
    assert there.value.handoff_id == first
    person.do("withdraw", IS)
    person.begin()
    assert person.id != first
    with world.database.begin() as tx, pytest.raises(NoSuchHandoff):
        handoffs_acts.begin(tx, Opening(UUID(int=0)), IS, now=datetime.now(UTC))


def test_without_a_document_nobody_hands_over(database: Database) -> None:
    """That says what to publish."""
    world = World(database, mapping=MAPPED)
    contact = world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    link = world.link_of("ma", contact)
    assert link is not None

    with world.database.begin() as tx, pytest.raises(NoDocument, match='of the kind "handoff"'):
        handoffs_acts.begin(tx, Opening(link.id), IS, now=datetime.now(UTC))


def test_memo_and_ticks_are_kept_and_judged(world: World) -> None:
    """What can't be kept is named; an automatic item is not ticked by hand."""
    person = Person(world)
    person.begin()
    now = datetime.now(UTC)
    with world.database.begin() as tx:
        seen, _ = handoffs_acts.write(tx, person.id, {"competitors": ""}, IS, now=now)
        assert (seen.kept.quality, seen.kept.version) == (90, 2)
        seen, _ = handoffs_acts.tick(tx, person.id, "behaviour", IS, done=True, now=now)
        assert {one.name: one.by for one in seen.judged.checklist}["behaviour"] == "is"
        with pytest.raises(Unfit) as refused:
            handoffs_acts.write(tx, person.id, {"budget": "lots"}, IS, now=now)
        assert set(refused.value.places) == {"budget"}
        with pytest.raises(Unfit, match="checked from data"):
            handoffs_acts.tick(tx, person.id, "basic", IS, done=True, now=now)
        seen, _ = handoffs_acts.tick(tx, person.id, "behaviour", IS, done=False, now=now)
        assert not {one.name: one.done for one in seen.judged.checklist}["behaviour"]


def test_two_links_that_are_one_keep_their_handoffs(world: World) -> None:
    """Of two open ones the one of the link that ends is withdrawn."""
    person = Person(world)
    person.begin()
    other = world.ma.add_person("eve@example.com", "Contact")
    world.sync()
    link = world.link_of("ma", other)
    assert link is not None
    with world.database.begin() as tx:
        seen, _ = handoffs_acts.begin(tx, Opening(link.id), IS, now=datetime.now(UTC))
        handoffs.move(tx, link.id, person.link_id)

    with world.database.begin() as tx:
        moved = handoffs.get(tx, seen.kept.id)
    assert moved is not None
    assert (moved.link_id, moved.standing.state) == (person.link_id, "withdrawn")
    assert person.state == "draft"
