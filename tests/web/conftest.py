"""The real application over the real database, called by httpx without a network."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
import pytest
from fastapi import FastAPI

from app.accounts import Accounts
from app.configuring import ConnectionSpec, save_connection
from app.settings import Settings
from app.store import api_keys
from app.store.api_keys import UserRole
from app.store.db import Database
from app.vault import Vault
from app.web.parts import Parts
from app.web.server import create_app
from connectors.base import Activity, Hint, Inbound
from connectors.memory import webhook
from tests.support.embeds import MA, SFA
from tests.support.http import client as http_client
from tests.support.patience import PATIENCE_S

PUBLIC_URL = "https://baton.example"
SECRET = "canary-webhook-secret"
T = TypeVar("T")


@dataclass(slots=True)
class Site:
    """An application and what one does with it. `woken` collects the lanes that were woken."""

    database: Database
    app: FastAPI
    parts: Parts
    runner: asyncio.Runner
    woken: set[str] = field(default_factory=set)
    keys: dict[str, str] = field(default_factory=dict)

    def call(
        self, method: str, path: str, role: str | None = "admin", **more: Any
    ) -> httpx.Response:
        """One request, signed in with a key of a role."""
        headers = httpx.Headers(more.pop("headers", {})).raw
        if role is not None:
            headers.append((b"Authorization", f"Bearer {self.keys[role]}".encode()))
        return self.runner.run(self._one(method, path, headers=headers, **more))

    async def _one(self, method: str, path: str, **more: Any) -> httpx.Response:
        async with self.client() as client:
            return await client.request(method, path, **more)

    def client(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://inside:8080")

    def post(self, inbound: Inbound, path: str = "/webhooks/ma", **headers: str) -> httpx.Response:
        """A webhook request as a vendor sends it."""
        sent = {**inbound.headers, **headers}
        return self.call("POST", path, None, content=inbound.body, headers=sent)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something on the application's event loop."""
        return self.runner.run(work)

    def eventually(self, holds: Callable[[], bool]) -> bool:
        """Let the application work on until something holds, or patience ends."""
        return self.runner.run(_poll(holds, time.monotonic() + PATIENCE_S))

    def rows(self, table: str) -> int:
        """How many rows a table has."""
        with self.database.begin() as tx:
            found = tx.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()  # noqa: S608  no input
        return int(found)


@pytest.fixture
def site(database: Database) -> Iterator[Site]:
    """An application with a key per role and one connection, `ma`."""
    vault = Vault((b"k" * 32,))
    woken: set[str] = set()
    with http_client() as http, asyncio.Runner() as runner:
        accounts = Accounts(database, vault, http)
        settings = Settings(public_url=PUBLIC_URL)
        parts = Parts(settings, database, vault, accounts, woken.update)
        site = Site(database, create_app(parts), parts, runner, woken)
        with database.begin() as tx:
            roles: tuple[UserRole, ...] = ("viewer", "operator", "admin")
            site.keys = {role: api_keys.create(tx, f"a {role}", role, None) for role in roles}
            spec = ConnectionSpec(
                name="ma", vendor="memory", role="ma", secrets={"webhook_secret": SECRET}
            )
            save_connection(tx, accounts, spec, by="test")
        yield site


@pytest.fixture
def crm(site: Site) -> Site:
    """A site with a Salesforce org and a HubSpot account."""
    with site.database.begin() as tx:
        for spec in (SFA, MA):
            save_connection(tx, site.parts.accounts, ConnectionSpec.model_validate(spec))
    return site


def signed(*events: Hint | Activity, at: datetime | None = None, secret: str = SECRET) -> Inbound:
    """A request in which the memory vendor tells of events."""
    url = f"{PUBLIC_URL}/webhooks/ma"
    return webhook.send(events, secret=secret, url=url, now=at or datetime.now(UTC))


async def _poll(holds: Callable[[], bool], deadline: float) -> bool:
    while not holds() and time.monotonic() < deadline:  # noqa: ASYNC110  a row is waited for
        await asyncio.sleep(0.005)
    return holds()
