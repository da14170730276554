"""Campaigns in a real browser: the list, one campaign's members, and what operators do there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from app.store import campaigns, campaigns_costs, links
from tests.browser.conftest import Site
from tests.support.campaign_rows import make_campaign

pytestmark = pytest.mark.browser
Opens = Callable[..., Page]


def test_without_a_campaign_the_page_says_how_to_begin(site: Site, visit: Opens) -> None:
    """In both languages."""
    page = visit("/campaigns")
    expect(page.get_by_text("No campaign yet.")).to_be_visible()

    page.goto(site.url + "/campaigns?lang=ja")

    expect(page.get_by_text("キャンペーンはまだありません。")).to_be_visible()


def test_a_campaign_shows_its_members_on_both_sides(site: Site, visit: Opens) -> None:
    """From the list to the campaign, its members filtered by state, and on to a person."""
    make_campaign(site.parts.database, "ada", "bob")

    page = visit("/campaigns")
    expect(page.get_by_text("2 members")).to_be_visible()
    page.get_by_role("link", name="Spring webinar").click()
    expect(page.get_by_text("crm: no member (waits for the person)")).to_have_count(2)
    page.get_by_label("State").select_option("failed")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("No member fits.")).to_be_visible()
    page.get_by_label("State").select_option("waiting")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Ada").click()

    expect(page).to_have_url(f"{site.url}/people/{_id(site, 'ada')}")


def _id(site: Site, name: str) -> str:
    with site.parts.database.begin() as tx:
        return str(links.by_external_id(tx, "hub", "person", [name])[name])


def test_an_operator_lets_go_who_was_taken_out_at_once(site: Site, visit: Opens) -> None:
    """After a yes to a question that says how many."""
    make_campaign(site.parts.database, "ada")
    with site.parts.database.begin() as tx:
        campaigns.hold(tx, "spring", "hub", 12)
    page = visit("/campaigns/spring", "operator")
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    page.on("dialog", answer)

    page.get_by_role("button", name="Take them out there, too").click()

    expect(page.locator(".trouble")).to_have_count(0)
    assert asked == ["Take 12 members out on the other side, too?"]
    assert "read:hub:members:spring" in site.woken


def test_costs_are_imported_from_a_file(site: Site, visit: Opens, tmp_path: Path) -> None:
    """One that can't be read says why; a viewer can import none."""
    make_campaign(site.parts.database, "ada")
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    bad.write_text("sum\n1\n", "utf-8")
    good.write_text("amount,currency\n1200,JPY\n", "utf-8")
    page = visit("/campaigns/spring", "operator")

    page.locator("input[type=file]").set_input_files(bad)
    expect(page.get_by_text("line 1: name the columns")).to_be_visible()
    page.locator("input[type=file]").set_input_files(good)
    expect(page.get_by_text("Done.")).to_be_visible()

    page.reload()
    expect(page.get_by_text("1,200 JPY").first).to_be_visible()
    with site.parts.database.begin() as tx:
        [cost] = campaigns_costs.listed(tx, "spring", None, 2)
    assert (cost["source"], int(cost["amount"])) == ("upload", 1200)
    assert visit("/campaigns/spring").locator("input[type=file]").count() == 0
