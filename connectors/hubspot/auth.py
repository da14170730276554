"""Signing in to HubSpot: a static token, or access tokens by OAuth refresh.

HubSpot's access tokens live for minutes (`expires_in`, 1,800 s) and its docs ask not to wait for
a 401 but to track their age.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx
from pydantic import ValidationError

from connectors.base import AuthLost, Busy, ConnectorError
from connectors.hubspot.answers import Grant
from connectors.hubspot.errors import fault_of
from connectors.hubspot.settings import Secrets, Settings
from connectors.vendor import Opening
from connectors.wire import NoTokens, Tokens, Unlimited, Wire, classify_status

EARLY_S = 60.0  # a token is renewed this long before its end: longer than any one call takes


@dataclass(frozen=True, slots=True)
class StaticToken:
    """A private app's token: it does not expire, and nothing but a person can replace it."""

    token: str

    def current(self) -> str:
        return self.token

    def renew(self, stale: str) -> str:  # noqa: ARG002  the interface
        raise AuthLost("HubSpot refuses the access token; give this connection a new one")


@dataclass(slots=True)
class OAuthTokens:
    """Access tokens of an OAuth app; one refresh at a time, for all threads.

    A rotated refresh token is stored by `keep` before the new access token is used, so that a
    crash in between loses neither.
    """

    wire: Wire
    url: str
    client_id: str
    client_secret: str
    refresh_token: str
    keep: Callable[[Mapping[str, str]], None]
    clock: Callable[[], float] = time.monotonic
    _token: str = ""
    _good_until: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def current(self) -> str:
        with self._lock:
            return self._token if self.clock() < self._good_until else self._refresh()

    def renew(self, stale: str) -> str:
        with self._lock:
            return self._refresh() if self._token == stale else self._token

    def _refresh(self) -> str:
        asked_at = self.clock()
        grant = self._ask()
        if grant.refresh_token and grant.refresh_token != self.refresh_token:
            self.keep({"refresh_token": grant.refresh_token})
            self.refresh_token = grant.refresh_token
        self._token = grant.access_token
        self._good_until = asked_at + max(grant.expires_in - EARLY_S, grant.expires_in / 2)
        return self._token

    def _ask(self) -> Grant:
        """Source: HubSpot developer docs, "OAuth tokens": form-encoded, all in the body."""
        form = {
            "grant_type": "refresh_token",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "refresh_token": self.refresh_token,
        }
        response = self.wire.send(
            "POST",
            self.url,
            reads=True,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            content=urlencode(form),
        )
        try:
            return Grant.model_validate_json(response.content)
        except ValidationError as error:
            raise Busy("HubSpot's token answer cannot be read") from error


def classify_grant(response: httpx.Response, reads: bool) -> ConnectorError | None:  # noqa: FBT001  the interface of the wire
    """A token request that is refused for what it says needs a person; all else passes."""
    if response.is_success:
        return None
    if (error := classify_status(response, reads=reads)) is not None:
        return error
    said = fault_of(response).message or f"HTTP {response.status_code}"
    return AuthLost(f"HubSpot gives no access token: {said}; connect the app again")


def tokens_for(opening: Opening, settings: Settings, secrets: Secrets) -> Tokens:
    """The way this connection signs in. Makes no request."""
    if secrets.access_token:
        return StaticToken(secrets.access_token)
    wire = Wire(
        connection=opening.name,
        http=opening.http,
        tokens=NoTokens(),
        classify=classify_grant,
        budget=Unlimited(),
        hosts=hosts_for(opening),
        observe=opening.observe,
    )
    return OAuthTokens(
        wire=wire,
        url=settings.base_url + settings.token_path,
        client_id=secrets.client_id or "",
        client_secret=secrets.client_secret or "",
        refresh_token=secrets.refresh_token or "",
        keep=opening.keep,
    )


def hosts_for(opening: Opening) -> frozenset[str]:
    """HubSpot's API hosts (api.hubapi.com, and regional ones beside it) and those allowed."""
    return opening.hosts | {".hubapi.com"}
