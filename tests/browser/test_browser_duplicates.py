"""Several records of one system with one address, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.support.world import MAPPING, World

pytestmark = pytest.mark.browser
Opens = Callable[..., Page]


def world_of(site: Site) -> World:
    """Nothing is created anywhere."""
    create = {"ma": False, "sfa": False}
    return World(site.parts.database, feeds="changes:", mapping={**MAPPING, "create": create})


def test_duplicates_are_shown_side_by_side_with_what_to_do(site: Site, visit: Opens) -> None:
    """A link to each, the system to merge them in; and in Japanese."""
    world = world_of(site)
    older = world.sfa.add_person("ada@example.com", "Lead", note="one")
    newer = world.sfa.add_person("ada@example.com", "Lead", note="two")
    world.sync()
    ids = [found.id for ref in (older, newer) if (found := world.link_of("sfa", ref))]
    page = visit("/candidates")

    page.get_by_role("link", name="Duplicates in one system").click()

    card = page.locator("li.trouble")
    expect(card.get_by_role("heading", name="ada@example.com")).to_be_visible()
    for link_id, ref in zip(ids, (older, newer), strict=True):
        expect(card.locator(f'a[href="/people/{link_id}"]')).to_be_visible()
        expect(card).to_contain_text(f"sfa Lead {ref.id}")
    expect(card).to_contain_text("Merge them in sfa; Baton follows.")
    page.goto(f"{site.url}/candidates?state=duplicates&lang=ja")
    expect(page.locator("li.trouble")).to_contain_text("sfaで統合してください")


def test_records_of_two_systems_are_no_duplicates_of_one(site: Site, visit: Opens) -> None:
    """Somebody took them apart; merging in a system would not help."""
    world = world_of(site)
    world.ma.add_person("ada@example.com", "Contact")
    world.sfa.add_person("ada@example.com", "Lead")
    world.sync()
    page = visit("/candidates?state=duplicates")

    expect(page.get_by_text("No value is there twice.")).to_be_visible()


def test_companies_of_one_domain_are_shown_too(site: Site, visit: Opens) -> None:
    """Each key of each mapping has its own list."""
    fields = [{"name": one, "ma": one, "sfa": one} for one in ("name", "website")]
    create = {"ma": False, "sfa": False}
    mapping = {**MAPPING, "kind": "company", "create": create, "fields": fields}
    world = World(site.parts.database, feeds="changes:", mapping=mapping)
    for name in ("Acme", "Acme KK"):
        world.sfa.add("Account", name=name, website="acme.example")
    world.sync()
    page = visit("/candidates?state=duplicates")

    expect(page.get_by_role("heading", name="acme.example")).to_be_visible()
    page.get_by_role("link", name="Company: name").click()
    expect(page.get_by_role("heading", name="acme", exact=True)).to_be_visible()
