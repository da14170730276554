"""Activities by route: some alone, noisy ones in a digest updated in place, some nowhere."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.store import documents
from app.store.db import Database
from connectors.base import Entry, Ref, Unsure
from tests.support.world import World

TODAY = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
RULES: dict[str, Any] = {
    "gather_minutes": 5,
    "history_days": 30,
    "routes": [
        {"name": "mail", "activity": ["email_sent"], "keep": "no"},
        {
            "name": "private",
            "activity": ["form_submit"],
            "unless": [{"field": "title", "op": "equals", "value": "Lawyer"}],
            "omit": ["ip"],
            "title": {"en": "{{ person.email }} sent {{ detail.form }}", "ja": "{{ title }}"},
        },
        {"name": "daily", "activity": ["page_view", "email_open"], "keep": "digest"},
        {"name": "often", "activity": ["ad_click"], "keep": "digest", "at_least": 3},
        {
            "name": "long-calls",
            "activity": ["call"],
            "when": [{"field": "duration_s", "op": "gte", "value": 30}],
        },
    ],
}


@pytest.fixture
def world(database: Database) -> World:
    world = World(database, documents={"activity": RULES})
    for vendor in (world.ma, world.sfa):
        vendor.clock = lambda: datetime.now(UTC)
    return world


def known(world: World, name: str = "ada") -> tuple[Ref, Ref]:
    """Somebody who is in both systems; all feeds have caught up."""
    contact = world.ma.add_person(f"{name}@example.com", "Contact")
    world.sync()
    link = world.link_of("ma", contact)
    lead = None if link is None else world.ref_at("sfa", link)
    assert lead is not None
    return contact, lead


def logged(world: World) -> list[Entry]:
    return list(world.sfa.logged())


def states(world: World) -> list[tuple[str, str | None]]:
    with world.database.begin() as tx:
        rows = tx.execute(text("SELECT state, code FROM delivery ORDER BY activity_id"))
        return [(row.state, row.code) for row in rows]


def test_five_hundred_page_views_are_one_entry(world: World) -> None:
    """A day's noisy activities are one entry with the number of each."""
    contact, lead = known(world)
    for n in range(500):
        world.ma.behave(contact, "page_view", TODAY + timedelta(seconds=n), title=f"Page {n % 3}")
    world.sync()

    (entry,) = logged(world)

    assert entry.person == lead
    assert entry.title == f"500 activities, {TODAY:%Y-%m-%d}: Page view 500"
    assert "Page view: Page 1" in entry.body
    assert {state for state, _ in states(world)} == {"sent"}


def test_what_comes_later_updates_the_entry_in_place(world: World) -> None:
    """The second writing of the day has the same key, and all of the day in it."""
    contact, _ = known(world)
    world.ma.behave(contact, "page_view", TODAY, title="Prices")
    world.sync()
    first = logged(world)[0].key

    world.ma.behave(contact, "email_open", TODAY + timedelta(hours=1), title="News")
    world.sync()

    (entry,) = logged(world)
    assert entry.key == first
    assert entry.title == f"2 activities, {TODAY:%Y-%m-%d}: E-mail opened 1, Page view 1"


def test_a_lost_answer_makes_no_second_digest(world: World) -> None:
    """It is asked again under its key, and stands once."""
    contact, _ = known(world)
    world.sfa.fail_next("log", Unsure("no answer"), after=True)
    world.ma.behave(contact, "page_view", TODAY)

    world.sync()

    assert len(logged(world)) == 1
    assert world.sfa.calls["log"] == 2


def test_days_are_apart_and_late_ones_end_in_their_own(world: World) -> None:
    """What is read late is added to the day on which it happened."""
    contact, _ = known(world)
    yesterday = TODAY - timedelta(days=1)
    world.ma.behave(contact, "page_view", yesterday)
    world.ma.behave(contact, "page_view", TODAY)
    world.sync()
    world.ma.behave(contact, "page_view", yesterday + timedelta(hours=2))
    world.sync()

    titles = sorted(entry.title for entry in logged(world))

    assert titles == sorted(
        [
            f"1 activity, {TODAY:%Y-%m-%d}: Page view 1",
            f"2 activities, {yesterday:%Y-%m-%d}: Page view 2",
        ]
    )


