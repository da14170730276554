"""Signing in: the flows, one refresh for all threads, and where tokens may go."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from urllib.parse import parse_qs

import httpx
import jwt
import pytest
import respx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.base import AuthLost, Busy, Rejected
from tests.support.patience import PATIENCE_S

ORG = "https://acme.my.salesforce.com"
ORGANIZATION = {"done": True, "records": [{"Id": "00D58000000aLVD", "Name": "Acme"}]}
EXPIRED = [{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}]
CLIENT = {"client_id": "id", "client_secret": "secret"}
OpenAt = Callable[..., Any]


@pytest.fixture
def web() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        yield router


def token(value: str, **more: str) -> httpx.Response:
    return httpx.Response(200, json={"access_token": value, "instance_url": ORG} | more)


def form(route: respx.Route) -> dict[str, list[str]]:
    return parse_qs(route.calls.last.request.content.decode())


def test_client_credentials_are_exchanged_at_my_domain(
    web: respx.MockRouter, open_at: OpenAt
) -> None:
    """The flow asks the org's own host and uses the token for the call."""
    tokens = web.post(f"{ORG}/services/oauth2/token").mock(return_value=token("t1"))
    query = web.get(f"{ORG}/services/data/v59.0/query/").respond(
        json=ORGANIZATION, headers={"Sforce-Limit-Info": "api-usage=22/15000"}
    )

    account = open_at(flow="client_credentials", secrets=CLIENT).probe()

    assert (account.id, account.name) == ("00D58000000aLVDEA2", "Acme")
    assert (account.api_used, account.api_limit) == (22, 15000)
    assert form(tokens) == {
        "grant_type": ["client_credentials"],
        "client_id": ["id"],
        "client_secret": ["secret"],
    }
    assert query.calls.last.request.headers["authorization"] == "Bearer t1"


def test_a_jwt_is_signed_for_the_login_host(web: respx.MockRouter, open_at: OpenAt) -> None:
    """The assertion names client, user and audience, and lives for minutes."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    login = web.post("https://test.salesforce.com/services/oauth2/token")
    login.mock(return_value=token("t1"))
    web.get(f"{ORG}/services/data/v59.0/query/").respond(json=ORGANIZATION)
    secrets = {"client_id": "id", "private_key": pem, "username": "int@acme.example"}

    open_at(flow="jwt", login_url="https://test.salesforce.com", secrets=secrets).probe()

    sent = form(login)
    assert sent["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    claims = jwt.decode(
        sent["assertion"][0],
        key.public_key(),
        algorithms=["RS256"],
        audience="https://test.salesforce.com",
    )
    assert (claims["iss"], claims["sub"]) == ("id", "int@acme.example")


def test_a_key_that_is_none_is_told(open_at: OpenAt) -> None:
    """A private key that cannot be read pauses the connection with the secret's name."""
    secrets = {"client_id": "id", "private_key": "nonsense", "username": "u"}

    with pytest.raises(AuthLost, match="private_key"):
        open_at(flow="jwt", secrets=secrets).probe()


def test_a_rotated_refresh_token_is_kept_before_the_token_is_used(
    web: respx.MockRouter, open_at: OpenAt, kept: Any
) -> None:
    """The new refresh token is stored when the first request with the new access token goes."""
    tokens = web.post(f"{ORG}/services/oauth2/token")
    tokens.mock(return_value=token("t1", refresh_token="r2"))
    kept_at_call: list[int] = []

    def answer(_: httpx.Request) -> httpx.Response:
        kept_at_call.append(len(kept.secrets))
        return httpx.Response(200, json=ORGANIZATION)

    web.get(f"{ORG}/services/data/v59.0/query/").mock(side_effect=answer)

    open_at(flow="refresh_token", secrets=CLIENT | {"refresh_token": "r1"}).probe()

    assert form(tokens)["refresh_token"] == ["r1"]
    assert kept.secrets == [{"refresh_token": "r2"}]
    assert kept_at_call == [1]


def test_an_expired_token_is_renewed_and_the_request_repeated_whole(
    web: respx.MockRouter, open_at: OpenAt
) -> None:
    """After a 401 the same request goes again with its headers: the SDK sees no 401."""
    web.post(f"{ORG}/services/oauth2/token").mock(side_effect=[token("t1"), token("t2")])
    ok = {"id": "00QOx00000aLVDoMAO", "success": True, "errors": [], "created": True}
    route = web.patch(f"{ORG}/services/data/v59.0/composite/sobjects/Task/Baton_Key__c")
    route.mock(side_effect=[httpx.Response(401, json=EXPIRED), httpx.Response(200, json=[ok])])
    web.get(f"{ORG}/services/data/v59.0/query/").respond(json=ORGANIZATION)
    adapter = open_at(flow="client_credentials", secrets=CLIENT)

    response = adapter._api.call(  # noqa: SLF001  no verb of the adapter shows the headers
        "PATCH",
        "composite/sobjects/Task/Baton_Key__c",
        {"records": [1]},
        headers={"Sforce-Auto-Assign": "FALSE"},
    )

    first, second = (call.request for call in route.calls)
    assert response == [ok]
    assert second.headers["sforce-auto-assign"] == "FALSE"
    assert second.headers["authorization"] == "Bearer t2"
    assert first.content == second.content


