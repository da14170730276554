"""An org that starts afresh for each test, raw HTTP to it, and the official SDK."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce

from connectors.salesforce.sandbox.app import create
from connectors.salesforce.sandbox.config import Config
from connectors.sandbox.server import Running
from tests.support.http import client as http_client

Row = dict[str, Any]
V = "/services/data/v59.0"


@dataclass(slots=True)
class Clock:
    """Time that passes when told to. It starts on 15 June 2027, 12:00 UTC, a Tuesday."""

    now: float = 1_813_060_800.0

    def __call__(self) -> float:
        return self.now

    def tick(self, seconds: float = 1.0) -> None:
        self.now += seconds


class ToSandbox(HTTPAdapter):
    """simple-salesforce always says https, and signs in at salesforce.com."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **kw: Any) -> requests.Response:
        request.url = re.sub("https://[^/]+", self._url, request.url or "", count=1)
        return super().send(request, *args, **kw)


@dataclass(slots=True)
class Org:
    """Raw HTTP with the static token."""

    url: str
    http: httpx.Client
    clock: Clock
    sessions: list[requests.Session] = field(default_factory=list)

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        """A REST call; `path` follows `/services/data/v59.0/`."""
        return self.http.request(method, f"{V}/{path}", json=body, params=query or None)

    def ok(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        answer = self.ask(method, path, body, **query)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def refused(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, Row]:
        """Status and the one error of a call that fails."""
        answer = self.ask(method, path, body, **query)
        assert not answer.is_success, answer.text
        (error,) = answer.json()
        return answer.status_code, error

    def make(self, name: str, **fields: Any) -> str:
        """Create a record through the API; its id."""
        made: str = self.ok("POST", f"sobjects/{name}", fields)["id"]
        return made

    def lead(self, name: str = "Ada", **fields: Any) -> str:
        return self.make("Lead", LastName=name, Company="Acme", **fields)

    def get(self, name: str, id_: str) -> Row:
        found: Row = self.ok("GET", f"sobjects/{name}/{id_}")
        return found

    def query(self, text: str) -> Any:
        return self.ok("GET", "query", q=text)

    def values(self, text: str) -> list[Any]:
        """The one selected column of a query."""
        found = []
        for record in self.query(text)["records"]:
            del record["attributes"]
            (value,) = record.values()
            found.append(value)
        return found

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, f"/_sandbox/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def configure(self, **changes: Any) -> None:
        self.control("PATCH", "config", changes)

    def seed(self, name: str, **fields: Any) -> str:
        records = [{"object": name, "fields": fields}]
        seeded: str = self.control("POST", "seed", {"records": records})["ids"][0]
        return seeded

    def sdk(self, **sign_in: Any) -> Any:
        """The official-style client: with the static token, or signing in itself."""
        session = requests.Session()
        session.mount("https://", ToSandbox(self.url))
        self.sessions.append(session)
        given = sign_in or {"session_id": "sandbox-token", "instance_url": self.url}
        return Salesforce(session=session, version="59.0", **given)


@pytest.fixture(scope="session")
def running_clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def running(running_clock: Clock) -> Iterator[Running]:
    with Running(create(clock=running_clock)) as sandbox:
        yield sandbox


@pytest.fixture
def org(running: Running, running_clock: Clock) -> Iterator[Org]:
    running_clock.now = Clock().now
    headers = {"Authorization": "Bearer sandbox-token"}
    with http_client(base_url=running.url, headers=headers) as http:
        http.post("/_sandbox/reset", json={"config": Config().model_dump()}).raise_for_status()
        made = Org(running.url, http, running_clock)
        yield made
        for session in made.sessions:
            session.close()
