"""Outgoing webhooks in a real browser: made, listed, looked into, in both languages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.store import events, events_read, hook_deliveries
from app.store.events import Happening
from app.store.hook_deliveries import Result
from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
Opens = Callable[..., Page]


def test_an_admin_makes_a_hook_and_sees_its_secret_once(site: Site, visit: Opens) -> None:
    """Then it stands in the list; a wrong address says why."""
    page = visit("/hooks", "admin")
    page.get_by_label("Name").fill("warehouse")
    page.get_by_label("Address").fill("http://hooks.example.com/")
    page.get_by_label("Events").fill("handoff.* stage.changed")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("http is not safe; use https")).to_be_visible()

    page.get_by_label("Address").fill("https://hooks.example.com/")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("whsec_")).to_be_visible()
    page.get_by_role("link", name="To warehouse").click()

    expect(page.get_by_role("heading", name="warehouse")).to_be_visible()
    expect(page.get_by_text("Nothing was sent.")).to_be_visible()
    page.goto(site.url + "/hooks?lang=ja")
    expect(page.get_by_role("heading", name="送信Webhook")).to_be_visible()
    expect(page.get_by_text("whsec_")).to_have_count(0)


def test_an_operator_sends_again_what_failed(site: Site, visit: Opens) -> None:
    """From the list of what was sent."""
    page = visit("/hooks", "admin")
    page.get_by_label("Name").fill("crm")
    page.get_by_label("Address").fill("https://hooks.example.com/")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("whsec_")).to_be_visible()
    with site.parts.database.begin() as tx:
        events.tell(tx, [Happening("handoff.created", None)])
        events_read.number(tx)
        row = events_read.newest(tx, events_read.Wanted(("handoff.created",)), None, 1)[0]
        came = Result("failed", 422, "HTTP 422", 7)
        hook_deliveries.note(tx, "crm", row["id"], came, now=row["at"])

    page = visit("/hooks/crm", "operator")
    expect(page.get_by_text("HTTP 422")).to_be_visible()
    page.get_by_role("button", name="Send again", exact=True).click()

    expect(page.get_by_text("to be sent again")).to_be_visible()
    assert "hook:crm" in site.woken
