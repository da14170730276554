"""Signing in: three OAuth flows and a given token, behind the wire's `Tokens`.

Baton owns the tokens: the SDK's own sign-in drops headers on its retry and recurses without
bound when a 401 stays (README.md).
"""

import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, TypeAlias
from urllib.parse import urlencode

import httpx
import jwt

from connectors.base import AuthLost, Busy, ConnectorError, Rejected
from connectors.salesforce.settings import NEEDED, VENDOR_HOSTS, Secrets, Settings
from connectors.vendor import Alone, nobody_else
from connectors.wire import Wire, classify_status

JWT_LIFE_S = 180  # Salesforce takes an `exp` at most 5 minutes ahead; 3 allow for a slow clock
_LATER = {"unknown_error", "server_error", "temporarily_unavailable"}
Keep: TypeAlias = Callable[[Mapping[str, str]], None]


def check_secrets(settings: Settings, secrets: Secrets) -> None:
    """Raise Rejected, naming every secret that the flow needs and does not have."""
    missing = tuple(name for name in NEEDED[settings.flow] if not _secret(secrets, name))
    if missing:
        reason = f"flow {settings.flow!r} needs the secrets {', '.join(missing)}"
        raise Rejected(reason, code="SECRETS_MISSING", fields=missing)


class GivenToken:
    """A token from elsewhere, which nobody here can renew."""

    def __init__(self, settings: Settings, secrets: Secrets) -> None:
        self.origin = settings.instance_url
        self._token = _secret(secrets, "access_token")

    def current(self) -> str:
        return self._token

    def renew(self, stale: str) -> str:  # noqa: ARG002  the interface
        raise AuthLost("the given access token has expired; give a new one, or choose a flow")


class SignIn:
    """Access tokens from the token endpoint, fetched by one thread for all.

    No answer tells how long a token lives, so it is used until a 401 says otherwise.
    Source: recorded token answers; none has `expires_in`.
    """

    def __init__(
        self,
        settings: Settings,
        secrets: Secrets,
        wire: Wire,
        keep: Keep,
        *,
        alone: Alone = nobody_else,
        trusted: frozenset[str] = frozenset(),
        now: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._secrets = {name: _secret(secrets, name) for name in Secrets.model_fields}
        self._wire = wire
        self._keep = keep
        self._alone = alone
        self._trusted = trusted
        self._now = now
        self._lock = Lock()
        self._token = ""
        self._origin = settings.instance_url

    @property
    def origin(self) -> str:
        """Scheme and host of the org, as the last token answer told it."""
        self.current()
        return self._origin

    def current(self) -> str:
        if self._token:
            return self._token
        with self._lock:
            return self._token or self._fetch()

    def renew(self, stale: str) -> str:
        with self._lock:
            if self._token and self._token != stale:
                return self._token
            return self._fetch()

    def _fetch(self) -> str:
        """Ask for a token. A rotated refresh token is stored before anything is done with it."""
        with self._alone() as stored:
            known = self._secrets["refresh_token"]
            known = self._secrets["refresh_token"] = stored.get("refresh_token") or known
            answer = self._ask()
            rotated = answer.get("refresh_token")
            if isinstance(rotated, str) and rotated and rotated != known:
                self._keep({"refresh_token": rotated})
                self._secrets["refresh_token"] = rotated
        if answer.get("instance_url"):
            self._origin = self._checked(str(answer["instance_url"]))
        self._token = str(answer["access_token"])
        return self._token

    def _ask(self) -> Mapping[str, Any]:
        # Repeating it is harmless (`reads`): a lost answer costs a token, not a record.
        response = self._wire.send(
            "POST",
            self._settings.token_url,
            reads=True,
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": "application/json",
            },
            content=urlencode(self._form()),
        )
        answer = _json(response)
        if not isinstance(answer.get("access_token"), str):
            raise Busy("the token answer holds no access token")
        return answer

    def _form(self) -> dict[str, str]:
        """The request of each flow. Source: Salesforce Help, "OAuth Authorization Flows"."""
        flow, have = self._settings.flow, self._secrets
        if flow == "jwt":
            return {
                "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
                "assertion": self._assertion(),
            }
        names = ["client_id", "client_secret"]
        if flow == "refresh_token":
            names.append("refresh_token")
        return {"grant_type": flow} | {name: have[name] for name in names if have[name]}

    def _assertion(self) -> str:
        claims = {
            "iss": self._secrets["client_id"],
            "sub": self._secrets["username"],
            "aud": self._settings.audience,
            "exp": int(self._now()) + JWT_LIFE_S,
        }
        try:
            return jwt.encode(claims, self._secrets["private_key"], algorithm="RS256")
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise AuthLost("the secret private_key is not an RSA key in PEM form") from error

    def _checked(self, instance_url: str) -> str:
        """Our token is sent to Salesforce's hosts only, and never in clear outside a sandbox."""
        url = httpx.URL(instance_url)
        is_local = url.host in self._trusted
        is_vendor = url.scheme == "https" and any(url.host.endswith(h) for h in VENDOR_HOSTS)
        if not (is_local or is_vendor) or url.scheme not in {"https", "http"} or url.userinfo:
            raise AuthLost(f"the token answer names {url.host!r}, which is no Salesforce host")
        return f"{url.scheme}://{url.netloc.decode()}"


def classify_token(response: httpx.Response, reads: bool) -> ConnectorError | None:  # noqa: FBT001  the wire's interface
    """What an answer of the token endpoint means.

    Source: Salesforce Help, "OAuth 2.0 Error Codes"; recorded answers (README.md).
    """
    if (error := classify_status(response, reads=reads)) is not None:
        return error
    answer = _json(response)
    if response.status_code == httpx.codes.OK:
        return None
    code = str(answer.get("error") or f"HTTP {response.status_code}")
    text = f"sign-in refused: {code}: {answer.get('error_description') or 'no description'}"
    return Busy(text) if code in _LATER else AuthLost(text)


def _json(response: httpx.Response) -> Mapping[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        reason = f"the token endpoint answered HTTP {response.status_code} without JSON"
        raise Busy(reason)
    return answer


def _secret(secrets: Secrets, name: str) -> str:
    value = getattr(secrets, name)
    return "" if value is None else value.get_secret_value()
