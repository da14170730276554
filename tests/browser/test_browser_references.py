"""References by name on the pages, in a real browser."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from app.configuring import save_document
from app.store import candidates
from app.store.candidates import Pair
from connectors.base import Ref
from connectors.memory import MemoryConnector
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
        expect(page.locator(f'li.trouble a[href="{there_}"]', has_text=name).first).to_be_visible()

    page.goto(f"{site.url}/why?q=ada@example.com")
    for name in ("Globex", "Initech"):
        expect(page.locator(f'.chips a[href="{pages[name]}"]', has_text=name)).to_be_visible()
    expect(page.locator("main")).to_contain_text("(ma: Initech / sfa: Globex)")

    page.locator(f'.chips a[href="{pages["Globex"]}"]').click()
    expect(page.get_by_role("heading", name="Globex")).to_be_visible()


@dataclass(frozen=True, slots=True)
class Firms:
    """People who name companies in two systems, and where the pages of these companies are."""

    world: World
    refs: dict[str, Ref]
    pages: dict[str, str]

    def named(self, place: Locator, name: str) -> Locator:
        """The way to a company, by its name."""
        return place.locator(f'a[href="{self.pages[name]}"]', has_text=name)


@pytest.fixture
def firms(site: Site) -> Firms:
    """Acme and Globex are in both systems."""
    world = World(site.parts.database, ma=vendor(), sfa=vendor(), mapping=PEOPLE)
    activate(world, COMPANIES)
    refs = {name: world.ma.add("Account", name=name) for name in ("Acme", "Globex")}
    world.sync()
    known = {name: link for name, ref in refs.items() if (link := world.link_of("ma", ref))}
    return Firms(world, refs, {name: f"/people/{link.id}" for name, link in known.items()})


def test_likely_pairs_are_compared_with_their_companies_by_name(firms: Firms, visit: Opens) -> None:
    """Each with the way to the company; no id is shown."""
    world = firms.world
    people = [
        world.ma.add_person(f"{who}@example.com", "Contact", firm=firms.refs[firm].id)
        for who, firm in (("ada", "Acme"), ("a.lovelace", "Globex"))
    ]
    world.sync()
    one, two = (link.id for ref in people if (link := world.link_of("ma", ref)))
    with world.database.begin() as tx:
        candidates.add(tx, "person", [Pair(one, two, 0.9, ["name"])])

    row = visit("/candidates").locator("tr", has_text="account")

    for name in ("Acme", "Globex"):
        expect(firms.named(row, name)).to_be_visible()
    expect(row).to_have_text("AccountAcmeGlobex")


def test_duplicates_are_compared_with_their_companies_by_name(firms: Firms, visit: Opens) -> None:
    """Two contacts of one system with one address."""
    world = firms.world
    for name, ref in firms.refs.items():
        world.ma.add_person("ada@example.com", "Contact", note=name, firm=ref.id)
    world.sync()
    world.sync()

    row = visit("/candidates?state=duplicates").locator("tr", has_text="account")

    for name in ("Acme", "Globex"):
        expect(firms.named(row, name)).to_be_visible()


def test_an_undo_names_the_companies_before_and_after(firms: Firms, visit: Opens) -> None:
    """And the person by her address, as nobody says another name."""
    world = firms.world
    ada = world.ma.add_person("ada@example.com", "Contact", firm=firms.refs["Acme"].id)
    world.sync()
    world.sync()
    world.ma.edit(ada, firm=firms.refs["Globex"].id)
    world.sync()

    row = visit("/undo?field=account&connection=sfa", "operator").locator("li.row")

    expect(row).to_contain_text("Globex → Acme")
    expect(firms.named(row, "Acme")).to_be_visible()
    expect(row.get_by_role("link", name="ada@example.com")).to_be_visible()


def test_a_rehearsal_names_the_company_that_would_be_told(
    site: Site, firms: Firms, visit: Opens
) -> None:
    """By the draft: the active mapping carries no companies of people."""
    world = firms.world
    with world.database.begin() as tx:
        save_document(tx, "mapping", "main", MAPPING, resync=False, by="Kai")
        save_document(tx, "mapping", "main", PEOPLE, activate=False, by="Kai")
    world.ma.add_person("ada@example.com", "Contact", firm=firms.refs["Acme"].id)
    for name, connector in world.connectors.items():
        opened = site.parts.accounts.connector(name)
        assert isinstance(opened, MemoryConnector)
        opened.vendor = connector.vendor
    page = visit("/documents/mapping/main/3", "operator")

    page.get_by_role("button", name="Rehearse with 20 records").click()

    expect(page.locator("main")).to_contain_text("(blank) → Acme")
    expect(firms.named(page.locator("dd"), "Acme")).to_be_visible()
