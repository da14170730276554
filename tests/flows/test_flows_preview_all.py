"""A rehearsal of all records pairs whom nobody knows yet by every key of the mapping."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from app.store import work
from app.store.db import Database
from tests.flows.test_flows_preview import stored
from tests.support.work import look, start
from tests.support.world import MAPPING, World

COMPANY: dict[str, Any] = {
    **MAPPING,
    "kind": "company",
    "create": {"ma": {"object": "Account"}, "sfa": {"object": "Account"}},
    "fields": [{"name": one, "ma": one, "sfa": one} for one in ("name", "website", "industry")],
}


def rehearsed(world: World, version: int) -> tuple[Mapping[str, int], int, int | None]:
    """How many there are of each outcome; how many records were looked at, of how many."""
    job_id = start(world, "rehearse", mapping="main", version=version)
    while world.lanes.step(f"job:{job_id}"):
        world.restart()
        world.hurry()
    job = look(world, job_id)
    assert job.state == "done"
    with world.database.begin() as tx:
        assert tx.scalar(text("SELECT count(*) FROM rehearsed_alone")) == 0
    return dict(job.counts), job.done, job.total


def companies(database: Database, keys: list[str], page_size: int) -> tuple[World, int]:
    """Two systems that name some companies alike, in an order of their own."""
    body = {**COMPANY, "identity": {"keys": keys}}
    world = World(database, feeds="none:", mapping=body)
    for vendor in (world.ma, world.sfa):
        vendor.page_size = page_size
    for fields in (
        {"name": "Acme", "website": "https://www.acme.example"},
        {"name": "株式会社ベータ"},
        {"name": "Gamma", "industry": "No. 7"},
        {"name": "Delta", "website": "delta.example"},
        {"name": "Only here", "website": "here.example"},
    ):
        world.ma.add("Account", **fields)
    for fields in (
        {"name": "Delta", "website": "delta.test"},
        {"name": "Old Gamma", "industry": "No. 7"},
        {"name": "ベータ(株)"},
        {"name": "Only there"},
        {"name": "Acme Holdings", "website": "acme.example"},
    ):
        world.sfa.add("Account", **fields)
    return world, stored(world, body)


def test_companies_meet_by_domain_name_and_a_field_of_ones_own(database: Database) -> None:
    """Across pages, and whatever the order; not by name where the domains differ."""
    world, version = companies(database, ["domain", "name", "industry"], page_size=2)

    counts, done, total = rehearsed(world, version)

    assert counts == {"created": 4, "updated": 3}
    assert (done, total) == (10, 10)
    with database.begin() as tx:
        [job] = work.listed(tx, kind="rehearse")
        found = work.findings(tx, job.id, category="created")
    assert sorted(str(one.connection) for one in found) == ["ma", "ma", "sfa", "sfa"]


def test_a_key_that_is_not_named_pairs_nobody(database: Database) -> None:
    """By domain alone only one company is the same."""
    world, version = companies(database, ["domain"], page_size=3)

    assert rehearsed(world, version) == ({"created": 8, "updated": 1}, 10, 10)


def test_people_meet_by_phone_as_well(database: Database) -> None:
    """Ada's addresses differ; Bob's number is that of two who are seen at once, so nobody's."""
    phone = {"name": "phone", "ma": "phone", "sfa": "phone", "type": "phone"}
    rest = [one for one in MAPPING["fields"] if one["name"] != "phone"]
    body = {**MAPPING, "fields": [*rest, phone], "identity": {"keys": ["email", "phone"]}}
    world = World(database, feeds="none:", mapping=body)
    world.ma.add_person("ada@example.com", "Contact", phone="+81312345678")
    world.ma.add_person("bob@example.com", "Contact", phone="+81355555555")
    world.ma.add_person("cho@example.com", "Contact", job_title="CTO")
    world.sfa.add_person("ada@example.org", "Lead", phone="+81312345678")
    world.sfa.add_person("bo@example.org", "Lead", phone="+81355555555")
    world.sfa.add_person("by@example.org", "Lead", phone="+81355555555")
    world.sfa.add_person("cho@example.com", "Lead", job_title="CTO")

    counts, done, total = rehearsed(world, stored(world, body))

    assert counts["created"] == 3
    assert (sum(counts.values()), done, total) == (5, 7, 7)
    assert world.sfa.calls["write"] == world.ma.calls["write"] == 0
