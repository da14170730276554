"""What all pages of one app share, and who is looking at them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.store import board
from app.store.board import Board, Key
from app.web import moments
from app.web.deps import RANKS
from app.web.parts import Parts
from app.web.ui.live import Live
from app.web.ui.sessions import Claim, Sessions
from app.web.ui.words import Words


class NotAllowed(PermissionError):
    """The viewer's key does not allow that (any more)."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of the app, its sessions, and the live board."""

    parts: Parts
    sessions: Sessions
    live: Live

    def key_of(self, claim: Claim | None) -> Key | None:
        """The live API key behind a session. Raises: DOWN."""
        if claim is None:
            return None
        with self.parts.database.begin() as tx:
            return board.live_key(tx, claim.key_id)

    @property
    def is_https(self) -> bool:
        return self.parts.settings.public_url.startswith("https://")


@dataclass(frozen=True, slots=True)
class Visit:
    """One viewer of one page: who, in which language and time zone ("" is the browser's, which is
    `here` where the browser has told it).
    """

    desk: Desk
    claim: Claim
    key: Key
    words: Words
    zone: str
    here: str = ""

    @property
    def days(self) -> ZoneInfo:
        """The zone by whose days things are put in order on the server."""
        return moments.zone_of(self.zone or self.here)

    @property
    def who(self) -> str:
        """The viewer, as it is noted who did something."""
        return f"{self.key.name} ({self.key.id})"

    @property
    def may_operate(self) -> bool:
        return RANKS[self.key.role] >= RANKS["operator"]

    @property
    def may_configure(self) -> bool:
        return RANKS[self.key.role] >= RANKS["admin"]

    def still_allowed(self, now: Board) -> bool:
        """Whether the viewer's key lives, has the same role, and the session has not ended."""
        return now.keys.get(self.key.id) == self.key and datetime.now(UTC) < self.claim.ends_at


def signin_link(parts: Parts, key_id: str) -> str:
    """An address that signs in as the owner of an API key, once, in the next 15 minutes."""
    token = Sessions(parts.vault.signing_key).issue_link(key_id)
    return f"{parts.settings.public_url}/signin/{token}"
