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

from connectors.base import AuthLost, Busy, ConnectorError, Rejected
from connectors.hubspot.answers import Grant
from connectors.hubspot.errors import fault_of
from connectors.hubspot.settings import Secrets, Settings
from connectors.vendor import Alone, Opening, nobody_else
from connectors.wire import NoTokens, Tokens, Unlimited, Wire, classify_status, ignore

JOURNAL_SCOPES = (
    "developer.webhooks_journal.read",
    "developer.webhooks_journal.subscriptions.read",
    "developer.webhooks_journal.subscriptions.write",
    "crm.objects.contacts.read",
    "crm.objects.companies.read",
    "crm.objects.deals.read",
)
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
    crash in between loses neither; `alone` shows the one that another process was given.
    """

    wire: Wire
    url: str
    client_id: str
    client_secret: str
    refresh_token: str
    keep: Callable[[Mapping[str, str]], None]
    clock: Callable[[], float] = time.monotonic
    alone: Alone = nobody_else
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
        with self.alone() as stored:
            self.refresh_token = stored.get("refresh_token") or self.refresh_token
            grant = self._ask()
            if grant.refresh_token and grant.refresh_token != self.refresh_token:
                self.keep({"refresh_token": grant.refresh_token})
                self.refresh_token = grant.refresh_token
        self._token = grant.access_token
        self._good_until = asked_at + max(grant.expires_in - EARLY_S, grant.expires_in / 2)
        return self._token

    def _ask(self) -> Grant:
        """Source: HubSpot developer docs, "OAuth tokens": form-encoded, all in the body."""
        response = self.wire.send(
            "POST",
            self.url,
            reads=True,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            content=urlencode(self._form()),
        )
        try:
            return Grant.model_validate_json(response.content)
        except ValidationError as error:
            raise Busy("HubSpot's token answer cannot be read") from error

    def _form(self) -> dict[str, str]:
        return {
            "grant_type": "refresh_token",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "refresh_token": self.refresh_token,
        }


@dataclass(slots=True)
class AppTokens(OAuthTokens):
    """Access tokens of the app itself, of no account: the Webhooks Journal wants them.

    Source: HubSpot developer docs, "Webhooks journal", authentication and scopes.
    """

    scopes: tuple[str, ...] = ()

    def _form(self) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "scope": " ".join(self.scopes),
        }


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
    return OAuthTokens(
        wire=_token_wire(opening),
        url=settings.base_url + settings.token_path,
        client_id=secrets.client_id or "",
        client_secret=secrets.client_secret or "",
        refresh_token=secrets.refresh_token or "",
        keep=opening.keep,
        alone=opening.alone,
    )


def app_tokens(opening: Opening, settings: Settings, secrets: Secrets) -> Tokens:
    """The way the app itself signs in to its journal. Makes no request. Raises: Rejected."""
    if not (secrets.client_id and secrets.client_secret):
        raise Rejected(
            "journal: the Webhooks Journal is read by the app itself: give this connection the "
            "app's client_id and client_secret",
            code="SECRETS_MISSING",
            fields=("client_id", "client_secret"),
        )
    return AppTokens(
        wire=_token_wire(opening),
        url=settings.base_url + settings.token_path,
        client_id=secrets.client_id,
        client_secret=secrets.client_secret,
        refresh_token="",
        keep=ignore,
        scopes=JOURNAL_SCOPES,
    )


def _token_wire(opening: Opening) -> Wire:
    return Wire(
        connection=opening.name,
        http=opening.http,
        tokens=NoTokens(),
        classify=classify_grant,
        budget=Unlimited(),
        hosts=hosts_for(opening),
        observe=opening.observe,
    )


def hosts_for(opening: Opening) -> frozenset[str]:
    """HubSpot's API hosts (api.hubapi.com, and regional ones beside it) and those allowed."""
    return opening.hosts | {".hubapi.com"}
