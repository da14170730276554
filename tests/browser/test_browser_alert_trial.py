"""Hot-lead rules tried on real people, in a real browser."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from app.store import documents
from app.store.db import Database
from tests.browser.conftest import Site
from tests.flows.test_flows_alerts import HOT
from tests.support.chat import CHAIN, hot, place
from tests.support.world import World

pytestmark = pytest.mark.browser
Opens = Callable[..., Page]


def draft(database: Database) -> None:
    """A second version of the rules, not active: outside of working hours till the day after
    tomorrow.
    """
    hours = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    today = datetime.now(UTC).date()
    closed = [str(today + timedelta(days=n)) for n in (-1, 0, 1)]
    calendar = {"time_zone": "UTC", "hours": hours, "holidays": [], "closed": closed}
    more = {"channels": ["task", "notification"], "messages": ["chat"], "escalation": CHAIN}
    body = {**HOT, **more, "hours": [{"calendar": calendar}]}
    with database.begin() as tx:
        documents.add(tx, "hot_lead", "main", 2, body, note="", by="Kai")


def test_a_version_says_who_would_be_alerted_by_what_and_when(site: Site, visit: Opens) -> None:
    """Right now and in the last days; nobody is told. In Japanese, too."""
    there = place(site.parts.database, {})
    contact = hot(there)
    ada = there.world.link_of("ma", contact)
    assert ada is not None
    draft(site.parts.database)
    page = visit("/documents", "operator")
    page.locator("summary", has_text="Version 2").click()
    page.get_by_role("link", name="Who would be alerted?").first.click()

    page.get_by_role("button", name="Try on the last 7 days").click()

    expect(page.get_by_role("heading", name="People who meet a rule right now: 1")).to_be_visible()
    expect(
        page.get_by_role("heading", name="Alerts that would have been raised: 1")
    ).to_be_visible()
    row = page.locator("li.row").first
    expect(row.locator(f'a[href="/people/{ada.id}"]')).to_have_text("ada@example.com")
    for text in ("Hot", "rep@example.com", "outside of working hours", "hot already"):
        expect(row).to_contain_text(text)
    for way in ("sfa · task", "sfa · bell", "chat · message", "If nobody reacts"):
        expect(row).to_contain_text(way)
    expect(page.locator("main")).to_contain_text("By recipientrep@example.com: 1")
    assert there.chat.told == []
    page.goto(f"{site.url}/documents/hot_lead/main/2?lang=ja")
    page.get_by_role("button", name="直近24時間で試算").click()
    expect(page.get_by_role("heading", name="現在ルールに該当: 1人")).to_be_visible()
    expect(page.locator("li.row").first).to_contain_text("料金ページ閲覧")


def test_a_trial_says_where_there_is_nothing_to_try(site: Site, visit: Opens) -> None:
    """No scoring rules; no such version; a viewer is told whom to ask."""
    World(site.parts.database, documents={"hot_lead": HOT})
    page = visit("/documents/hot_lead/main/1", "operator")
    page.get_by_role("button", name="Try on the last 7 days").click()
    expect(page.get_by_text("There are no scoring rules to go by.")).to_be_visible()

    page.goto(f"{site.url}/documents/hot_lead/main/9")
    page.get_by_role("button", name="Try on the last 7 days").click()
    expect(page.get_by_role("alert")).to_contain_text("there is no such version of hot_lead")

    page = visit("/documents/hot_lead/main/1")
    expect(page.locator("main")).to_contain_text("role “operator”")


def test_a_trial_on_days_without_events_says_so(site: Site, visit: Opens) -> None:
    """Nobody was there to become hot."""
    place(site.parts.database, {})
    page = visit("/documents/hot_lead/main/1", "operator")

    page.get_by_role("button", name="Try on the last 31 days").click()

    expect(page.get_by_text("Nothing happened to anybody in that time.")).to_be_visible()