def test_a_digest_appears_with_the_number_that_its_route_asks_for(world: World) -> None:
    """Two ad clicks are none; with the third all three are told."""
    contact, _ = known(world)
    for n in range(2):
        world.ma.behave(contact, "ad_click", TODAY + timedelta(minutes=n))
    world.sync()
    assert logged(world) == []

    world.ma.behave(contact, "ad_click", TODAY + timedelta(minutes=9))
    world.sync()

    assert [entry.title[:13] for entry in logged(world)] == ["3 activities,"]


def test_a_digest_waits_for_its_person(world: World) -> None:
    """Behaviour that is read before the person exists at the other side is told once they do."""
    known(world)
    contact = world.ma.add_person("bob@example.com", "Contact")
    world.ma.behave(contact, "page_view", TODAY)
    world.poll()
    world.lanes.drain("read:ma:activities:behaviour")

    world.sync()

    assert [entry.type for entry in logged(world)] == ["digest"]


def test_what_a_route_keeps_back_says_why(world: World) -> None:
    """No route, kept here, too short, too old: nothing is logged, and each delivery says why."""
    contact, _ = known(world)
    world.ma.behave(contact, "email_sent", TODAY)
    world.ma.behave(contact, "webinar", TODAY)
    world.ma.behave(contact, "call", TODAY, duration_s=20)
    world.ma.behave(contact, "form_submit", TODAY - timedelta(days=31), form="old")
    world.sync()

    assert logged(world) == []
    assert sorted(states(world)) == [
        ("left_out", "kept_here"),
        ("left_out", "no_route"),
        ("left_out", "no_route"),
        ("left_out", "too_old"),
    ]


def test_templates_and_privacy_are_the_routes(world: World) -> None:
    """A title as the template has it; a detail that must not leave does not."""
    contact, _ = known(world)
    world.ma.behave(contact, "form_submit", TODAY, form="Contact us", ip="192.0.2.7")
    world.sync()

    (entry,) = logged(world)

    assert entry.title == "ada@example.com sent Contact us"
    assert "192.0.2.7" not in entry.body


def test_nothing_is_told_of_a_person_who_is_excepted(world: World) -> None:
    """The condition is asked when it would be told, not when it happened."""
    contact, _ = known(world)
    world.ma.edit(contact, job_title="Lawyer")
    world.sync()
    world.ma.behave(contact, "form_submit", TODAY, form="Contact us")
    world.sync()

    assert logged(world) == []
    assert states(world) == [("left_out", "private")]


def test_digests_follow_two_links_that_become_one(world: World) -> None:
    """After a merge the day goes on in the entry of the person who stays; nothing is lost."""
    one, _ = known(world, "ada")
    two, _ = known(world, "adah")
    for contact in (one, two):
        world.ma.behave(contact, "page_view", TODAY)
    world.sync()
    world.ma.merge(two, one)
    leads = [lead.ref for lead in world.sfa.records("person")]
    world.sfa.merge(leads[1], leads[0])
    world.sync()
    world.ma.behave(one, "page_view", TODAY + timedelta(hours=1))
    world.sync()

    counts = sorted(entry.title.split()[0] for entry in logged(world))

    with world.database.begin() as tx:
        links = tx.scalar(text("SELECT count(DISTINCT link_id) FROM activity"))
    assert links == 1
    assert counts == ["1", "2"]


def test_a_new_version_of_the_rules_holds_for_what_comes(world: World) -> None:
    """Activities that are planned already go as they were planned."""
    contact, _ = known(world)
    world.ma.behave(contact, "page_view", TODAY, title="Old")
    world.sync()
    with world.database.begin() as tx:
        alone = {"routes": [{"name": "all", "activity": "*"}]}
        documents.add(tx, "activity", "main", 2, alone, note="", by="test")
        documents.activate(tx, "activity", "main", 2)
    world.ma.behave(contact, "page_view", TODAY, title="New")
    world.sync()

    assert sorted(entry.type for entry in logged(world)) == ["digest", "page_view"]
