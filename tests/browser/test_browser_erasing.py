"""Erasing somebody from the pages, in a real browser."""

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Dialog, Page, expect

from app.flows import erase, rules
from app.store import tombstones
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
    expect(page.locator("main")).to_contain_text("Erased everywhere.")

    page.get_by_role("link", name="All erasures").click()
    expect(page.locator("li.row")).to_contain_text("ma: Erased")


def test_an_operator_is_told_who_may(visit: Opens, ada: tuple[World, str]) -> None:
    """There is no button, and the page behind it says why."""
    _, path = ada
    page = visit(path, "operator")
    expect(page.get_by_role("link", name="Erase everywhere")).to_have_count(0)

    page.goto(page.url + "/erase")

    expect(page.locator("main")).to_contain_text("“admin”")
    expect(page.get_by_role("button", name="Erase for good")).to_have_count(0)


def test_erasures_are_listed_without_naming_anybody(
    site: Site, visit: Opens, ada: tuple[World, str]
) -> None:
    """When, by whom, the digests, and each system; it leads to the receipt. In Japanese, too."""
    world, path = ada
    page = visit("/erasures", "operator")
    expect(page.locator("main")).to_contain_text("Nobody was erased.")
    with world.database.begin() as tx:
        wanted = [UUID(path.rpartition("/")[2])]
        [receipt] = erase.everybody(tx, rules.load(tx), wanted, by="Kai (k1)")
        one = tombstones.get(tx, receipt)
    assert one is not None

    page = visit("/", "operator")
    page.get_by_role("link", name="Erasures").click()

    row = page.locator("li.row")
    expect(row).to_contain_text("Person · by Kai (k1)")
    expect(row).to_contain_text("Not confirmed by all yet")
    expect(row).to_contain_text("sfa: On its way")
    for digest in one.digests:
        expect(row).to_contain_text(digest[:12])
    expect(page.locator("main")).not_to_contain_text("ada@")
    page.goto(f"{site.url}/erasures?lang=ja")
    expect(row).to_contain_text("sfa: 処理中")
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", name="消去の証明")).to_be_visible()
    expect(page.locator("main")).to_contain_text(one.digests[0])


def test_many_erasures_are_paged(site: Site, visit: Opens) -> None:
    """The oldest are on the last page."""
    with site.parts.database.begin() as tx:
        for n in range(51):
            erase.beforehand(tx, "person", f"p{n}@example.com", by=f"admin {n}.")
    page = visit("/erasures", "operator")
    expect(page.locator("li.row")).to_have_count(50)

    page.get_by_role("link", name="Next page").click()

    expect(page.locator("li.row")).to_have_count(1)
    expect(page.get_by_role("link", name="First page")).to_be_visible()


def test_a_viewer_is_told_that_erasures_take_an_operator(site: Site, visit: Opens) -> None:
    """And is not led there."""
    page = visit("/")
    expect(page.get_by_role("link", name="Erasures")).to_have_count(0)

    page.goto(f"{site.url}/erasures")

    expect(page.locator("main")).to_contain_text("role “operator”")
