"""References: a contact's company and its like are carried, wait for each other, follow merges."""

from typing import Any

import pytest

from app.flows import read, rules
from app.store import connections, documents, feeds
from app.store.db import Database
from connectors.base import Ref
from connectors.memory import SCHEMA, MemoryVendor, fields_of
from connectors.memory.schema import OBJECTS
from tests.support.world import MAPPING, World

ACCOUNT = {"name": "account", "type": "reference", "to": "company", "ma": "firm", "sfa": "firm"}
PEOPLE: dict[str, Any] = {**MAPPING, "fields": [*MAPPING["fields"], ACCOUNT]}
COMPANIES: dict[str, Any] = {
    "kind": "company", "ma": "ma", "sfa": "sfa",
    "formats": {"ma": "json", "sfa": "json"},
    "create": {"ma": {"object": "Account"}, "sfa": {"object": "Account"}},
    "fields": [{"name": "name", "ma": "name", "sfa": "name"},
               {"name": "website", "ma": "website", "sfa": "website"}],
}  # fmt: skip


def vendor() -> MemoryVendor:
    more = [one for name in ("Lead", "Contact") for one in fields_of(name, firm="reference")]
    return MemoryVendor(schema=(*SCHEMA, *more))


def activate(world: World, body: dict[str, Any]) -> None:
    """A mapping of companies is active too, and both systems' changes of them are read."""
    with world.database.begin() as tx:
        documents.add(tx, "mapping", "companies", 1, body, note="", by="test")
        documents.activate(tx, "mapping", "companies", 1)
        for one in connections.every(tx):
            own = read.own_feeds(world.connector(one.name))
            feeds.ensure_feeds(tx, one.name, read.feeds_of(rules.load(tx), one, own))


@pytest.fixture
def world(database: Database) -> World:
    """People with a company, and companies, are mapped between two empty systems."""
    found = World(database, ma=vendor(), sfa=vendor(), mapping=PEOPLE)
    activate(found, COMPANIES)
    return found


def there(world: World, at: str, ref: Ref, other: str) -> Ref:
    """Where a record of one system is in the other."""
    link = world.link_of(at, ref)
    assert link is not None
    found = world.ref_at(other, link)
    assert found is not None
    return found


def test_a_contacts_company_is_the_one_there(world: World) -> None:
    """Both are new at the other side: the contact names the company as it is called there."""
    firm = world.ma.add("Account", name="Acme")
    ada = world.ma.add_person("ada@example.com", "Contact", firm=firm.id)
    world.sync()

    lead = there(world, "ma", ada, "sfa")
    assert world.values("sfa", lead)["firm"] == there(world, "ma", firm, "sfa").id


def test_a_change_of_company_goes_the_other_way_too(world: World) -> None:
    """A rep moves a contact to another account."""
    one, two = world.ma.add("Account", name="Acme"), world.sfa.add("Account", name="Globex")
    ada = world.ma.add_person("ada@example.com", "Contact", firm=one.id)
    world.sync()

    world.sfa.edit(there(world, "ma", ada, "sfa"), firm=two.id)
    world.sync()

    assert world.values("ma", ada)["firm"] == there(world, "sfa", two, "ma").id


def test_who_names_an_unmapped_kind_is_carried_without_it(database: Database) -> None:
    """No mapping brings companies: no problem is shown. Once one does, the company follows."""
    world = World(database, ma=vendor(), sfa=vendor(), mapping=PEOPLE)
    firm = world.ma.add("Account", name="Acme")
    ada = world.ma.add_person("ada@example.com", "Contact", firm=firm.id)
    world.sync()
    link = world.link_of("ma", ada)
    assert link is not None
    lead = there(world, "ma", ada, "sfa")
    assert world.values("sfa", lead).get("firm") is None
    assert link.sides["ma"].problems == []
    assert link.sides["sfa"].code is None

    activate(world, COMPANIES)
    world.sync()

    assert world.values("sfa", lead)["firm"] == there(world, "ma", firm, "sfa").id


def test_who_names_a_company_that_is_kept_out_waits(database: Database) -> None:
    """All else goes on, the reason is told, and the wait ends when the company may come."""
    world = World(database, ma=vendor(), sfa=vendor(), mapping=PEOPLE)
    filters = {"ma": [{"field": "website", "op": "exists"}]}
    activate(world, {**COMPANIES, "filters": filters})
    firm = world.ma.add("Account", name="Acme")
    ada = world.ma.add_person("ada@example.com", "Contact", firm=firm.id)
    world.sync()
    world.ma.edit(ada, phone="+819000000001")
    world.sync()

    lead, link = there(world, "ma", ada, "sfa"), world.link_of("ma", ada)
    assert link is not None
    assert world.values("sfa", lead)["phone"] == "+819000000001"
    assert (link.sides["sfa"].state, link.sides["sfa"].code) == ("in_sync", "awaits")
    assert "waits for the company" in (link.sides["sfa"].reason or "")

    world.ma.edit(firm, website="acme.example")
    world.sync()

    assert world.values("sfa", lead)["firm"] == there(world, "ma", firm, "sfa").id


