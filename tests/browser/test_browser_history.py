"""A person's history on the page, and answers to alerts there and on the dashboard."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from app.configuring import ConnectionSpec, save_connection
from app.domain.link import Link
from app.store import activities, deliveries
from app.store.deliveries import Plan
from connectors.base import Activity, Ref
from tests.browser.conftest import Opens, Site, make_hot

NOW = datetime.now(UTC)


def answered(site: Site) -> tuple[str | None, str | None]:
    with site.parts.database.begin() as tx:
        row = tx.exec_driver_sql("SELECT reaction, reaction_reason FROM alert").one()
    return row.reaction, row.reaction_reason


def happened(site: Site, link: Link, count: int = 1, type_: str = "page_view") -> list[int]:
    """Things that the person did, a day apart, at the CRM."""
    person = Ref("person", link.sides["crm"].external_id or "")
    items = [
        Activity(f"{type_}-{n}", person, type_, NOW - timedelta(days=n), f"Title {n}")
        for n in range(count)
    ]
    with site.parts.database.begin() as tx:
        return [one.id for one in activities.add(tx, "crm", items, uuid4())]


@pytest.fixture
def lead(site: Site) -> Link:
    """A hot lead, with two systems connected."""
    with site.parts.database.begin() as tx:
        for name, role in (("hub", "ma"), ("crm", "sfa")):
            spec = {"name": name, "vendor": "memory", "role": role}
            save_connection(tx, site.parts.accounts, ConnectionSpec.model_validate(spec))
    return make_hot(site.parts.database)


def entries(page: Page) -> list[str]:
    return page.locator(".entry .strong").all_inner_texts()


def test_the_history_is_by_day_with_where_each_was_logged(
    site: Site, visit: Opens, lead: Link
) -> None:
    """And why not, where it was not."""
    [call] = happened(site, lead, type_="call")
    with site.parts.database.begin() as tx:
        at = tx.exec_driver_sql("SELECT at FROM activity").scalar_one()
        out = Plan(call, at, lead.id, "hub", "", None, False, "no_route")
        deliveries.plan(tx, [out])

    page = visit(f"/people/{lead.id}")

    expect(page.locator(".entry .icon-phone")).to_have_count(1)
    expect(page.locator(".day")).to_have_count(1)
    expect(page.get_by_text("hub: not logged")).to_be_visible()
    expect(page.get_by_text("no route of the activity document fits")).to_be_visible()


def test_the_first_page_after_signing_in_has_the_viewers_times(
    site: Site, visit: Opens, lead: Link
) -> None:
    """By the link of a message, through the sign-in; what lies ahead is marked."""
    at = datetime(NOW.year + 1, 6, 1, 20, 6, tzinfo=UTC)
    meeting = Activity("m", Ref("person", lead.sides["crm"].external_id or ""), "meeting", at, "")
    with site.parts.database.begin() as tx:
        activities.add(tx, "crm", [meeting], uuid4())
    page = visit(f"/people/{lead.id}", None)

    page.get_by_label("API key").fill(site.key())
    page.keyboard.press("Enter")

    expect(page.locator(".entry time")).to_have_text("5:06")
    expect(page.locator(".day")).to_contain_text(f"2 June {NOW.year + 1} · ahead")


def test_filters_are_in_the_address(site: Site, visit: Opens, lead: Link) -> None:
    """By kind and by source; a filter that nothing fits leads out of it."""
    happened(site, lead)
    happened(site, lead, type_="call")
    page = visit(f"/people/{lead.id}")

    page.get_by_role("link", name="Sales").click()
    expect(page.locator(".entry")).to_have_count(1)
    assert entries(page) == ["Call"]
    page.get_by_role("link", name="hub", exact=True).click()
    expect(page.get_by_text("Nothing fits this filter.")).to_be_visible()
    assert page.url.endswith("kind=sales&source=hub")
    page.get_by_role("link", name="Show everything").click()

    expect(page.locator(".entry")).to_have_count(2)


def test_older_ones_are_read_on_demand(site: Site, visit: Opens, lead: Link) -> None:
    """Fifty at a time, in place."""
    happened(site, lead, 60)
    page = visit(f"/people/{lead.id}")

    expect(page.locator(".entry")).to_have_count(50)
    page.get_by_role("button", name="Older ones").click()

    expect(page.locator(".entry")).to_have_count(60)
    expect(page.get_by_role("button", name="Older ones")).to_have_count(0)


def test_an_empty_history_says_what_comes(visit: Opens, lead: Link) -> None:
    """In the viewer's language."""
    page = visit(f"/people/{lead.id}", locale="ja")

    expect(page.get_by_text("まだ活動がありません。")).to_be_visible()


def test_an_operator_accepts_an_alert_on_the_dashboard(
    site: Site, visit: Opens, lead: Link
) -> None:
    """The live board shows it; a second answer is not offered."""
    page = visit("/", role="operator")

    page.get_by_role("button", name="Accept").click()

    expect(page.get_by_text("accepted")).to_be_visible()
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)
    assert answered(site) == ("accepted", None)
    assert lead.id


def test_an_operator_rejects_an_alert_with_a_reason(site: Site, visit: Opens, lead: Link) -> None:
    """On the person's page; without a reason nothing happens."""
    page = visit(f"/people/{lead.id}", role="operator")
    page.locator(".answers summary", has_text="Reject").click()

    page.get_by_role("button", name="Reject with this reason").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert answered(site) == (None, None)
    page.get_by_label("Why is this no hot lead?").fill("a competitor")
    page.get_by_role("button", name="Reject with this reason").click()

    expect(page.get_by_text("rejected", exact=True)).to_be_visible()
    assert answered(site) == ("rejected", "a competitor")


def test_a_viewer_sees_the_answer_and_gives_none(visit: Opens, lead: Link) -> None:
    """Answers need the role operator."""
    page = visit(f"/people/{lead.id}")

    expect(page.get_by_text("waits for an answer")).to_be_visible()
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)
