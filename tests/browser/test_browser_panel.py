"""The panel in a real browser, in the frame of the CRM's record page."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, Route, expect

from app.configuring import ConnectionSpec, save_connection
from app.domain.link import Link
from app.store import activities
from connectors.base import Activity, Ref
from tests.browser.conftest import PATIENCE_MS, Site, make_hot
from tests.support.embeds import LEAD, SFA, canvas
from tests.support.painted import only_painted

RECORD_PAGE = "https://acme.lightning.force.com/lightning/r/Lead/view"
ELSEWHERE = "https://evil.example/"
NOW = datetime.now(UTC)
Frames = Callable[..., tuple[Page, FrameLocator]]
HAPPENED: list[tuple[str, timedelta, str, dict[str, Any]]] = [
    ("page_view", timedelta(minutes=4), "Pricing", {"url": "https://acme.example/pricing"}),
    ("email_click", timedelta(minutes=30), "November offer", {"campaign": "November"}),
    ("form_submit", timedelta(hours=2), "Request a quote", {"form": "Quote"}),
    ("seminar", timedelta(days=1, hours=1), "Analytical engines", {"outcome": "attended"}),
    ("call", timedelta(days=2), "Call about prices", {"duration_s": 312, "outcome": "connected"}),
    ("download", timedelta(days=9), "White paper", {"file": "engines.pdf"}),
]


@pytest.fixture
def lead(site: Site) -> Link:
    """A hot lead in an org, with a week behind her."""
    parts = site.parts
    with parts.database.begin() as tx:
        save_connection(tx, parts.accounts, ConnectionSpec.model_validate(SFA))
    link = make_hot(parts.database, job_title="Head of Engines")
    with parts.database.begin() as tx:
        tx.exec_driver_sql("UPDATE side SET external_id = %s", (LEAD,))
        items = [
            Activity(f"{n}", Ref("person", LEAD), type_, NOW - ago, title, detail)
            for n, (type_, ago, title, detail) in enumerate(HAPPENED)
        ]
        activities.add(tx, "crm", items, uuid4())
    return link


@pytest.fixture
def framed(site: Site, chromium: Browser) -> Iterator[Frames]:
    """A page of another site that posts Salesforce's signed request into a frame."""
    contexts: list[BrowserContext] = []

    def opened(
        host: str = RECORD_PAGE, *, language: str = "en_US", **options: Any
    ) -> tuple[Page, FrameLocator]:
        [signed] = parse_qs(canvas(language=language).decode())["signed_request"]
        html = (
            f'<iframe name="panel" style="border:0;width:100%;height:95vh"></iframe>'
            f'<form method="post" target="panel" action="{site.url}/embed/crm/canvas">'
            f'<input type="hidden" name="signed_request" value="{signed}"></form>'
            "<script>document.forms[0].submit()</script>"
        )

        def shows(route: Route) -> None:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")

        context = chromium.new_context(**{"timezone_id": "Asia/Tokyo", **options})
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.route(host, shows)
        panel = page.frame_locator("iframe")
        if host == RECORD_PAGE:
            only_painted(page, panel)
        page.goto(host)
        return page, panel

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.usefixtures("lead")
def test_a_rep_sees_the_history_and_accepts_by_keyboard(framed: Frames) -> None:
    """In the CRM's page, without a cookie."""
    page, panel = framed()

    expect(panel.get_by_role("heading", name="Ada Lovelace")).to_be_visible()
    expect(panel.get_by_text("Call about prices")).to_be_visible()
    panel.get_by_role("button", name="Accept").focus()
    page.keyboard.press("Enter")

    expect(panel.get_by_text("by rep@acme.example (crm)")).to_be_visible()
    expect(panel.get_by_role("button", name="Accept")).to_have_count(0)
    assert page.context.cookies() == []


@pytest.mark.usefixtures("lead")
def test_an_alert_is_put_off_and_rejected(framed: Frames) -> None:
    """Each needs a choice first; a reason can be picked or written."""
    _, panel = framed()

    panel.locator("summary", has_text="Later").click()
    panel.get_by_role("button", name="In 4 hours").click()
    expect(panel.get_by_text("put off")).to_be_visible()
    panel.locator("summary", has_text="Reject").click()
    panel.get_by_label("Why is this no hot lead?").fill("A competitor")
    panel.get_by_role("button", name="Reject with this reason").click()

    expect(panel.get_by_text("rejected")).to_be_visible()
    expect(panel.get_by_text("A competitor")).to_be_visible()


@pytest.mark.usefixtures("lead")
def test_the_history_can_be_filtered(framed: Frames) -> None:
    """A filter that nothing fits says how to get out of it."""
    _, panel = framed()

    panel.get_by_role("link", name="Sales").click()
    expect(panel.locator(".entry")).to_have_count(1)
    panel.get_by_role("link", name="Everything").click()

    expect(panel.locator(".entry")).to_have_count(6)


@pytest.mark.usefixtures("lead")
@pytest.mark.parametrize("language", ["en_US", "ja"])
def test_the_panel_fits_a_phone(framed: Frames, language: str) -> None:
    """320 pixels: nothing has to be scrolled sideways."""
    page, panel = framed(language=language, viewport={"width": 320, "height": 640})

    expect(panel.locator("h1")).to_be_visible()
    frame = page.frames[1]
    assert frame.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.usefixtures("lead")
def test_no_other_page_can_frame_it(framed: Frames) -> None:
    """The browser shows nothing of it there."""
    page, panel = framed(ELSEWHERE)

    page.wait_for_load_state("networkidle")
    expect(panel.get_by_text("Ada Lovelace")).to_have_count(0)
    assert page.frames[1].url.startswith("chrome-error:")
