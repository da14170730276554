"""The control page, in a real browser, for both sandboxes."""

from collections.abc import Iterator
from dataclasses import dataclass
from shutil import which
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from connectors.hubspot.sandbox import app as hubspot
from connectors.hubspot.sandbox.config import Config
from connectors.salesforce.sandbox import app as salesforce
from connectors.sandbox.server import Running
from tests.support.patience import eventually

CHROMIUM = which("chromium") or which("chromium-browser") or which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
NASTY = "<img src=x onerror=alert(1)>"


@dataclass(frozen=True, slots=True)
class Vendor:
    """A sandbox with 60 people, named `P0` to `P59`, and a page before it."""

    url: str
    page: Page
    object: str
    name_field: str
    phone_field: str

    def open(self, path: str = "") -> Page:
        self.page.goto(f"{self.url}/_sandbox/ui{path}")
        return self.page

    def dump(self) -> Any:
        return httpx.get(f"{self.url}/_sandbox/dump", params={"object": self.object}).json()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(params=["hubspot", "salesforce"])
def vendor(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Vendor]:
    if request.param == "hubspot":
        made: Any = hubspot.create(Config(limits=False, webhook_time_scale=0, webhook_flush_ms=5))
        named, fields = "contacts", ("firstname", "phone")
        people = [{"firstname": f"P{n}", "email": f"p{n}@x.com"} for n in range(60)]
    else:
        made, named, fields = salesforce.create(), "Lead", ("LastName", "Phone")
        people = [{"LastName": f"P{n}", "Company": "Acme"} for n in range(60)]
    wrong: list[str] = []
    with Running(made) as running:
        records = [{"object": named, "properties": person} for person in people]
        httpx.post(f"{running.url}/_sandbox/seed", json={"records": records}).raise_for_status()
        page = browser.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        yield Vendor(running.url, page, named, *fields)
        page.close()
    assert wrong == []


def test_records_are_listed_searched_and_paged(vendor: Vendor) -> None:
    """Objects with counts, fifty records a page, newest first, found by any value."""
    page = vendor.open()
    page.click(f"text={vendor.object} >> nth=0")
    expect(page.locator("h1")).to_have_text(f"{vendor.object} (60)")
    expect(page.locator("tbody tr")).to_have_count(50)
    expect(page.locator("tbody tr").first).to_contain_text("P59")

    page.click("text=page 2")
    expect(page.locator("tbody tr")).to_have_count(10)
    page.fill("input[name=q]", "p33")
    page.click("text=Search")
    expect(page.locator("tbody tr")).to_have_count(1)


@pytest.mark.parametrize("path", ["/_sandbox/", "/_sandbox/ui", "/_sandbox/ui/calls"])
def test_looking_is_no_call(vendor: Vendor, path: str) -> None:
    """A browser asks the vendor's API for nothing, not even for an icon."""
    asked: list[str] = []
    vendor.page.on("request", lambda request: asked.append(request.url))

    vendor.page.goto(f"{vendor.url}{path}", wait_until="networkidle")

    assert httpx.get(f"{vendor.url}/_sandbox/calls").json()["total"] == 0
    assert [url for url in asked if "/_sandbox/" not in url and url.startswith("http")] == []


def test_person_edits_a_record(vendor: Vendor) -> None:
    """Only what was changed is sent; the history shows a person, and what is wrong is said."""
    record = vendor.dump()[5]
    page = vendor.open(f"/records/{vendor.object}/{record['id']}")
    page.fill(f"input[name={vendor.name_field}]", NASTY)
    page.fill("input[name=new-name]", vendor.phone_field)
    page.fill("input[name=new-value]", "777")
    page.click("text=Edit as a person")

    expect(page.locator("text=CRM_UI")).to_have_count(1)
    expect(page.locator(f"input[name={vendor.name_field}]")).to_have_value(NASTY)
    last = vendor.dump()[5]["log"][-1]
    assert last["fields"].items() >= {(vendor.name_field, NASTY), (vendor.phone_field, "777")}
    page.fill("input[name=new-name]", "nonsense_field")
    page.click("text=Edit as a person")
    expect(page.locator("#problem")).to_contain_text("nonsense_field")


def test_faults_are_added_and_removed(vendor: Vendor) -> None:
    """A script made in the form is in force, and gone when removed."""
    page = vendor.open("/faults")
    page.select_option("[name=do]", "status")
    page.fill("[name=path]", "/.*")
    page.fill("[name=sequence]", "503, 200")
    page.click("text=Add")
    expect(page.locator("tbody tr")).to_contain_text("[503, 200]")
    assert [httpx.get(f"{vendor.url}/services/data").status_code] == [503]

    page.reload()
    expect(page.locator("tbody td.n")).to_have_text(["1", "1"])
    page.click("text=Remove")
    expect(page.locator("tbody tr")).to_have_count(0)


def test_calls_and_reset(vendor: Vendor) -> None:
    """Calls are counted by endpoint; reset empties everything."""
    for _ in range(3):
        httpx.get(f"{vendor.url}/services/data")
    page = vendor.open("/calls")
    expect(page.locator("text=GET /services/data")).to_have_count(1)

    page.click("text=Reset")
    expect(page.locator("p", has_text="0 calls")).to_have_count(1)
    assert vendor.dump() == []


@pytest.mark.parametrize("vendor", ["hubspot"], indirect=True)
def test_deliveries_show_their_attempts(vendor: Vendor) -> None:
    """A webhook that found nobody is shown with all its attempts."""
    target = {"target_url": "http://127.0.0.1:9/in"}
    httpx.patch(f"{vendor.url}/_sandbox/config", json=target).raise_for_status()
    change = {"object": "contacts", "id": "p1@x.com", "properties": {"phone": "1"}}
    httpx.post(f"{vendor.url}/_sandbox/edit", json=change).raise_for_status()

    assert eventually(lambda: httpx.get(f"{vendor.url}/_sandbox/quiet").json()["quiet"])

    page = vendor.open("/deliveries")
    expect(page.locator("tbody tr")).to_contain_text("ConnectError x 11")
    page.click("summary")
    expect(page.locator("pre")).to_contain_text("contact.propertyChange")


def test_unknown_places(vendor: Vendor) -> None:
    """Unknown objects and records are a 404 page, whatever their names."""
    for path in ("/records/nothing", f"/records/{vendor.object}/%3Cb%3E", "/records/a/b"):
        answer = httpx.get(f"{vendor.url}/_sandbox/ui{path}")
        assert (answer.status_code, "<b>x" in answer.text) == (404, False)
