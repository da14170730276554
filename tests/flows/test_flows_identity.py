"""Who is the same: by id, key, e-mail, phone, domain and name; likeness only shows, never joins."""

from typing import Any
from uuid import UUID

import pytest

from app.store import candidates, documents, duplicates, work
from app.store.candidates import Candidate
from app.store.db import Database
from connectors.base import Ref
from tests.support.world import MAPPING, World

NAMES = [
    {"name": "first_name", "ma": "first_name", "sfa": "first_name"},
    {"name": "last_name", "ma": "last_name", "sfa": "last_name"},
    {"name": "company", "ma": "company", "sfa": "company"},
]
LONE = {"ma": False, "sfa": False}  # nobody is created: only what exists is joined
LIKELY = {"candidates": {"enabled": True, "at_least": 0.85}}
COMPANY: dict[str, Any] = {
    "kind": "company",
    "ma": "ma",
    "sfa": "sfa",
    "formats": {"ma": "json", "sfa": "json"},
    "create": LONE,
    "fields": [
        {"name": "name", "ma": "name", "sfa": "name"},
        {"name": "website", "ma": "website", "sfa": "website"},
        {"name": "industry", "ma": "industry", "sfa": "industry"},
    ],
}


def world_of(database: Database, **mapping: Any) -> World:
    fields = [*MAPPING["fields"], *NAMES]
    body = {**MAPPING, "fields": fields, **mapping}
    return World(database, feeds="changes:", mapping=body)


def link_id(world: World, name: str, ref: Ref) -> UUID:
    link = world.link_of(name, ref)
    assert link is not None
    return link.id


def shown(world: World, state: str | None = "open") -> list[Candidate]:
    with world.database.begin() as tx:
        return candidates.listed(tx, "person", state, None, 50)


def test_a_phone_that_one_person_has_joins(database: Database) -> None:
    """Where the mapping counts phones as keys."""
    world = world_of(database, create=LONE, identity={"keys": ["email", "phone"]})
    contact = world.ma.add_person("ada@example.com", "Contact", phone="+819012345678")
    lead = world.sfa.add_person("ada@private.example", "Lead", phone="+819012345678")

    world.sync()

    assert link_id(world, "ma", contact) == link_id(world, "sfa", lead)


def test_a_phone_that_two_people_share_joins_nobody(database: Database) -> None:
    """A switchboard's number says nothing."""
    world = world_of(database, create=LONE, identity={"keys": ["email", "phone"]})
    contacts = [
        world.ma.add_person(f"{who}@example.com", "Contact", phone="+81312345678")
        for who in ("ada", "bob")
    ]
    world.sync()
    lead = world.sfa.add_person("eve@example.com", "Lead", phone="+81312345678")

    world.sync()

    assert link_id(world, "sfa", lead) not in {link_id(world, "ma", one) for one in contacts}


def test_a_phone_joins_nobody_unless_the_mapping_says_so(database: Database) -> None:
    """E-mail alone is what people are known by."""
    world = world_of(database, create=LONE)
    contact = world.ma.add_person("ada@example.com", "Contact", phone="+819012345678")
    lead = world.sfa.add_person("ada@private.example", "Lead", phone="+819012345678")

    world.sync()

    assert link_id(world, "ma", contact) != link_id(world, "sfa", lead)


def test_of_two_leads_with_one_email_the_oldest_is_linked(database: Database) -> None:
    """The other one is shown as a duplicate, and is left alone."""
    world = world_of(database)
    older = world.sfa.add_person("ada@example.com", "Lead", note="older")
    newer = world.sfa.add_person("ada@example.com", "Lead", note="newer")
    world.sfa.edit(older, note="older, edited")
    contact = world.ma.add_person("ada@example.com", "Contact", job_title="CTO")

    world.sync()
    world.sync()

    with database.begin() as tx:
        found = duplicates.shared(tx, "person", "email", limit=10)
    assert link_id(world, "sfa", older) == link_id(world, "ma", contact)
    assert [one["value"] for one in found] == ["ada@example.com"]
    assert found[0]["ids"][0] == link_id(world, "sfa", older)
    assert set(found[0]["ids"]) == {link_id(world, "sfa", older), link_id(world, "sfa", newer)}
    assert len(world.ma.records("person")) == 1


