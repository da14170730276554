"""One document as text in a real browser: drafts are checked, saved, published; the history."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.configuring import activate_version, read_text, save_document
from app.domain.documents import MODELS
from app.domain.presets import preset, presets
from app.store import connections, documents
from app.web.ui import editor_actions
from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
Opens = Callable[..., Page]


def versions(site: Site) -> list[tuple[int, bool, str]]:
    with site.parts.database.begin() as tx:
        found = documents.versions(tx, "scoring", "main")
    return [(one.version, one.active, one.note) for one in found]


def write(page: Page, text: str) -> None:
    page.get_by_label("Document (YAML)").fill(text)


def test_a_preset_is_changed_and_published(site: Site, visit: Opens) -> None:
    """What is wrong is said with its place; what is published is applied to everybody."""
    page = visit("/documents", "admin")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Scoring").click()
    box = page.get_by_label("Document (YAML)")
    expect(box).to_have_value(re.compile("^# How people are scored"))
    text = box.input_value()

    wrong, right = (text.replace("mql: 80", f"mql: {mql}") for mql in ("many", "75"))
    write(page, wrong)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("It can't be saved as it is.")).to_be_in_viewport()
    expect(page.get_by_text("/mql", exact=True)).to_be_in_viewport()
    expect(box).to_have_value(re.compile("^mql: many$", re.MULTILINE))
    write(page, right)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("It can be saved.")).to_be_visible()
    write(page, wrong)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("It can't be saved as it is.")).to_be_visible()
    assert versions(site) == []

    write(page, right)
    page.get_by_label("Why (for the history)").fill("more MQLs")
    page.get_by_role("button", name="Publish").click()

    expect(page.get_by_text("Version 1 is active.")).to_be_visible()
    expect(page.get_by_role("link", name="Progress")).to_be_visible()
    assert versions(site) == [(1, True, "more MQLs")]
    assert any(lane.startswith("job:") for lane in site.woken)


def test_a_draft_waits_and_can_be_tried(site: Site, visit: Opens) -> None:
    """Saved from an earlier version; the active one stays until it is published."""
    with site.parts.database.begin() as tx:
        save_document(tx, "scoring", "main", preset("scoring"))
    page = visit("/documents/scoring/main", "admin")

    write(page, page.get_by_label("Document (YAML)").input_value().replace("mql: 80", "mql: 70"))
    page.get_by_role("button", name="Save as a draft").click()

    expect(page.get_by_text("Version 2 is saved, and not active.")).to_be_visible()
    assert versions(site) == [(2, False, ""), (1, True, "")]
    page.get_by_role("status").get_by_role("link").click()
    expect(page).to_have_url(f"{site.url}/documents/scoring/main/2")


def test_whoever_comes_second_overwrites_nothing(site: Site, visit: Opens) -> None:
    """The page says which version there is by now."""
    with site.parts.database.begin() as tx:
        save_document(tx, "scoring", "main", preset("scoring"))
    page = visit("/documents/scoring/main", "admin")
    expect(page.get_by_label("Document (YAML)")).to_be_visible()
    with site.parts.database.begin() as tx:
        save_document(tx, "scoring", "main", {**preset("scoring"), "mql": 85})

    write(page, page.get_by_label("Document (YAML)").input_value().replace("mql: 80", "mql: 70"))
    page.get_by_role("button", name="Save as a draft").click()

    expect(page.get_by_text("Somebody else has published version 2 meanwhile.")).to_be_visible()
    assert [one[0] for one in versions(site)] == [2, 1]


def test_the_history_says_who_went_back_and_why(site: Site, visit: Opens) -> None:
    """For who may only read, too, without a form; in Japanese; no such document is said."""
    with site.parts.database.begin() as tx:
        save_document(tx, "scoring", "main", preset("scoring"), by="ada")
        save_document(tx, "scoring", "main", {**preset("scoring"), "mql": 90}, by="ada")
        activate_version(tx, "scoring", "main", 1, note="too few MQLs", by="bob")

    page = visit("/documents/scoring/main?lang=ja")
    expect(page.get_by_text("第1版に戻す (実行: bob)")).to_be_visible()
    page.goto(f"{site.url}/documents/scoring/main?lang=en&version=2")

    expect(page.get_by_text("too few MQLs")).to_be_visible()
    expect(page.get_by_text("Version 2 became active by ada")).to_be_visible()
    expect(page.get_by_text("mql: 90")).to_be_visible()
    expect(page.get_by_label("Document (YAML)")).to_have_count(0)
    page.goto(f"{site.url}/documents/scoring/main?version=9")
    expect(page.get_by_text("There is nothing here.")).to_be_visible()


def test_the_list_shows_how_far_new_rules_are_applied(site: Site, visit: Opens) -> None:
    """Beside the document whose version it is."""
    with site.parts.database.begin() as tx:
        saved = save_document(tx, "scoring", "main", preset("scoring"))

    page = visit("/documents")

    card = page.locator("section.card", has_text="Scoring · main")
    expect(card).to_contain_text(f"Job {saved.job} brings all records under the active version.")


def test_going_back_asks_for_the_reason(site: Site, visit: Opens) -> None:
    """Which the history has; who does not answer changes nothing."""
    with site.parts.database.begin() as tx:
        save_document(tx, "scoring", "main", preset("scoring"))
        save_document(tx, "scoring", "main", {**preset("scoring"), "mql": 90})
    page = visit("/documents", "admin")
    page.get_by_text("Version 1").click()
    back = page.get_by_role("button", name="Activate this version: scoring main 1")

    page.once("dialog", lambda dialog: dialog.dismiss())
    back.click()
    page.once("dialog", lambda dialog: dialog.accept("too few MQLs"))
    back.click()

    expect(page.locator("summary", has_text="Version 1")).to_contain_text("active")
    page.get_by_role("link", name="Edit; history").click()
    expect(page.get_by_text("too few MQLs")).to_be_visible()
    expect(page.get_by_text("Back to version 1")).to_have_count(1)


@pytest.mark.parametrize("kind", presets())
def test_each_preset_can_be_published_as_it_is_shown(site: Site, kind: str) -> None:
    """Also with what YAML allows and documents don't, such as aliases."""
    with site.parts.database.begin() as tx:
        draft = editor_actions.opened(tx, kind, "main", None).draft
        saved = save_document(tx, kind, "main", read_text(draft.text, kind), activate=False)

    model = MODELS[kind]
    assert model.model_validate(saved.document.body) == model.model_validate(preset(kind))


def test_a_mapping_begins_with_its_preset(site: Site, visit: Opens) -> None:
    """For each kind of record that none maps yet, between the connections that there are."""
    with site.parts.database.begin() as tx:
        names = {one.role: one.name for one in connections.every(tx)}
    page = visit("/documents", "admin")

    page.get_by_role("link", name="Mapping · company").click()

    box = page.get_by_label("Document (YAML)")
    expect(box).to_have_value(re.compile("^# HubSpot companies <-> Salesforce Accounts"))
    for role in ("ma", "sfa"):
        name = names.get(role, {"ma": "hubspot", "sfa": "salesforce"}[role])
        expect(box).to_have_value(re.compile(f"^{role}: {name}$", re.MULTILINE))
