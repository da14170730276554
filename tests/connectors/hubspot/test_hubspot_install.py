"""Installing into an account and out of it, against the sandbox."""

from typing import Any

import pytest

from connectors.base import AuthLost
from connectors.hubspot import HubSpot
from connectors.vendor import Opening
from connectors.wire import Unlimited
from tests.connectors.hubspot.account import PORTAL, Account

APP = 1_234_567
URL = "https://baton.example/webhooks/hs"
SECRETS = {"access_token": "sandbox-token", "developer_api_key": "developer-key"}


@pytest.fixture
def hubspot(account: Account, http: Any) -> HubSpot:
    """All that can be installed."""
    config = {
        "app_id": APP, "developer_api_key": "developer-key", "subscriptions": [],
        "target_url": None,
    }  # fmt: skip
    account.http.patch(f"{account.url}/_sandbox/config", json=config).raise_for_status()
    return opened(account, http, SECRETS)


def opened(account: Account, http: Any, secrets: dict[str, str]) -> HubSpot:
    settings = {
        "base_url": account.url, "portal_id": PORTAL, "app_id": APP, "webhook_url": URL,
        "activity_event": "baton_activity", "webhook_properties": {"person": ["email"]},
    }  # fmt: skip
    hosts = frozenset({"127.0.0.1"})
    return HubSpot(Opening("hs", settings, secrets, http, Unlimited(), hosts=hosts))


def subscriptions(account: Account) -> list[tuple[str, str | None, bool]]:
    path = f"/webhooks/v3/{APP}/subscriptions?hapikey=developer-key"
    found = account.call("GET", path)["results"]
    return [(one["eventType"], one.get("propertyName"), one["active"]) for one in found]


def test_a_dry_run_tells_exactly_what_the_first_run_does(
    account: Account, hubspot: HubSpot
) -> None:
    """Nothing is made by it; the second run has nothing left to do."""
    foreseen = hubspot.install(dry_run=True)

    assert foreseen == hubspot.install(dry_run=True)
    assert hubspot.install() == foreseen
    assert hubspot.install() == []
    assert {
        "create group contacts.baton",
        "create property contacts.baton_key",
        "create property contacts.baton_days_since_touch",
        "create property communications.baton_key",
        f"create event definition pe{PORTAL}_baton_activity",
        f"create webhook address {URL}",
        "create webhook subscription contact.merge",
        "create webhook subscription contact.propertyChange email",
        "create webhook subscription contact.propertyChange hubspotscore",
    } <= set(foreseen)
    assert ("contact.propertyChange", "email", True) in subscriptions(account)


def test_what_is_partly_there_is_completed(account: Account, hubspot: HubSpot) -> None:
    """A subscription that was switched off, an address that leads elsewhere, a lost property."""
    hubspot.install()
    path = f"/webhooks/v3/{APP}"
    key = "?hapikey=developer-key"
    first = account.call("GET", f"{path}/subscriptions{key}")["results"][0]
    account.call("PATCH", f"{path}/subscriptions/{first['id']}{key}", {"active": False})
    elsewhere = {"targetUrl": "https://other.example/", "throttling": {"maxConcurrentRequests": 9}}
    account.call("PUT", f"{path}/settings{key}", elsewhere)
    event = f"/events/v3/event-definitions/pe{PORTAL}_baton_activity"
    account.call("DELETE", f"{event}/property/baton_body")
    account.call("DELETE", "/crm/v3/properties/contacts/baton_grade")

    changes = hubspot.install()

    assert changes == [
        "create property contacts.baton_grade",
        f"create event property pe{PORTAL}_baton_activity.baton_body",
        f"change webhook address https://other.example/ to {URL}",
        "change webhook subscription contact.creation: switched on",
    ]
    assert hubspot.install() == []


def test_uninstalling_removes_what_was_installed(account: Account, hubspot: HubSpot) -> None:
    """Shown first, then done; nothing of ours is left, and it can be installed anew."""
    made = hubspot.install()
    foreseen = hubspot.uninstall(dry_run=True)
    done = hubspot.uninstall()

    assert done == foreseen
    assert len(done) == len(made)
    assert hubspot.uninstall() == []
    assert subscriptions(account) == []
    assert hubspot.install(dry_run=True) == made


def test_what_others_made_stays(account: Account, hubspot: HubSpot) -> None:
    """A property of theirs in our group keeps the group; an app that sends elsewhere is theirs."""
    hubspot.install()
    theirs = {"name": "theirs", "label": "Theirs", "type": "string", "fieldType": "text"}
    account.call("POST", "/crm/v3/properties/contacts", {**theirs, "groupName": "baton"})
    elsewhere = {"targetUrl": "https://other.example/", "throttling": {"maxConcurrentRequests": 9}}
    account.call("PUT", f"/webhooks/v3/{APP}/settings?hapikey=developer-key", elsewhere)

    lines = hubspot.uninstall()

    assert "keep group contacts.baton: other properties are in it" in lines
    assert "remove group companies.baton" in lines
    assert not [line for line in lines if "webhook" in line]
    assert subscriptions(account) != []
    assert account.call("GET", "/crm/v3/properties/contacts/theirs")["name"] == "theirs"


def test_without_the_developers_key_nothing_is_subscribed(account: Account, http: Any) -> None:
    """Properties and the event are installed all the same."""
    lines = opened(account, http, {"access_token": "sandbox-token"}).install(dry_run=True)

    assert not [line for line in lines if "webhook" in line]
    assert "create property contacts.baton_key" in lines


def test_a_wrong_developers_key_is_told(
    account: Account,
    hubspot: HubSpot,  # noqa: ARG001  sets the account up
    http: Any,
) -> None:
    """It is not taken for an app without subscriptions."""
    wrong = opened(account, http, {**SECRETS, "developer_api_key": "wrong"})

    with pytest.raises(AuthLost):
        wrong.install(dry_run=True)


def test_the_event_needs_the_account(connect: Any) -> None:
    """Its full name begins with the account's id."""
    with pytest.raises(ValueError, match="give portal_id"):
        connect(activity_event="baton_activity")
