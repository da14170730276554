"""A served app with its pages, and a real browser before it."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from shutil import which
from typing import Any
from uuid import uuid4

import pytest
import uvicorn
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from app.accounts import Accounts, client
from app.domain.link import Link, Side
from app.settings import Settings
from app.store import api_keys, happenings, links
from app.store.alerts import NewAlert, add, change
from app.store.api_keys import UserRole
from app.store.db import Database
from app.store.faults import untangled
from app.vault import Vault
from app.web import ui
from app.web.parts import Parts
from app.web.server import create_app
from app.web.ui.gate import HERE_COOKIE
from tests.conftest import empty
from tests.support.painted import PAINTED, only_painted
from tests.support.patience import PATIENCE_S, eventually

PATIENCE_MS = PATIENCE_S * 1000  # a busy machine takes its time
expect.set_options(timeout=PATIENCE_MS)
CHROMIUM = which("chromium") or which("chromium-browser") or which("google-chrome")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A CRM's page (public) shows our panel, which is at a public address too but for this test.
    "--disable-features=LocalNetworkAccessChecks",
]
REASON: dict[str, Any] = {
    "axis": "intent", "rule": "price-page", "label": "Price page viewed", "points": 30.0,
    "at": None, "text_en": "+30 Price page viewed (2 times), 3 minutes ago",
    "text_ja": "+30 料金ページ閲覧 2回(最終3分前)",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    """The served app. `woken` are the lanes that its pages woke."""

    url: str
    parts: Parts
    woken: set[str]

    def key(self, role: UserRole = "viewer") -> str:
        """A new API key."""
        with self.parts.database.begin() as tx:
            return api_keys.create(tx, "Mika", role, None)

    def link(self, role: UserRole = "viewer") -> str:
        """A sign-in link of a new key."""
        return ui.signin_link(self.parts, self.key(role).split("_")[1])


@pytest.fixture(scope="session")
def served(migrated: Database) -> Iterator[Site]:
    """The whole web app on a port of its own, for all tests of this process (NiceGUI runs once)."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    woken: set[str] = set()
    with client() as http:
        vault = Vault((b"k" * 32,))
        settings = Settings(public_url=url)
        parts = Parts(settings, migrated, vault, Accounts(migrated, vault, http), woken.update)
        config = uvicorn.Config(create_app(parts), log_level="warning")
        server = uvicorn.Server(config)
        run = {"sockets": [listener]}
        thread = threading.Thread(target=server.run, kwargs=run, daemon=True)
        thread.start()
        assert eventually(lambda: server.started)
        yield Site(url, parts, woken)
        server.should_exit = True
        thread.join(PATIENCE_S)
    listener.close()


@pytest.fixture
def site(served: Site) -> Site:
    """The served app on an empty database. Pages of the test before may still be reading it."""
    untangled(lambda: empty(served.parts.database))
    served.woken.clear()
    return served


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real browser; tests that need it are skipped only where none is installed.

    Not for the session: Playwright keeps an event loop running in this thread, beside which
    tests of other files could run none of their own.
    """
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


Opens = Callable[..., Page]


def sign_in(context: BrowserContext, site: Site, role: UserRole, zone: str) -> None:
    """As somebody who was there before: the server knows the browser's time zone."""
    context.add_cookies([{"name": HERE_COOKIE, "value": zone, "url": site.url}])
    assert context.request.get(site.link(role), max_redirects=0).status == 303


@pytest.fixture
def visit(site: Site, chromium: Browser) -> Iterator[Opens]:
    """Open a fresh browser profile at a path, signed in with a role (None: signed out).

    An error in the page's console, or a request to anywhere but the app, fails the test.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def listen(page: Page) -> None:
        def on_line(line: ConsoleMessage) -> None:
            refused = "401" in line.text or "403" in line.text  # a session that was ended
            if line.type == "error" and not refused:
                faults.append(line.text)

        def on_request(request: Request) -> None:
            if not request.url.startswith(("data:", site.url)):
                faults.append(request.url)

        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", on_line)
        page.on("request", on_request)

    def opened(path: str = "/", role: UserRole | None = "viewer", **options: Any) -> Page:
        options = {"locale": "en-US", "timezone_id": "Asia/Tokyo", **options}
        context = chromium.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        only_painted(page, page)
        listen(page)
        if role is not None:
            sign_in(context, site, role, options["timezone_id"])
        page.goto(site.url + path)
        page.wait_for_selector(PAINTED)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def make_hot(
    database: Database, *, name: str = "Ada", company: str = "Analytical", **agreed: Any
) -> Link:
    """A hot lead with an alert whose task stands and whose bell rang."""
    now = datetime.now(UTC)
    reason = {**REASON, "at": (now - timedelta(minutes=5)).isoformat()}
    fields = {"first_name": name, "last_name": "Lovelace", "company": company, **agreed}
    link = Link(
        uuid4(), "person", agreed={"email": "ada@example.com", **fields}, email="ada@example.com",
        score=92, fit=30, intent=52, timing=10, grade="A", reasons=[reason],
        hot_since=now - timedelta(minutes=3), crossing=1,
    )  # fmt: skip
    link.sides["crm"] = Side(
        link.id, "crm", "person", external_id=f"00Q{link.id.hex[:6]}", object="Lead"
    )
    with database.begin() as tx:
        links.save(tx, [link])
        add(tx, [_alert(link, now)])
        [alert] = happenings.alerts(tx, happenings.Wanted(link_id=link.id), None, 2)
        change(tx, alert["id"], state="sent", notice="sent", task_at=now, notified_at=now)
    return link


def _alert(link: Link, now: datetime) -> NewAlert:
    return NewAlert(
        link_id=link.id, rule="hot", crossing=1, connection="crm", title="Hot", body="Call",
        reasons=[], owner="rep@example.com", score=92, notice="pending", cause_id=None,
        caused_at=now, react_by=now + timedelta(minutes=30),
    )  # fmt: skip
