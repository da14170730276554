"""A HubSpot account that starts empty for each test, raw HTTP to it, and the official SDK."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import hubspot
import pytest

from connectors.hubspot.sandbox.app import create
from connectors.hubspot.sandbox.config import Config
from connectors.sandbox.server import Running
from tests.support.http import client as http_client
from tests.support.patience import eventually

Row = dict[str, Any]
CONTACTS = "/crm/v3/objects/contacts"


@dataclass(slots=True)
class Account:
    """Raw HTTP with the static token; `sdk` is the official client."""

    http: httpx.Client
    sdk: Any

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        return self.http.request(method, path, json=body, params=query or None)

    def ok(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        answer = self.ask(method, path, body, **query)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def make(self, kind: str = "contacts", **properties: str) -> Row:
        """Create a record through the API."""
        made: Row = self.ok("POST", f"/crm/v3/objects/{kind}", {"properties": properties})
        return made

    def seed(self, kind: str = "contacts", **properties: str) -> str:
        records = [{"object": kind, "properties": properties}]
        seeded: str = self.ok("POST", "/_sandbox/seed", {"records": records})["ids"][0]
        return seeded

    def configure(self, **changes: Any) -> None:
        self.ok("PATCH", "/_sandbox/config", changes)

    def dump(self) -> Any:
        return self.ok("GET", "/_sandbox/dump")


@dataclass(slots=True)
class Clock:
    """Time that passes when told to."""

    now: float = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Timed:
    """An account with a clock of its own."""

    account: Account
    clock: Clock = field(default_factory=Clock)


def _account(url: str, http: httpx.Client) -> Account:
    return Account(http, hubspot.HubSpot(access_token="sandbox-token", host=url))


def _client(url: str) -> httpx.Client:
    return http_client(base_url=url, headers={"Authorization": "Bearer sandbox-token"})


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with Running(create()) as running:
        yield running


@pytest.fixture
def account(running: Running) -> Iterator[Account]:
    with _client(running.url) as http:
        usual = Config(limits=False).model_dump(mode="json")
        http.post("/_sandbox/reset", json={"config": usual}).raise_for_status()
        yield _account(running.url, http)


@pytest.fixture
def timed() -> Iterator[Timed]:
    clock = Clock()
    with Running(create(clock=clock)) as running, _client(running.url) as http:
        yield Timed(_account(running.url, http), clock)


@pytest.fixture
def wait_for() -> Callable[[Callable[[], bool]], None]:
    """Poll until a condition holds; fails when patience ends."""

    def wait(holds: Callable[[], bool]) -> None:
        assert eventually(holds), "waited in vain"

    return wait
