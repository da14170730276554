"""Five errors, five reactions: whatever a vendor says, nothing is lost and nothing doubled."""

import pytest
from sqlalchemy import text

from app.store.db import Database
from connectors.base import AuthLost, Busy, Ref, Rejected, Unsure
from tests.support.world import MAPPING, World


@pytest.fixture
def world(database: Database) -> World:
    return World(database, feeds="changes:")


def synced(world: World) -> tuple[Ref, Ref]:
    """A person whom both systems know."""
    contact = world.ma.add_person("ada@example.com", "Contact", phone="+819012345678")
    world.sync()
    world.sync()
    return contact, world.sfa.records("person")[0].ref


def side_of(world: World, contact: Ref) -> tuple[str, str | None]:
    link = world.link_of("ma", contact)
    assert link is not None
    return link.sides["sfa"].state, link.sides["sfa"].code


def test_busy_is_asked_again(world: World) -> None:
    """A vendor that is busy gets the same write later."""
    world.ma.add_person("ada@example.com", "Contact")
    world.sfa.fail_next("write", Busy("429", retry_in_s=30.0))

    world.sync()

    assert len(world.sfa.records("person")) == 1
    assert world.sfa.calls["write"] == 2


def test_a_rejection_is_shown_and_not_repeated(world: World) -> None:
    """A record that the vendor will not take fails visibly, alone, and is left alone."""
    error = Rejected("bad value for restricted picklist field", code="BAD_VALUE", fields=("note",))
    world.sfa.reject_when(lambda write: write.fields.get("email") == "bad@example.com", error)
    bad = world.ma.add_person("bad@example.com", "Contact")
    world.ma.add_person("good@example.com", "Contact")

    world.sync()
    world.sync()

    assert [r.fields["email"] for r in world.sfa.records("person")] == ["good@example.com"]
    assert side_of(world, bad) == ("failed", "BAD_VALUE")
    assert world.sfa.calls["write"] == 1


def test_a_failure_is_tried_again_when_its_cause_changes(world: World) -> None:
    """A person mends the record in marketing: the write goes out again."""
    error = Rejected("no", code="NO")
    world.sfa.reject_when(lambda write: write.fields.get("note") == "bad", error)
    contact = world.ma.add_person("ada@example.com", "Contact", note="bad")
    world.sync()
    assert side_of(world, contact) == ("failed", "NO")

    world.ma.edit(contact, note="good")
    world.sync()

    assert side_of(world, contact) == ("in_sync", None)
    assert world.sfa.records("person")[0].fields["note"] == "good"


def test_a_lost_answer_makes_no_second_record(world: World) -> None:
    """The create landed, its answer did not: the record is sought before anything is written."""
    world.ma.add_person("ada@example.com", "Contact")
    world.sfa.fail_next("write", Unsure("no answer"), after=True)

    world.sync()
    world.sync()

    assert len(world.sfa.records("person")) == 1
    assert world.sfa.calls["write"] == 1


def test_a_lost_request_is_written_after_a_look(world: World) -> None:
    """The create never arrived: it is sought, not found, and written."""
    world.ma.add_person("ada@example.com", "Contact")
    world.sfa.fail_next("write", Unsure("no answer"))

    world.sync()

    assert len(world.sfa.records("person")) == 1
    assert world.sfa.calls["find"] >= 2


def test_a_worker_that_died_after_the_claim_leaves_no_trace(world: World) -> None:
    """A write was marked as flying and never sent: the next holder of the lane seeks first."""
    world.ma.add_person("ada@example.com", "Contact")
    world.poll()
    world.lanes.drain("read:ma:changes:person")
    step = world.lanes.step_of("deliver", "sfa:person")
    for _ in range(2):  # seek, then claim; the second one's call never happens
        with world.database.begin() as tx:
            ask = step.plan(tx)
        if ask.seeks:
            answer = step.call(world.connector("sfa"), ask)
            with world.database.begin() as tx:
                step.settle(tx, ask, answer)

    world.settle()

    assert len(world.sfa.records("person")) == 1


