"""Connections over HTTP: secrets go in and never come out."""

import pytest

from app.store import connections
from tests.web.conftest import SECRET, Site

AT = "/api/v1/connections/ma"


def test_secrets_never_come_out(site: Site) -> None:
    """Only their names are shown, masked."""
    answer = site.call("GET", AT, "viewer")

    assert answer.json()["secrets"] == {"webhook_secret": "********"}
    assert SECRET not in answer.text
    assert SECRET not in site.call("GET", "/api/v1/connections").text


def test_what_was_read_can_be_saved_again(site: Site) -> None:
    """The mask stands for what is stored."""
    read = site.call("GET", AT).json()
    body = {name: read[name] for name in ("vendor", "role", "settings", "options", "secrets")}

    assert site.call("PUT", AT, json=body).status_code == 200

    with site.database.begin() as tx:
        stored = connections.get(tx, "ma")
    assert stored is not None
    assert site.parts.vault.open(stored.secret, "ma") == {"webhook_secret": SECRET}


def test_a_connection_is_added_with_its_webhook_address(site: Site) -> None:
    """At the public address, which vendors sign."""
    body = {"name": "crm", "vendor": "memory", "role": "sfa"}
    made = site.call("POST", "/api/v1/connections", json=body)

    assert made.status_code == 201
    assert made.headers["location"] == "/api/v1/connections/crm"
    assert made.json()["webhook_url"] == "https://baton.example/webhooks/crm"
    assert site.call("POST", "/api/v1/connections", json=body).status_code == 409


def test_a_refusal_holds_no_secret(site: Site) -> None:
    """Wherever it stood in the request."""
    odd = [
        {"vendor": "memory", "role": "ma", "secrets": {"nope": "canary-1"}},
        {"vendor": "memory", "role": "ma", "secrets": {"webhook_secret": ["canary-2"]}},
        {"vendor": "memory", "role": "x", "secrets": {"webhook_secret": "canary-3"}},
        {"vendor": "salesforce", "role": "sfa", "secrets": {"client_secret": "canary-4"}},
    ]

    for body in odd:
        answer = site.call("PUT", "/api/v1/connections/new", json=body)
        assert answer.status_code == 422
        assert "canary" not in answer.text


def test_settings_problems_have_places(site: Site) -> None:
    """As those of documents."""
    body = {"vendor": "memory", "role": "ma", "settings": {"nope": 1}}

    answer = site.call("PUT", AT, json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"pointer": "/settings/nope", "detail": "there is no such key"}
    ]


@pytest.mark.parametrize("name", ["A", "a:b", "x" * 41, "a b"])
def test_a_name_is_a_slug(site: Site, name: str) -> None:
    """It stands in addresses and in names of lanes."""
    body = {"name": name, "vendor": "memory", "role": "ma"}

    assert site.call("POST", "/api/v1/connections", json=body).status_code == 422
    del body["name"]
    assert site.call("PUT", f"/api/v1/connections/{name}", json=body).status_code == 422


def test_a_test_signs_in_and_keeps_what_it_saw(site: Site) -> None:
    """Account, fields and owners."""
    seen = site.call("POST", f"{AT}/test", "operator").json()

    assert seen["ok"]
    assert seen["account"]["name"] == "In-memory account"
    assert seen["fields"]["person"] > 5
    assert site.call("GET", AT).json()["account"]["name"] == "In-memory account"


def test_pause_and_resume(site: Site) -> None:
    """By an operator, who is named."""
    paused = site.call("POST", f"{AT}/pause", "operator").json()
    resumed = site.call("POST", f"{AT}/resume", "operator").json()

    assert (paused["state"], paused["reason"]) == ("paused", "paused by a operator")
    assert (resumed["state"], resumed["reason"]) == ("active", None)
    assert "read:ma:owners" in site.woken


def test_a_connection_is_forgotten(site: Site) -> None:
    """And is no more."""
    assert site.call("DELETE", AT).status_code == 204
    assert site.call("GET", AT).status_code == 404
    assert site.call("DELETE", AT).status_code == 404


def test_vendors_show_schemas_and_what_they_can(site: Site) -> None:
    """For forms; secrets are marked by standing apart."""
    found = {one["name"]: one for one in site.call("GET", "/api/v1/vendors").json()["items"]}

    assert found["hubspot"]["capabilities"]["ParsesWebhooks"]
    assert not found["hubspot"]["capabilities"]["Notifies"]
    assert "access_token" in found["hubspot"]["secrets_schema"]["properties"]
    missing = site.call("GET", "/api/v1/vendors/hubspto")
    assert missing.status_code == 404
    assert "did you mean 'hubspot'?" in missing.json()["detail"]


def test_status_shows_all_at_a_glance(site: Site) -> None:
    """Connections, queues, lanes that wait, what needs a person."""
    healthy = site.call("GET", "/api/v1/status", "viewer").json()
    site.call("POST", f"{AT}/pause")
    paused = site.call("GET", "/api/v1/status", "viewer").json()

    assert healthy["healthy"]
    assert (paused["healthy"], paused["attention"]) == (False, 1)
    assert paused["connections"][0]["state"] == "paused"
