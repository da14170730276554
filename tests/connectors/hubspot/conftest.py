"""Opening the adapter: against HubSpot's own address (for respx) or against a sandbox."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import httpx
import pytest
import respx

from connectors.hubspot import HubSpot
from connectors.hubspot.sandbox.app import create
from connectors.sandbox.server import Running
from connectors.vendor import Opening
from connectors.wire import Unlimited
from tests.connectors.hubspot.account import Account
from tests.support.http import client as http_client

API = "https://api.hubapi.com"
TOKEN = {"access_token": "sandbox-token", "client_secret": "sandbox-secret"}
OAUTH = {"client_id": "id", "client_secret": "secret", "refresh_token": "old"}


class Connect(Protocol):
    def __call__(self, url: str = API, **settings: Any) -> HubSpot: ...


class SignIn(Protocol):
    def __call__(self, keep: Callable[[Mapping[str, str]], None]) -> HubSpot: ...


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with http_client() as client:
        yield client


@pytest.fixture
def connect(http: httpx.Client) -> Connect:
    """A connector with a static token to the account at `url`."""

    def open_at(url: str = API, **settings: Any) -> HubSpot:
        hosts = frozenset({"127.0.0.1"})
        told = {"base_url": url, **settings}
        return HubSpot(Opening("hs", told, TOKEN, http, Unlimited(), hosts=hosts))

    return open_at


@pytest.fixture
def sign_in(http: httpx.Client) -> SignIn:
    """A connector of an OAuth app, with a place to keep changed secrets."""

    def open_with(keep: Callable[[Mapping[str, str]], None]) -> HubSpot:
        return HubSpot(Opening("hs", {}, OAUTH, http, Unlimited(), keep=keep))

    return open_with


@pytest.fixture
def hubspot(connect: Connect) -> HubSpot:
    return connect()


@pytest.fixture
def router() -> Iterator[respx.MockRouter]:
    """HubSpot's address; a request that no test has foreseen fails."""
    with respx.mock(base_url=API, assert_all_called=False) as router:
        yield router


@pytest.fixture
def sent() -> Callable[[respx.Route, int], Any]:
    """The JSON body of a route's nth call."""

    def body_of(route: respx.Route, n: int = -1) -> Any:
        return json.loads(route.calls[n].request.content)

    return body_of


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with Running(create()) as running:
        yield running.url


@pytest.fixture
def account(address: str, http: httpx.Client) -> Account:
    """A fresh account in a sandbox."""
    return Account(address, http)
