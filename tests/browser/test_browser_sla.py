"""The agreement on times in a real browser: what is overdue, pauses, and "what if"."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.support.agreements import agree, mql

pytestmark = pytest.mark.browser
Opens = Callable[..., Page]


def test_without_an_agreement_the_page_says_how_to_begin(site: Site, visit: Opens) -> None:
    """In both languages."""
    page = visit("/sla")
    expect(page.get_by_text("No agreement is published yet.")).to_be_visible()

    page.goto(site.url + "/sla?lang=ja")

    expect(page.get_by_text("SLAはまだ公開されていません。")).to_be_visible()


def test_the_page_shows_what_is_due_and_what_would_be(site: Site, visit: Opens) -> None:
    """Overdue, running, the rate of those in time; with 4 hours there is one breach more."""
    database = site.parts.database
    mql(database, "ada@example.com", 2)
    mql(database, "bob@example.com", 6)
    mql(database, "cy@example.com", None)
    mql(database, "di@example.com", None, 1)
    agree(database)

    page = visit("/sla")
    expect(page.get_by_text("67%")).to_be_visible()
    expect(page.get_by_role("link", name="cy@example.com")).to_be_visible()
    expect(page.get_by_text("overdue", exact=True).first).to_be_visible()
    page.get_by_label("Clock").select_option("reply")
    page.get_by_label("What if (hours)").fill("4")
    page.get_by_role("button", name="Search").click()

    said = "With 4 h, 2 of 4 runs of the last 30 days would have been breached"
    expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()
    page.get_by_label("Owner (e-mail)").fill("nobody@example.com")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Nothing is overdue.")).to_be_visible()


def test_a_version_is_tried_on_what_happened(site: Site, visit: Opens) -> None:
    """From the list of documents."""
    mql(site.parts.database, "ada@example.com", 2)
    agree(site.parts.database)

    page = visit("/documents/sla/main/1")

    expect(page.get_by_text("By this version", exact=True)).to_be_visible()
    expect(page.get_by_text("100%")).to_have_count(2)


def test_an_operator_pauses_a_clock_and_lets_it_go_on(site: Site, visit: Opens) -> None:
    """With one of the document's reasons; on the person's page, too."""
    who = mql(site.parts.database, "di@example.com", None, 1)
    agree(site.parts.database)

    page = visit("/sla", "operator")
    page.get_by_text("Pause", exact=True).click()
    page.get_by_role("button", name="Away").click()
    expect(page.get_by_text("paused", exact=True)).to_be_visible()
    page.goto(f"{site.url}/people/{who}")
    expect(page.get_by_text("23 h left")).to_be_visible()
    page.get_by_role("button", name="Go on").click()

    expect(page.get_by_text("running", exact=True)).to_be_visible()
