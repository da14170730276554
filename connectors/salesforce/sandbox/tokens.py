"""Access and refresh tokens: who they stand for and how long they hold."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.problems import Problem


@dataclass(slots=True)
class Session:
    user_id: str
    ends_at: float


class Tokens:
    def __init__(self, org: Org) -> None:
        self._org = org
        self._sessions: dict[str, Session] = {}
        self._refreshes: dict[str, str] = {}  # refresh token → user id

    def issue(self, user_id: str) -> str:
        """A new access token; it looks like Salesforce's: organization id, `!`, letters."""
        token = f"{self._org.id[:15]}!{secrets.token_urlsafe(72)}"
        ends_at = self._org.now() + self._org.config.token_life_s
        self._sessions[token] = Session(user_id, ends_at)
        return token

    def issue_refresh(self, user_id: str) -> str:
        token = f"5Aep861{secrets.token_urlsafe(60)}"
        self._refreshes[token] = user_id
        return token

    def user_of(self, token: str) -> str | None:
        """Whom an access token stands for; None when it is unknown or over."""
        if token == self._org.config.static_token:
            return self._org.user_id
        session = self._sessions.get(token)
        if session is None or session.ends_at <= self._org.now():
            return None
        return session.user_id

    def user_of_refresh(self, token: str) -> str | None:
        if token in self._refreshes:
            return self._refreshes[token]
        if self._org.config.refresh_tokens == "any" and token:
            return self._org.user_id
        return None

    def kept(self) -> dict[str, Any]:
        """All sessions and refresh tokens, for the state file."""
        sessions = {token: [one.user_id, one.ends_at] for token, one in self._sessions.items()}
        return {"sessions": sessions, "refreshes": dict(self._refreshes)}

    def put_back(self, kept: Mapping[str, Any]) -> None:
        """As they were when `kept` was told."""
        for token, (user_id, ends_at) in kept["sessions"].items():
            self._sessions[token] = Session(user_id, ends_at)
        self._refreshes.update(kept["refreshes"])

    def revoke(self, token: str) -> bool:
        """Forget one token; whether there was such a token."""
        known = self._sessions.pop(token, None) or self._refreshes.pop(token, None)
        return known is not None

    def expire(self, token: str | None = None) -> int:
        """End one session, or all; how many there were. The static token always holds."""
        ended = [token] if token in self._sessions else []
        ended = list(self._sessions) if token is None else ended
        for one in ended:
            self._sessions.pop(str(one))
        return len(ended)

    def authenticate(self, header: str) -> str:
        """The user id behind an Authorization header. Raises: Problem 401."""
        scheme, _, token = header.partition(" ")
        if header and scheme.lower() not in {"bearer", "oauth"}:
            raise unauthorized("INVALID_AUTH_HEADER", "INVALID_AUTH_HEADER")
        user_id = self.user_of(token.strip())
        if user_id is None:
            raise unauthorized()
        return user_id


def unauthorized(
    code: str = "INVALID_SESSION_ID", message: str = "Session expired or invalid"
) -> Problem:
    return Problem(code, message, status=401, headers={"WWW-Authenticate": "Token"})
