"""Signing in by OAuth: tracked age, one refresh for all, rotated refresh tokens kept first."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol
from urllib.parse import parse_qs

import httpx
import pytest
import respx
from pydantic import ValidationError

from connectors.base import AuthLost, Busy, Ref
from connectors.hubspot import HubSpot
from connectors.hubspot.auth import OAuthTokens, classify_grant
from connectors.hubspot.settings import Secrets
from connectors.wire import NoTokens, Unlimited, Wire, ignore

TOKEN = "/oauth/v3/token"
READ = "/crm/v3/objects/contacts/batch/read"
URL = "https://api.hubapi.com/oauth/v3/token"
NOBODY: dict[str, Any] = {"results": [{"id": "1"}]}


class SignIn(Protocol):
    def __call__(self, keep: Any) -> HubSpot: ...


def grant(token: str, refresh: str = "old") -> dict[str, Any]:
    return {
        "token_type": "bearer",
        "access_token": token,
        "refresh_token": refresh,
        "expires_in": 1800,
    }


def tokens(http: httpx.Client, clock: Any) -> OAuthTokens:
    wire = Wire("hs", http, NoTokens(), classify_grant, Unlimited(), frozenset({".hubapi.com"}))
    return OAuthTokens(wire, URL, "id", "secret", "old", ignore, clock)


def test_a_token_is_asked_for_with_all_in_the_body(
    sign_in: SignIn, router: respx.MockRouter
) -> None:
    """Form-encoded, and the access token goes with the request that follows."""
    asked = router.post(TOKEN).respond(json=grant("t1"))
    read = router.post(READ).respond(json=NOBODY)

    sign_in(ignore).read([Ref("person", "1")], [])

    assert parse_qs(asked.calls[0].request.content.decode()) == {
        "grant_type": ["refresh_token"],
        "client_id": ["id"],
        "client_secret": ["secret"],
        "refresh_token": ["old"],
    }
    assert read.calls[0].request.headers["authorization"] == "Bearer t1"


def test_a_token_serves_until_shortly_before_its_end(
    http: httpx.Client, router: respx.MockRouter
) -> None:
    """A minute before the 1,800 s are over the next one is fetched, without waiting for a 401."""
    now = [0.0]
    asked = router.post(TOKEN).mock(
        side_effect=[httpx.Response(200, json=grant(t)) for t in ("t1", "t2")]
    )
    ours = tokens(http, lambda: now[0])

    served = []
    for at in (0.0, 1739.0, 1740.0, 1741.0):
        now[0] = at
        served.append(ours.current())

    assert served == ["t1", "t1", "t2", "t2"]
    assert asked.call_count == 2


def test_a_short_lived_token_is_not_fetched_for_each_call(
    http: httpx.Client, router: respx.MockRouter
) -> None:
    """A life of less than the margin is used for half of it."""
    asked = router.post(TOKEN).respond(json={**grant("t1"), "expires_in": 10})
    ours = tokens(http, lambda: 0.0)

    assert [ours.current(), ours.current()] == ["t1", "t1"]
    assert asked.call_count == 1


def test_many_threads_make_one_refresh(http: httpx.Client, router: respx.MockRouter) -> None:
    """Eight threads that find the token stale at once ask HubSpot once."""
    asked = router.post(TOKEN).mock(
        side_effect=[httpx.Response(200, json=grant(f"t{n}")) for n in range(1, 9)]
    )
    ours = tokens(http, lambda: 0.0)
    stale, start = ours.current(), threading.Barrier(8)

    def renew(_: int) -> str:
        start.wait()
        return ours.renew(stale)

    with ThreadPoolExecutor(8) as threads:
        renewed = set(threads.map(renew, range(8)))

    assert renewed == {"t2"}
    assert asked.call_count == 2


def test_a_rotated_refresh_token_is_kept_before_it_is_used(
    sign_in: SignIn, router: respx.MockRouter
) -> None:
    """When it is stored, no request with the new access token has been made yet."""
    router.post(TOKEN).respond(json=grant("t1", refresh="new"))
    read = router.post(READ).respond(json=NOBODY)
    kept: list[tuple[Mapping[str, str], int]] = []

    sign_in(lambda secrets: kept.append((secrets, read.call_count))).read([Ref("person", "1")], [])

    assert kept == [({"refresh_token": "new"}, 0)]
    assert read.call_count == 1


def test_a_401_is_answered_by_one_refresh(sign_in: SignIn, router: respx.MockRouter) -> None:
    """The same request again with the new token; a second 401 loses the sign-in."""
    router.post(TOKEN).mock(
        side_effect=[httpx.Response(200, json=grant(t)) for t in ("t1", "t2", "t3")]
    )
    expired = httpx.Response(401, json={"category": "EXPIRED_AUTHENTICATION", "message": "expired"})
    read = router.post(READ).mock(
        side_effect=[expired, httpx.Response(200, json=NOBODY), expired, expired]
    )
    hubspot = sign_in(ignore)

    assert len(hubspot.read([Ref("person", "1")], [])) == 1
    with pytest.raises(AuthLost):
        hubspot.read([Ref("person", "1")], [])
    assert [call.request.headers["authorization"] for call in read.calls] == [
        "Bearer t1",
        "Bearer t2",
        "Bearer t2",
        "Bearer t3",
    ]


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (
            400,
            {
                "error": "invalid_grant",
                "error_description": "refresh token is invalid, expired or revoked",
                "status": "BAD_REFRESH_TOKEN",
                "message": "refresh token is invalid, expired or revoked",
            },
            AuthLost,
        ),
        (401, {}, AuthLost),
        (403, {}, AuthLost),
        (429, {"policyName": "TEN_SECONDLY"}, Busy),
        (500, {}, Busy),
        (503, {}, Busy),
        (200, {"access_token": ""}, Busy),
        (200, {"access_token": "t", "expires_in": -1}, Busy),
    ],
)
def test_a_refresh_that_fails(
    sign_in: SignIn,
    router: respx.MockRouter,
    status: int,
    body: dict[str, Any],
    expected: type[Exception],
) -> None:
    """Refused for what it says: a person must sign in anew; all else is tried again later."""
    router.post(TOKEN).respond(status, json=body)

    with pytest.raises(expected):
        sign_in(ignore).read([Ref("person", "1")], [])


def test_secrets_are_whole_and_never_shown() -> None:
    """Half a sign-in is refused, and neither text nor error shows a secret."""
    with pytest.raises(ValidationError) as refused:
        Secrets(client_id="canary-id", client_secret="canary-secret")

    assert "canary" not in str(refused.value)
    assert "canary" not in repr(Secrets(access_token="canary-token", client_secret="canary-secret"))
