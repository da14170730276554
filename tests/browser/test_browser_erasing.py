"""Erasing somebody from the pages, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import Site
from tests.support.world import World

pytestmark = pytest.mark.browser
Opens = Callable[..., Page]


@pytest.fixture
def ada(site: Site) -> tuple[World, str]:
    """Somebody in both systems, and the path of the page about her."""
    world = World(site.parts.database)
    contact = world.ma.add_person("ada@example.com", "Contact")
    world.sync()
    world.sync()
    link = world.link_of("ma", contact)
    assert link is not None
    return world, f"/people/{link.id}"


def test_an_admin_erases_somebody_and_sees_the_receipt(
    site: Site, visit: Opens, ada: tuple[World, str]
) -> None:
    """What would go first, then a question, then how it stands in each system, live."""
    world, path = ada
    page = visit(path, "admin")
    page.get_by_role("link", name="Erase everywhere").click()
    expect(page.locator("main")).to_contain_text("sfa:")
    expect(page.locator("main")).to_contain_text("Journal lines")
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    page.on("dialog", answer)
    page.get_by_role("button", name="Erase for good").click()

    expect(page.get_by_role("heading", name="Receipt of an erasure")).to_be_visible()
    assert asked == ["Erase ada@example.com here and in all systems, for good?"]
    assert {"remove:ma", "remove:sfa"} <= site.woken
    expect(page.locator("main")).to_contain_text("On its way")
    world.settle()
    expect(page.locator("main")).to_contain_text("Erased everywhere.", timeout=20_000)


def test_an_operator_is_told_who_may(visit: Opens, ada: tuple[World, str]) -> None:
    """There is no button, and the page behind it says why."""
    _, path = ada
    page = visit(path, "operator")
    expect(page.get_by_role("link", name="Erase everywhere")).to_have_count(0)

    page.goto(page.url + "/erase")

    expect(page.locator("main")).to_contain_text("“admin”")
    expect(page.get_by_role("button", name="Erase for good")).to_have_count(0)
