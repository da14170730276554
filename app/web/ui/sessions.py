"""Signed sessions, sign-in links and form tokens. Nothing here is stored.

A session names an API key and no more; whether that key still lives, and what it may do, is
asked each time. So a revoked key loses the pages at once.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from itsdangerous import BadData, URLSafeSerializer

SESSION_COOKIE = "baton_session"
FORM_COOKIE = "baton_form"  # before there is a session, the sign-in form is bound to this one
SESSION_LIFE = timedelta(hours=12)
LINK_LIFE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a valid session says: whose it is, until when, and its own text."""

    key_id: str
    ends_at: datetime
    token: str


@dataclass(frozen=True, slots=True, repr=False)
class Sessions:
    """Issues and reads what is signed with the installation's key."""

    signing_key: bytes
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def issue(self, key_id: str) -> str:
        """A session for the owner of an API key."""
        return self._signer("session").dumps([key_id, self._stamp(), secrets.token_hex(8)])

    def read(self, token: str | None) -> Claim | None:
        """The claim of a session that is ours and has not ended."""
        found = self._loads("session", token)
        if found is None:
            return None
        ends_at = datetime.fromtimestamp(found[1], UTC) + SESSION_LIFE
        return Claim(found[0], ends_at, str(token)) if self.now() < ends_at else None

    def issue_link(self, key_id: str) -> str:
        """The token of a sign-in link."""
        return self._signer("link").dumps([key_id, self._stamp(), str(uuid4())])

    def read_link(self, token: str) -> tuple[str, UUID] | None:
        """Key id and link id of a sign-in link that is ours and still young."""
        found = self._loads("link", token)
        if found is None or self.now() >= datetime.fromtimestamp(found[1], UTC) + LINK_LIFE:
            return None
        return found[0], UUID(found[2])

    def form_token(self, secret: str) -> str:
        """What a form must send back; only pages of ours know it for this cookie's text."""
        key = hashlib.sha256(b"form" + self.signing_key).digest()
        return hmac.new(key, secret.encode(), hashlib.sha256).hexdigest()

    def form_is_ours(self, secret: str | None, token: str) -> bool:
        """Whether a form was made by a page of ours, for the one who sends it."""
        expected = self.form_token(secret or "")
        return bool(secret) and hmac.compare_digest(expected.encode(), token.encode())

    def _stamp(self) -> int:
        return int(self.now().timestamp())

    def _loads(self, purpose: str, token: str | None) -> tuple[str, int, str] | None:
        try:
            key_id, issued_at, nonce = self._signer(purpose).loads(token or "")
        except (BadData, ValueError, TypeError):
            return None
        return key_id, issued_at, nonce

    def _signer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(self.signing_key, salt=f"baton.{purpose}")
