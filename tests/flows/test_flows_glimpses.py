"""Glimpses: what an index shows as it is known is not read again, and nothing else is missed."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from app.store import feeds
from app.store.db import Database
from connectors.base import Cursor, Kind, Page, Record, Ref, Unsure
from connectors.memory import MemoryConnector
from tests.support.world import World


class Indexed(MemoryConnector):
    """A vendor whose changes are found by an index; `lagging` is what that still shows."""

    lagging: dict[Ref, Record]
    emails: tuple[str, ...] | None = None

    def read(self, refs: Any, fields: Collection[str]) -> list[Record]:
        return [replace(one, emails=self.emails) for one in super().read(refs, fields)]

    def changes(self, kind: Kind, fields: Collection[str], cursor: Cursor | None) -> Page[Record]:
        page = super().changes(kind, fields, cursor)
        shown = [self.lagging.get(one.ref, one) for one in page.items]
        glimpses = tuple(replace(one, emails=self.emails) for one in shown if not one.deleted)
        gone = tuple(one for one in shown if one.deleted)
        return replace(page, items=gone, glimpses=glimpses)


def indexed(world: World) -> Indexed:
    connector = Indexed(world.ma)
    connector.lagging = {}
    world.connectors["ma"] = connector
    return connector


@pytest.fixture
def world(database: Database) -> World:
    found = World(database, feeds="changes:")
    indexed(found)
    return found


def ada(world: World) -> tuple[Ref, Ref]:
    """Somebody whom both systems know, and all of it was looked at."""
    contact = world.ma.add_person("ada@example.com", "Contact", phone="+819012345678")
    world.sync()
    world.sync()
    (lead,) = world.sfa.records("person")
    return contact, lead.ref


def occurred(world: World) -> dict[str, datetime]:
    """When that happened which is to be looked at at "ma", by record."""
    with world.database.begin() as tx:
        rows = tx.execute(text("SELECT external_id, occurred_at FROM hint WHERE connection = 'ma'"))
        return {row.external_id: row.occurred_at for row in rows}


def again(world: World, name: str = "ma") -> None:
    """The feed is read from its beginning once more."""
    with world.database.begin() as tx:
        tx.exec_driver_sql(f"UPDATE feed SET cursor = NULL WHERE connection = '{name}'")  # noqa: S608  ours
    world.sync()


def test_what_is_known_is_not_read_again(world: World) -> None:
    """The index shows it as it was looked at."""
    ada(world)
    looks = world.ma.calls["read"]

    again(world)

    assert world.ma.calls["read"] == looks


def test_our_own_write_is_not_read_again(world: World) -> None:
    """The index shows what the vendor confirmed."""
    contact, lead = ada(world)
    looks = world.ma.calls["read"]
    world.sfa.edit(lead, phone="+81312345678")

    world.sync()
    again(world)

    assert world.values("ma", contact)["phone"] == "+81312345678"
    assert world.ma.calls["read"] == looks


def test_an_edit_is_looked_at_once_and_arrives(world: World) -> None:
    """The index says where to look."""
    contact, lead = ada(world)
    looks = world.ma.calls["read"]
    world.ma.edit(contact, job_title="CTO")

    world.sync()

    assert world.values("sfa", lead)["job_title"] == "CTO"
    assert world.ma.calls["read"] == looks + 1


def test_a_lagging_index_changes_nothing(world: World) -> None:
    """It still shows what was there before our own write: a look tells that this is over."""
    contact, lead = ada(world)
    connector = indexed(world)
    (before,) = connector.read([contact], ["email", "phone", "job_title", "note"])
    world.sfa.edit(lead, phone="+81312345678")
    world.sync()
    connector.lagging[contact] = before

    again(world)

    assert world.values("ma", contact)["phone"] == "+81312345678"
    assert world.values("sfa", lead)["phone"] == "+81312345678"


def test_a_record_that_came_back_is_looked_at(world: World) -> None:
    """It shows what it showed before it was deleted."""
    contact, _ = ada(world)
    world.ma.delete(contact)
    world.sync()
    link = world.link_of("ma", contact)
    assert link is not None
    assert link.sides["ma"].state == "gone"

    world.ma.restore(contact)
    world.sync()
    link = world.link_of("ma", contact)

    assert link is not None
    assert link.sides["ma"].state == "in_sync"


def test_a_write_in_doubt_is_looked_at(world: World) -> None:
    """It did not land, and the record shows what it showed before: it is written again."""
    contact, lead = ada(world)
    world.sfa.edit(lead, phone="+81312345678")
    world.ma.fail_next("write", Unsure("no answer"))

    world.sync()
    world.sync()

    assert world.values("ma", contact)["phone"] == "+81312345678"


def test_further_addresses_are_looked_at_once(database: Database) -> None:
    """They are no mapped field, and yet something to know a person by."""
    world = World(database, feeds="changes:")
    connector = indexed(world)
    ada(world)
    looks = world.ma.calls["read"]
    connector.emails = ("lovelace@example.com",)

    again(world)
    again(world)

    assert world.ma.calls["read"] == looks + 1


def test_an_edit_back_and_forth_is_no_fight(world: World) -> None:
    """A vendor that shows what it was told has not reformatted it: a person has."""
    contact, lead = ada(world)
    for _ in range(5):
        world.sfa.edit(lead, phone="+81312345678")
        world.sync()
        assert world.values("ma", contact)["phone"] == "+81312345678"
        world.sync()
        world.ma.edit(contact, phone="+819012345678")
        world.sync()
        assert world.values("sfa", lead)["phone"] == "+819012345678"
        world.sync()


def test_nothing_is_created_while_glimpsed_records_wait(database: Database) -> None:
    """They may be what would be created: the first reading ends with their looks."""
    create = {"ma": {"object": "Account"}, "sfa": {"object": "Account"}}
    mapping = {
        "kind": "company", "ma": "ma", "sfa": "sfa", "formats": {"ma": "json", "sfa": "json"},
        "create": create, "fields": [
            {"name": "name", "ma": "name", "sfa": "name"},
            {"name": "website", "ma": "website", "sfa": "website"},
        ],
    }  # fmt: skip
    world = World(database, feeds="changes:", mapping=mapping)
    indexed(world)
    world.ma.add("Account", name="Acme", website="acme.example")
    world.sfa.add("Account", name="Acme", website="www.acme.example")
    world.poll()
    world.lanes.drain("read:sfa:changes:company")
    world.lanes.drain("read:ma:changes:company")
    world.lanes.drain("deliver:ma:company")
    with world.database.begin() as tx:
        assert not feeds.read_through(tx, "ma", "company")

    world.settle()

    assert len(world.ma.records("company")) == len(world.sfa.records("company")) == 1
    with world.database.begin() as tx:
        assert feeds.read_through(tx, "ma", "company")


def test_what_the_first_reading_glimpses_is_history(world: World) -> None:
    """Its looks alert nobody, though they come later; what is glimpsed after it is news."""
    early = world.ma.add_person("ada@example.com", "Contact")
    world.poll()
    world.lanes.drain("read:ma:changes:person")
    first = occurred(world)
    world.settle()
    late = world.ma.add_person("bob@example.com", "Contact")
    (stored,) = (one for one in world.ma.records("person") if one.ref == late)
    world.poll()
    world.lanes.drain("read:ma:changes:person")

    assert first == {early.id: datetime.fromtimestamp(0, UTC)}
    assert occurred(world) == {late.id: stored.modified_at}


def test_glimpses_do_not_pile_up(world: World) -> None:
    """Where many looks are due the feed is read on later, so that new hints need not queue long."""
    for n in range(250):
        world.ma.add_person(f"p{n}@example.com", "Contact")
    world.poll()
    world.lanes.drain("read:ma:changes:person")
    waiting = len(occurred(world))
    due = world.due()

    world.settle()
    world.sync()

    assert (waiting, "read:ma:changes:person" in due) == (200, False)
    assert len(world.sfa.records("person")) == 250
