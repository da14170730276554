"""Channels over the wire: their connectors, and receivers that answer as the real ones do."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from connectors.alerts.sandbox import slack as slack_sandbox
from connectors.alerts.sandbox import teams as teams_sandbox
from connectors.alerts.sandbox.inbox import Inbox
from connectors.alerts.slack import Slack
from connectors.alerts.teams import Teams
from connectors.messages import Button, Message, Section
from connectors.sandbox.server import Running
from connectors.vendor import Opening
from connectors.wire import Unlimited
from tests.support.http import client as http_client
from tests.support.ports import quiet_port

TOKEN = "xoxb-sandbox"
NEAR = frozenset({"127.0.0.1"})


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with http_client() as client:
        yield client


def opening(http: httpx.Client, settings: Mapping[str, Any], secrets: Mapping[str, str]) -> Opening:
    return Opening("channel", settings, secrets, http, Unlimited(), hosts=NEAR)


def message(key: str = "alert/1", to: str | None = None, **changes: Any) -> Message:
    values: dict[str, Any] = {
        "title": "Hot lead: Ada",
        "sections": (Section("Why:", ("Viewed <the> prices & *more*", "Came back")),),
        "buttons": (Button("Accept", "https://baton.example/a/token"),),
    }
    return Message(key, to, **{**values, **changes})


class SlackRig:
    """A workspace over HTTP, and connectors to it."""

    def __init__(self, http: httpx.Client, url: str, inbox: Inbox) -> None:
        self.http, self.url, self.inbox = http, url, inbox

    def hook(self, path: str = "/services/T000/B000/secret") -> Slack:
        return Slack(opening(self.http, {}, {"webhook_url": self.url + path}))

    def bot(self, token: str = TOKEN, **settings: Any) -> Slack:
        given = {"api_url": f"{self.url}/api", "channel": "C000", **settings}
        return Slack(opening(self.http, given, {"bot_token": token}))


@pytest.fixture
def slack(http: httpx.Client) -> Iterator[SlackRig]:
    inbox = Inbox()
    config = slack_sandbox.Config(
        users={"rep@example.com": "U111"},
        channels={"C000": "open", "C001": "archived", "C002": "not_in"},
    )
    with Running(slack_sandbox.create(config, inbox)) as running:
        yield SlackRig(http, running.url, inbox)


class TeamsRig:
    """A workflow over HTTP, and connectors to it."""

    def __init__(self, http: httpx.Client, url: str, inbox: Inbox) -> None:
        self.http, self.url, self.inbox = http, url, inbox

    def flow(self, name: str = "w000", sig: str = "sandbox", **settings: Any) -> Teams:
        path = f"/workflows/{name}/triggers/manual/paths/invoke?api-version=2016-06-01&sig={sig}"
        return Teams(opening(self.http, settings, {"webhook_url": self.url + path}))


@pytest.fixture
def teams(http: httpx.Client) -> Iterator[TeamsRig]:
    inbox = Inbox()
    with Running(teams_sandbox.create(None, inbox)) as running:
        yield TeamsRig(http, running.url, inbox)


@pytest.fixture
def free_port() -> int:
    return quiet_port()
