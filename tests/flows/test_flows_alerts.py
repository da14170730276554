"""Scores, activities and hot-lead alerts arrive in the SFA: once each, and never for old news."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from app.store.db import Database
from connectors.base import Ref, Unsure
from tests.support.world import MAPPING, World

SCORED: dict[str, Any] = {
    **MAPPING,
    "fields": [
        *MAPPING["fields"],
        {"name": "ma_score", "ma": "score", "type": "number", "direction": "ma_to_sfa"},
        {"name": "owner", "ma": "owner_id", "sfa": "owner_id", "type": "owner"},
        {"name": "baton_score", "sfa": "score", "type": "number", "baton": "score"},
        {"name": "baton_grade", "sfa": "grade", "baton": "grade"},
        {"name": "baton_hot", "sfa": "hot_since", "type": "datetime", "baton": "hot_since"},
    ],
}
SCORING: dict[str, Any] = {
    "ma_score": {"mode": "replace", "field": "ma_score"},
    "intent": [
        {
            "name": "price-page",
            "label": {"en": "Price page viewed", "ja": "料金ページ閲覧"},
            "activity": "page_view",
            "match": ["*/pricing*"],
            "points": 15,
        }
    ],
}
HOT: dict[str, Any] = {
    "rules": [
        {
            "name": "hot",
            "label": {"en": "Hot", "ja": "ホット"},
            "when": {
                "all": [
                    {"score": "total", "op": "gte", "value": 80},
                    {"activity": "page_view", "within_days": 7},
                ]
            },
        }
    ]
}


@pytest.fixture
def world(database: Database) -> World:
    world = World(database, mapping=SCORED, documents={"scoring": SCORING, "hot_lead": HOT})
    for vendor in (world.ma, world.sfa):
        vendor.clock = lambda: datetime.now(UTC)
        vendor.add_owner("rep@example.com", "Rep")
    return world


def cool(world: World) -> Ref:
    """A person whom both systems know, with a rep, not hot."""
    rep = world.ma.people[0].id
    contact = world.ma.add_person("ada@example.com", "Contact", score=10, owner_id=rep)
    world.sync()
    world.sync()
    return contact


def become_hot(world: World, contact: Ref) -> None:
    world.ma.behave(contact, "page_view", url="https://www.example.com/pricing")
    world.ma.edit(contact, score=90)
    world.hint("ma", [contact])
    world.settle()


def test_a_score_change_becomes_an_alert_with_reasons(world: World) -> None:
    """One high-priority task and one bell for the owner, the fields, the activity as an entry."""
    contact = cool(world)

    become_hot(world, contact)

    lead = world.sfa.records("person")[0]
    assert (lead.fields["score"], lead.fields["grade"]) == (90, "A")
    assert lead.fields["hot_since"] is not None
    [task] = world.sfa.alerts()
    assert task.person == lead.ref
    assert task.owner_id == world.sfa.people[0].id
    assert "ada@example.com" in task.title + task.body
    assert "Price page viewed" in task.body
    assert [bell.key for bell in world.sfa.bells] == [task.key]
    assert [entry.type for entry in world.sfa.logged()] == ["page_view"]


def test_times_are_those_of_the_sfa_where_no_hours_are_set(world: World) -> None:
    """A deadline in UTC is read wrongly in Tokyo; the connection's settings name the zone."""
    with world.database.begin() as tx:
        tx.execute(text("UPDATE connection SET settings = :zone WHERE name = 'sfa'"),
                   {"zone": '{"time_zone": "Asia/Tokyo"}'})  # fmt: skip

    become_hot(world, cool(world))

    last, deadline = world.sfa.alerts()[0].body.splitlines()[-1], world.sfa.alerts()[0].due_at
    assert last == f"React by: {deadline.astimezone(ZoneInfo('Asia/Tokyo')):%Y-%m-%d %H:%M} JST"


def test_texts_in_the_sfa_are_in_its_language(database: Database) -> None:
    """A Japanese org gets its reasons and its task in Japanese, by its own days."""
    reasons = {"name": "baton_reasons", "sfa": "note", "type": "long_text", "baton": "reasons"}
    fields = [one for one in SCORED["fields"] if one["name"] != "note"]
    mapping = {**SCORED, "fields": [*fields, reasons]}
    options = {"poll_s": 3600, "activities_s": 3600, "language": "ja"}
    world = World(
        database,
        mapping=mapping,
        documents={"scoring": SCORING, "hot_lead": HOT},
        options=options,
    )
    for vendor in (world.ma, world.sfa):
        vendor.clock = lambda: datetime.now(UTC)
        vendor.add_owner("rep@example.com", "Rep")
    with database.begin() as tx:
        tx.execute(text("UPDATE connection SET settings = :zone WHERE name = 'sfa'"),
                   {"zone": '{"time_zone": "Asia/Tokyo"}'})  # fmt: skip
    contact = cool(world)
    evening = (datetime.now(UTC) - timedelta(days=2)).replace(hour=20)
    world.ma.behave(contact, "page_view", evening, url="https://www.example.com/pricing")
    world.sync()
    morning = (evening + timedelta(days=1)).date()
    assert f"料金ページ閲覧 ({morning})" in str(world.sfa.records("person")[0].fields["note"])

    become_hot(world, contact)

    assert "料金ページ閲覧" in str(world.sfa.records("person")[0].fields["note"])
    assert "料金ページ閲覧" in world.sfa.alerts()[0].body


