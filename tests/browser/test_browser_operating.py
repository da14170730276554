"""Feeds and limits, backfills, taking writes back and files, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from app.store import budgets, work
from connectors.budget import Day, Rate
from tests.browser.conftest import Site
from tests.browser.test_browser_jobs import strangers
from tests.support.work import run
from tests.support.world import World

pytestmark = pytest.mark.browser
Opens = Callable[..., Page]


def edited(site: Site) -> World:
    """One person whose new title Baton has carried over to the SFA."""
    world = World(site.parts.database)
    ada = world.ma.add_person("ada@example.com", "Contact", job_title="CTO")
    world.sync()
    world.sync()
    world.ma.edit(ada, job_title="CEO")
    world.hint("ma", [ada])
    world.settle()
    return world


def test_each_feed_shows_how_far_it_is(site: Site, visit: Opens) -> None:
    """And how long its vendor keeps what was not read."""
    World(site.parts.database)
    with site.parts.database.begin() as tx:
        tx.execute(
            text("""
                UPDATE feed SET stands_at = now() - interval '2 hours', kept_s = 259200
                WHERE connection = 'ma' AND name = 'changes:person'
            """)
        )

    row = visit("/connections").locator("li.row", has_text="ma · changes · person")

    expect(row).to_contain_text("2 hr")
    expect(row).to_contain_text("3 days")


def test_a_connection_shows_its_limits(site: Site, visit: Opens) -> None:
    """The rate that the vendor told, and the calls of the day."""
    World(site.parts.database)
    with site.parts.database.begin() as tx:
        budgets.forget(tx, "ma")
        budgets.learn(tx, "ma", "default", rate=Rate(110, 10.0), remaining=None)
        budgets.used(tx, "ma", 240, Day(600, 1000))

    card = visit("/connections").locator("article.connection").first

    expect(card).to_contain_text("Limit “default”")
    expect(card).to_contain_text("110 calls in 10 s")
    expect(card).to_contain_text("600 / 1,000")


def test_a_backfill_is_started_with_its_part_of_the_calls(site: Site, visit: Opens) -> None:
    """By an operator; the job says so."""
    strangers(site, 0)
    page = visit("/jobs", "operator")

    page.get_by_label("Part of the vendors' calls to use").select_option("25 %")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Bring “main” over from ma").click()

    expect(page.locator("li.card")).to_contain_text("uses at most 25 % of the calls")
    with site.parts.database.begin() as tx:
        (job,) = work.listed(tx)
    assert (job.kind, job.share) == ("backfill", 0.25)
    assert dict(job.args) == {"connection": "ma", "kind": "person"}


def test_writes_are_taken_back_after_a_look_at_them(site: Site, visit: Opens) -> None:
    """What would change is shown first; a yes starts the job."""
    world = edited(site)
    page = visit("/undo?mapping=main", "operator")
    expect(page.get_by_role("heading", name="1 records would change.")).to_be_visible()
    expect(page.locator("li.row")).to_contain_text("CEO → CTO")

    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Take these writes back").click()
    expect(page).to_have_url(f"{site.url}/jobs")
    world.settle()

    lead = world.sfa.records("person")[0]
    assert lead.fields["job_title"] == "CTO"


def test_an_undo_says_what_it_can_not_look_up(site: Site, visit: Opens) -> None:
    """Nothing chosen, or not enough; a viewer is told whom to ask."""
    edited(site)

    page = visit("/undo?version=3", "operator")
    expect(page.get_by_role("alert")).to_contain_text("say which writes")
    page = visit("/undo?mapping=main")
    expect(page.get_by_role("alert")).to_contain_text("may not do that")


def test_a_job_leads_to_taking_back_what_it_wrote(site: Site, visit: Opens) -> None:
    """For who may."""
    world = strangers(site, 1)
    job = run(world, "backfill", connection="ma")

    page = visit(f"/jobs/{job.id}", "operator")
    page.get_by_role("link", name="Take back what this job wrote").click()

    expect(page).to_have_url(f"{site.url}/undo?job={job.id}")


@pytest.mark.parametrize("name", ["attention", "conflicts", "why"])
def test_lists_are_files_for_who_is_signed_in(site: Site, visit: Opens, name: str) -> None:
    """In the viewer's language; a stranger is asked to sign in."""
    edited(site)
    with site.parts.database.begin() as tx:
        tx.execute(text("UPDATE side SET state = 'failed', code = 'x', reason = 'no'"))
        tx.execute(text("""UPDATE link SET conflicts = '{"phone": {"ma": "1", "sfa": "2"}}'"""))
    page = visit(f"/{name}", "viewer")

    expect(page.get_by_role("link", name="NDJSON")).to_have_attribute("href", f"/{name}.ndjson")
    answer = page.request.get(f"{site.url}/{name}.csv")

    assert answer.headers["content-type"].startswith("text/csv")
    assert len(answer.text().splitlines()) >= 2
    stranger = visit("/signin", None)
    assert "signin" in stranger.request.get(f"{site.url}/{name}.csv").url
