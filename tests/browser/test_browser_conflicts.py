"""Conflicts and "why" in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from connectors.base import Rejected
from tests.browser.conftest import Site
from tests.support.world import World
from tests.web.test_web_conflicts import Quarrel

pytestmark = pytest.mark.browser
Opens = Callable[..., Page]


def quarrel(site: Site) -> Quarrel:
    return Quarrel(site.parts.database)


def test_a_conflict_is_decided_with_one_click(site: Site, visit: Opens) -> None:
    """Both values are shown; the click takes one, and the card is gone."""
    one = quarrel(site)
    page = visit("/conflicts", "operator")
    card = page.locator("li.card")
    expect(card).to_contain_text("one")
    expect(card).to_contain_text("two")

    card.get_by_role("button", name="Use this value").last.click()
    expect(card).to_have_count(0)
    one.world.settle()

    assert one.notes == ("two", "two")


def test_a_conflict_says_how_it_came_about(site: Site, visit: Opens) -> None:
    """Folded away: what Baton wrote there, with the values before and after."""
    quarrel(site)
    card = visit("/conflicts").locator("li.card")

    card.get_by_text("How it came about").click()

    expect(card.locator("ol.timeline")).to_contain_text("(blank) → first")


def test_a_viewer_sees_but_does_not_decide(site: Site, visit: Opens) -> None:
    """No buttons."""
    quarrel(site)
    page = visit("/conflicts?lang=ja")

    expect(page.get_by_role("heading", name="決定待ちの不一致")).to_be_visible()
    expect(page.get_by_text("two")).to_be_visible()
    expect(page.get_by_role("button", name="この値を採用")).to_have_count(0)


def test_all_of_a_field_are_decided_at_once(site: Site, visit: Opens) -> None:
    """With one field chosen."""
    one = quarrel(site)
    page = visit("/conflicts?field=note", "operator")

    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="All of this field: marketing's value").click()
    expect(page.get_by_text("Done.")).to_be_visible()
    one.world.settle()

    assert one.notes == ("one", "one")


def test_what_lost_by_policy_is_used_instead(site: Site, visit: Opens) -> None:
    """From the person's page."""
    one = quarrel(site)
    one.world.ma.edit(one.contact, phone="+819000000001")
    one.world.sfa.edit(one.lead, phone="+819000000002")
    one.world.sync()
    page = visit(f"/people/{one.link}", "operator")

    page.get_by_role("button", name="Use this one instead: +819000000001").click()
    expect(page.get_by_text("Done.")).to_be_visible()
    one.world.settle()

    assert one.world.values("sfa", one.lead)["phone"] == "+819000000001"


def test_why_is_answered_in_a_sentence(site: Site, visit: Opens) -> None:
    """For somebody known, found from the person's page, and for somebody unknown."""
    world = World(site.parts.database)
    contact = world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    link = world.link_of("ma", contact)
    assert link is not None
    page = visit(f"/people/{link.id}", "operator")

    page.get_by_role("link", name="Why is it (not) there?").click()
    expect(page.get_by_role("heading", name="It is in sync: ma, sfa.")).to_be_visible()
    page.get_by_role("button", name="Look now").click()
    expect(page.get_by_text("Done.")).to_be_visible()
    assert {"fetch:ma", "fetch:sfa"} <= site.woken

    page.get_by_label("E-mail address, or an id of any system").fill("nobody@example.com")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("heading", name="Baton has never seen this record.")).to_be_visible()


def test_all_of_a_cause_are_tried_again(site: Site, visit: Opens) -> None:
    """Once the cause is mended."""
    world = World(site.parts.database)
    world.sfa.reject_when(lambda _: True, Rejected("no company", code="REQUIRED_FIELD_MISSING"))
    for name in ("ada", "bob"):
        world.ma.add_person(f"{name}@example.com", "Contact")
    world.sync()
    world.sfa.accept_all()
    page = visit("/attention", "operator")

    page.get_by_role("button", name="Try all 2 again").click()
    expect(page.get_by_text("Done.")).to_be_visible()
    world.settle()

    assert len(world.sfa.records("person")) == 2
