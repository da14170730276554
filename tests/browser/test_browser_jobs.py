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


def test_what_a_job_finds_appears_by_itself(site: Site, visit: Opens) -> None:
    """While it goes on nobody is told that both systems agree."""
    world = strangers(site, 1)
    job_id = start(world, "reconcile", mapping="main")
    page = visit(f"/jobs/{job_id}")
    expect(page.get_by_text("Nothing found so far.")).to_be_visible()

    world.settle()

    expect(page.locator("li.row")).to_contain_text("not known to Baton")
    page.get_by_role("link", name="All jobs").click()
    expect(page).to_have_url(f"{site.url}/jobs")


def test_a_job_is_cancelled_only_after_a_yes(site: Site, visit: Opens) -> None:
    """It can't be resumed."""
    world = strangers(site, 1)
    start(world, "backfill", connection="ma")
    page = visit("/jobs", "operator")
    answers = iter(["dismiss", "accept"])
    page.on("dialog", lambda dialog: getattr(dialog, next(answers))())
    card = page.locator("li.card")

    card.get_by_role("button", name="Cancel").click()
    expect(card.get_by_text("queued", exact=True)).to_be_visible()
    card.get_by_role("button", name="Cancel").click()

    expect(card.get_by_text("cancelled", exact=True)).to_be_visible()


def test_an_undo_says_what_it_left(site: Site, visit: Opens) -> None:
    """Its "created" is a record that stays, not one that would be made."""
    world = strangers(site, 1)
    run(world, "backfill", connection="ma")
    world.settle()
    job = run(world, "undo", mapping="main")

    page = visit(f"/jobs/{job.id}")

    row = page.locator("li.row").first
    expect(row.get_by_text("record made by this write")).to_be_visible()
    expect(row.get_by_text("Fields")).to_be_visible()
    expect(page.get_by_text("would be created")).to_have_count(0)


def test_results_are_filtered_and_exported(site: Site, visit: Opens) -> None:
    """By category, with what to do; the file is the browser's to download."""
    world = strangers(site, 3)
    run(world, "backfill", connection="ma")
    world.ma.add_person("new@example.com", "Contact")
    job = run(world, "reconcile", mapping="main")
    page = visit(f"/jobs/{job.id}")

    page.get_by_role("link", name="not known to Baton: 1").click()
    expect(page.locator("li.row")).to_have_count(1)
    expect(page.locator("li.row")).to_contain_text("never looked at")
    expect(page.get_by_text("The system has a record")).to_be_visible()
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
