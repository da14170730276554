"""References by name on the pages, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.flows.test_flows_references import ACCOUNT, COMPANIES, PEOPLE, activate, there, vendor
from tests.support.world import MAPPING, World

pytestmark = pytest.mark.browser
Opens = Callable[..., Page]


@pytest.fixture
def quarrel(site: Site) -> tuple[str, dict[str, str]]:
    """Ada is of Initech in one system and of Globex in the other; where her page is, and theirs."""
    asks = {**PEOPLE, "fields": [*MAPPING["fields"], {**ACCOUNT, "policy": "ask"}]}
    world = World(site.parts.database, ma=vendor(), sfa=vendor(), mapping=asks)
    activate(world, COMPANIES)
    firms = {name: world.ma.add("Account", name=name) for name in ("Acme", "Globex", "Initech")}
    ada = world.ma.add_person("ada@example.com", "Contact", firm=firms["Acme"].id)
    world.sync()
    world.sync()
    globex = there(world, "ma", firms["Globex"], "sfa")
    world.sfa.edit(there(world, "ma", ada, "sfa"), firm=globex.id)
    world.ma.edit(ada, firm=firms["Initech"].id)
    world.sync()
    pages = {
        n: f"/people/{one.id}" for n, ref in firms.items() if (one := world.link_of("ma", ref))
    }
    link = world.link_of("ma", ada)
    assert link is not None
    return f"/people/{link.id}", pages


def test_records_are_named_with_the_way_to_them(
    site: Site, visit: Opens, quarrel: tuple[str, dict[str, str]]
) -> None:
    """On the page of the person, of conflicts, and of "why"."""
    path, pages = quarrel
    page = visit(path)
    for name in ("Globex", "Initech"):
        expect(page.locator(f'dd a[href="{pages[name]}"]', has_text=name)).to_be_visible()

    page.goto(f"{site.url}/conflicts")
    for name, there_ in pages.items():
        expect(page.locator(f'li.trouble a[href="{there_}"]', has_text=name)).to_be_visible()

    page.goto(f"{site.url}/why?q=ada@example.com")
    for name in ("Globex", "Initech"):
        expect(page.locator(f'.chips a[href="{pages[name]}"]', has_text=name)).to_be_visible()
    expect(page.locator("main")).to_contain_text("(ma: Initech / sfa: Globex)")

    page.locator(f'.chips a[href="{pages["Globex"]}"]').click()
    expect(page.get_by_role("heading", name="Globex")).to_be_visible()
