"""What a mapping can say, carried out: masters, opt-outs, owners, territories, own kinds."""

from typing import Any

import pytest

from app.store.db import Database
from connectors.base import Field
from connectors.memory import SCHEMA, MemoryVendor, fields_of
from connectors.memory.schema import OBJECTS
from tests.support.world import MAPPING, World

EMAIL = MAPPING["fields"][0]
OWNER = {"name": "owner", "type": "owner", "ma": "owner_id", "sfa": "owner_id"}
OPT_OUT = {
    "name": "no_mail", "type": "bool", "ma": "opted_out", "sfa": "opted_out",
    "consent": "opt_out", "policy": "prefer_ma",
}  # fmt: skip
COMPANY = {"name": "company", "ma": "company", "sfa": "company"}


def mapped(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**MAPPING, "fields": [EMAIL, *rules], **more}


def test_an_edit_of_what_the_other_side_decides_is_overwritten(database: Database) -> None:
    """The deciding side's value counts from the first look on, and again after each edit."""
    world = World(database, mapping=mapped({**COMPANY, "policy": "always_sfa"}))
    contact = world.ma.add_person("ada@example.com", "Contact", company="Guess")
    lead = world.sfa.add_person("ada@example.com", "Lead", company="Analytical Engines")
    world.sync()
    assert world.values("ma", contact)["company"] == "Analytical Engines"

    world.ma.edit(contact, company="Mine")
    world.sync()
    world.sync()

    assert world.values("ma", contact)["company"] == "Analytical Engines"
    assert world.values("sfa", lead)["company"] == "Analytical Engines"
    assert world.sfa.calls["write"] == 0


def test_a_field_without_a_policy_goes_by_the_mappings(database: Database) -> None:
    """Both sides were edited: the side that the mapping prefers wins."""
    world = World(database, mapping=mapped(COMPANY, policy="prefer_ma"))
    contact = world.ma.add_person("ada@example.com", "Contact", company="Engines")
    lead = world.sfa.add_person("ada@example.com", "Lead", company="Engines")
    world.sync()

    world.ma.edit(contact, company="Marketing's")
    world.sfa.edit(lead, company="Sales's")
    world.sync()
    world.sync()

    assert world.values("sfa", lead)["company"] == "Marketing's"


def test_an_opt_out_is_never_taken_back_by_the_other_side(database: Database) -> None:
    """Whoever is preferred, and although the filters keep such people from being created."""
    filters = {"ma": [{"field": "company", "op": "exists"}]}
    world = World(database, mapping=mapped(OPT_OUT, COMPANY, filters=filters))
    contact = world.ma.add_person("ada@example.com", "Contact", opted_out=True)
    lead = world.sfa.add_person("ada@example.com", "Lead", opted_out=False)
    world.sync()
    assert world.values("sfa", lead)["opted_out"] is True

    world.ma.edit(contact, opted_out=False)
    world.sync()
    world.sync()

    assert world.values("ma", contact)["opted_out"] is True
    assert world.values("sfa", lead)["opted_out"] is True


def test_an_opt_out_that_comes_just_before_a_write_is_kept(database: Database) -> None:
    """The record is looked at once more, so that no false is written over a new true."""
    world = World(database, mapping=mapped(OPT_OUT))
    contact = world.ma.add_person("ada@example.com", "Contact", opted_out=False)
    lead = world.sfa.add_person("ada@example.com", "Lead")
    world.sfa.interleave("read", lambda: world.sfa.edit(lead, opted_out=True))

    world.sync()

    assert world.values("sfa", lead)["opted_out"] is True
    assert world.values("ma", contact)["opted_out"] is True


def test_an_owner_whom_a_side_lacks_is_held_by_its_fallback(database: Database) -> None:
    """The rep keeps the record at the other side, nothing is written again and again, and the
    rep gets it as soon as they are known.
    """
    owners = {"fallback": {"ma": "team@x.co"}}
    world = World(database, mapping=mapped(OWNER, owners=owners))
    team = world.ma.add_owner("team@x.co")
    rep = world.sfa.add_owner("rep@x.co")
    lead = world.sfa.add_person("ada@example.com", "Lead", owner_id=rep.id)
    world.sync()
    contact = world.ma.records("person")[0].ref
    assert world.values("ma", contact)["owner_id"] == team.id

    for _ in range(3):
        world.sync()
    assert world.values("sfa", lead)["owner_id"] == rep.id
    assert world.ma.calls["write"] == 1

    known = world.ma.add_owner("rep@x.co")
    world.sync()
    world.hint("ma", [contact])
    world.settle()
    world.sync()
    assert world.values("ma", contact)["owner_id"] == known.id
    assert world.values("sfa", lead)["owner_id"] == rep.id