def test_a_converted_lead_is_followed(world: World) -> None:
    """A rep converts the lead: later changes of the person reach the contact."""
    contact, lead = synced(world)
    converted = world.sfa.convert(lead)
    world.ma.edit(contact, phone="+819099999999")

    world.sync()
    world.sync()

    assert world.values("sfa", converted)["phone"] == "+819099999999"
    assert len(world.ma.records("person")) == 1


def test_a_deleted_lead_is_not_made_again(world: World) -> None:
    """What a rep deletes stays deleted; marketing keeps its contact."""
    contact, lead = synced(world)
    world.sfa.delete(lead)
    world.ma.edit(contact, phone="+819099999999")

    world.sync()
    world.sync()

    assert [lead.deleted for lead in world.sfa.records("person")] == [True]
    assert side_of(world, contact)[0] == "gone"


def test_lost_sign_in_pauses_the_connection_and_resuming_drains(world: World) -> None:
    """Nothing is dropped while nobody can sign in, and nothing is tried in a loop."""
    world.ma.add_person("ada@example.com", "Contact")
    world.sfa.fail_next("write", AuthLost("revoked"))
    world.sync()
    assert world.sfa.records("person") == []
    assert world.sfa.calls["write"] == 1

    with world.database.begin() as tx:
        state = tx.scalar(text("SELECT state FROM connection WHERE name = 'sfa'"))
        tx.execute(text("UPDATE connection SET state = 'active'"))
    world.settle()

    assert state == "needs_attention"
    assert len(world.sfa.records("person")) == 1


def test_a_lead_that_sales_already_has_is_joined(world: World) -> None:
    """The same e-mail exists in the SFA: blanks are filled, nothing is created."""
    lead = world.sfa.add_person("ada@example.com", "Lead", job_title="CTO")
    world.ma.add_person("Ada@Example.com", "Contact", phone="+819012345678")

    world.poll()
    world.lanes.drain("read:ma:changes:person")
    world.settle()
    world.sync()

    assert len(world.sfa.records("person")) == 1
    assert world.values("sfa", lead)["phone"] == "+819012345678"
    assert world.ma.records("person")[0].fields["job_title"] == "CTO"


def test_two_links_that_turn_out_to_be_one_person_become_one(database: Database) -> None:
    """A contact gets the e-mail of somebody whom only sales knew: no second lead appears."""
    create = {"ma": False, "sfa": {"object": "Lead"}}
    world = World(database, feeds="changes:", mapping={**MAPPING, "create": create})
    lead = world.sfa.add_person("new@example.com", "Lead", job_title="CTO")
    contact = world.ma.add_person("", "Contact", phone="+819012345678")
    world.sfa.reject_when(lambda write: "email" not in write.fields, Rejected("e-mail needed"))
    world.sync()
    world.sfa.accept_all()
    world.ma.edit(contact, email="new@example.com")

    world.sync()
    world.sync()

    assert len(world.sfa.records("person")) == 1
    assert world.values("sfa", lead)["phone"] == "+819012345678"


def test_a_collision_on_create_joins_the_existing_record(world: World) -> None:
    """The vendor names the record that is in the way: it is looked at and merged."""
    lead = world.sfa.add_person("other@example.com", "Lead", job_title="CTO")
    world.sfa.reject_when(
        lambda write: write.ref is None, Rejected("duplicate", code="DUPLICATE", existing=lead)
    )
    world.ma.add_person("ada@example.com", "Contact", phone="+819012345678")
    world.poll()
    world.lanes.drain("read:ma:changes:person")

    world.settle()

    assert len(world.sfa.records("person")) == 1
    assert world.values("sfa", lead)["phone"] == "+819012345678"


def test_two_vendors_that_reformat_each_other_fall_silent(world: World) -> None:
    """One writes upper case, the other lower case: after a few rounds nobody writes any more."""
    contact, lead = synced(world)
    world.ma.reformat["job_title"] = lambda value: str(value).upper() if value else value
    world.sfa.reformat["job_title"] = lambda value: str(value).lower() if value else value
    world.sfa.edit(lead, job_title="Cto")
    for _ in range(12):
        world.sync()
    before = (world.ma.calls["write"], world.sfa.calls["write"])

    for _ in range(3):
        world.hint("ma", [contact])
        world.hint("sfa", [lead])
        world.sync()

    assert (world.ma.calls["write"], world.sfa.calls["write"]) == before
