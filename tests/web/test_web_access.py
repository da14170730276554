"""Who may do what: every operation by every role, and what strangers get to see."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.store import api_keys
from tests.web.conftest import Site

RANKS = {"viewer": 1, "operator": 2, "admin": 3}
OPEN = {"/webhooks/{connection}", "/healthz", "/readyz", "/metrics"}
SAMPLES = {"person_id": str(UUID(int=7)), "alert_id": "7", "version": "7", "kind": "scoring"}


def operations(site: Site) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation of the OpenAPI document with an address that names nothing real."""
    document = site.call("GET", "/api/v1/openapi.json", None).json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def address(path: str) -> str:
    """A path with its parameters filled in."""
    for part in [p for p in path.split("/") if p.startswith("{")]:
        path = path.replace(part, SAMPLES.get(part[1:-1], "nothing"))
    return path


def test_nothing_but_webhooks_and_health_is_open(site: Site) -> None:
    """Every other operation names a role and the security scheme."""
    for method, path, operation in operations(site):
        if path in OPEN:
            continue
        assert operation["x-role"] in RANKS, f"{method} {path}"
        assert operation["security"] == [{"ApiKey": []}], f"{method} {path}"


def test_every_operation_refuses_strangers(site: Site) -> None:
    """401 without a key, whatever is asked."""
    for method, path, _ in operations(site):
        if path not in OPEN:
            answer = site.call(method, address(path), None)
            assert answer.status_code == 401, f"{method} {path}"
            assert answer.headers["www-authenticate"] == 'Bearer realm="baton"'


@pytest.mark.parametrize("role", ["viewer", "operator", "admin"])
def test_every_operation_obeys_the_role_that_it_names(site: Site, role: str) -> None:
    """403 below it, and from it on anything but 401 and 403."""
    for method, path, operation in operations(site):
        if path in OPEN:
            continue
        answer = site.call(method, address(path), role)
        allowed = RANKS[role] >= RANKS[operation["x-role"]]
        assert (answer.status_code not in {401, 403}) == allowed, f"{method} {path} {role}"
        assert answer.status_code < 500, f"{method} {path} {role}: {answer.text}"


def test_what_changes_the_configuration_needs_an_admin(site: Site) -> None:
    """The roles themselves are as documented."""
    wanted = {(m, p): o["x-role"] for m, p, o in operations(site) if p not in OPEN}

    changing = {one for one in wanted if one[0] in {"PUT", "DELETE"}}
    assert {one for one in changing if wanted[one] != "admin"} == {  # the day's work
        ("PUT", "/api/v1/handoffs/{handoff_id}/checklist/{item}"),
        ("DELETE", "/api/v1/campaigns/{name}/costs/{cost_id}"),
    }
    assert wanted["GET", "/api/v1/keys"] == "admin"
    assert wanted["POST", "/api/v1/attention/retry"] == "operator"
    assert wanted["GET", "/api/v1/people"] == "viewer"


def test_a_revoked_key_opens_nothing(site: Site) -> None:
    """From the moment that it is revoked."""
    keys = site.call("GET", "/api/v1/keys").json()["items"]
    viewer = next(key["id"] for key in keys if key["role"] == "viewer")

    assert site.call("DELETE", f"/api/v1/keys/{viewer}").status_code == 204

    assert site.call("GET", "/api/v1/status", "viewer").status_code == 401
    assert site.call("DELETE", f"/api/v1/keys/{viewer}").status_code == 404


def test_an_expired_key_opens_nothing(site: Site) -> None:
    """Its time is over."""
    with site.database.begin() as tx:
        yesterday = datetime.now(UTC) - timedelta(days=1)
        site.keys["late"] = api_keys.create(tx, "late", "admin", yesterday)

    assert site.call("GET", "/api/v1/status", "late").status_code == 401


def test_a_new_key_is_shown_once_and_works(site: Site) -> None:
    """The list holds neither the key nor its hash."""
    made = site.call("POST", "/api/v1/keys", json={"name": "bi", "role": "viewer"})
    site.keys["bi"] = made.json()["key"]

    assert made.status_code == 201
    assert site.call("GET", "/api/v1/status", "bi").status_code == 200
    listed = site.call("GET", "/api/v1/keys").text
    assert site.keys["bi"] not in listed
    assert "hash" not in listed


@pytest.mark.parametrize(
    "value",
    ["", "Bearer", "Bearer ", "Basic YWRtaW46YWRtaW4=", "Bearer baton_x", "Bearer baton_1_2\x00"],
)
def test_odd_headers_are_401(site: Site, value: str) -> None:
    """Never a fault."""
    answer = site.call("GET", "/api/v1/status", None, headers={"Authorization": value})

    assert answer.status_code == 401


def test_two_keys_at_once_are_none(site: Site) -> None:
    """Which of them would count is nothing to guess about."""
    again = {"Authorization": f"Bearer {site.keys['admin']}"}

    assert site.call("GET", "/api/v1/status", headers=again).status_code == 401


def test_who_guesses_keys_is_slowed_down(site: Site) -> None:
    """429 after twenty wrong keys; the right one goes on working."""
    wrong = {"Authorization": "Bearer baton_a_b"}
    answers = [
        site.call("GET", "/api/v1/status", None, headers=wrong).status_code for _ in range(21)
    ]

    assert answers == [401] * 20 + [429]
    assert site.call("GET", "/api/v1/status").status_code == 200


def test_answers_carry_headers_that_keep_browsers_safe(site: Site) -> None:
    """No sniffing, no frames, no caching of what is personal."""
    headers = site.call("GET", "/api/v1/status").headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["cache-control"] == "no-store"
    assert headers["strict-transport-security"] == "max-age=31536000"


def test_a_request_keeps_the_id_that_a_proxy_gave_it(site: Site) -> None:
    """If it is one; what could forge a log line is replaced."""
    kept = site.call("GET", "/healthz", None, headers={"X-Request-ID": "abc-123"})
    odd = site.call("GET", "/healthz", None, headers={"X-Request-ID": "a b\x1b[31m"})

    assert kept.headers["x-request-id"] == "abc-123"
    assert len(odd.headers["x-request-id"]) == 32
