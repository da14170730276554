"""Summaries of what a person does wait a little, so that a busy visitor costs few calls."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from app.flows import receive, rules
from app.flows.why import of_link
from app.store.db import Database
from app.store.inbox import Arrival
from connectors.base import Activity, Ref
from tests.support.world import MAPPING, World

CALM: dict[str, Any] = {
    **MAPPING,
    "summaries_wait_s": 600,
    "fields": [
        *MAPPING["fields"],
        {"name": "touches", "sfa": "touch_count", "type": "number", "baton": "touch_count"},
        {"name": "page", "sfa": "last_channel", "baton": "last_page"},
    ],
}
SCORING: dict[str, Any] = {
    "intent": [
        {
            "name": "page",
            "label": {"en": "Page viewed", "ja": "ページ閲覧"},
            "activity": "page_view",
            "points": 15,
        }
    ],
}
HOT: dict[str, Any] = {
    "rules": [
        {
            "name": "hot",
            "label": {"en": "Hot", "ja": "ホット"},
            "when": {"activity": "page_view", "within_days": 7},
        }
    ]
}


@pytest.fixture
def world(database: Database) -> World:
    return World(database, mapping=CALM)


def visit(world: World, lead: Ref, page: str) -> None:
    """A page is viewed, and everything is done that is due now."""
    at = datetime.now(UTC)
    viewed = Activity(page, lead, "page_view", at, "", {"url": f"https://example.com/{page}"})
    with world.database.begin() as tx:
        receive.store(tx, [[Arrival("sfa", uuid4(), viewed)]])
    drain(world)


def drain(world: World) -> None:
    """Do all that is due now, and nothing that waits."""
    for _ in range(4):
        for lane in world.due():
            world.lanes.drain(lane)


def answer(world: World, lead: Ref) -> tuple[str, str]:
    """Why the lead is not as it shall be, and which fields."""
    link = world.link_of("sfa", lead)
    assert link is not None
    with world.database.begin() as tx:
        why = of_link(tx, rules.load(tx), link.id)
    assert why is not None
    return why.answer.code, why.answer.facts["fields"]


def known(world: World) -> Ref:
    """A lead who was made just now, and looked at since."""
    contact = world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    world.sync()
    link = world.link_of("ma", contact)
    lead = None if link is None else world.ref_at("sfa", link)
    assert lead is not None
    return lead


def test_a_busy_visitor_costs_one_write(world: World) -> None:
    """A record that was written to just now waits; the pages that follow go together."""
    lead = known(world)
    told = world.sfa.calls["write"]
    visit(world, lead, "one")
    visit(world, lead, "two")

    assert world.values("sfa", lead).get("last_channel") is None
    assert answer(world, lead) == ("summaries", "page, touches")
    world.settle()
    assert world.values("sfa", lead)["last_channel"] == "https://example.com/two"
    assert world.values("sfa", lead)["touch_count"] == 2
    assert world.sfa.calls["write"] == told + 1


def test_news_of_another_kind_takes_summaries_along(world: World) -> None:
    """A changed field does not wait, and nothing that is known by then is left behind."""
    lead = known(world)
    visit(world, lead, "one")
    link = world.link_of("sfa", lead)
    contact = None if link is None else world.ref_at("ma", link)
    assert contact is not None
    world.ma.edit(contact, job_title="CTO")
    world.hint("ma", [contact])
    drain(world)

    assert world.values("sfa", lead)["job_title"] == "CTO"
    assert world.values("sfa", lead)["last_channel"] == "https://example.com/one"


def test_news_of_somebody_hot_does_not_wait(database: Database) -> None:
    """Whoever calls them looks at the record now."""
    world = World(database, mapping=CALM, documents={"scoring": SCORING, "hot_lead": HOT})
    lead = known(world)
    visit(world, lead, "one")

    assert world.values("sfa", lead)["last_channel"] == "https://example.com/one"
