"""People sync both ways, once each."""

from app.store.db import Database
from tests.support.world import World


def test_a_contact_of_marketing_becomes_one_lead(database: Database) -> None:
    """A new person at one side is created at the other, with all mapped fields."""
    world = World(database)
    world.ma.add_person("ada@example.com", "Contact", phone="+819012345678", job_title="CTO")

    world.sync()
    world.sync()

    leads = world.sfa.records("person")
    assert [lead.object for lead in leads] == ["Lead"]
    assert leads[0].fields["email"] == "ada@example.com"
    assert leads[0].fields["job_title"] == "CTO"
    assert len(world.ma.records("person")) == 1


def test_a_reps_edit_flows_back(database: Database) -> None:
    """A phone number typed in the SFA reaches marketing, and nothing is written twice."""
    world = World(database)
    contact = world.ma.add_person("ada@example.com", "Contact", phone="+819012345678")
    world.sync()
    lead = world.sfa.records("person")[0].ref
    world.sfa.edit(lead, phone="+819000000000")

    world.hint("sfa", [lead])
    world.settle()
    world.sync()

    assert world.values("ma", contact)["phone"] == "+819000000000"
    assert world.ma.calls["write"] == 1
