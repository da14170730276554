"""Access and refresh tokens given out. Source: HubSpot developer docs, "OAuth API"."""

import secrets
from dataclasses import dataclass, field, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class Grant:
    """Behind an access or refresh token, or an authorization code."""

    client_id: str
    scopes: tuple[str, ...]
    expires_ms: int | None = None
    refresh_token: str | None = None
    redirect_uri: str | None = None  # of an authorization code: where it was sent
    challenge: str | None = None  # of an authorization code: PKCE's, as S256 makes it


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request. `key` tells limit buckets apart."""

    kind: Literal["private", "oauth"]
    key: str
    scopes: frozenset[str]
    token: str


@dataclass(slots=True)
class Tokens:
    access: dict[str, Grant] = field(default_factory=dict)
    refresh: dict[str, Grant] = field(default_factory=dict)
    codes: dict[str, Grant] = field(default_factory=dict)
    used_codes: set[str] = field(default_factory=set)
    revoked: set[str] = field(default_factory=set)

    def expire(self, token: str, now_ms: int) -> None:
        """From now on this access token is too old (a private app's never is)."""
        if grant := self.access.get(token):
            self.access[token] = replace(grant, expires_ms=now_ms)

    def new_access(self, grant: Grant) -> str:
        token = f"C{secrets.token_urlsafe(160)}"  # real ones are 200 to 512 characters
        self.access[token] = grant
        return token

    def new_refresh(self, grant: Grant) -> str:
        token = f"na1-{secrets.token_hex(4)}-{secrets.token_hex(16)}"
        self.refresh[token] = grant
        return token

    def take_code(self, code: str) -> Grant | None:
        """A code works once."""
        self.used_codes.add(code)
        return self.codes.pop(code, None)

    def new_code(self, grant: Grant) -> str:
        code = f"na1-{secrets.token_hex(16)}"
        self.codes[code] = grant
        return code
