"""An opportunity that names a company and nobody there: whose hand-off it ends."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.flows import handoffs_acts, read, rules
from app.flows.handoffs_acts import Opening
from app.store import connections, documents, feeds
from app.store.db import Database
from connectors.base import Ref
from connectors.memory.schema import fields_of
from tests.flows.test_flows_handoffs_ended import DEALS
from tests.flows.test_flows_references import ACCOUNT, COMPANIES
from tests.support.handing import FS, IS, MAPPED, MEMO, Person, world_of
from tests.support.world import World

PEOPLE: dict[str, Any] = {**MAPPED, "fields": [*MAPPED["fields"], ACCOUNT]}


def world_with_companies(database: Database) -> World:
    world = world_of(database, mapping=PEOPLE)
    for vendor in (world.ma, world.sfa):
        more = [one for name in ("Lead", "Contact") for one in fields_of(name, firm="reference")]
        deal = fields_of("Opportunity", who="reference", firm="reference", lost_reason="text")
        vendor.schema = (*vendor.schema, *more, *deal)
    bodies = {"companies": COMPANIES, "deals": {**DEALS, "fields": [*DEALS["fields"], ACCOUNT]}}
    with database.begin() as tx:
        for name, body in bodies.items():
            documents.add(tx, "mapping", name, 1, body, note="", by="test")
            documents.activate(tx, "mapping", name, 1)
        for one in connections.every(tx):
            own = read.own_feeds(world.connector(one.name))
            feeds.ensure_feeds(tx, one.name, read.feeds_of(rules.load(tx), one, own))
    return world


def employed(world: World, person: Person) -> Ref:
    """They work for a company that both systems know; answer it in the SFA."""
    firm = world.ma.add("Account", name="Yamada KK")
    world.ma.edit(person.contact, firm=firm.id)
    world.sync()
    world.sync()
    link = world.link_of("ma", firm)
    assert link is not None
    found = world.ref_at("sfa", link)
    assert found is not None
    return found


def colleague(world: World, firm: Ref) -> UUID:
    """Somebody else there, with an accepted hand-off of their own."""
    link = world.link_of("sfa", firm)
    assert link is not None
    there = world.ref_at("ma", link)
    assert there is not None
    world.ma.add_person("bob@example.com", "Contact", firm=there.id, owner_id="1")
    world.sync()
    bob = world.ma.records("person")[-1].ref
    person = world.link_of("ma", bob)
    assert person is not None
    with world.database.begin() as tx:
        opening = Opening(person.id, giver="is@example.com", memo=MEMO)
        seen, _ = handoffs_acts.begin(tx, opening, IS, now=datetime.now(UTC))
        tx.exec_driver_sql(
            "UPDATE handoff SET state = 'accepted', delivered_at = now() WHERE id = %s",
            (seen.kept.id,),
        )
    return person.id


def lose(world: World, firm: Ref) -> None:
    deal = world.sfa.add("Opportunity", name="100 seats", stage="open", firm=firm.id)
    world.sync()
    world.sfa.edit(deal, stage="lost", lost_reason="price")
    world.sync()


def test_the_only_one_of_the_company_is_meant(database: Database) -> None:
    """Nobody is named by the opportunity; one hand-off of the company is accepted."""
    world = world_with_companies(database)
    person = Person(world)
    firm = employed(world, person)
    person.hand_over()
    person.do("accept", FS)
    lose(world, firm)

    assert person.state == "lost"


def test_of_two_nobody_is_meant(database: Database) -> None:
    """Which of them it came of is for a person to say."""
    world = world_with_companies(database)
    person = Person(world)
    firm = employed(world, person)
    person.hand_over()
    person.do("accept", FS)
    colleague(world, firm)
    lose(world, firm)

    assert person.state == "meeting_set"
