"""Passes: what the pages of a panel carry from the CRM's word on. Nothing here is stored.

A browser keeps no cookie of ours inside the CRM's page, so a pass stands in the address and in the
forms. It opens one record of one connection for an hour.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from connectors.base import Ref
from connectors.embedding import Embedded, Language

LIFE = timedelta(hours=1)
LONGEST_USER = 200


@dataclass(frozen=True, slots=True)
class Pass:
    """Who may look at which record, until when; `text` is the pass itself."""

    ref: Ref
    user: str
    language: Language | None
    zone: str
    ends_at: datetime
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Passes:
    """Issues and reads passes, signed with the installation's key."""

    signing_key: bytes
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def issue(self, connection: str, seen: Embedded) -> Pass:
        """A pass for what a vendor's page vouched for."""
        ends_at = int((self.now() + LIFE).timestamp())
        user = seen.user[:LONGEST_USER]
        said = [connection, seen.ref.kind, seen.ref.id, user, seen.language, seen.zone, ends_at]
        text = self._signer.dumps(said)
        until = datetime.fromtimestamp(ends_at, UTC)
        return Pass(seen.ref, user, seen.language, seen.zone, until, str(text))

    def read(self, connection: str, text: str | None) -> Pass | None:
        """A pass of this connection that is ours and has not ended."""
        try:
            issued_for, kind, id_, user, language, zone, ends_at = self._signer.loads(text or "")
        except (BadData, ValueError, TypeError):
            return None
        until = datetime.fromtimestamp(ends_at, UTC)
        if issued_for != connection or self.now() >= until:
            return None
        return Pass(Ref(kind, id_), user, language, zone, until, str(text))

    @property
    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.signing_key, salt="baton.embed")
