"""The dashboard in a real browser."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.store import api_keys, connections, feeds
from app.store.db import Database
from tests.browser.conftest import Site, make_hot
from tests.support.world import MAPPING, World

pytestmark = pytest.mark.browser
Opens = Callable[..., Page]
# Three minutes ago, and half an hour ahead, when the test began.
BEFORE, BEFORE_JA = re.compile(r"^[34] min\. ago"), re.compile("^[34]分前")
AHEAD = re.compile(r"^in (2[89]|30) min\.")
SCORED: dict[str, Any] = {
    **MAPPING,
    "fields": [
        *MAPPING["fields"],
        {"name": "first_name", "ma": "first_name", "sfa": "first_name"},
        {"name": "company", "ma": "company", "sfa": "company"},
        {"name": "ma_score", "ma": "score", "type": "number", "direction": "ma_to_sfa"},
        {"name": "owner", "ma": "owner_id", "sfa": "owner_id", "type": "owner"},
    ],
}
SCORING: dict[str, Any] = {"ma_score": {"mode": "replace", "field": "ma_score"}}
HOT: dict[str, Any] = {
    "rules": [
        {
            "name": "hot",
            "label": {"en": "Hot", "ja": "ホット"},
            "when": {"score": "total", "op": "gte", "value": 80},
        }
    ]
}


def test_a_hot_lead_appears_by_itself(site: Site, visit: Opens) -> None:
    """A rep who watches the dashboard sees a new hot lead without reloading."""
    world = World(
        site.parts.database, mapping=SCORED, documents={"scoring": SCORING, "hot_lead": HOT}
    )
    for vendor in (world.ma, world.sfa):
        vendor.clock = lambda: datetime.now(UTC)
        vendor.add_owner("rep@example.com", "Robin Rep")
    rep = world.ma.people[0].id
    contact = world.ma.add_person(
        "ada@example.com", "Contact", score=10, first_name="Ada", company="Engines", owner_id=rep
    )
    world.sync()
    world.sync()
    page = visit()
    expect(page.get_by_text("Nobody is hot right now.")).to_be_visible()

    world.ma.edit(contact, score=90)
    world.hint("ma", [contact])
    world.settle()

    card = page.locator(".lead")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Ada")
    expect(card).to_contain_text("Engines")
    expect(card).to_contain_text("Robin Rep")
    expect(card).to_contain_text("+90")
    expect(card.get_by_role("img")).to_have_attribute("aria-label", "Score 90 of 100, grade A")
    expect(card.get_by_text("delivered")).to_have_count(2)


def test_times_count_on_and_deadlines_pass(site: Site, visit: Opens) -> None:
    """A lead's time is relative, in the page's language; the full time is in its title."""
    make_hot(site.parts.database)

    page = visit()

    expect(page.locator(".lead time").filter(has_text=BEFORE)).to_have_count(1)
    expect(page.locator(".lead time").filter(has_text=AHEAD)).to_have_count(1)


def test_without_a_connection_the_page_says_how_to_add_one(visit: Opens) -> None:
    """An empty board is an instruction."""
    page = visit()

    expect(page.get_by_text("No connections yet.")).to_be_visible()
    expect(page.get_by_text("baton apply -f connections.yaml")).to_be_visible()


def test_the_page_speaks_japanese(site: Site, visit: Opens) -> None:
    """A browser that wishes Japanese gets it: words, order of names, times."""
    make_hot(site.parts.database, name="太郎")

    page = visit(locale="ja-JP")

    expect(page.get_by_role("heading", name="ホットリード")).to_be_visible()
    expect(page.get_by_role("link", name="Lovelace 太郎")).to_be_visible()
    expect(page.locator(".reason")).to_contain_text("料金ページ閲覧 2回")
    expect(page.locator(".lead time").filter(has_text=BEFORE_JA)).to_have_count(1)
    expect(page.locator("html")).to_have_attribute("lang", "ja")


def test_a_language_that_was_chosen_stays(visit: Opens) -> None:
    """The switch in the header outlives the page."""
    page = visit()

    page.get_by_role("link", name="日本語").click()
    expect(page.get_by_role("link", name="ダッシュボード")).to_be_visible()
    page.get_by_role("link", name="人物", exact=True).click()

    expect(page.get_by_role("heading", name="人物")).to_be_visible()


@pytest.mark.parametrize(
    "path",
    ["/", "/people", "/attention", "/connections", "/documents", "/jobs", "/undo", "/preferences"],
)
def test_a_phone_needs_no_sideways_scrolling(site: Site, visit: Opens, path: str) -> None:
    """Every page fits 360 pixels, also with a very long name."""
    add_connection(site.parts.database)
    make_hot(site.parts.database, name="X" * 120, company="Y" * 120)

    page = visit(path, viewport={"width": 360, "height": 740})

    expect(page.get_by_role("heading").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_hostile_name_is_only_text(site: Site, visit: Opens) -> None:
    """Markup in what a vendor sent is shown, not obeyed."""
    hostile = (
        "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    )
    link = make_hot(site.parts.database, name=hostile, company="{{ 7*7 }}", job_title="</script>")

    page = visit()
    expect(page.locator(".lead")).to_contain_text("<script>document.title")
    expect(page.locator(".lead")).to_contain_text("{{ 7*7 }}")
    page.goto(f"{site.url}/people/{link.id}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("<img src=x")

    assert "owned" not in page.title()


def test_a_revoked_key_loses_the_open_page(site: Site, visit: Opens) -> None:
    """Within moments, and without a click, the page goes back to the sign-in."""
    make_hot(site.parts.database)
    page = visit()
    expect(page.locator(".lead")).to_have_count(1)

    with site.parts.database.begin() as tx:
        for key in api_keys.every(tx):
            api_keys.revoke(tx, key["id"])

    page.wait_for_url("**/signin")
    expect(page.get_by_text("Ada")).to_have_count(0)


def test_a_page_that_may_not_reconnect_is_left(site: Site, visit: Opens) -> None:
    """A session that ended while the connection was down leaves nothing on the screen."""
    make_hot(site.parts.database)
    page = visit()
    expect(page.locator(".lead")).to_have_count(1)

    page.context.clear_cookies()
    page.evaluate("window.socket.io.engine.close()")

    page.wait_for_url("**/signin")


def test_dark_mode_follows_the_system(visit: Opens) -> None:
    """A dark system gets a dark page."""
    page = visit(color_scheme="dark")

    expect(page.locator("body")).to_have_css("background-color", "rgb(18, 22, 28)")


def add_connection(database: Database, name: str = "crm") -> None:
    with database.begin() as tx:
        connections.put(
            tx, name, vendor="memory", role="sfa", settings={}, options={}, capabilities=[],
            secret=None,
        )  # fmt: skip
        feeds.ensure_feeds(tx, name, ["changes:person"])
        connections.checked(
            tx, name, {"id": "1", "name": "Org", "api_used": 1200, "api_limit": 100_000}
        )
