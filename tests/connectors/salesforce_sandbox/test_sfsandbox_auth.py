"""Signing in, tokens, and the headers that tell one case from another."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.connectors.salesforce_sandbox.conftest import Org

TOKEN = "/services/oauth2/token"
BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def grant(org: Org, **form: str) -> Any:
    return org.http.post(TOKEN, data=form, headers={"Authorization": ""})


def test_a_refresh_token_gives_an_access_token_that_works(org: Org) -> None:
    """The keys come in the recorded order, without expires_in; the token opens the API."""
    answer = grant(org, grant_type="refresh_token", refresh_token="r", client_id="c")

    body = answer.json()
    assert list(body) == [
        "access_token",
        "signature",
        "scope",
        "instance_url",
        "id",
        "token_type",
        "issued_at",
    ]
    assert body["instance_url"] == org.url
    assert body["issued_at"] == "1813060800000"
    assert "sforce-limit-info" not in answer.headers
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    assert org.http.get("/services/data/v59.0/limits", headers=headers).status_code == 200


def test_a_token_ends_after_its_life(org: Org) -> None:
    """Expiry shows as a 401 with WWW-Authenticate: Token and no limit header."""
    org.configure(token_life_s=60)
    token = grant(org, grant_type="refresh_token", refresh_token="r").json()["access_token"]
    org.clock.tick(61)

    answer = org.http.get(
        "/services/data/v59.0/limits", headers={"Authorization": f"OAuth {token}"}
    )

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Token"
    assert "sforce-limit-info" not in answer.headers
    assert answer.json() == [
        {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
    ]


def test_an_unknown_scheme_is_an_invalid_header(org: Org) -> None:
    """Basic is no way into the REST API."""
    answer = org.http.get("/services/data/v59.0/limits", headers={"Authorization": "Basic eDp5"})

    assert answer.status_code == 401
    assert answer.json() == [{"message": "INVALID_AUTH_HEADER", "errorCode": "INVALID_AUTH_HEADER"}]


@pytest.mark.parametrize(
    ("config", "form", "error"),
    [
        ({}, {"grant_type": "x"}, ("unsupported_grant_type", "grant type not supported")),
        (
            {"refresh_tokens": "issued"},
            {"grant_type": "refresh_token", "refresh_token": "r"},
            ("invalid_grant", "expired access/refresh token"),
        ),
        (
            {"clients": {"a": "s"}},
            {"grant_type": "client_credentials", "client_id": "b", "client_secret": "s"},
            ("invalid_client_id", "client identifier invalid"),
        ),
        (
            {"clients": {"a": "s"}},
            {"grant_type": "client_credentials", "client_id": "a", "client_secret": "t"},
            ("invalid_client", "invalid client credentials"),
        ),
        (
            {"client_credentials_user": None},
            {"grant_type": "client_credentials", "client_id": "a", "client_secret": "t"},
            ("invalid_grant", "no client credentials user enabled"),
        ),
        (
            {"unapproved_clients": ["a"]},
            {"grant_type": "client_credentials", "client_id": "a", "client_secret": "t"},
            ("invalid_app_access", "user is not admin approved to access this app"),
        ),
        (
            {"passwords": {"ada": "1"}},
            {"grant_type": "password", "username": "ada", "password": "2"},
            ("invalid_grant", "authentication failure - Invalid Password"),
        ),
    ],
)
def test_a_refused_token_request_says_why(
    org: Org, config: dict[str, Any], form: dict[str, str], error: tuple[str, str]
) -> None:
    """HTTP 400 with OAuth's two keys."""
    org.configure(**config)

    answer = grant(org, **form)

    assert answer.status_code == 400
    assert answer.json() == {"error": error[0], "error_description": error[1]}