def test_the_record_names_as_many_reasons_as_the_rules_say(database: Database) -> None:
    """In the task and in the field."""
    reasons = {"name": "baton_reasons", "sfa": "note", "type": "long_text", "baton": "reasons"}
    fields = [one for one in SCORED["fields"] if one["name"] != "note"]
    world = World(
        database,
        mapping={**SCORED, "fields": [*fields, reasons]},
        documents={"scoring": SCORING, "hot_lead": {**HOT, "reasons": 1}},
    )
    for vendor in (world.ma, world.sfa):
        vendor.clock = lambda: datetime.now(UTC)
        vendor.add_owner("rep@example.com", "Rep")
    contact = cool(world)

    become_hot(world, contact)

    link = world.link_of("ma", contact)
    assert link is not None
    assert len(link.reasons) > 1
    note = str(world.sfa.records("person")[0].fields["note"])
    assert len(note.splitlines()) == 1


def test_repeats_inside_the_cool_down_alert_nobody(world: World) -> None:
    """The score goes on rising, more pages are viewed: the rep was told."""
    contact = cool(world)
    become_hot(world, contact)

    for score in (91, 95, 99):
        world.ma.behave(contact, "page_view", url="https://www.example.com/pricing")
        world.ma.edit(contact, score=score)
        world.sync()

    assert len(world.sfa.alerts()) == len(world.sfa.bells) == 1
    assert len(world.sfa.logged()) == 4


def test_history_makes_hot_but_pages_nobody(world: World) -> None:
    """What the first reading of a portal brings is old news."""
    contact = world.ma.add_person("ada@example.com", "Contact", score=95)
    world.ma.behave(contact, "page_view", datetime.now(UTC) - timedelta(days=2), url="/pricing")

    world.sync()
    world.sync()

    assert world.sfa.records("person")[0].fields["hot_since"] is not None
    assert world.sfa.alerts() == ()
    assert world.sfa.bells == []


def test_a_bell_in_doubt_is_not_rung_again(world: World) -> None:
    """The bell rang, the answer was lost: the task stands, and nobody is paged twice."""
    contact = cool(world)
    world.sfa.fail_next("notify", Unsure("no answer"), after=True)

    become_hot(world, contact)
    world.sync()

    assert len(world.sfa.bells) == 1
    assert len(world.sfa.alerts()) == 1
    with world.database.begin() as tx:
        assert tx.scalar(text("SELECT notice FROM alert")) == "in_doubt"


def test_an_alert_whose_answer_was_lost_stands_once(world: World) -> None:
    """The task was raised, the answer was lost: asked again, still one task, and its bell."""
    contact = cool(world)
    world.sfa.fail_next("raise_alerts", Unsure("no answer"), after=True)

    become_hot(world, contact)

    assert len(world.sfa.alerts()) == len(world.sfa.bells) == 1
    assert world.sfa.calls["raise_alerts"] == 2


def test_a_new_person_that_is_hot_is_created_then_alerted(world: World) -> None:
    """The lead does not exist in the SFA yet: it comes first, then its alert and its activity."""
    cool(world)
    contact = world.ma.add_person("bob@example.com", "Contact", score=10)

    become_hot(world, contact)

    leads = {lead.fields["email"]: lead.ref for lead in world.sfa.records("person")}
    assert [task.person for task in world.sfa.alerts()] == [leads["bob@example.com"]]
    assert [entry.person for entry in world.sfa.logged()] == [leads["bob@example.com"]]


def test_activities_of_sales_are_logged_in_marketing(world: World) -> None:
    """A call that a rep made appears in marketing's history, and does not come back."""
    contact = cool(world)
    lead = world.sfa.records("person")[0].ref
    world.sfa.behave(lead, "call", title="First call", duration_s=120)

    world.sync()
    world.sync()

    assert [(entry.person, entry.type) for entry in world.ma.logged()] == [(contact, "call")]
    assert world.sfa.logged() == ()


def test_an_activity_waits_for_its_person(world: World) -> None:
    """Behaviour that is read before the person is attached as soon as the person is known."""
    cool(world)
    contact = world.ma.add_person("bob@example.com", "Contact")
    world.ma.behave(contact, "form_submit", title="Contact us")
    world.poll()
    world.lanes.drain("read:ma:activities:behaviour")

    world.sync()
    world.sync()

    assert [entry.type for entry in world.sfa.logged()] == ["form_submit"]


def test_an_activity_of_a_person_found_after_a_lost_answer_is_logged(world: World) -> None:
    """The create landed but nobody heard: once the lead is found, its history follows."""
    cool(world)
    contact = world.ma.add_person("bob@example.com", "Contact")
    world.ma.behave(contact, "form_submit", title="Contact us")
    world.sfa.fail_next("write", Unsure("no answer"), after=True)

    world.sync()
    world.sync()

    assert [entry.type for entry in world.sfa.logged()] == ["form_submit"]


def test_score_history_is_kept_with_reasons(world: World) -> None:
    """Every change of the score is a row that says why."""
    contact = cool(world)

    become_hot(world, contact)

    with world.database.begin() as tx:
        rows = tx.execute(text("SELECT score, reasons FROM score_history ORDER BY id")).all()
    assert [row.score for row in rows] == [10, 90]
    assert rows[-1].reasons[0]["label"]
