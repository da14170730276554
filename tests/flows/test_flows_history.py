"""The past: activities known by address only, summaries, history with a cut-off, retention."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.flows import erase, receive, rescore
from app.flows import rules as rules_
from app.store import links, touches
from app.store.db import Database
from app.store.inbox import Arrival
from connectors.base import Activity, Ref
from tests.support.work import run
from tests.support.world import MAPPING, World

NOW = datetime.now(UTC).replace(microsecond=0)
END = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
TOKYO = {"time_zone": "Asia/Tokyo", "routes": [{"name": "all", "activity": ["*"]}]}
SUMMED: dict[str, Any] = {
    **MAPPING,
    "fields": [
        *MAPPING["fields"],
        {"name": "touches", "sfa": "touch_count", "type": "number", "baton": "touch_count"},
        {"name": "channel", "sfa": "last_channel", "baton": "last_channel"},
        {"name": "days", "sfa": "days_since", "type": "number", "baton": "days_since_touch"},
    ],
}


@pytest.fixture
def world(database: Database) -> World:
    world = World(database, mapping=SUMMED)
    for vendor in (world.ma, world.sfa):
        vendor.clock = lambda: datetime.now(UTC)
    return world


def arrive(world: World, person: str, type_: str, id_: str = "", **detail: Any) -> None:
    """A tool that has no records sends what somebody did."""
    activity = Activity(id_ or str(uuid4()), Ref("person", person), type_, NOW, "", detail)
    with world.database.begin() as tx:
        receive.store(tx, [[Arrival("cti", uuid4(), activity)]])


def known(world: World, name: str = "ada", **fields: Any) -> tuple[Ref, Ref]:
    contact = world.ma.add_person(f"{name}@example.com", "Contact", **fields)
    world.sync()
    link = world.link_of("ma", contact)
    lead = None if link is None else world.ref_at("sfa", link)
    assert lead is not None
    return contact, lead


def link_of(world: World, contact: Ref) -> UUID:
    link = world.link_of("ma", contact)
    assert link is not None
    return link.id


def count(world: World, what: str) -> int:
    with world.database.begin() as tx:
        return int(tx.scalar(text(what)) or 0)


def test_somebody_known_by_address_or_number_gets_what_they_did(world: World) -> None:
    """A telephone system knows a number, a webinar tool an address: both find the person."""
    _, lead = known(world, phone="+81312345678")
    arrive(world, "email:ada@example.com", "seminar")
    arrive(world, "phone:+81312345678", "call", duration_s=60)
    world.settle()

    assert sorted((e.person, e.type) for e in world.sfa.logged()) == [
        (lead, "call"),
        (lead, "seminar"),
    ]
    assert sorted(e.type for e in world.ma.logged()) == ["call", "seminar"]


def test_what_came_before_the_person_waits_and_attaches(world: World) -> None:
    """Whoever has the address later has the activity, once."""
    known(world)
    arrive(world, "email:bob@example.com", "seminar", "s-1")
    arrive(world, "email:bob@example.com", "seminar", "s-1")
    world.settle()
    assert world.sfa.logged() == ()

    known(world, "bob")
    world.settle()

    assert [entry.type for entry in world.sfa.logged()] == ["seminar"]
    assert count(world, "SELECT count(*) FROM activity WHERE link_id IS NULL") == 0


def test_a_summary_of_touches_is_in_the_fields(world: World) -> None:
    """How many, by what means last, and how many days ago, as the mapping asks."""
    contact, lead = known(world)
    world.ma.behave(contact, "page_view", NOW - timedelta(days=5), url="https://example.com")
    world.ma.behave(contact, "seminar", NOW - timedelta(days=3))
    world.ma.behave(contact, "email_sent", NOW)
    world.sync()

    values = world.values("sfa", lead)

    assert (values["touch_count"], values["last_channel"], values["days_since"]) == (2, "Event", 3)


def test_a_meeting_that_is_arranged_is_no_touch_yet(world: World) -> None:
    """The last touch was by telephone, however far ahead the calendar goes."""
    contact, lead = known(world)
    world.ma.behave(contact, "call", NOW - timedelta(days=3), campaign="Spring")
    world.ma.behave(contact, "meeting", NOW + timedelta(days=10), campaign="Autumn")
    world.sync()

    values = world.values("sfa", lead)

    assert (values["touch_count"], values["last_channel"], values["days_since"]) == (1, "Phone", 3)
    with world.database.begin() as tx:
        [seen] = touches.of(tx, [link_of(world, contact)]).values()
    assert (seen.last_at, seen.campaign) == (NOW - timedelta(days=3), "Spring")


def test_days_since_the_last_touch_go_on_by_themselves(world: World) -> None:
    """The link is due again when one more day has passed."""
    contact, _ = known(world)
    world.ma.behave(contact, "seminar", NOW - timedelta(days=3))
    world.sync()

    with world.database.begin() as tx:
        due = tx.scalar(text("SELECT next_score_at FROM link WHERE next_score_at IS NOT NULL"))

    assert due == NOW + timedelta(days=1)


def test_summaries_of_two_who_become_one_are_added(world: World) -> None:
    """Nothing is counted twice, nothing is lost."""
    one, lead = known(world, "ada")
    two, other = known(world, "adah")
    world.ma.behave(one, "seminar", NOW - timedelta(days=2))
    world.ma.behave(two, "call", NOW - timedelta(days=1))
    world.sync()
    world.ma.merge(two, one)
    world.sfa.merge(other, lead)
    world.sync()

    assert count(world, "SELECT count FROM touch") == 2
    assert world.values("sfa", lead)["last_channel"] == "Phone"


def test_history_is_read_from_a_date_and_logged_apart(world: World) -> None:
    """A job brings what was before; older things stay out; a second run brings nothing new."""
    contact, _ = known(world)
    world.poll()
    world.settle()
    before = len(world.sfa.logged())
    for days in (400, 20, 10):
        world.ma.behave(contact, "call", NOW - timedelta(days=days), title=f"{days} days")

    since = (NOW - timedelta(days=30)).isoformat()
    first = run(world, "history", connection="ma", since=since)
    again = run(world, "history", connection="ma", since=since)
    world.settle()

    assert (first.state, dict(first.counts)) == ("done", {"new": 2})
    assert dict(again.counts) == {"known": 2}
    assert len(world.sfa.logged()) == before + 2
    assert count(world, "SELECT count(*) FROM delivery WHERE history") == 2


def test_what_is_older_than_its_kind_is_kept_for_is_forgotten(database: Database) -> None:
    """With its deliveries and its key; the summary stays, and other kinds do."""
    rules = {"routes": [{"name": "all", "activity": "*"}], "retention_days": {"page_view": 30}}
    world = World(database, mapping=SUMMED, documents={"activity": rules})
    contact, lead = known(world)
    for days in (60, 40, 5):
        world.ma.behave(contact, "page_view", NOW - timedelta(days=days))
    world.ma.behave(contact, "call", NOW - timedelta(days=60))
    world.sync()

    job = run(world, "retention")
    world.sync()

    assert dict(job.counts) == {"forgotten": 2, "kept": 1}
    assert count(world, "SELECT count(*) FROM activity") == 2
    assert count(world, "SELECT count(*) FROM activity_key") == 2
    assert count(world, "SELECT count(*) FROM delivery") == 2
    assert world.values("sfa", lead)["touch_count"] == 4


def test_what_came_while_its_link_ended_finds_its_person(world: World) -> None:
    """Housekeeping gives strays to whoever has their record now."""
    contact, _ = known(world)
    world.ma.behave(contact, "call", NOW)
    world.sync()
    with world.database.begin() as tx:
        tx.execute(text("UPDATE activity SET link_id = NULL"))

    with world.database.begin() as tx:
        found = rescore.reunite(tx, now=NOW)

    assert found == {"strays": 1}
    assert count(world, "SELECT count(*) FROM activity WHERE link_id IS NULL") == 0


def test_what_somebody_erased_did_is_not_taken_in_again(world: World) -> None:
    """Also where the source knows the person by address only."""
    contact, _ = known(world, phone="+81312345678")
    link = world.link_of("ma", contact)
    assert link is not None
    with world.database.begin() as tx:
        erase.erase(tx, rules_.load(tx), links.lock(tx, [link.id])[link.id], source="api", by="t")
    arrive(world, "email:ada@example.com", "seminar")
    arrive(world, "phone:+81312345678", "call")

    assert count(world, "SELECT count(*) FROM activity") == 0


def test_what_cannot_be_put_into_words_holds_up_nothing_else(database: Database) -> None:
    """A time past the end of the calendar in Tokyo: that fails at both, with its reason."""
    world = World(database, documents={"activity": TOKYO})
    known(world)
    last = Activity("last", Ref("person", "email:ada@example.com"), "seminar", END, "", {})
    with world.database.begin() as tx:
        receive.store(tx, [[Arrival("cti", uuid4(), last)]])
    arrive(world, "email:ada@example.com", "call")
    world.settle()

    assert [entry.type for entry in world.sfa.logged()] == ["call"]
    assert count(world, "SELECT count(*) FROM delivery WHERE code = 'words'") == 2