def signer() -> tuple[rsa.RSAPrivateKey, str]:
    """A key and its self-signed certificate."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1)
    now = datetime.now(UTC)
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    return key, pem.decode()


def test_a_jwt_is_verified_against_the_certificate(org: Org) -> None:
    """The right key signs in, `exp` as a string included; another key does not."""
    key, certificate = signer()
    org.configure(certificate=certificate)
    claims = {"iss": "c", "sub": "integration@sandbox.example", "exp": str(int(org.clock.now) + 60)}
    claims["aud"] = "https://login.salesforce.com"
    other = rsa.generate_private_key(65537, 2048)

    good = grant(org, grant_type=BEARER, assertion=jwt.encode(claims, key, "RS256"))
    bad = grant(org, grant_type=BEARER, assertion=jwt.encode(claims, other, "RS256"))

    assert list(good.json()) == ["access_token", "scope", "instance_url", "id", "token_type"]
    assert bad.json()["error"] == "invalid_grant"


def test_a_public_key_will_do_and_nothing_else(org: Org) -> None:
    """What cannot verify anything is refused when it is set."""
    key = rsa.generate_private_key(65537, 2048)
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public = key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()
    org.configure(certificate=public)
    claims = {"iss": "c", "sub": "integration@sandbox.example", "exp": int(org.clock.now) + 60}
    claims["aud"] = "https://login.salesforce.com"

    good = grant(org, grant_type=BEARER, assertion=jwt.encode(claims, key, "RS256"))
    unsound = org.http.patch("/_sandbox/config", json={"certificate": "nonsense"})

    assert (good.status_code, unsound.status_code) == (200, 400)


def test_a_user_who_has_not_approved_is_refused(org: Org) -> None:
    """The text is Salesforce's own."""
    org.configure(unapproved_users=["ada@x.example"])
    claims = {"iss": "c", "sub": "ada@x.example", "exp": int(time.time()) + 10**9}
    assertion = jwt.encode(claims, "k" * 32, "HS256")

    answer = grant(org, grant_type=BEARER, assertion=assertion)

    assert answer.json()["error_description"] == "user hasn't approved this consumer"


def test_a_code_is_good_once(org: Org) -> None:
    """The web server flow redirects with a code and the state; the code buys a refresh token."""
    redirect = "http://127.0.0.1/cb"
    asked = {"response_type": "code", "client_id": "c", "redirect_uri": redirect, "state": "s"}
    place = org.http.get("/services/oauth2/authorize", params=asked).headers["location"]
    code = place.partition("code=")[2].partition("&")[0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}

    first, second = grant(org, **form), grant(org, **form)

    assert place.endswith("&state=s")
    assert "refresh_token" in first.json()
    assert second.json()["error_description"] == "expired authorization code"


def test_the_identity_names_the_user_and_the_org(org: Org) -> None:
    """The `id` URL of a token answer can be read with that token."""
    token = grant(org, grant_type="password", username="rep@sandbox.example", password="x").json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}

    identity = org.http.get(token["id"], headers=headers).json()

    assert identity["username"] == "rep@sandbox.example"
    assert token["id"].endswith(f"/id/{identity['organization_id']}/{identity['user_id']}")


def test_a_revoked_token_is_dead(org: Org) -> None:
    """Revoking twice tells that there is no such token any more."""
    token = grant(org, grant_type="client_credentials").json()["access_token"]

    first = org.http.post("/services/oauth2/revoke", data={"token": token})
    second = org.http.post("/services/oauth2/revoke", data={"token": token})

    headers = {"Authorization": f"Bearer {token}"}
    assert (first.status_code, second.status_code) == (200, 400)
    assert org.http.get("/services/data/v59.0/limits", headers=headers).status_code == 401


def test_the_limit_header_counts_and_the_limit_holds(org: Org) -> None:
    """Each call counts one; beyond the day's limit it is a 403; version lists are free."""
    org.configure(daily_api_requests=2)
    free = org.http.get("/services/data")
    first, second = org.ask("GET", "limits"), org.ask("GET", "limits")

    assert "sforce-limit-info" not in free.headers
    assert first.headers["sforce-limit-info"] == "api-usage=1/2"
    assert second.json()["DailyApiRequests"] == {"Max": 2, "Remaining": 0}
    assert org.refused("GET", "limits") == (
        403,
        {"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"},
    )
    org.clock.tick(86_400 + 60)
    assert org.ask("GET", "limits").status_code == 200


def test_versions_and_unknown_versions(org: Org) -> None:
    """42.0 to 66.0 with the labels of their seasons; others are not there."""
    listed = org.http.get("/services/data").json()

    assert listed[0]["label"] == "Spring '18"
    assert listed[-1] == {
        "label": "Spring '26",
        "url": "/services/data/v66.0",
        "version": "66.0",
    }
    assert org.http.get("/services/data/v41.0/limits").status_code == 404
