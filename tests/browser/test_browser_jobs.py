"""Jobs and their results in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.store import work
from app.web.api.jobs import JobView
from tests.browser.conftest import Site
from tests.support.work import run, start
from tests.support.world import World

pytestmark = pytest.mark.browser
Opens = Callable[..., Page]


def strangers(site: Site, n: int) -> World:
    """People of marketing whom nobody has looked at."""
    world = World(site.parts.database, feeds="none")
    world.ma.page_size = 5
    for i in range(n):
        world.ma.add_person(f"p{i}@example.com", "Contact")
    return world


def test_a_job_shows_its_progress_and_is_paused(site: Site, visit: Opens) -> None:
    """The bar moves by itself; the button stops the job."""
    world = strangers(site, 12)
    job_id = start(world, "backfill", connection="ma")
    with site.parts.database.begin() as tx:
        tx.exec_driver_sql("UPDATE job SET total = 12")
    page = visit("/jobs", "operator")
    card = page.locator("li.card")
    expect(card.get_by_role("progressbar")).to_have_attribute("value", "0")

    world.lanes.step(f"job:{job_id}")
    expect(card.get_by_role("progressbar")).to_have_attribute("value", "5")
    card.get_by_role("button", name="Pause").click()
    expect(card.get_by_text("paused", exact=True)).to_be_visible()

    with site.parts.database.begin() as tx:
        found = work.get(tx, job_id)
    assert JobView.model_validate(found).state == "paused"


def test_results_are_filtered_and_exported(site: Site, visit: Opens) -> None:
    """By category, with what to do; the file is the browser's to download."""
    world = strangers(site, 3)
    run(world, "backfill", connection="ma")
    world.ma.add_person("new@example.com", "Contact")
    job = run(world, "reconcile", mapping="main")
    page = visit(f"/jobs/{job.id}")

    page.get_by_role("link", name="not known to Baton: 1").click()
    expect(page.locator("li.card")).to_have_count(1)
    expect(page.locator("li.card")).to_contain_text("The system has a record")
    text = page.request.get(f"{site.url}/jobs/{job.id}/findings.csv?category=missing_here").text()

    assert len(text.splitlines()) == 2
    assert "never_seen" in text


def test_an_operator_compares_and_a_viewer_only_looks(site: Site, visit: Opens) -> None:
    """The button starts the job, once; a viewer has no buttons."""
    strangers(site, 0)
    assert visit("/jobs", "viewer").get_by_role("button", name="Compare “main”").count() == 0
    page = visit("/jobs", "operator")

    page.get_by_role("button", name="Compare “main”").click()
    expect(page.get_by_text("1 · Comparison · main")).to_be_visible()

    assert "job:1" in site.woken


def test_a_job_that_there_is_not_is_said(visit: Opens) -> None:
    """A wrong address is no fault."""
    expect(visit("/jobs/77").get_by_text("There is nothing here.")).to_be_visible()
