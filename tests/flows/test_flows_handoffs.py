"""Hand-offs land in the sales system: fields, one note that is kept up to date, tasks."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from app.configuring import save_document
from app.flows import handoffs_acts
from app.flows.handoffs_acts import Opening
from app.store.db import Database
from connectors.base import Rejected
from tests.support.handing import ADA, IS, Person, rules, world_of
from tests.support.world import World


@pytest.fixture
def world(database: Database) -> World:
    return world_of(database)


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


def test_a_rep_asks_by_a_field(world: World) -> None:
    """What is asked may come later; both fields are emptied, and say something again after that."""
    person = Person(world)
    person.hand_over()

    world.sfa.edit(person.lead, handoff_decision="Question")
    world.sync()
    assert (person.state, person.record["handoff_decision"]) == ("delivered", "Question")
    world.sfa.edit(person.lead, handoff_reason="who signs?")
    world.sync()
    world.sync()

    assert (person.state, person.record["handoff_state"]) == ("questioned", "Question open")
    assert person.record.get("handoff_decision") is None
    assert person.record.get("handoff_reason") is None
    assert [t.body.splitlines()[0] for _, t in world.sfa.tasks.values()][-1] == "who signs?"
    world.sfa.edit(person.lead, handoff_decision="質問", handoff_reason="and when?")
    world.sync()
    world.sync()
    assert [t.body.splitlines()[0] for _, t in world.sfa.tasks.values()][-1] == "and when?"
    world.sfa.edit(person.lead, handoff_decision="Rejected")
    world.sync()
    assert person.state == "questioned"
    world.sfa.edit(person.lead, handoff_reason="Too early")
    world.sync()
    assert (person.state, person.record["handoff_reason"]) == ("rejected", "Too early")


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


def test_a_new_version_judges_open_handoffs_anew(world: World) -> None:
    """The list and the record show it; who holds the memo is not overtaken; ended ones stay."""
    person = Person(world)
    person.begin(impression=None, worries=None)
    world.settle()
    assert person.record["handoff_quality"] == 90
    body = rules()
    points = {"basic": 5, "need": 15, "bant": 20, "competition": 50, "next": 10}
    for part in body["flows"]["is_fs"]["quality"]:
        part["points"] = points[part["name"]]

    with world.database.begin() as tx:
        saved = save_document(tx, "handoff", "main", body)
    world.lanes.drain(f"job:{saved.job}")
    world.settle()

    with world.database.begin() as tx:
        kept = handoffs_acts.look(tx, person.id, now=datetime.now(UTC)).kept
        line = tx.execute(text("SELECT detail FROM journal WHERE event = 'handoff_judged'"))
        detail = line.scalar_one()
    assert (kept.quality, kept.band, kept.rules, kept.version) == (75, "standard", 2, 1)
    assert (detail["quality"], detail["quality_before"]) == (75, 90)
    assert person.record["handoff_quality"] == 75
    person.do("withdraw", IS)
    with world.database.begin() as tx:
        again = save_document(tx, "handoff", "main", rules())
    world.lanes.drain(f"job:{again.job}")
    with world.database.begin() as tx:
        kept = handoffs_acts.look(tx, person.id, now=datetime.now(UTC)).kept
    assert (kept.quality, kept.rules) == (75, 2)
