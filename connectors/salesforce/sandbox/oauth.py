"""Sign-in: who gets an access token, and for whom.

Source: recorded token answers (keys in their order, no `expires_in`) and error texts; the words
for a wrong audience and an expired assertion are not confirmed.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import jwt
from jwt.types import Options

from connectors.salesforce.sandbox.certificates import rsa_key
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.state import State

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Denied(Exception):
    """A token request refused; always HTTP 400."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.body = {"error": error, "error_description": description}


def grant(state: State, form: Mapping[str, str], basic: str, base_url: str) -> dict[str, str]:
    """The token answer. Raises: Denied."""
    given = {**form, **_basic(basic)}
    flow = FLOWS.get(given.get("grant_type", ""))
    if flow is None:
        raise Denied("unsupported_grant_type", "grant type not supported")
    user, keys = flow(state, given)
    return _answer(state, user, keys, base_url)


def _basic(header: str) -> dict[str, str]:
    """Client id and secret of an HTTP Basic header."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, secret = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": client_id, "client_secret": secret}


def _answer(state: State, user: Row, keys: tuple[str, ...], base_url: str) -> dict[str, str]:
    issued_at = str(int(state.org.now() * 1000))
    identity = f"{base_url}/id/{state.org.id}/{user.id}"
    digest = hashlib.sha256(f"{identity}{issued_at}".encode()).digest()
    makers: dict[str, Callable[[], str]] = {
        "access_token": lambda: state.tokens.issue(user.id),
        "refresh_token": lambda: state.tokens.issue_refresh(user.id),
        "signature": lambda: base64.b64encode(digest).decode(),
        "scope": lambda: state.config.scope,
        "instance_url": lambda: base_url,
        "api_instance_url": lambda: base_url,
        "id": lambda: identity,
        "token_type": lambda: "Bearer",
        "issued_at": lambda: issued_at,
    }
    return {key: makers[key]() for key in keys}


def _check_client(state: State, given: Mapping[str, str], *, secret: bool = True) -> None:
    clients = state.config.clients
    client_id = given.get("client_id", "")
    if client_id in state.config.unapproved_clients:
        text = "user is not admin approved to access this app"
        raise Denied("invalid_app_access", text)
    if clients and client_id not in clients:
        raise Denied("invalid_client_id", "client identifier invalid")
    if clients and secret and clients[client_id] != given.get("client_secret"):
        raise Denied("invalid_client", "invalid client credentials")


def _user(state: State, username: str) -> Row:
    """The user of that name; an unknown one is the API user unless the settings are strict."""
    found = state.org.user(username)
    if found is not None and found.fields["IsActive"]:
        return found
    if state.config.strict_users or found is not None:
        raise Denied("invalid_grant", "authentication failure")
    return _row(state, state.org.user_id)


def _row(state: State, user_id: str) -> Row:
    return state.org.tables["User"].rows[user_id]


def user_by_password(state: State, username: str, password: str) -> Row:
    """Raises: Denied."""
    passwords = state.config.passwords
    if passwords and passwords.get(username) != password:
        raise Denied("invalid_grant", "authentication failure - Invalid Password")
    return _user(state, username)


def _refresh(state: State, given: Mapping[str, str]) -> tuple[Row, tuple[str, ...]]:
    _check_client(state, given, secret="client_secret" in given)
    user_id = state.tokens.user_of_refresh(given.get("refresh_token", ""))
    if user_id is None:
        raise Denied("invalid_grant", "expired access/refresh token")
    keys = ("access_token", "signature", "scope", "instance_url", "id", "token_type", "issued_at")
    return _row(state, user_id), keys


def _password(state: State, given: Mapping[str, str]) -> tuple[Row, tuple[str, ...]]:
    _check_client(state, given)
    user = user_by_password(state, given.get("username", ""), given.get("password", ""))
    keys = ("access_token", "instance_url", "id", "token_type", "issued_at", "signature")
    return user, keys


def _client_credentials(state: State, given: Mapping[str, str]) -> tuple[Row, tuple[str, ...]]:
    _check_client(state, given)
    username = state.config.client_credentials_user
    user = state.org.user(username) if username else None
    if user is None:
        raise Denied("invalid_grant", "no client credentials user enabled")
    return user, ("access_token", "scope", "instance_url", "token_type")


def _jwt_bearer(state: State, given: Mapping[str, str]) -> tuple[Row, tuple[str, ...]]:
    claims = _claims(state, given.get("assertion", ""))
    _check_client(state, {"client_id": str(claims.get("iss", ""))}, secret=False)
    username = str(claims.get("sub", ""))
    if username in state.config.unapproved_users:
        raise Denied("invalid_grant", "user hasn't approved this consumer")
    return _user(state, username), ("access_token", "scope", "instance_url", "id", "token_type")


def _claims(state: State, assertion: str) -> Mapping[str, Any]:
    """The assertion's claims, verified where a certificate is set. Raises: Denied."""
    pem = state.config.certificate
    try:
        claims = _verified(assertion, pem) if pem else _unverified(assertion)
        ends_at = float(claims.get("exp", 0))
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise Denied("invalid_grant", "invalid assertion") from error
    if ends_at <= state.org.now():
        raise Denied("invalid_grant", state.config.jwt_expired_error)
    if pem and claims.get("aud") not in state.config.jwt_audiences:
        raise Denied("invalid_grant", state.config.jwt_audience_error)
    return claims


