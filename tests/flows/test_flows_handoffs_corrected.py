"""What systems show of a hand-off follows what is learned after its end, or by other rules."""

import pytest

from app.configuring.documents import save_document
from app.store import handoffs_listing
from app.store.db import Database
from tests.flows.test_flows_handoffs_ended import Deals
from tests.support.handing import FS, IS, Person, rules, world_of


@pytest.fixture
def deals(database: Database) -> Deals:
    return Deals(database)


def test_a_corrected_reason_is_taken_over(deals: Deals) -> None:
    """The rep thought better of it: note, field and the hand-off say the newer one."""
    deals.accept()
    deal = deals.open()
    deals.world.sfa.edit(deal, stage="lost", lost_reason="Price")
    deals.world.sync()
    deals.world.sfa.edit(deal, lost_reason="Competitor")
    deals.world.sync()
    deals.world.sync()

    row = deals.row()
    assert (row.state, row.reason, row.opportunity["reason"]) == (
        "lost",
        "competitor",
        "Competitor",
    )
    assert deals.person.record["handoff_reason"] == "Competitor"
    assert "Reason: Competitor" in deals.note()
    assert "Reason: Price" not in deals.note()
    assert deals.person.lines()[-2:] == ["handoff_closed", "handoff_explained"]


def test_what_was_lost_may_be_won_after_all(deals: Deals) -> None:
    """The opportunity is opened again and won: everything says so, and others hear of it."""
    deals.accept()
    deal = deals.open()
    deals.world.sfa.edit(deal, stage="lost", lost_reason="Price")
    deals.world.sync()
    deals.world.sfa.edit(deal, stage="open", lost_reason=None)
    deals.world.sync()
    assert deals.person.state == "lost"
    deals.world.sfa.edit(deal, stage="won")
    deals.world.sync()
    deals.world.sync()

    row = deals.row()
    assert (row.state, row.outcome, row.opportunity["stage"]) == ("won", "won", "won")
    assert (row.reason, row.note) == (None, "100 seats: won")
    record = deals.person.record
    assert (record["handoff_state"], record["handoff_reason"]) == ("Won", None)
    assert record["handoff_next_step"] == "Hand over to customer success"
    assert deals.note().startswith("State: Won")
    assert deals.person.events()[-2:] == ["handoff.closed"] * 2
    assert deals.person.lines().count("handoff_closed") == 2


def test_a_memo_that_was_never_handed_over_is_not_shown(database: Database) -> None:
    """It was withdrawn before: the record says so, without the memo. Afterwards it keeps it."""
    person = Person(world_of(database))
    person.begin()
    person.do("submit", IS)
    person.do("withdraw", IS)
    person.world.settle()
    assert person.record["handoff_state"] == "Withdrawn"
    assert person.record.get("handoff_memo") is None

    person.hand_over()
    person.do("withdraw", IS, note="the wrong person")
    person.world.settle()
    assert person.record["handoff_state"] == "Withdrawn"
    assert "Problem: quotes take 40 hours" in person.record["handoff_memo"]
    [note] = [one for _, one in person.world.sfa.entries.values()]
    assert note.body.splitlines()[0] == "State: Withdrawn"
    assert "Note: the wrong person" in note.body


def test_a_task_that_does_not_stand_when_it_ends_is_dropped(database: Database) -> None:
    """It was withdrawn at once: nobody is asked to accept it."""
    person = Person(world_of(database, handoff=rules(manager_approval=False)))
    person.begin()
    person.do("submit", IS)
    person.do("withdraw", IS)
    person.world.settle()

    assert list(person.world.sfa.tasks.values()) == []
    with database.begin() as tx:
        told = [(one["what"], one["state"]) for one in handoffs_listing.entries(tx, person.id)]
    assert told == [("note", "sent"), ("task", "dropped")]


def test_another_version_is_in_the_note_as_well(database: Database) -> None:
    """The record's field and its note say the same quality."""
    person = Person(world_of(database, handoff=rules(manager_approval=False)))
    person.begin(impression=None, worries=None)
    person.do("submit", IS)
    person.do("accept", FS)
    person.world.settle()
    body = rules(manager_approval=False)
    points = {"basic": 5, "need": 15, "bant": 20, "competition": 50, "next": 10}
    for part in body["flows"]["is_fs"]["quality"]:
        part["points"] = points[part["name"]]
    with database.begin() as tx:
        saved = save_document(tx, "handoff", "main", body)
    person.world.lanes.drain(f"job:{saved.job}")
    person.world.settle()

    assert person.record["handoff_quality"] == 75
    [note] = [one for _, one in person.world.sfa.entries.values()]
    assert "Quality: 75/100" in note.body
