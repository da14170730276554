"""An opportunity that is won or lost, in either system, ends the hand-off that led to it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.presets import preset
from app.flows import handoff_review, read, rules
from app.flows.handoffs_known import Seen
from app.store import connections, documents, feeds
from app.store.db import Database
from app.store.handoffs_review import Period
from connectors.base import Ref
from connectors.memory.schema import fields_of
from tests.support.handing import BOSS, FS, Person, world_of
from tests.support.world import World

FEEDBACK = {"result": "progress", "next_action": "a quote", "rating": 4}
DEALS: dict[str, Any] = {
    "kind": "opportunity", "ma": "ma", "sfa": "sfa", "policy": "prefer_sfa",
    "formats": {"ma": "json", "sfa": "json"},
    "create": {"ma": {"object": "Opportunity"}, "sfa": {"object": "Opportunity"}},
    "fields": [
        {"name": "name", "ma": "name", "sfa": "name"},
        {"name": "stage", "ma": "stage", "sfa": "stage"},
        {"name": "amount", "ma": "amount", "sfa": "amount", "type": "number"},
        {"name": "close_date", "ma": "close_date", "sfa": "close_date", "type": "date"},
        {"name": "lost_reason", "ma": "lost_reason", "sfa": "lost_reason"},
        {"name": "contact", "ma": "who", "sfa": "who", "type": "reference", "to": "person"},
    ],
}  # fmt: skip


class Deals:
    """Somebody with an accepted hand-off, and the opportunities that name them."""

    def __init__(self, database: Database) -> None:
        self.world = world_of(database, sla=preset("sla"))
        for vendor in (self.world.ma, self.world.sfa):
            more = fields_of("Opportunity", who="reference", lost_reason="text")
            vendor.schema = (*vendor.schema, *more)
        _activate(self.world, DEALS)
        self.person = Person(self.world)
        self.person.hand_over()

    def accept(self) -> Seen:
        seen = self.person.do("accept", FS)
        self.world.settle()
        return seen

    def open(self, name: str = "100 seats", stage: str = "open") -> Ref:
        """A rep enters an opportunity in the SFA."""
        ref = self.world.sfa.add(
            "Opportunity", name=name, stage=stage, amount=9000, who=self.person.lead.id
        )
        self.world.sync()
        return ref

    def there(self, deal: Ref) -> Ref:
        """The same in the marketing system."""
        link = self.world.link_of("sfa", deal)
        assert link is not None
        found = self.world.ref_at("ma", link)
        assert found is not None
        return found

    def note(self) -> str:
        """What the note in the sales system says."""
        key = f"handoff/{self.row().id}"
        [note] = [one for _, one in self.world.sfa.entries.values() if one.key == key]
        return note.body

    def row(self) -> Any:
        with self.world.database.begin() as tx:
            return tx.execute(text("SELECT * FROM handoff")).one()

    def clocks(self) -> dict[str, str]:
        with self.world.database.begin() as tx:
            return {
                row.name: row.state for row in tx.execute(text("SELECT name, state FROM sla_clock"))
            }


def _activate(world: World, body: dict[str, Any]) -> None:
    with world.database.begin() as tx:
        documents.add(tx, "mapping", "deals", 1, body, note="", by="test")
        documents.activate(tx, "mapping", "deals", 1)
        for one in connections.every(tx):
            own = read.own_feeds(world.connector(one.name))
            feeds.ensure_feeds(tx, one.name, read.feeds_of(rules.load(tx), one, own))


@pytest.fixture
def deals(database: Database) -> Deals:
    return Deals(database)


def test_an_opportunity_lost_in_the_sales_system_ends_the_handoff(deals: Deals) -> None:
    """Feedback was due: it is no more, its clock ends; note, fields, thread and event say why."""
    deals.accept()
    deal = deals.open()
    deals.person.do("hold")
    deals.world.settle()
    assert (deals.person.state, deals.clocks()["meeting-feedback"]) == ("feedback_due", "running")

    deals.world.sfa.edit(deal, stage="lost", lost_reason="価格")
    deals.world.sync()

    row = deals.row()
    assert (row.state, row.reason, row.outcome, row.due_at) == ("lost", "price", "lost", None)
    assert row.opportunity["name"] == "100 seats"
    assert row.opportunity["connection"] == "sfa"
    assert deals.clocks()["meeting-feedback"] == "cancelled"
    assert deals.person.record["handoff_state"] == "Lost"
    assert deals.person.record["handoff_reason"] == "Price"
    [note] = [e for _, e in deals.world.sfa.entries.values() if e.key == f"handoff/{row.id}"]
    assert "Reason: Price" in note.body
    assert deals.person.stage == "recycled"  # as the lifecycle has it for a loss with a reason
    assert deals.person.events()[-1] == "handoff.closed"
    with deals.world.database.begin() as tx:
        line = tx.execute(
            text("SELECT detail FROM journal WHERE event = 'handoff_closed'")
        ).scalar_one()
        said = tx.execute(text("SELECT what, by, text FROM handoff_message")).one()
    assert (line["by"], line["from"], line["to"]) == ("opportunity (sfa)", "feedback_due", "lost")
    assert (line["reason"], line["opportunity"]["stage"]) == ("price", "lost")
    assert tuple(said) == ("close", "opportunity (sfa)", "100 seats: lost")


def test_one_won_in_the_marketing_system_ends_it_too(deals: Deals) -> None:
    """A deal is moved there; no reason is asked of anybody."""
    deals.accept()
    deal = deals.open()

    deals.world.ma.edit(deals.there(deal), stage="won")
    deals.world.sync()

    row = deals.row()
    assert (row.state, row.reason, row.opportunity["stage"]) == ("won", None, "won")
    assert (deals.person.stage, deals.world.values("sfa", deal)["stage"]) == ("won", "won")


def test_a_reason_may_come_later(deals: Deals) -> None:
    """The rep fills it in after the stage: note and field say so, and nothing is closed twice."""
    deals.accept()
    deal = deals.open()
    deals.world.sfa.edit(deal, stage="lost")
    deals.world.sync()
    assert (deals.row().state, deals.row().reason) == ("lost", None)

    deals.world.sfa.edit(deal, lost_reason="Competitor")
    deals.world.sync()

    row = deals.row()
    assert (row.state, row.reason) == ("lost", "competitor")
    assert row.opportunity["reason"] == "Competitor"
    assert deals.person.record["handoff_reason"] == "Competitor"
    [note] = [e for _, e in deals.world.sfa.entries.values() if e.key == f"handoff/{row.id}"]
    assert "Reason: Competitor" in note.body
    assert deals.person.lines()[-2:] == ["handoff_closed", "handoff_explained"]


def test_words_of_their_own_are_kept_as_a_note(deals: Deals) -> None:
    """The list has no such reason: it is the list's other."""
    deals.accept()
    deal = deals.open()
    deals.world.sfa.edit(deal, stage="lost", lost_reason="they went bankrupt")
    deals.world.sync()

    row = deals.row()
    assert (row.reason, row.note) == ("other", "100 seats: lost: they went bankrupt")