def _unverified(assertion: str) -> dict[str, Any]:
    return jwt.decode(assertion, options={"verify_signature": False, "verify_exp": False})


def _verified(assertion: str, pem: str) -> dict[str, Any]:
    """The claims of an assertion that this certificate's key signed. Raises: PyJWTError."""
    unchecked: Options = {"verify_aud": False, "verify_exp": False}  # against our own clock below
    return jwt.decode(assertion, rsa_key(pem), algorithms=["RS256"], options=unchecked)


def _code(state: State, given: Mapping[str, str]) -> tuple[Row, tuple[str, ...]]:
    """The web server flow's second half; a code is good once."""
    _check_client(state, given, secret="client_secret" in given)
    waiting = state.codes.pop(given.get("code", ""), None)
    if waiting is None:
        raise Denied("invalid_grant", "expired authorization code")
    if waiting.get("redirect_uri") != given.get("redirect_uri"):
        raise Denied("redirect_uri_mismatch", "redirect_uri must match configuration")
    challenge = waiting.get("code_challenge")
    if challenge and challenge != _challenge(given.get("code_verifier", "")):
        raise Denied("invalid_grant", "invalid code verifier")
    keys = (
        "access_token", "refresh_token", "signature", "scope", "instance_url", "id", "token_type",
        "issued_at",
    )  # fmt: skip
    return _row(state, state.org.user_id), keys


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def identity(state: State, user_id: str, base_url: str) -> dict[str, Any]:
    """What `/id/{org}/{user}` and userinfo tell of a user."""
    user = _row(state, user_id).fields
    return {
        "id": f"{base_url}/id/{state.org.id}/{user_id}",
        "asserted_user": True,
        "sub": f"{base_url}/id/{state.org.id}/{user_id}",
        "user_id": user_id,
        "organization_id": state.org.id,
        "username": user["Username"],
        "preferred_username": user["Username"],
        "nick_name": user["CommunityNickname"],
        "name": user["Name"],
        "display_name": user["Name"],
        "email": user["Email"],
        "email_verified": True,
        "given_name": user["FirstName"],
        "family_name": user["LastName"],
        "zoneinfo": user["TimeZoneSidKey"],
        "timezone": user["TimeZoneSidKey"],
        "active": user["IsActive"],
        "user_type": "STANDARD",
        "language": user["LanguageLocaleKey"],
        "locale": user["LocaleSidKey"],
        "urls": {
            "rest": f"{base_url}/services/data/v{{version}}/",
            "sobjects": f"{base_url}/services/data/v{{version}}/sobjects/",
            "query": f"{base_url}/services/data/v{{version}}/query/",
        },
    }


FLOWS: dict[str, Callable[[State, Mapping[str, str]], tuple[Row, tuple[str, ...]]]] = {
    "refresh_token": _refresh,
    "password": _password,
    "client_credentials": _client_credentials,
    JWT_BEARER: _jwt_bearer,
    "authorization_code": _code,
}
