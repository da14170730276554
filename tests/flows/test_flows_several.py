"""Several connections: two pairs of systems in one Baton stay apart."""

from typing import Any

import pytest

from app.configuring import Invalid, save_document
from app.flows import regroup
from app.flows import rules as rules_
from app.flows.regroup import Unfit
from app.store import connections, feeds
from app.store.db import Database, Tx
from connectors.memory import MemoryConnector, MemoryVendor
from connectors.registry import capabilities
from tests.support.world import MAPPING, World

EU: dict[str, Any] = {**MAPPING, "ma": "ma-eu", "sfa": "sfa-eu"}


def _connect(world: World, tx: Tx, name: str, role: Any) -> MemoryVendor:
    vendor = MemoryVendor()
    connector = world.connectors[name] = MemoryConnector(vendor)
    connections.put(
        tx, name, vendor="memory", role=role, settings={}, options=world.options,
        capabilities=capabilities(connector), secret=None,
    )  # fmt: skip
    wanted = [f"{feed}:person" for feed in ("changes", "schema")] + ["owners"]
    feeds.ensure_feeds(tx, name, wanted)
    return vendor


@pytest.fixture
def two(database: Database) -> tuple[World, MemoryVendor, MemoryVendor]:
    """A world, and a second pair of systems with a mapping of its own."""
    world = World(database)
    with database.begin() as tx:
        ma, sfa = _connect(world, tx, "ma-eu", "ma"), _connect(world, tx, "sfa-eu", "sfa")
        save_document(tx, "mapping", "eu", EU, by="test")
    return world, ma, sfa


def _emails(vendor: MemoryVendor) -> list[Any]:
    return sorted(str(one.fields["email"]) for one in vendor.records("person"))


def test_each_pair_syncs_its_own_people(
    two: tuple[World, MemoryVendor, MemoryVendor],
) -> None:
    """Nobody of one pair is created in the other."""
    world, ma, sfa = two
    world.ma.add_person("ada@example.com", "Contact")
    ma.add_person("eve@example.eu", "Contact")
    world.sfa.add_person("bob@example.com", "Lead")

    world.sync()
    world.sync()

    assert _emails(world.ma) == _emails(world.sfa) == ["ada@example.com", "bob@example.com"]
    assert _emails(ma) == _emails(sfa) == ["eve@example.eu"]


def test_one_address_in_both_pairs_is_two_people(
    two: tuple[World, MemoryVendor, MemoryVendor],
) -> None:
    """An edit in one pair does not reach the other."""
    world, ma, sfa = two
    mine = world.ma.add_person("ada@example.com", "Contact", phone="+81311111111")
    theirs = ma.add_person("ada@example.com", "Contact", phone="+81322222222")
    world.sync()
    world.sync()

    world.ma.edit(mine, phone="+81333333333")
    world.sync()

    assert [one.fields["phone"] for one in world.sfa.records("person")] == ["+81333333333"]
    assert [one.fields["phone"] for one in sfa.records("person")] == ["+81322222222"]
    assert ma.value(theirs, "phone") == "+81322222222"
    one, other = world.link_of("ma", mine), world.link_of("ma-eu", theirs)
    assert one is not None
    assert other is not None
    assert sorted(one.sides) == ["ma", "sfa"]
    assert sorted(other.sides) == ["ma-eu", "sfa-eu"]


def test_a_record_that_was_copied_with_our_key_joins_nobody_elsewhere(
    two: tuple[World, MemoryVendor, MemoryVendor],
) -> None:
    """A sandbox that was refreshed from production brings production's keys along."""
    world, _, sfa = two
    mine = world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    link = world.link_of("ma", mine)
    assert link is not None

    copy = sfa.add("Lead", key=str(link.id), email="ada@example.com")
    world.sync()

    copied = world.link_of("sfa-eu", copy)
    assert copied is not None
    assert copied.id != link.id
    assert sorted(copied.sides) == ["ma-eu", "sfa-eu"]


def test_people_of_two_pairs_cannot_be_made_one(
    two: tuple[World, MemoryVendor, MemoryVendor], database: Database
) -> None:
    """No mapping would keep them alike."""
    world, ma, _ = two
    mine = world.ma.add_person("ada@example.com", "Contact")
    theirs = ma.add_person("ada@example.eu", "Contact")
    world.sync()
    one, other = world.link_of("ma", mine), world.link_of("ma-eu", theirs)
    assert one is not None
    assert other is not None

    with database.begin() as tx, pytest.raises(Unfit, match="no mapping joins"):
        regroup.merge(tx, rules_.load(tx), one.id, other.id, by="test", now=world.lanes.now())


def test_two_portals_cannot_share_one_org_for_one_kind(database: Database) -> None:
    """Each record goes by one mapping; the refusal names the place and the other mapping."""
    world = World(database)
    with database.begin() as tx:
        _connect(world, tx, "ma-eu", "ma")

    with pytest.raises(Invalid) as refused, database.begin() as tx:
        save_document(tx, "mapping", "eu", {**MAPPING, "ma": "ma-eu"}, by="test")

    (problem,) = [one for one in refused.value.problems if one.pointer == "/sfa"]
    assert problem.message == ('each person of "sfa" goes by the active mapping "main" already')


def test_two_portals_may_share_one_org_for_different_kinds(database: Database) -> None:
    """People of one portal, companies of another."""
    world = World(database)
    with database.begin() as tx:
        _connect(world, tx, "ma-eu", "ma")
        fields = [{"name": "name", "ma": "name", "sfa": "name"}]
        companies = {
            **MAPPING, "kind": "company", "ma": "ma-eu", "fields": fields,
            "create": {"ma": {"object": "Account"}, "sfa": {"object": "Account"}},
        }  # fmt: skip
        save_document(tx, "mapping", "companies", companies, by="test")
        feeds.ensure_feeds(tx, "ma-eu", ["changes:company"])
    acme = world.connectors["ma-eu"].vendor.add("Account", name="Acme")
    world.ma.add_person("ada@example.com", "Contact")

    world.sync()
    world.sync()

    assert acme.kind == "company"
    assert [one.fields["name"] for one in world.sfa.records("company")] == ["Acme"]
    assert _emails(world.sfa) == ["ada@example.com"]