def test_what_is_lost_can_go_back_to_marketing(deals: Deals) -> None:
    """It still says how it ended, and by what."""
    deals.accept()
    deals.world.sfa.edit(deals.open(), stage="lost", lost_reason="timing")
    deals.world.sync()
    deals.person.do("recycle", FS, note="again in spring")
    deals.world.settle()

    row = deals.row()
    assert (row.state, row.outcome, deals.person.stage) == ("recycled", "lost", "recycled")
    assert row.opportunity["reason"] == "timing"


def test_another_open_opportunity_keeps_it_going(deals: Deals) -> None:
    """One of two is lost, then the other is won."""
    deals.accept()
    one, two = deals.open("seats"), deals.open("support")
    deals.world.sfa.edit(one, stage="lost", lost_reason="price")
    deals.world.sync()
    assert deals.person.state == "meeting_set"

    deals.world.sfa.edit(two, stage="won")
    deals.world.sync()

    row = deals.row()
    assert (row.state, row.opportunity["name"]) == ("won", "support")


def test_it_ends_when_it_is_accepted_late(deals: Deals) -> None:
    """The deal was won before the receiver said yes."""
    deals.world.sfa.edit(deals.open(), stage="won")
    deals.world.sync()
    assert deals.person.state == "delivered"

    deals.accept()

    assert deals.person.state == "won"


def test_what_was_lost_before_is_another_story(deals: Deals) -> None:
    """An opportunity of last year, read now, ends nothing; nor does one that is edited today."""
    deals.accept()
    old = deals.world.sfa.add(
        "Opportunity", name="old", stage="lost", close_date="2020-04-01", who=deals.person.lead.id
    )
    deals.world.sync()
    deals.world.sfa.edit(old, lost_reason="price")
    deals.world.sync()
    deals.world.sfa.clock = lambda: datetime.now(UTC) - timedelta(days=300)
    deals.open("last year", "lost")

    assert deals.person.state == "meeting_set"
    assert deals.row().outcome is None


def test_activities_of_the_person_tell_it_as_well(deals: Deals) -> None:
    """Where opportunities are not mapped: the SFA's own history says that it was lost, and why."""
    deals.accept()
    deals.world.sfa.behave(deals.person.lead, "lost", title="seats", reason="No budget")
    deals.world.sync()

    row = deals.row()
    assert (row.state, row.reason) == ("lost", "no_budget")


def test_a_person_may_close_it_first(deals: Deals) -> None:
    """What the opportunity says after that changes nothing."""
    deals.accept()
    deal = deals.open()
    deals.person.do("hold")
    deals.person.do("feedback", more=FEEDBACK)
    deals.person.do("close", BOSS, reason="relation", more={"outcome": "won"})
    deals.world.sfa.edit(deal, stage="lost")
    deals.world.sync()

    row = deals.row()
    assert (row.state, row.outcome, row.opportunity) == ("won", "won", None)


def test_the_review_of_deviations_has_it(deals: Deals) -> None:
    """A memo of 100 points, and lost."""
    deals.accept()
    deals.world.sfa.edit(deals.open(), stage="lost", lost_reason="price")
    deals.world.sync()

    now = datetime.now(UTC)
    with deals.world.database.begin() as tx:
        known = rules.load(tx)
        assert known.handoff is not None
        period = Period("is_fs", now - timedelta(days=1), now + timedelta(days=1))
        found = handoff_review.reviewed(tx, known, known.handoff[0], period, now=now)

    assert [(one.kind, one.one.kept.quality) for one in found.deviations] == [
        ("good_but_failed", 100)
    ]
