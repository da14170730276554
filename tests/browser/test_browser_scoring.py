"""Scoring rules on trial and a score in detail, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.configuring import save_document
from app.jobs import Lanes
from app.store import documents
from tests.browser.conftest import Site
from tests.support.history import person
from tests.support.world import MAPPING
from tests.web.test_web_scoring import RULES

pytestmark = pytest.mark.browser
Opens = Callable[..., Page]


def work(site: Site) -> None:
    """Let the jobs that pages woke run to their end."""
    lanes = Lanes(site.parts.database, site.parts.accounts, lambda _: None, sleep=lambda _: None)
    while sum(lanes.drain(lane) for lane in sorted(site.woken) if lane.startswith("job:")):
        continue


@pytest.fixture
def rules(site: Site) -> Site:
    """Active rules, people of both ends, and somebody who is hot."""
    database = site.parts.database
    fields = [{"name": n, "ma": n, "sfa": n} for n in ("email", "job_title")]
    mapping = {**MAPPING, "fields": fields, "create": {"ma": False, "sfa": False}}
    with database.begin() as tx:
        documents.add(tx, "mapping", "person", 1, mapping, note="", by="test")
        documents.activate(tx, "mapping", "person", 1)
    for n in range(12):
        person(database, f"won{n}", ("trial", 30), ("won", 28))
        person(database, f"lost{n}", ("email_open", 30), ("lost", 28))
    person(database, "ada", ("trial", 0.2), job_title="CTO")
    with database.begin() as tx:
        body = {**RULES, "capacity_per_day": 0.5}
        saved = save_document(tx, "scoring", "main", body, by="Kai")
    site.woken.update(saved.wakes)
    work(site)
    return site


def test_rules_are_tried_and_tested(rules: Site, visit: Opens) -> None:
    """MQLs a day against the capacity, everybody as a job, and the verdict of outcomes."""
    page = visit("/documents/scoring/main/1", "operator")

    page.get_by_role("button", name="Try on 50 people").click()
    expect(page.get_by_text("Tried on 25 of 25 people")).to_be_visible()
    expect(page.get_by_text("Capacity of inside sales: 0.5 a day")).to_be_visible()

    page.get_by_role("button", name="Try on everybody").click()
    page.get_by_role("button", name="Test against outcomes").click()
    expect(page.get_by_text("Back-test of scoring").first).to_be_visible()
    work(rules)

    expect(page.get_by_text("The score tells who converts.")).to_be_visible()
    expect(page.get_by_text("24 cases, 12 of them Won (50.0 %)")).to_be_visible()
    expect(page.get_by_role("heading", name="Latest run with everybody")).to_be_visible()


def test_a_score_is_shown_point_by_point(rules: Site, visit: Opens) -> None:
    """With what becomes of each point, the quadrant, the product and the past."""
    with rules.parts.database.begin() as tx:
        ada = tx.exec_driver_sql("SELECT id FROM link WHERE email = 'ada@example.com'").scalar()
    page = visit(f"/people/{ada}", "viewer")

    page.get_by_role("link", name="Score in detail, and its history").click()

    expect(page.get_by_text("decays to").first).to_be_visible()
    expect(page.get_by_text("Priority 1")).to_be_visible()
    expect(page.get_by_text("CRM suite: 39 points")).to_be_visible()
    expect(page.get_by_role("table", name="How the score went")).to_be_visible()


def test_the_pages_speak_japanese(rules: Site, visit: Opens) -> None:
    """Both, in business wording."""
    page = visit("/documents/scoring/main/1?lang=ja", "operator")

    expect(page.get_by_role("button", name="全員で試算")).to_be_visible()
    with rules.parts.database.begin() as tx:
        ada = tx.exec_driver_sql("SELECT id FROM link WHERE email = 'ada@example.com'").scalar()
    page.goto(f"{rules.url}/people/{ada}/score?lang=ja")
    expect(page.get_by_text("点へ減衰").first).to_be_visible()
    expect(page.get_by_text("優先度1")).to_be_visible()