def test_what_another_system_entered_is_decided_by_policy(database: Database) -> None:
    """At the first meeting nobody overwrites the other for having come second."""
    world = world_of(database, create=LONE)
    contact = world.ma.add_person("ada@example.com", "Contact", job_title="CTO", phone="+8131")
    world.sync()
    lead = world.sfa.add_person("ada@example.com", "Lead", job_title="Clerk", phone="+8132")

    world.sync()

    assert world.values("sfa", lead)["job_title"] == "CTO"  # prefer_ma
    assert world.values("ma", contact)["phone"] == "+8132"  # prefer_sfa


def test_a_new_record_of_somebody_deleted_takes_the_old_ones_place(database: Database) -> None:
    """The person was deleted in marketing and entered again: one person, one lead."""
    world = world_of(database)
    contact = world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    lead = world.sfa.records("person")[0].ref
    world.ma.delete(contact)
    world.sync()
    again = world.ma.add_person("ada@example.com", "Contact", job_title="CTO")

    world.sync()

    assert link_id(world, "ma", again) == link_id(world, "sfa", lead)
    assert world.values("sfa", lead)["job_title"] == "CTO"
    assert len(world.sfa.records("person")) == 1


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"name": "Acme", "website": "https://www.acme.example/jp"},
         {"name": "Acme Holdings", "website": "acme.example"}),
        ({"name": "株式会社アクメ"}, {"name": "アクメ(株)", "website": "acme.example"}),
    ],
)  # fmt: skip
def test_companies_meet_by_domain_and_then_by_name(
    database: Database, ours: dict[str, str], theirs: dict[str, str]
) -> None:
    """The legal form, and where it stands, make no difference."""
    world = World(database, feeds="changes:", mapping=COMPANY)
    company = world.ma.add("Account", **ours)
    account = world.sfa.add("Account", **theirs)

    world.sync()

    assert link_id(world, "ma", company) == link_id(world, "sfa", account)


def test_a_company_is_not_made_before_the_others_were_seen(database: Database) -> None:
    """No vendor finds one by its name or domain: it may be among those not read yet."""
    create = {"ma": {"object": "Account"}, "sfa": {"object": "Account"}}
    world = World(database, feeds="changes:", mapping={**COMPANY, "create": create})
    account = world.sfa.add("Account", name="Acme", website="acme.example")
    company = world.ma.add("Account", name="Acme Corp", website="www.acme.example")
    world.poll()
    world.lanes.drain("read:ma:changes:company")
    world.lanes.drain("deliver:sfa:company")
    assert len(world.sfa.records("company")) == 1

    world.settle()
    world.sync()

    assert link_id(world, "ma", company) == link_id(world, "sfa", account)
    assert len(world.sfa.records("company")) == 1


def test_companies_of_one_name_and_two_domains_are_two(database: Database) -> None:
    """A name alone does not outweigh the domain."""
    world = World(database, feeds="changes:", mapping=COMPANY)
    company = world.ma.add("Account", name="Acme", website="acme.example")
    account = world.sfa.add("Account", name="Acme Inc.", website="acme.test")

    world.sync()

    assert link_id(world, "ma", company) != link_id(world, "sfa", account)