def test_a_territory_gives_a_new_lead_its_owner(database: Database) -> None:
    """By the first rule that fits; one who has an owner keeps them."""
    places = [{"when": {"field": "company", "op": "contains", "value": "kk"}, "owner": "ja@x.co"}]
    owners = {"territories": places}
    world = World(database, mapping=mapped(OWNER, COMPANY, owners=owners))
    for account in (world.ma, world.sfa):
        account.add_owner("ja@x.co")
        account.add_owner("other@x.co")
    taken = world.ma.people[1].id
    world.ma.add_person("ada@example.com", "Contact", company="Foo KK")
    world.ma.add_person("bob@example.com", "Contact", company="Bar KK", owner_id=taken)

    world.sync()
    world.sync()

    owned = {r.fields["email"]: r.fields.get("owner_id") for r in world.sfa.records("person")}
    assert owned == {
        "ada@example.com": world.sfa.people[0].id,
        "bob@example.com": world.sfa.people[1].id,
    }


@pytest.mark.parametrize(("assign", "owner"), [("new", "other@x.co"), ("always", "ja@x.co")])
def test_when_a_territory_decides(database: Database, assign: str, owner: str) -> None:
    """`new` leaves a rep's later choice alone; `always` takes the record back."""
    places = [{"when": {"field": "company", "op": "exists"}, "owner": "ja@x.co"}]
    owners = {"territories": places, "assign": assign}
    world = World(database, mapping=mapped(OWNER, COMPANY, owners=owners))
    for account in (world.ma, world.sfa):
        account.add_owner("ja@x.co")
        account.add_owner("other@x.co")
    world.ma.add_person("ada@example.com", "Contact", company="Foo", owner_id="1")
    world.sync()
    lead = world.sfa.records("person")[0].ref
    assert world.values("sfa", lead)["owner_id"] == world.sfa.people[0].id

    world.sync()
    world.sfa.edit(lead, owner_id=world.sfa.people[1].id)
    world.sync()
    world.sync()

    kept = next(
        one.email for one in world.sfa.people if one.id == world.values("sfa", lead)["owner_id"]
    )
    assert kept == owner


def test_customers_are_created_as_contacts_others_as_leads(database: Database) -> None:
    """The case that holds decides about the object and the fixed values of a new record."""
    customer = {"field": "company", "op": "equals", "value": "Customer"}
    cases = [{"when": customer, "object": "Contact", "set": {"status": "qualified"}}]
    create = {"sfa": {"object": "Lead", "set": {"status": "new"}, "cases": cases}}
    world = World(database, mapping=mapped(COMPANY, create=create))
    world.ma.add_person("ada@example.com", "Contact", company="Customer")
    world.ma.add_person("bob@example.com", "Contact", company="Somebody")

    world.sync()

    made = {r.fields["email"]: (r.object, r.fields["status"]) for r in world.sfa.records("person")}
    assert made == {
        "ada@example.com": ("Contact", "qualified"),
        "bob@example.com": ("Lead", "new"),
    }


def test_records_of_a_kind_of_ones_own(database: Database) -> None:
    """A custom object of one side is created at the other, and edits go both ways."""
    plan = fields_of("Subscription", plan="text", seats="number")
    ma, sfa = (
        MemoryVendor(
            schema=(*SCHEMA, *plan, Field("name", "Name", "text", "Subscription", required=True)),
            objects={**OBJECTS, "Subscription": "subscription"},
        )
        for _ in range(2)
    )
    fields = [
        {"name": "name", "ma": "name", "sfa": "name"},
        {"name": "seats", "type": "number", "ma": "seats", "sfa": "seats"},
    ]
    mapping = {**MAPPING, "kind": "subscription", "create": {}, "fields": fields}
    world = World(database, ma=ma, sfa=sfa, mapping=mapping)
    there = world.ma.add("Subscription", name="Gold", seats=3)

    world.sync()
    made = world.sfa.records("subscription")[0]
    assert (made.object, made.fields) == ("Subscription", {"name": "Gold", "seats": 3})
    world.sync()
    world.sfa.edit(made.ref, seats=5)
    world.sync()

    assert world.values("ma", there)["seats"] == 5
    assert len(world.ma.records("subscription")) == 1
