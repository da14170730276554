"""What needs a person's decision, in a real browser."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.sync_api import Dialog, Page, expect

from app.store import connections, removals, stages, work
from app.store.removals import Removal
from app.store.stages import Wish
from connectors.base import Ref
from tests.browser.conftest import Site, make_hot

pytestmark = pytest.mark.browser
Opens = Callable[..., Page]


def held(site: Site) -> Sequence[Removal]:
    with site.parts.database.begin() as tx:
        return removals.listed(tx, "crm", "held", None, 10)


@pytest.fixture
def stopped(site: Site) -> Site:
    """Two records are to be deleted, more than the mapping lets pass without a person."""
    with site.parts.database.begin() as tx:
        connections.put(
            tx, "crm", vendor="memory", role="sfa", settings={}, options={}, capabilities=[],
            secret=None,
        )  # fmt: skip
        for id_ in ("00Q1", "00Q2"):
            removals.add(tx, "crm", Ref("person", id_), cause_id=uuid4())
        removals.hold(tx, "crm", "person")
    return site


def test_records_are_deleted_only_after_a_yes(stopped: Site, visit: Opens) -> None:
    """The question names the system; a no leaves everything as it is."""
    page = visit("/attention", "operator")
    expect(page.get_by_text("Waiting to be deleted: 2")).to_be_visible()
    asked: list[str] = []
    answers = iter(["dismiss", "accept"])

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        getattr(dialog, next(answers))()

    page.on("dialog", answer)
    page.get_by_role("button", name="Delete them").click()
    assert len(held(stopped)) == 2
    page.get_by_role("button", name="Delete them").click()

    expect(page.locator(".trouble")).to_have_count(0)
    assert list(held(stopped)) == []
    assert asked == ["Delete these records in crm?"] * 2
    assert "remove:crm" in stopped.woken


def test_records_that_were_to_be_deleted_are_kept(stopped: Site, visit: Opens) -> None:
    """Nothing waits any more, and it is on record who said so."""
    page = visit("/attention", "operator")

    page.get_by_role("button", name="Keep them").click()

    expect(page.locator(".trouble")).to_have_count(0)
    assert list(held(stopped)) == []
    with stopped.parts.database.begin() as tx:
        said = tx.exec_driver_sql(
            "SELECT detail ->> 'by' FROM journal WHERE event = 'deletions_refused'"
        )
        assert said.scalars().all() == ["Mika", "Mika"]


def test_a_comparison_with_differences_leads_to_its_results(site: Site, visit: Opens) -> None:
    """In the viewer's language; there is nothing to try again."""
    with site.parts.database.begin() as tx:
        job_id = work.add(tx, "reconcile", {"mapping": "main", "repair": False}, by="test")
        work.advance(tx, job_id, {}, 3, {"missed": 2, "in_sync": 1})
        work.finish(tx, job_id)
    page = visit("/attention?lang=ja", "operator")
    expect(page.get_by_text("変更の取りこぼし: 2")).to_be_visible()
    expect(page.locator("#main button")).to_have_count(0)

    page.get_by_role("link", name=f"{job_id} · 比較 · main").click()

    expect(page).to_have_url(f"{site.url}/jobs/{job_id}")


def test_who_was_refused_by_the_nurturing_list_is_shown(stopped: Site, visit: Opens) -> None:
    """Who, why, what to do; and another try. In Japanese, too."""
    link = make_hot(stopped.parts.database)
    with stopped.parts.database.begin() as tx:
        wish = Wish(link.id, "crm", "17", wanted=True, cause_id=None, due_at=datetime.now(UTC))
        stages.want(tx, [wish])
        [due] = stages.due(tx, "crm", 5)
        reason = "The list is dynamic"
        stages.not_told(tx, "crm", due, code="INVALID_LIST", reason=reason, wait_s=None)
    page = visit("/attention?lang=ja", "operator")
    expect(page.locator("li.trouble", has_text="17: The list is dynamic")).to_contain_text(
        "ナーチャリングリストに反映できません"
    )

    page.goto(f"{stopped.url}/attention?lang=en")
    card = page.locator("li.trouble", has_text="17: The list is dynamic")
    expect(card.locator(f'a[href="/people/{link.id}"]')).to_have_text("Ada Lovelace")
    expect(card).to_contain_text("The marketing system did not change its nurturing list.")
    card.get_by_role("button", name="Try again").click()

    expect(card).to_have_count(0)
    assert "members:crm" in stopped.woken
    with stopped.parts.database.begin() as tx:
        assert [one.list_id for one in stages.due(tx, "crm", 5)] == ["17"]
