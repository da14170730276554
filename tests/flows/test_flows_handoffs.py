"""Hand-offs land in the sales system: fields, one note that is kept up to date, tasks, stages."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.domain.handoff import Act, GateClosed, Unfit
from app.domain.handoff_moves import Illegal
from app.domain.presets import preset
from app.flows import handoffs_acts
from app.flows.handoffs_acts import NoSuchHandoff, OpenAlready, Opening, Stale, Who
from app.flows.handoffs_known import NoDocument, Seen
from app.schedule import Clock
from app.store import handoffs
from app.store.db import Database
from connectors.base import FieldType, Ref, Rejected
from connectors.memory.schema import fields_of
from tests.support.world import MAPPING, World

BATON: dict[str, FieldType] = {
    "handoff_state": "text", "handoff_quality": "number", "handoff_memo": "long_text",
    "handoff_next_step": "text", "handoff_decision": "text", "handoff_reason": "text",
}  # fmt: skip
MAPPED: dict[str, Any] = {
    **MAPPING,
    "fields": [
        *MAPPING["fields"],
        {"name": "company", "ma": "company", "sfa": "company"},
        {"name": "owner", "ma": "owner_id", "sfa": "owner_id", "type": "owner"},
        *({"name": n, "sfa": n, "type": t, "baton": n} for n, t in BATON.items()),
    ],
}
MEMO: dict[str, Any] = {
    "company_name": "Yamada KK", "person_name": "Ada", "job_title": "CIO", "phone": "1",
    "problem": "quotes take 40 hours a month", "background": "two people left",
    "wish": "half the time",
    "budget": "secured", "decision_maker": "CFO", "decision_maker_attends": "attends",
    "urgency": "high", "introduce_by": "2026Q3", "competitors": "A", "impression": "good",
    "worries": "migration", "next_action": "demonstration", "customer_agreed": True,
    "meeting_at": "2030-04-09T10:00:00+09:00",
}  # fmt: skip
IS, BOSS, FS = Who("is", "operator"), Who("boss", "admin"), Who("fs", "operator")


def rules(**flow: Any) -> dict[str, Any]:
    body = preset("handoff")
    gate = [one for one in body["flows"]["is_fs"]["gate"] if one["name"] != "score"]
    body["flows"]["is_fs"] |= {"gate": gate, **flow}
    return body


def world_of(database: Database, **documents: Any) -> World:
    given = {"handoff": rules(), "lifecycle": preset("lifecycle"), **documents}
    world = World(database, mapping=MAPPED, documents=given)
    world.sfa.schema = (
        *world.sfa.schema, *fields_of("Lead", **BATON), *fields_of("Contact", **BATON),
    )  # fmt: skip
    for vendor in (world.ma, world.sfa):
        vendor.clock = lambda: datetime.now(UTC)
        vendor.add_owner("fs@example.com", "FS")
        vendor.add_owner("is@example.com", "IS")
    return world


@pytest.fixture
def world(database: Database) -> World:
    return world_of(database)


class Person:
    """Somebody whom both systems know, and their hand-off."""

    def __init__(self, world: World) -> None:
        self.world = world
        rep = world.ma.people[0].id
        self.contact = world.ma.add_person(
            "ada@example.com", "Contact", company="Yamada KK", owner_id=rep
        )
        world.sync()
        world.sync()
        link = world.link_of("ma", self.contact)
        assert link is not None
        self.link_id: UUID = link.id
        lead = world.ref_at("sfa", link)
        assert lead is not None
        self.lead: Ref = lead
        self.id = 0

    def begin(self, **memo: Any) -> Seen:
        opening = Opening(self.link_id, giver="is@example.com", memo={**MEMO, **memo})
        with self.world.database.begin() as tx:
            seen, wakes = handoffs_acts.begin(tx, opening, IS, now=datetime.now(UTC))
        self.id = seen.kept.id
        self.world.woken |= wakes
        return seen

    def do(self, deed: Any, who: Who = FS, version: int | None = None, **more: Any) -> Seen:
        new = Act(deed, who.by, who.role, **more)
        now = datetime.now(UTC)
        with self.world.database.begin() as tx:
            return handoffs_acts.do(tx, self.id, new, now=now, version=version)[0]

    def hand_over(self) -> None:
        self.begin()
        self.do("submit", IS)
        self.do("approve", BOSS)
        self.world.settle()

    @property
    def record(self) -> dict[str, Any]:
        return dict(self.world.values("sfa", self.lead))

    @property
    def state(self) -> str:
        with self.world.database.begin() as tx:
            return handoffs_acts.look(tx, self.id, now=datetime.now(UTC)).kept.standing.state

    @property
    def stage(self) -> str:
        link = self.world.link_of("ma", self.contact)
        return "" if link is None else link.stage

    def lines(self) -> list[str]:
        with self.world.database.begin() as tx:
            query = text("SELECT event FROM journal WHERE event LIKE 'handoff%' ORDER BY id")
            return list(tx.scalars(query))

    def events(self) -> list[str]:
        with self.world.database.begin() as tx:
            query = text("SELECT type FROM event WHERE type LIKE 'handoff%' ORDER BY id")
            return list(tx.scalars(query))


def test_a_handoff_lands_in_the_sales_system(world: World) -> None:
    """Fields, one note, a task for the receiver; the person is an SQL."""
    person = Person(world)
    person.hand_over()

    record = person.record
    assert record["handoff_state"] == "Handed over"
    assert record["handoff_quality"] == 100
    assert record["handoff_next_step"] == "Accept, ask, or reject with a reason"
    assert "Problem: quotes take 40 hours a month" in record["handoff_memo"]
    assert record.get("handoff_decision") is None
    [(_, entry)] = [one for one in world.sfa.entries.values() if one[1].key.startswith("handoff/")]
    assert (entry.key, entry.person) == (f"handoff/{person.id}", person.lead)
    assert entry.title == f"Hand-off memo: {ADA} (Handed over, quality 100)"
    [(_, task)] = world.sfa.tasks.values()
    assert task.title == f"Hand-off: accept or reject {ADA}"
    assert task.owner_id == world.sfa.people[0].id
    assert person.stage == "sql"


ADA = "ada@example.com"


def test_the_note_is_updated_in_place(world: World) -> None:
    """Accepted, the meeting of the memo is set; still one note."""
    person = Person(world)
    person.hand_over()
    person.do("accept")
    world.settle()

    notes = [e for _, e in world.sfa.entries.values() if e.key == f"handoff/{person.id}"]
    assert [one.title for one in notes] == [f"Hand-off memo: {ADA} (Meeting set, quality 100)"]
    assert "Meeting: 2030-04-09 10:00" in notes[0].body
    assert (person.state, person.stage) == ("meeting_set", "sao")
    assert person.record["handoff_decision"] == "Accepted"
    assert person.events() == [
        "handoff.created", "handoff.submitted", "handoff.approved", "handoff.accepted",
        "handoff.meeting_set",
    ]  # fmt: skip


def test_a_draft_is_nobodys_business_yet(world: World) -> None:
    """Its state is shown; no memo, no note, no task."""
    person = Person(world)
    person.begin()
    world.settle()

    assert person.record["handoff_state"] == "Draft"
    assert person.record.get("handoff_memo") is None
    assert not world.sfa.tasks
    assert not world.sfa.entries


def test_the_memo_begins_with_what_both_systems_know(world: World) -> None:
    """Company and address are there before anybody wrote a word."""
    person = Person(world)
    opening = Opening(person.link_id)
    with world.database.begin() as tx:
        seen, _ = handoffs_acts.begin(tx, opening, IS, now=datetime.now(UTC))

    assert seen.kept.memo == {"company_name": "Yamada KK", "person_name": ADA, "email": ADA}
    assert seen.kept.standing.receiver == "fs@example.com"


def test_a_rep_accepts_by_a_field(world: World) -> None:
    """It is journalled as theirs; the field keeps what they said."""
    person = Person(world)
    person.hand_over()

    world.sfa.edit(person.lead, handoff_decision="Accepted")
    world.sync()

    assert (person.state, person.record["handoff_decision"]) == ("meeting_set", "Accepted")
    with world.database.begin() as tx:
        query = text("SELECT detail ->> 'by' FROM journal WHERE event = 'handoff_accepted'")
        assert tx.scalar(query) == "rep (sfa)"


def test_a_rep_rejects_by_a_field_with_a_reason(world: World) -> None:
    """The rejection waits for its reason, which may come later; free words are kept as a note."""
    person = Person(world)
    person.hand_over()

    world.sfa.edit(person.lead, handoff_decision="Rejected")
    world.sync()
    assert (person.state, person.record["handoff_decision"]) == ("delivered", "Rejected")
    world.sfa.edit(person.lead, handoff_reason="they signed elsewhere")
    world.sync()

    assert (person.state, person.record["handoff_decision"]) == ("rejected", "Rejected")
    assert person.record["handoff_reason"] == "Other"
    with world.database.begin() as tx:
        kept = handoffs_acts.look(tx, person.id, now=datetime.now(UTC)).kept.standing
    assert (kept.reason, kept.note) == ("other", "they signed elsewhere")
    assert [t.title for _, t in world.sfa.tasks.values()][-1] == f"Hand-off: {ADA} was rejected"


def test_what_stood_in_the_field_is_no_answer_to_the_next_handoff(world: World) -> None:
    """It is emptied when the next one is handed over, and counts again from then on."""
    person = Person(world)
    person.hand_over()
    person.do("reject", reason="too_early")
    world.sync()
    assert person.record["handoff_decision"] == "Rejected"

    person.hand_over()
    world.sync()
    assert (person.state, person.record.get("handoff_decision")) == ("delivered", None)
    world.sfa.edit(person.lead, handoff_decision="受諾")
    world.sync()
    assert (person.state, person.record["handoff_decision"]) == ("meeting_set", "Accepted")


def test_a_word_that_means_nothing_is_put_back(world: World) -> None:
    """As is a decision when nothing is to be decided."""
    person = Person(world)
    person.hand_over()
    world.sfa.edit(person.lead, handoff_decision="maybe")
    world.sync()
    assert (person.state, person.record.get("handoff_decision")) == ("delivered", None)

    person.do("withdraw", IS)
    world.settle()
    world.sfa.edit(person.lead, handoff_decision="Accepted", handoff_state="Won")
    world.sync()

    assert (person.state, person.record.get("handoff_decision")) == ("withdrawn", None)
    assert person.record["handoff_state"] == "Withdrawn"


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


def test_questions_and_answers_go_back_and_forth(world: World) -> None:
    """Each is a task for the other one, and stands in the thread."""
    person = Person(world)
    person.hand_over()
    person.do("ask", note="who signs?")
    person.do("answer", IS, note="the CFO")
    world.settle()

    tasks = {t.title: (t.owner_id, t.body.splitlines()[0]) for _, t in world.sfa.tasks.values()}
    owners = {one.email: one.id for one in world.sfa.people}
    assert tasks[f"Hand-off: question about {ADA}"] == (owners["is@example.com"], "who signs?")
    assert tasks[f"Hand-off: answer about {ADA}"] == (owners["fs@example.com"], "the CFO")
    assert (person.state, person.record["handoff_state"]) == ("answered", "Question answered")


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


def test_another_receiver_gets_the_task(world: World) -> None:
    """And is the receiver from then on."""
    person = Person(world)
    person.hand_over()
    person.do("reassign", to="is@example.com")
    world.settle()

    task = [one for _, one in world.sfa.tasks.values()][-1]
    assert (task.title, task.owner_id) == (
        f"Hand-off: {ADA} is yours now", world.sfa.people[1].id,
    )  # fmt: skip


def test_a_note_that_is_refused_is_shown_and_can_be_retried(world: World) -> None:
    """It fails visibly; the fields are there all the same."""
    person = Person(world)
    world.sfa.fail_next("log", Rejected("no", code="NO"))
    person.hand_over()

    with world.database.begin() as tx:
        row = tx.execute(
            text("SELECT state, code, reason FROM handoff_entry WHERE what = 'note'")
        ).one()
    assert tuple(row) == ("failed", "NO", "no")
    assert person.record["handoff_state"] == "Handed over"
    person.do("accept")
    world.settle()
    with world.database.begin() as tx:
        assert tx.scalar(text("SELECT state FROM handoff_entry WHERE what = 'note'")) == "sent"


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


def test_japanese_records_are_written_in_japanese(database: Database) -> None:
    """The connection's language decides; templates of the document come first."""
    note = {"title": {"en": "x", "ja": "トスアップ {{ handoff.quality }}点"}}
    world = world_of(database, handoff=rules(note=note, manager_approval=False))
    with database.begin() as tx:
        tx.execute(text('UPDATE connection SET options = options || \'{"language": "ja"}\''))
    person = Person(world)
    person.begin()
    person.do("submit", IS)
    world.settle()

    assert person.record["handoff_state"] == "引き継ぎ済み(受諾待ち)"
    [entry] = [e for _, e in world.sfa.entries.values() if e.key == f"handoff/{person.id}"]
    assert entry.title == "トスアップ 100点"
    assert "課題: quotes take 40 hours a month" in entry.body


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
