"""Errors are problem documents, whatever went wrong; and the API says so of itself."""

from typing import Any

import pytest

from tests.web.conftest import Site

MEDIA_TYPE = "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v2/people", 404),
        ("POST", "/api/v1/people", 405),
        ("GET", "/webhooks/ma", 405),
        ("DELETE", "/healthz", 405),
        ("GET", "/api/v1/alerts/x", 422),
        ("GET", "/api/v1/connections/nobody", 404),
        ("GET", "/api/v1/documents/nothing", 404),
        ("PUT", "/api/v1/connections/ma", 422),
        ("POST", "/api/v1/keys", 422),
    ],
)
def test_every_error_is_a_problem_document(site: Site, method: str, path: str, status: int) -> None:
    """RFC 9457, with the request's id to be found in the log."""
    answer = site.call(method, path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == MEDIA_TYPE
    body = answer.json()
    assert body["status"] == status
    assert body["type"] == "about:blank"
    assert body["title"]
    assert body["instance"] == f"urn:baton:request:{answer.headers['x-request-id']}"


@pytest.mark.parametrize("text", [b"{", b"[" * 100_000, b'{"name": "x", "role": "\xff"}'])
def test_a_body_that_is_no_json_is_a_400(site: Site, text: bytes) -> None:
    """Never a fault."""
    json = {"Content-Type": "application/json"}

    assert site.call("POST", "/api/v1/keys", content=text, headers=json).status_code == 400


def test_a_body_may_not_say_one_thing_twice(site: Site) -> None:
    """Which of the two counts would be anybody's guess."""
    json = {"Content-Type": "application/json"}
    twice = b'{"name": "x", "role": "viewer", "role": "admin"}'

    assert site.call("POST", "/api/v1/keys", content=twice, headers=json).status_code == 400


def test_a_problem_never_repeats_what_was_sent(site: Site) -> None:
    """It may have been a secret."""
    odd = {"name": {"a": "canary-7"}, "role": "canary-8"}

    answer = site.call("POST", "/api/v1/keys", json=odd)

    assert answer.status_code == 422
    assert "canary" not in answer.text


def test_the_api_describes_itself(site: Site) -> None:
    """Security scheme, problems, examples; every operation has a summary and a tag."""
    document: dict[str, Any] = site.call("GET", "/api/v1/openapi.json", None).json()

    assert document["info"]["title"] == "Baton"
    assert document["components"]["securitySchemes"]["ApiKey"]["scheme"] == "bearer"
    assert "HTTPValidationError" not in document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["tags"], f"{method} {path}"
            assert operation["summary"], f"{method} {path}"
            if path.startswith(("/api/", "/webhooks/")):
                default = operation["responses"]["default"]["content"]
                assert list(default) == [MEDIA_TYPE], f"{method} {path}"
