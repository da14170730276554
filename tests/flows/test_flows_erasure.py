"""Erasures: everywhere, for good, with a receipt; and nobody comes back."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import text

from app.flows import erase, receive, rules
from app.store import links, tombstones
from app.store.db import Database
from app.store.inbox import Arrival
from app.store.tombstones import Tombstone
from connectors.base import Busy, Hint, Ref
from tests.support.people import live, synced
from tests.support.world import World


def erased(world: World, contact: Ref) -> UUID:
    """The person is erased by request; not yet at the vendors."""
    link = world.link_of("ma", contact)
    assert link is not None
    with world.database.begin() as tx:
        locked = links.lock(tx, [link.id])[link.id]
        return erase.erase(tx, rules.load(tx), locked, source="api", by="test")


def receipt(world: World, tombstone_id: UUID) -> Tombstone:
    with world.database.begin() as tx:
        found = tombstones.get(tx, tombstone_id)
    assert found is not None
    return found


def everything(database: Database) -> str:
    """All rows of all tables as text."""
    with database.begin() as tx:
        names = tx.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        rows = [tx.execute(text(f'SELECT * FROM "{name}"')).all() for name in names]  # noqa: S608  no input
    return str(rows)


def test_an_erased_person_is_gone_everywhere(database: Database) -> None:
    """At both vendors and in every table; the receipt says so."""
    world = World(database)
    [(contact, _), _] = synced(world, "ada", "bob")
    world.ma.behave(contact, "page_view", datetime.now(UTC), title="about ada@example.com")
    world.ma.edit(contact, note="ada likes tea")
    world.sync()

    tombstone_id = erased(world, contact)
    world.settle()

    assert live(world, "ma") == live(world, "sfa") == ["bob@example.com"]
    one = receipt(world, tombstone_id)
    assert {name: side["state"] for name, side in one.sides.items()} == {
        "ma": "erased", "sfa": "erased",
    }  # fmt: skip
    assert one.completed_at is not None
    rows = everything(database)
    assert "bob@example.com" in rows
    assert "ada" not in rows.replace("metadata", "")


def test_an_erased_person_is_not_made_anew(database: Database) -> None:
    """By no feed, hint or activity, nor under a new id with the same address."""
    world = World(database)
    [(contact, lead)] = synced(world, "ada")
    erased(world, contact)
    world.settle()

    again = world.ma.add_person("Ada@Example.com", "Contact")
    world.ma.behave(contact, "page_view", datetime.now(UTC), title="secret")
    world.hint("ma", [contact, again])
    world.hint("sfa", [lead])
    world.sync()
    world.sync()

    assert live(world, "sfa") == []
    with database.begin() as tx:
        assert tx.scalar(text("SELECT count(*) FROM link")) == 0
        assert tx.scalar(text("SELECT count(*) FROM activity")) == 0


def test_a_vendor_that_is_away_is_asked_again(database: Database) -> None:
    """The receipt is open meanwhile."""
    world = World(database)
    [(contact, _)] = synced(world, "ada")
    world.sfa.fail_next("erase", Busy("down"))
    tombstone_id = erased(world, contact)
    world.lanes.drain("remove:sfa")
    world.lanes.drain("remove:ma")

    before = receipt(world, tombstone_id)
    world.settle()

    assert before.sides["sfa"]["state"] == "pending"
    assert before.completed_at is None
    assert receipt(world, tombstone_id).completed_at is not None


def test_a_record_that_was_being_made_goes_too(database: Database) -> None:
    """Its create was under way when the person was erased: it is found, and erased as well."""
    world = World(database, feeds="changes:")
    contact = world.ma.add_person("ada@example.com", "Contact")
    world.poll()
    world.lanes.drain("read:ma:changes:person")
    step = world.lanes.step_of("deliver", "sfa:person")
    for _ in range(2):  # seek, then write; the answer to the write finds nobody any more
        with database.begin() as tx:
            ask = step.plan(tx)
        answer = step.call(world.connector("sfa"), ask)
        if ask.writes:
            erased(world, contact)
        with database.begin() as tx:
            step.settle(tx, ask, answer)

    world.sync()
    world.sync()

    assert live(world, "sfa") == live(world, "ma") == []


def test_a_vendors_own_erasure_spreads(database: Database) -> None:
    """HubSpot erased a contact for privacy: once, however often it says so."""
    world = World(database)
    [(contact, _)] = synced(world, "ada")
    world.ma.delete(contact)
    for _ in range(2):
        hint = Hint(str(uuid4()), contact, datetime.now(UTC), erased=True)
        with database.begin() as tx:
            receive.store(tx, [[Arrival("ma", uuid4(), hint)]])
    world.settle()

    assert live(world, "sfa") == []
    with database.begin() as tx:
        found = tombstones.listed(tx, None, 9)
        assert tx.scalar(text("SELECT count(*) FROM link")) == 0
    assert [(one.source, one.by) for one in found] == [("webhook", "ma")]
    assert {name: side["state"] for name, side in found[0].sides.items()} == {
        "ma": "erased", "sfa": "erased",
    }  # fmt: skip
    assert found[0].completed_at is not None


def test_an_erasure_can_be_lifted(database: Database) -> None:
    """Somebody comes again and consents: they are a new person."""
    world = World(database)
    [(contact, _)] = synced(world, "ada")
    tombstone_id = erased(world, contact)
    world.settle()
    with database.begin() as tx:
        assert tombstones.lift(tx, tombstone_id)

    world.ma.add_person("ada@example.com", "Contact")
    world.sync()

    assert live(world, "sfa") == ["ada@example.com"]