def test_likely_ones_are_shown_and_not_joined(database: Database) -> None:
    """Family and given name the other way round, another script, the same employer."""
    world = world_of(database, create=LONE, identity=LIKELY)
    contact = world.ma.add_person(
        "hanako@example.co.jp", "Contact", first_name="ハナコ", last_name="髙橋", company="アクメ㈱"
    )
    lead = world.sfa.add_person(
        "h.takahashi@mail.example", "Lead", first_name="高橋", last_name="はなこ",
        company="株式会社アクメ",
    )  # fmt: skip

    world.sync()

    one, two = link_id(world, "ma", contact), link_id(world, "sfa", lead)
    assert one != two
    found = shown(world)
    assert [{c.one_id, c.two_id} for c in found] == [{one, two}]
    assert found[0].likeness == pytest.approx(0.9)
    assert found[0].reasons == ["name", "company"]


def test_those_known_before_are_compared_when_a_mapping_asks_for_it(database: Database) -> None:
    """A resync under the new version looks once through all."""
    world = world_of(database, create=LONE)
    world.ma.add_person("a@example.com", "Contact", first_name="Ada", last_name="Smith")
    world.sfa.add_person("ada@example.com", "Lead", first_name="Ada", last_name="Smith")
    world.sync()
    assert shown(world) == []

    fields = [*MAPPING["fields"], *NAMES]
    body = {**MAPPING, "fields": fields, "create": LONE, "identity": LIKELY}
    with database.begin() as tx:
        documents.add(tx, "mapping", "main", 2, body, note="", by="test")
        documents.activate(tx, "mapping", "main", 2)
        work.add(tx, "resync", {"mapping": "main"}, by="test")
    world.settle()

    assert len(shown(world)) == 1


def test_a_name_alone_is_no_candidate(database: Database) -> None:
    """Many people share one."""
    world = world_of(database, create=LONE, identity=LIKELY)
    world.ma.add_person("a@example.com", "Contact", first_name="Ada", last_name="Smith")
    world.sfa.add_person("b@example.net", "Lead", first_name="Ada", last_name="Smith")

    world.sync()

    assert shown(world) == []


def test_a_candidate_that_is_one_no_more_goes(database: Database) -> None:
    """A person corrected a name: nobody need decide any more."""
    world = world_of(database, create=LONE, identity=LIKELY)
    contact = world.ma.add_person("a@example.com", "Contact", first_name="Ada", last_name="Smith")
    world.sfa.add_person("ada@example.com", "Lead", first_name="Ada", last_name="Smith")
    world.sync()
    assert len(shown(world)) == 1

    world.ma.edit(contact, first_name="Bob", last_name="Jones")
    world.sync()

    assert shown(world) == []


def test_a_refused_candidate_is_not_shown_again(database: Database) -> None:
    """Also after both have changed."""
    world = world_of(database, create=LONE, identity=LIKELY)
    contact = world.ma.add_person("a@example.com", "Contact", first_name="Ada", last_name="Smith")
    world.sfa.add_person("ada@example.com", "Lead", first_name="Ada", last_name="Smith")
    world.sync()
    with database.begin() as tx:
        candidates.decide(tx, shown(world)[0].id, "rejected", "test")

    world.ma.edit(contact, company="Acme")
    world.ma.edit(contact, last_name="Smyth")
    world.sync()

    assert shown(world) == []
    assert len(shown(world, "rejected")) == 1


def test_of_two_with_one_address_the_older_is_created(database: Database) -> None:
    """Also at a system that lets nobody have an address twice; the younger one says why not."""
    world = world_of(database)
    world.ma.unique = ("email",)
    first = [world.sfa.add_person(f"{n}@example.com", "Lead", phone=f"+1{n}") for n in range(8)]
    second = [world.sfa.add_person(f"{n}@example.com", "Lead") for n in range(8)]

    world.sync()

    made = {str(one.fields["email"]): one.fields["phone"] for one in world.ma.records("person")}
    assert made == {f"{n}@example.com": f"+1{n}" for n in range(8)}
    assert all(link_id(world, "sfa", one) for one in first)
    left = [world.link_of("sfa", one) for one in second]
    assert [one.sides["ma"].code for one in left if one] == ["duplicate"] * 8