def test_a_merge_of_companies_is_followed(world: World) -> None:
    """Two companies of one system become one: their contacts name the one that stays."""
    kept, lost = world.ma.add("Account", name="Acme"), world.ma.add("Account", name="Acme Corp")
    ada = world.ma.add_person("ada@example.com", "Contact", firm=lost.id)
    world.sync()
    account = there(world, "ma", kept, "sfa")

    world.ma.merge(lost, kept)
    world.ma.edit(ada, firm=kept.id)
    world.sync()

    assert world.values("sfa", there(world, "ma", ada, "sfa"))["firm"] == account.id


def test_an_emptied_company_empties_only_where_the_mapping_says_so(database: Database) -> None:
    """A blank is no opinion, but with `blank: clear`."""
    people = {**PEOPLE, "fields": [*MAPPING["fields"], {**ACCOUNT, "blank": "clear"}]}
    world = World(database, ma=vendor(), sfa=vendor(), mapping=people)
    activate(world, COMPANIES)
    firm = world.ma.add("Account", name="Acme")
    ada = world.ma.add_person("ada@example.com", "Contact", firm=firm.id)
    world.sync()

    world.ma.edit(ada, firm=None)
    world.sync()

    assert world.values("sfa", there(world, "ma", ada, "sfa"))["firm"] is None


def test_a_merge_alone_has_references_read_anew(world: World) -> None:
    """Nobody edits the contact, and no feed shows it: the vendor names the company that stays."""
    kept, lost = world.ma.add("Account", name="Acme"), world.ma.add("Account", name="Acme Corp")
    ada = world.ma.add_person("ada@example.com", "Contact", firm=lost.id)
    world.sync()
    account = there(world, "ma", kept, "sfa")
    lead = there(world, "ma", ada, "sfa")
    assert world.values("sfa", lead)["firm"] == there(world, "ma", lost, "sfa").id
    before = len(world.ma.log)

    world.ma.merge(lost, kept)
    world.sync()

    assert {change.ref for change in world.ma.log[before:]} == {kept, lost}
    assert world.values("sfa", lead)["firm"] == account.id


def deals(database: Database, *, new_person: str) -> World:
    """Deals name a buyer, who must be a contact in the SFA; the mapping does not say as what people
    are created there: as what the SFA likes.
    """
    more = fields_of("Opportunity", buyer="reference")
    kinds = dict(sorted(OBJECTS.items(), key=lambda pair: pair[0] != new_person))
    ma = MemoryVendor(schema=(*SCHEMA, *more))
    sfa = MemoryVendor(schema=(*SCHEMA, *more), objects=kinds)
    world = World(database, ma=ma, sfa=sfa, mapping={**MAPPING, "create": {"sfa": True}})
    buyer = {
        "name": "buyer", "type": "reference", "to": "person", "to_objects": {"sfa": ["Contact"]},
        "ma": "buyer", "sfa": "buyer",
    }  # fmt: skip
    fields = [{"name": "name", "ma": "name", "sfa": "name"}, buyer]
    of_deals = {"kind": "opportunity", "create": {"sfa": True}, "fields": fields}
    activate(world, {**COMPANIES, **of_deals})
    return world


def test_who_is_a_lead_is_waited_for_until_the_conversion(database: Database) -> None:
    """The reason says so."""
    world = deals(database, new_person="Lead")
    ada = world.ma.add_person("ada@example.com", "Contact")
    deal = world.ma.add("Opportunity", name="Big", buyer=ada.id)
    world.sync()
    world.sync()
    link, opportunity = world.link_of("ma", deal), there(world, "ma", deal, "sfa")
    assert link is not None
    assert (link.sides["sfa"].state, link.sides["sfa"].code) == ("in_sync", "awaits")
    assert (link.sides["sfa"].reason or "").endswith("is a Contact; it is a Lead now")

    contact = world.sfa.convert(there(world, "ma", ada, "sfa"))
    world.sync()

    assert world.values("sfa", opportunity)["buyer"] == contact.id


def test_who_is_created_as_a_contact_is_named_once_seen(database: Database) -> None:
    """Nobody edits the deal meanwhile."""
    world = deals(database, new_person="Contact")
    ada = world.ma.add_person("ada@example.com", "Contact")
    deal = world.ma.add("Opportunity", name="Big", buyer=ada.id)

    world.sync()
    world.sync()

    opportunity = there(world, "ma", deal, "sfa")
    assert world.values("sfa", opportunity)["buyer"] == there(world, "ma", ada, "sfa").id
