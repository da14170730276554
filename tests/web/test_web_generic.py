"""The generic webhook over HTTP: what a tool is told, and what is kept."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from jsonschema_rs import Draft202012Validator

from app.configuring import ConnectionSpec, save_connection
from connectors.base import Inbound
from tests.connectors.generic.conftest import CALL, KEY, OTHER_KEY, request, secret
from tests.web.conftest import Site

HOOK = "/webhooks/cti"


@pytest.fixture
def cti(site: Site) -> Site:
    """A site with a generic connection, `cti`."""
    with site.database.begin() as tx:
        spec = ConnectionSpec(
            name="cti", vendor="generic", role="sfa", secrets={"signing_secret": secret(KEY)}
        )
        save_connection(tx, site.parts.accounts, spec, by="test")
    return site


def sent(payload: Any, key: bytes = KEY) -> Inbound:
    """A request that the tool signs now."""
    return request(json.dumps(payload).encode(), at=datetime.now(UTC), key=key)


def post(cti: Site, payload: Any, **more: Any) -> httpx.Response:
    return cti.post(sent(payload, **more), HOOK)


def test_a_batch_is_on_disk_when_it_is_acknowledged(cti: Site) -> None:
    """A thousand activities in one request, read beside the others."""
    many = {"activities": [{**CALL, "id": f"a{n}"} for n in range(1000)]}

    answer = post(cti, many)

    assert (answer.status_code, answer.content) == (200, b"")
    assert cti.rows("activity") == 1000
    assert cti.eventually(lambda: "score" in cti.woken)


def test_the_same_id_again_changes_nothing(cti: Site) -> None:
    """In another request, with another message id, and with other words."""
    answers = [
        post(cti, CALL).status_code,
        post(
            cti, {"activities": [{**CALL, "title": "otherwise"}, {**CALL, "id": "b"}]}
        ).status_code,
    ]

    items = cti.call("GET", "/api/v1/activities").json()["items"]
    assert answers == [200, 200]
    assert sorted((one["external_id"], one["title"]) for one in items) == [
        ("b", "Call about prices"),
        ("call-1", "Call about prices"),
    ]


def test_a_proven_sender_is_told_what_to_mend(cti: Site) -> None:
    """Where, and how; and nothing of the request is kept."""
    answer = post(cti, {"activities": [CALL, {**CALL, "id": "b", "at": "yesterday"}]})

    tip = "expected a time such as 2026-11-20T09:30:00Z or 2026-11-20T18:30:00+09:00"
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == (
        f"nothing was taken because of 1 problem, at /activities/1/at: {tip}"
    )
    assert answer.json()["errors"] == [{"pointer": "/activities/1/at", "detail": tip}]
    assert cti.rows("activity") == 0


def test_a_proven_sender_is_told_how_much_is_fine(cti: Site) -> None:
    """413, with the most that is taken."""
    answer = post(cti, {"activities": [{**CALL, "id": f"a{n}"} for n in range(1001)]})

    assert answer.status_code == 413
    assert answer.json()["detail"] == "1001 activities; send at most 1000 in one request"


def test_somebody_else_is_told_nothing(cti: Site) -> None:
    """Neither of the body nor of the signature."""
    answer = post(cti, {"activities": [{"id": 7}]}, key=OTHER_KEY)

    assert answer.status_code == 401
    assert answer.json()["detail"] == "the signature was not accepted"
    assert answer.json()["errors"] == []


def test_a_refusal_logs_no_value(cti: Site, caplog: pytest.LogCaptureFixture) -> None:
    """What people did is not in the log, even where it is wrong."""
    caplog.set_level(logging.DEBUG)
    person = {"email": "canary", "phone": "canary"}

    assert post(cti, {**CALL, "id": "canary canary", "person": person}).status_code == 400
    assert "canary" not in caplog.text


def test_a_nul_character_is_left_out(cti: Site) -> None:
    """PostgreSQL holds none: the rest of a title or of a detail is kept."""
    answer = post(cti, {**CALL, "title": "Pri\x00ces", "detail": {"page": "a\x00b"}})

    [one] = cti.call("GET", "/api/v1/activities").json()["items"]
    assert answer.status_code == 200
    assert (one["title"], one["detail"]) == ("Prices", {"page": "ab"})


def test_the_schema_is_served_for_validators(cti: Site) -> None:
    """As JSON Schema alone; a vendor that makes its own webhooks has none."""
    answer = cti.call("GET", "/api/v1/vendors/generic/webhook-schema", "viewer")
    schema = Draft202012Validator(answer.json())

    assert answer.headers["content-type"] == "application/schema+json"
    assert schema.is_valid(dict(CALL))
    assert not schema.is_valid({**CALL, "type": "Page View"})
    assert cti.call("GET", "/api/v1/vendors/memory/webhook-schema").status_code == 404
    assert cti.call("GET", "/api/v1/vendors/nobody/webhook-schema").status_code == 404


def test_a_secret_that_is_too_weak_is_refused(cti: Site) -> None:
    """When the connection is saved, with the way to make a good one, and not repeated."""
    body = {"vendor": "generic", "role": "sfa", "secrets": {"signing_secret": "whsec_canary"}}
    answer = cti.call("PUT", "/api/v1/connections/cti", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/secrets/signing_secret"
    assert "canary" not in answer.text
