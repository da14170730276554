"""The other pages in a real browser: sign-in, people, troubles, connections, documents."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from app.domain.link import Link
from app.domain.presets import preset
from app.store import activities, candidates, connections, documents, journal, links
from app.store.api_keys import UserRole
from app.store.candidates import Pair
from app.store.journal import Line
from connectors.base import Activity, Ref
from tests.browser.conftest import Site, make_hot

pytestmark = pytest.mark.browser
Opens = Callable[..., Page]


def refuse(site: Site, link: Link) -> None:
    """The link's record was refused by its system."""
    with site.parts.database.begin() as tx:
        connections.put(
            tx, "crm", vendor="memory", role="sfa", settings={}, options={}, capabilities=[],
            secret=None,
        )  # fmt: skip
        [locked] = links.lock(tx, [link.id]).values()
        side = locked.sides["crm"]
        side.state, side.code, side.reason = "failed", "rejected", "Phone is not a number"
        links.save(tx, [locked])


def test_signing_in_with_a_key_and_out_again(site: Site, visit: Opens) -> None:
    """A signed-out visitor is led to the form, then to the page wanted; the role is shown."""
    page = visit("/people?grade=A", None)
    assert page.url == f"{site.url}/signin?next=%2Fpeople%3Fgrade%3DA"

    page.get_by_label("API key").fill(site.key("operator"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/people?grade=A")
    expect(page.get_by_text("Mika (operator)")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(site.url)
    assert page.url == f"{site.url}/signin"


def test_people_are_found_by_name(site: Site, visit: Opens) -> None:
    """The search is in the address, so it can be shared; a hit leads to the person."""
    make_hot(site.parts.database, name="Ada")
    grace = make_hot(site.parts.database, name="Grace")
    page = visit("/people")
    expect(page.locator(".row")).to_have_count(2)

    page.get_by_label("Name, company or e-mail").fill("grace")
    page.get_by_role("button", name="Search").click()

    expect(page.locator(".row")).to_have_count(1)
    assert "q=grace" in page.url
    page.get_by_role("link", name="Grace Lovelace").click()
    expect(page).to_have_url(f"{site.url}/people/{grace.id}")


def test_a_long_list_of_people_has_pages(site: Site, visit: Opens) -> None:
    """The best score first; who has none is on the last page."""
    people = [Link(uuid4(), "person", email=f"p{n}@x.jp", score=n or None) for n in range(51)]
    with site.parts.database.begin() as tx:
        links.save(tx, people)
    page = visit("/people")
    expect(page.locator(".row")).to_have_count(50)
    expect(page.locator(".row").first).to_contain_text("50")

    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".row")).to_have_count(1)
    page.get_by_role("link", name="First page").click()

    expect(page.locator(".row")).to_have_count(50)


def test_a_person_is_explained(site: Site, visit: Opens) -> None:
    """Score with reasons, sides with the reason of a refusal, activities, and what was done."""
    link = make_hot(site.parts.database)
    refuse(site, link)
    at = datetime(2026, 1, 1, 15, 30, tzinfo=UTC)
    with site.parts.database.begin() as tx:
        person = Ref("person", link.sides["crm"].external_id or "")
        activities.add(tx, "crm", [Activity("1", person, "page_view", at, "Pricing")], uuid4())
        detail = {"before": 40, "total": 92, "grade": "A"}
        journal.write(tx, [Line("scored", link.id, None, uuid4(), detail)])

    page = visit(f"/people/{link.id}")

    expect(page.get_by_role("heading", name="Ada Lovelace")).to_be_visible()
    expect(page.locator(".reason")).to_contain_text("+30")
    expect(page.get_by_text("Phone is not a number")).to_be_visible()
    expect(page.get_by_text("Page view Pricing")).to_be_visible()
    expect(page.get_by_role("heading", name="Fri 2 January 2026")).to_be_visible()  # in Tokyo
    expect(page.get_by_text("0:30", exact=True)).to_be_visible()
    expect(page.get_by_text("Score changed")).to_be_visible()
    expect(page.get_by_text("before: 40")).to_be_visible()


def test_a_chosen_time_zone_counts(site: Site, visit: Opens) -> None:
    """Whoever works for another office reads its times."""
    link = make_hot(site.parts.database, hired_at="2026-02-01T15:30:00Z")
    at = datetime(2026, 1, 1, 15, 30, tzinfo=UTC)
    with site.parts.database.begin() as tx:
        person = Ref("person", link.sides["crm"].external_id or "")
        activities.add(tx, "crm", [Activity("1", person, "page_view", at, "Pricing")], uuid4())
    page = visit("/preferences")

    page.get_by_label("Time zone").select_option("America/New_York")
    page.get_by_role("button", name="Save").click()
    page.goto(f"{site.url}/people/{link.id}")

    expect(page.get_by_role("heading", name="Thu 1 January 2026")).to_be_visible()
    expect(page.get_by_text("10:30", exact=True)).to_be_visible()
    expect(page.get_by_text("1 Feb 2026, 10:30")).to_be_visible()


@pytest.mark.parametrize("path", ["/people/none", "/people/00000000-0000-4000-8000-000000000000"])
def test_an_unknown_person_is_said_to_be_unknown(site: Site, visit: Opens, path: str) -> None:
    """A stale link is no crash."""
    page = visit("/documents")

    answer = page.request.get(site.url + path)

    assert answer.status == 404


def test_an_operator_tries_a_refused_record_again(site: Site, visit: Opens) -> None:
    """The trouble names its reason and what to do; the button makes the record due at once."""
    link = make_hot(site.parts.database)
    refuse(site, link)
    page = visit("/attention", "operator")
    expect(page.get_by_text("Phone is not a number")).to_be_visible()
    expect(page.get_by_text("Correct the record")).to_be_visible()

    page.get_by_role("button", name="Try again").click()

    expect(page.locator(".trouble")).to_have_count(0)
    with site.parts.database.begin() as tx:
        [now] = links.read(tx, [link.id]).values()
        [line] = journal.trail(tx, link.id, None, 5)
    assert now.sides["crm"].state == "pending"
    assert now.sides["crm"].due_at is not None
    assert (line["event"], line["detail"]["by"]) == ("retried", "Mika")
    assert site.woken == {"deliver:crm:person"}


def test_a_connection_is_paused_and_resumed(site: Site, visit: Opens) -> None:
    """The card changes by itself when the state has."""
    refuse(site, make_hot(site.parts.database))
    page = visit("/connections", "operator")

    page.get_by_role("button", name="Pause: crm").click()
    expect(page.locator(".connection .badge")).to_have_text("paused")
    page.get_by_role("button", name="Resume: crm").click()

    expect(page.locator(".connection .badge")).to_have_text("working")


def test_a_viewer_has_no_buttons(site: Site, visit: Opens) -> None:
    """What one may not do is not offered."""
    refuse(site, make_hot(site.parts.database))

    for path in ("/connections", "/attention"):
        page = visit(path, "viewer")
        expect(page.locator("#main .card")).to_have_count(1)
        expect(page.locator("#main button")).to_have_count(0)


def test_a_page_ends_when_its_key_changes_role(site: Site, visit: Opens) -> None:
    """Buttons of a role that the viewer no longer has don't stay on the screen."""
    refuse(site, make_hot(site.parts.database))
    page = visit("/connections", "operator")
    expect(page.get_by_role("button", name="Pause: crm")).to_be_visible()

    with site.parts.database.begin() as tx:
        tx.exec_driver_sql("UPDATE api_key SET role = 'viewer'")

    page.wait_for_url("**/signin")


def test_documents_show_their_versions(site: Site, visit: Opens) -> None:
    """The active one is marked; its text opens by keyboard."""
    with site.parts.database.begin() as tx:
        for version in (1, 2):
            documents.add(tx, "scoring", "main", version, preset("scoring"), note="", by="Kai")
        documents.activate(tx, "scoring", "main", 2)
    page = visit("/documents")
    expect(page.get_by_text("Version 2")).to_be_visible()
    expect(page.get_by_text("active", exact=True)).to_have_count(1)

    page.locator("summary").first.press("Enter")

    expect(page.get_by_text("decision-maker").first).to_be_visible()


def test_documents_show_what_is_wrong_with_them_now(site: Site, visit: Opens) -> None:
    """A mapping that was right when it was saved, and names an owner field that is gone."""
    body = {
        "kind": "person",
        "owners": {"inactive": "keep"},
        "fields": [{"name": "email", "type": "email", "ma": "email", "sfa": "Email"}],
    }
    with site.parts.database.begin() as tx:
        documents.add(tx, "mapping", "main", 1, body, note="", by="Kai")
        documents.activate(tx, "mapping", "main", 1)

    page = visit("/documents")

    found = page.get_by_label("What was found about the active version")
    expect(found.get_by_text("to be mended")).to_be_visible()
    expect(found.get_by_text("/owners", exact=True)).to_be_visible()
    expect(found.get_by_text("no field is of type owner")).to_be_visible()


def test_two_that_may_be_one_are_compared_and_joined(site: Site, visit: Opens) -> None:
    """Both side by side; a click makes them one, and another takes the record out again."""
    one = make_hot(site.parts.database)
    two = make_hot(site.parts.database, company="Analytical Engines")
    two.sides["ma"] = two.sides.pop("crm")
    two.sides["ma"].connection = "ma"
    with site.parts.database.begin() as tx:
        links.drop(tx, two.id)
        links.save(tx, [two])
        candidates.add(tx, "person", [Pair(one.id, two.id, 0.9, ["name", "phone"])])
    page = visit("/candidates", "operator")
    expect(page.get_by_text("90 % alike")).to_be_visible()
    expect(page.get_by_text("Analytical Engines")).to_be_visible()

    page.get_by_role("button", name="They are one").click()
    expect(page.locator(".trouble")).to_have_count(0)
    page.goto(f"{site.url}/people/{one.id}")
    page.get_by_role("button", name="Unlink").first.click()

    expect(page.get_by_role("button", name="Undo: link again")).to_be_visible()


@pytest.mark.parametrize("role", ["viewer", "operator", "admin"])
def test_every_page_opens_for_every_role(site: Site, visit: Opens, role: UserRole) -> None:
    """No page fails, with data or without."""
    page = visit("/", role)
    for path in ("/", "/people", "/attention", "/candidates", "/connections", "/documents"):
        assert page.request.get(site.url + path).status == 200

    refuse(site, make_hot(site.parts.database, hired_at=str(datetime.now(UTC) - timedelta(days=1))))
    for path in ("/", "/people", "/attention", "/candidates", "/connections", "/documents"):
        assert page.request.get(site.url + path).status == 200
