"""Undo: old values stand again where ours still stood, and sync leaves them alone."""

from typing import Any

import pytest

from app.flows.work.undo import Arguments, preview
from app.store import documents, ledger, work
from app.store.db import Database
from app.store.ledger import Scope
from connectors.base import Ref, Unsure
from tests.support.world import MAPPING, World

OLD, NEW = "+819000000001", "+819000000002"


class Pair:
    """A contact and a lead that agree, and what is undone of them."""

    def __init__(self, database: Database) -> None:
        self.world = World(database)
        self.contact = self.world.ma.add_person("ada@example.com", "Contact", phone=OLD)
        self.world.sync()
        self.world.sync()
        self.lead: Ref = self.world.sfa.records("person")[0].ref
        self.mark = self.newest()
        self.world.ma.edit(self.contact, phone=NEW)
        self.world.sync()

    def newest(self) -> int:
        with self.world.database.begin() as tx:
            return ledger.newest(tx)

    def entries(self, **scope: Any) -> list[dict[str, Any]]:
        with self.world.database.begin() as tx:
            return ledger.page(tx, Scope(**scope), None, 50)

    def undo(self, **scope: Any) -> int:
        """Run an undo to its end; answer the job."""
        arguments = Arguments(**scope).model_dump(mode="json", exclude_none=True)
        with self.world.database.begin() as tx:
            job = work.add(tx, "undo", arguments, by="ops")
        self.world.settle()
        return job

    def counts(self, job: int) -> dict[str, int]:
        with self.world.database.begin() as tx:
            found = work.get(tx, job)
        assert found is not None
        assert found.state == "done"
        return dict(found.counts)

    def phones(self) -> tuple[Any, Any]:
        return (
            self.world.values("ma", self.contact)["phone"],
            self.world.values("sfa", self.lead)["phone"],
        )

    def last(self) -> dict[str, Any]:
        """Only the newest write."""
        return {"cause": str(self.entries()[0]["cause_id"])}


@pytest.fixture
def pair(database: Database) -> Pair:
    return Pair(database)


def test_every_confirmed_write_is_in_the_ledger(pair: Pair) -> None:
    """With what stood there before, under which version, and whether it made the record."""
    change, made = pair.entries(connection="sfa")

    assert change["changes"] == {"phone": [OLD, NEW]}
    assert (change["mapping"], change["version"], change["created"]) == ("main", 1, False)
    assert change["external_id"] == pair.lead.id
    assert made["created"]
    assert made["changes"]["email"] == [None, "ada@example.com"]


def test_a_write_whose_answer_was_lost_is_in_the_ledger(pair: Pair) -> None:
    """The look that shows that it landed is its confirmation."""
    pair.world.sfa.fail_next("write", Unsure("lost"), after=True)
    pair.world.ma.edit(pair.contact, phone="+819000000003")

    pair.world.sync()

    assert pair.entries()[0]["changes"] == {"phone": [NEW, "+819000000003"]}


def test_the_old_value_stands_again_and_stays(pair: Pair) -> None:
    """Marketing keeps its value, the SFA has its old one, and nothing more is written."""
    job = pair.undo(**pair.last())

    assert pair.counts(job) == {"put_back": 1}
    assert pair.phones() == (NEW, OLD)
    writes = pair.world.sfa.calls["write"], pair.world.ma.calls["write"]
    pair.world.hint("sfa", [pair.lead])
    pair.world.hint("ma", [pair.contact])
    pair.world.sync()
    assert (pair.world.sfa.calls["write"], pair.world.ma.calls["write"]) == writes
    assert pair.phones() == (NEW, OLD)


def test_a_later_edit_at_either_side_goes_on(pair: Pair) -> None:
    """The value that was put back is no edit; what a person types is one."""
    pair.undo(**pair.last())
    pair.world.ma.edit(pair.contact, phone="+819000000004")
    pair.world.sync()
    assert pair.phones() == ("+819000000004", "+819000000004")

    pair.undo(**pair.last())
    pair.world.sfa.edit(pair.lead, phone="+819000000005")
    pair.world.sync()

    assert pair.phones() == ("+819000000005", "+819000000005")


def test_what_was_changed_since_is_left(pair: Pair) -> None:
    """A rep's edit after our write is not undone."""
    pair.world.sfa.edit(pair.lead, phone="+819000000006")
    scope = pair.last()
    pair.world.sync()

    job = pair.undo(connection="sfa", **scope)

    assert pair.counts(job) == {"changed_since": 1}
    assert pair.phones() == ("+819000000006", "+819000000006")


def test_an_edit_that_nobody_has_seen_yet_is_left(pair: Pair) -> None:
    """The record is looked at just before the old value is written."""
    pair.world.sfa.edit(pair.lead, phone="+819000000007")

    pair.undo(**pair.last())

    assert pair.phones() == ("+819000000007", "+819000000007")


def test_an_undo_can_be_undone(pair: Pair) -> None:
    """By its job; then both sides agree again."""
    job = pair.undo(**pair.last())

    again = pair.undo(job=job)

    assert pair.counts(again) == {"put_back": 1}
    assert pair.phones() == (NEW, NEW)
    writes = pair.world.sfa.calls["write"]
    pair.world.sync()
    assert pair.world.sfa.calls["write"] == writes


def test_writes_of_a_window_are_taken_back_together(pair: Pair) -> None:
    """Two writes of a field: the value before the first stands again. Created records stay."""
    pair.world.ma.edit(pair.contact, phone="+819000000008")
    pair.world.sync()

    job = pair.undo(connection="sfa", fields=["phone"])

    assert pair.phones() == ("+819000000008", OLD)
    assert pair.counts(job) == {"put_back": 1}


def test_a_blank_can_be_put_back(database: Database) -> None:
    """Also where the mapping clears nothing."""
    world = World(database)
    contact = world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    world.sync()
    lead = world.sfa.records("person")[0].ref
    world.ma.edit(contact, phone=NEW)
    world.sync()
    with world.database.begin() as tx:
        [entry] = ledger.page(tx, Scope(fields=("phone",), connection="sfa"), None, 5)
        args = {"cause": str(entry["cause_id"])}
        work.add(tx, "undo", args, by="ops")

    world.settle()
    world.sync()

    assert entry["changes"] == {"phone": [None, NEW]}
    assert world.values("sfa", lead)["phone"] is None
    assert world.values("ma", contact)["phone"] == NEW


def test_a_new_version_of_the_mapping_ends_it(pair: Pair) -> None:
    """What is agreed is told again, and the old value is still no edit."""
    pair.undo(**pair.last())
    with pair.world.database.begin() as tx:
        documents.add(tx, "mapping", "main", 2, MAPPING, note="", by="test")
        documents.activate(tx, "mapping", "main", 2)
        tx.exec_driver_sql("UPDATE link SET next_score_at = now()")

    pair.world.settle()

    assert pair.phones() == (NEW, NEW)


def test_a_preview_says_what_would_happen(pair: Pair) -> None:
    """Per field, with samples, and what would be left; nothing is done."""
    with pair.world.database.begin() as tx:
        found = preview(tx, Arguments(mapping="main", version=1))

    assert (found.links, found.records, found.complete) == (1, 1, True)
    assert found.fields == {"phone": 1}
    assert found.skipped == {"created": 1}
    [sample] = found.samples
    assert (sample["connection"], sample["now"], sample["then"]) == ("sfa", NEW, OLD)
    assert pair.phones() == (NEW, NEW)
