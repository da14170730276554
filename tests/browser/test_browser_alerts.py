"""Alerts in a real browser: the list with both delays, held ones, and an answer by link."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Dialog, Page, expect

from app.flows.alert_links import Links
from app.store import storms
from tests.browser.conftest import Site, make_hot

pytestmark = pytest.mark.browser
Opens = Callable[..., Page]


def test_the_list_shows_how_fast_and_what_came_of_it(site: Site, visit: Opens) -> None:
    """Filtered by how they stand; accepted by a click."""
    make_hot(site.parts.database)

    page = visit("/alerts", "operator")
    expect(page.get_by_role("heading", name="Hot-lead alerts")).to_be_visible()
    expect(page.get_by_text("In the last 30 days: 1 alerts.")).to_be_visible()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)
    expect(page.get_by_text("Mika", exact=False).first).to_be_visible()
    page.get_by_role("link", name="waits for an answer").click()
    expect(page.get_by_text("No alert fits.")).to_be_visible()


def test_held_alerts_are_released_after_a_question(site: Site, visit: Opens) -> None:
    """It says how many; then they are on their way."""
    make_hot(site.parts.database)
    with site.parts.database.begin() as tx:
        [number] = [row.id for row in tx.exec_driver_sql("SELECT id FROM alert")]
        storms.hold(tx, "crm", "rep@example.com", number, now=datetime.now(UTC))
    page = visit("/alerts", "operator")
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    page.on("dialog", answer)
    expect(page.get_by_text("1 alerts are held")).to_be_visible()
    page.get_by_role("button", name="Release them").click()
    expect(page.get_by_text("1 alerts are held")).to_have_count(0)

    assert asked == ["Tell the reps of all 1 now?"]
    assert "alert:crm" in site.woken


def test_an_alert_is_answered_by_its_link(site: Site, visit: Opens) -> None:
    """Without a session, in two clicks: the page, its button."""
    make_hot(site.parts.database)
    with site.parts.database.begin() as tx:
        [number] = [row.id for row in tx.exec_driver_sql("SELECT id FROM alert")]
    links = Links("", site.parts.vault.signing_key)
    path = links.answer(number, 0, datetime.now(UTC) + timedelta(hours=1))
    assert path is not None

    page = visit(path, None)
    page.get_by_role("button", name="Accept: I take care of it").click()

    expect(page.get_by_text("Thank you, that is noted.")).to_be_visible()
    with site.parts.database.begin() as tx:
        [row] = tx.exec_driver_sql("SELECT reaction, reacted_by FROM alert")
    assert tuple(row) == ("accepted", "rep@example.com (link)")
