"""Stages in a real browser: the funnel, who is in a stage, moving somebody, and deviations."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from app.domain.presets import preset
from app.store import stages
from app.store.stages import Change
from tests.browser.conftest import Site
from tests.support.world import MAPPING, World

pytestmark = pytest.mark.browser
Opens = Callable[..., Page]
SCORED = {
    **MAPPING,
    "fields": [
        *MAPPING["fields"],
        {"name": "ma_score", "ma": "score", "type": "number", "direction": "ma_to_sfa"},
        {"name": "last_name", "ma": "last_name", "sfa": "last_name"},
    ],
}


@pytest.fixture
def ada(site: Site) -> UUID:
    """One MQL under the default lifecycle."""
    scoring = {"ma_score": {"mode": "replace", "field": "ma_score"}}
    documents = {"scoring": scoring, "lifecycle": preset("lifecycle")}
    world = World(site.parts.database, mapping=SCORED, documents=documents)
    ref = world.ma.add_person("ada@example.com", "Contact", score=90, last_name="Lovelace")
    world.sync()
    world.sync()
    link = world.link_of("ma", ref)
    assert link is not None
    return link.id


def test_without_a_lifecycle_the_page_says_how_to_begin(site: Site, visit: Opens) -> None:
    """In both languages."""
    page = visit("/stages")
    expect(page.get_by_text("No lifecycle is active yet.")).to_be_visible()

    page.goto(site.url + "/deviations?lang=ja")

    expect(page.get_by_text("適用中のライフサイクルがまだありません。")).to_be_visible()


@pytest.mark.usefixtures("ada")
def test_the_funnel_leads_to_the_people(visit: Opens) -> None:
    """With who does what; from a stage to the person."""
    page = visit("/stages")
    expect(page.get_by_role("row", name="Verifying leads C R/A I I")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="MQL", exact=True).click()
    expect(page.get_by_role("heading", name="MQL: who is there")).to_be_visible()
    page.get_by_role("link", name="Lovelace").click()

    expect(page.get_by_role("heading", name="Stages")).to_be_visible()
    expect(page.get_by_text("Lead → MQL")).to_be_visible()
    expect(page.get_by_text("by rule · score: 90")).to_be_visible()


def test_an_operator_moves_somebody_with_a_reason(visit: Opens, ada: UUID) -> None:
    """Without one nothing happens."""
    page = visit(f"/people/{ada}", "operator")
    page.get_by_text("Move", exact=True).first.click()
    page.get_by_label("Move to").select_option("recycled")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("Give a reason.")).to_be_visible()
    page.get_by_label("Reason").fill("No budget")
    page.get_by_role("button", name="Move", exact=True).click()

    expect(page.get_by_text("MQL → Recycled")).to_be_visible()
    expect(page.get_by_text("No budget").first).to_be_visible()


def test_a_version_is_tried_on_people(site: Site, visit: Opens, ada: UUID) -> None:
    """From the list of documents."""
    with site.parts.database.begin() as tx:
        tx.exec_driver_sql("UPDATE link SET stage = 'lead'")
    page = visit("/documents")
    page.locator("section", has_text="Stages · main").get_by_text("Version 1").click()
    page.get_by_role("link", name="Who would move?").click()

    expect(page.get_by_text("Lead → MQL: 1")).to_be_visible()
    expect(page.get_by_role("link", name="ada@example.com")).to_have_attribute(
        "href", f"/people/{ada}"
    )


def test_deviations_name_the_leads(site: Site, visit: Opens, ada: UUID) -> None:
    """High scores that came to nothing."""
    now = datetime.now(UTC)
    lost = Change(ada, now - timedelta(hours=1), "mql", "recycled", "sfa", "crm", "No budget", (),
                  1, 90, "A", None)  # fmt: skip
    with site.parts.database.begin() as tx:
        stages.add(tx, [lost])

    page = visit("/deviations")

    expect(page.get_by_text("Too few outcomes to suggest anything.")).to_be_visible()
    expect(page.get_by_text("High score, came to nothing: 1")).to_be_visible()
    expect(page.get_by_text("Recycled, at a score of 90")).to_be_visible()