def test_a_permanent_401_ends_after_one_refresh(web: respx.MockRouter, open_at: OpenAt) -> None:
    """A token that stays refused is AuthLost after two requests, not a recursion."""
    web.post(f"{ORG}/services/oauth2/token").mock(side_effect=[token("t1"), token("t2")])
    query = web.get(f"{ORG}/services/data/v59.0/query/").respond(401, json=EXPIRED)

    with pytest.raises(AuthLost):
        open_at(flow="client_credentials", secrets=CLIENT).probe()

    assert query.call_count == 2


def test_eight_threads_with_one_stale_token_make_one_refresh(
    web: respx.MockRouter, open_at: OpenAt
) -> None:
    """All requests under way meet the 401 together; one of them renews, for all."""
    tokens = web.post(f"{ORG}/services/oauth2/token")
    tokens.mock(side_effect=[token("t1"), token("t2"), AssertionError("a second refresh")])
    together = Barrier(8)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers["authorization"] == "Bearer t1":
            together.wait(PATIENCE_S)
            return httpx.Response(401, json=EXPIRED)
        return httpx.Response(200, json=ORGANIZATION)

    web.get(f"{ORG}/services/data/v59.0/query/").mock(side_effect=answer)
    adapter = open_at(flow="client_credentials", secrets=CLIENT)

    with ThreadPoolExecutor(8) as pool:
        names = [each.name for each in pool.map(lambda _: adapter.probe(), range(8))]

    assert names == ["Acme"] * 8
    assert tokens.call_count == 2


@pytest.mark.parametrize(
    "instance_url",
    [
        "https://evil.example",
        "http://acme.my.salesforce.com",
        "https://acme.my.salesforce.com.evil.example",
        "https://acme.my.salesforce.com@evil.example",
        "https://u:p@acme.my.salesforce.com",
    ],
)
def test_a_token_is_never_carried_to_a_foreign_host(
    web: respx.MockRouter, open_at: OpenAt, instance_url: str
) -> None:
    """A token answer that points elsewhere, or to a clear-text address, is not followed."""
    tokens = web.post(f"{ORG}/services/oauth2/token")
    tokens.mock(return_value=token("t1", instance_url=instance_url))

    with pytest.raises(AuthLost, match="no Salesforce host"):
        open_at(flow="client_credentials", secrets=CLIENT).probe()

    assert len(web.calls) == 1


def test_calls_go_to_the_instance_that_the_token_names(
    web: respx.MockRouter, open_at: OpenAt
) -> None:
    """When the org has moved, the requests follow the token answer."""
    moved = "https://acme--uat.sandbox.my.salesforce.com"
    web.post(f"{ORG}/services/oauth2/token").mock(return_value=token("t1", instance_url=moved))
    web.get(f"{moved}/services/data/v59.0/query/").respond(json=ORGANIZATION)

    assert open_at(flow="client_credentials", secrets=CLIENT).probe().name == "Acme"


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, {"error": "invalid_grant", "error_description": "expired token"}, AuthLost),
        (400, {"error": "invalid_client_id", "error_description": "x"}, AuthLost),
        (401, {"error": "invalid_client", "error_description": "x"}, AuthLost),
        (400, {"error": "unknown_error", "error_description": "retry your request"}, Busy),
        (503, {}, Busy),
        (200, {"instance_url": ORG}, Busy),
    ],
)
def test_a_refused_sign_in_is_lost_and_a_broken_one_is_tried_again(
    web: respx.MockRouter, open_at: OpenAt, status: int, body: dict[str, str], expected: Any
) -> None:
    """Only an answer about our credentials pauses the connection."""
    web.post(f"{ORG}/services/oauth2/token").respond(status, json=body)

    with pytest.raises(expected):
        open_at(flow="client_credentials", secrets=CLIENT).probe()


def test_a_lost_token_answer_leaves_no_write_in_doubt(
    web: respx.MockRouter, open_at: OpenAt
) -> None:
    """Nothing was written when the sign-in got no answer: that is Busy, not Unsure."""
    web.post(f"{ORG}/services/oauth2/token").mock(side_effect=httpx.ReadTimeout("slow"))

    with pytest.raises(Busy):
        open_at(flow="client_credentials", secrets=CLIENT).probe()


def test_a_given_token_that_expired_is_lost(web: respx.MockRouter, open_at: OpenAt) -> None:
    """Nobody can renew a token from elsewhere."""
    web.get(f"{ORG}/services/data/v59.0/query/").respond(401, json=EXPIRED)

    with pytest.raises(AuthLost, match="choose a flow"):
        open_at().probe()


@pytest.mark.parametrize(
    ("settings", "secrets", "named"),
    [
        ({"flow": "jwt"}, {"client_id": "x"}, ("private_key", "username")),
        ({"flow": "static"}, {"client_id": "x"}, ("access_token",)),
        ({"api_version": "41.0"}, None, ("api_version",)),
        ({"api_version": "59"}, None, ("api_version",)),
        ({"instance_url": "acme.my.salesforce.com"}, None, ("instance_url",)),
        ({"instance_url": "https://a.salesforce.com/x"}, None, ("instance_url",)),
        ({"instance_url": "http://a.salesforce.com"}, None, ("instance_url",)),
        ({"time_zone": "Mars/Olympus"}, None, ("time_zone",)),
        ({"key_field": "Id FROM User --"}, None, ("key_field",)),
        ({"colour": "red"}, None, ("colour",)),
    ],
)
def test_settings_that_cannot_work_are_refused_when_opened(
    open_at: OpenAt, settings: dict[str, str], secrets: Any, named: tuple[str, ...]
) -> None:
    """Each mistake is named by its field, without a request and without the secrets."""
    with pytest.raises(Rejected) as refused:
        open_at(secrets=secrets, **settings)

    assert refused.value.fields == named
