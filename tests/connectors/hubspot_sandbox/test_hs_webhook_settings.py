"""The webhook settings API, through HTTP and through the official SDK."""

from typing import Any

import httpx
import hubspot
import pytest

APP = "/webhooks/v3/1234567"
SETTINGS = {"targetUrl": "http://127.0.0.1:9/in", "throttling": {"maxConcurrentRequests": 10}}


def test_settings_are_put_read_and_deleted(account: Any) -> None:
    """Without settings there is a 404; what is put is read, by every version of the path."""
    assert account.ask("GET", f"{APP}/settings").status_code == 404

    put = account.ok("PUT", f"{APP}/settings", SETTINGS)
    assert put["throttling"] == {"maxConcurrentRequests": 10, "period": "SECONDLY"}
    for base in ("/webhooks/2026-03", "/app-webhooks/2026-09"):
        got = account.ok("GET", f"{base}/1234567/settings")
        assert (got["targetUrl"], got["throttling"]) == tuple(SETTINGS.values())
    assert account.ok("GET", "/_sandbox/config")["webhook_concurrency"] == 10

    account.ok("DELETE", f"{APP}/settings")
    assert account.ask("GET", f"{APP}/settings").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"targetUrl": "http://x"},
        {"targetUrl": "nowhere", "throttling": {"maxConcurrentRequests": 10}},
        {"targetUrl": "http://x", "throttling": {"maxConcurrentRequests": 5}},
        {"targetUrl": "http://x", "throttling": {"maxConcurrentRequests": "many"}},
        [],
    ],
)
def test_wrong_settings(account: Any, body: Any) -> None:
    """Half, unusable or too small settings are a 400."""
    assert account.ask("PUT", f"{APP}/settings", body).status_code == 400


def test_other_apps_are_not_there(account: Any) -> None:
    """Another app's id is a 404."""
    assert account.ask("GET", "/webhooks/v3/7/subscriptions").status_code == 404


def test_subscription_from_birth_to_death(account: Any) -> None:
    """Created paused, switched on, and gone; its events carry its id."""
    account.configure(subscriptions=[])
    wanted = {"eventType": "object.creation", "objectTypeId": "0-2"}
    made = account.ok("POST", f"{APP}/subscriptions", wanted)
    assert {"id", "active", "createdAt", "updatedAt", *wanted} == set(made)
    assert made["active"] is False

    path = f"{APP}/subscriptions/{made['id']}"
    assert account.ok("PATCH", path, {"active": True})["active"] is True
    account.configure(target_url="http://127.0.0.1:9/in", webhook_flush_ms=100_000)
    account.make(email="a@x.com")
    assert account.ok("GET", "/_sandbox/quiet")["pending_webhooks"] == 0
    account.make("companies", name="Acme")
    assert account.ok("GET", "/_sandbox/quiet")["pending_webhooks"] == 1

    account.ok("DELETE", path)
    assert account.ask("GET", path).status_code == 404
    assert account.ok("GET", f"{APP}/subscriptions") == {"results": []}


@pytest.mark.parametrize(
    "body",
    [
        {"eventType": "contact.explosion"},
        {"eventType": "contact.propertyChange"},
        {"eventType": "object.creation"},
        {"eventType": "contact.creation"},  # there is one already
        {},
    ],
)
def test_wrong_subscriptions(account: Any, body: Any) -> None:
    """Unknown events, missing fields and duplicates are a 400."""
    account.configure(subscriptions=[{"eventType": "contact.creation"}])
    assert account.ask("POST", f"{APP}/subscriptions", body).status_code == 400


def test_batch_update(account: Any) -> None:
    """Each that exists is switched; the others make it a 207."""
    wanted = [{"eventType": "contact.creation"}, {"eventType": "deal.creation"}]
    account.configure(subscriptions=wanted)
    ids = [int(one["id"]) for one in account.ok("GET", f"{APP}/subscriptions")["results"]]
    path = f"{APP}/subscriptions/batch/update"

    done = account.ok("POST", path, {"inputs": [{"id": i, "active": False} for i in ids]})
    half = account.ask("POST", path, {"inputs": [{"id": i, "active": True} for i in (ids[0], 7)]})

    assert [one["active"] for one in done["results"]] == [False, False]
    assert (half.status_code, half.json()["numErrors"]) == (207, 1)
    states = [one["active"] for one in account.ok("GET", f"{APP}/subscriptions")["results"]]
    assert states == [True, False]


def test_developer_key_signs_in_here_only(account: Any) -> None:
    """`hapikey` opens the settings, not the CRM; a configured key must be right."""
    account.configure(developer_api_key="secret")
    bare = httpx.Client(base_url=account.http.base_url)
    asked = [("secret", f"{APP}/subscriptions"), ("wrong", f"{APP}/subscriptions"),
             ("secret", "/crm/v3/objects/contacts")]  # fmt: skip
    with bare:
        statuses = [bare.get(path, params={"hapikey": key}).status_code for key, path in asked]

    assert statuses == [200, 401, 401]


def test_official_sdk(account: Any) -> None:
    """The SDK's own models read what is answered."""
    from hubspot.webhooks import (  # noqa: PLC0415  imports a thousand modules, only here
        SettingsChangeRequest,
        SubscriptionCreateRequest,
        ThrottlingSettings,
    )

    account.configure(subscriptions=[])
    sdk = hubspot.HubSpot(api_key="any", host=str(account.http.base_url).rstrip("/"))
    webhooks = sdk.webhooks
    throttling = ThrottlingSettings(max_concurrent_requests=20)
    change = SettingsChangeRequest(target_url="http://127.0.0.1:9/in", throttling=throttling)
    settings = webhooks.settings_api.configure(1234567, settings_change_request=change)
    wanted = SubscriptionCreateRequest(
        event_type="contact.propertyChange", property_name="phone", active=True
    )
    made = webhooks.subscriptions_api.create(1234567, subscription_create_request=wanted)

    assert settings.throttling.max_concurrent_requests == 20
    listed = webhooks.subscriptions_api.get_all(1234567).results
    assert [(one.id, one.property_name, one.active) for one in listed] == [(made.id, "phone", True)]


def test_property_name_that_is_no_text(account: Any) -> None:
    """It counts as none."""
    body = {"eventType": "contact.creation", "propertyName": 0, "active": True}
    account.configure(subscriptions=[])

    made = account.ask("POST", "/webhooks/v3/1234567/subscriptions", body)

    assert made.status_code == 201
    assert "propertyName" not in made.json()
