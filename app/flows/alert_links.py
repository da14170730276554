"""Links by which somebody answers an alert without signing in.

A link is signed and ends; it names an alert, and the message that carried it, so that the answer
has a name. Opening it changes nothing: mail scanners open every link. Only the page's buttons act.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from itsdangerous import BadData, URLSafeSerializer

SALT = "alert-answer"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a valid link says; `message_id` is 0 where the SFA's task carried it."""

    alert_id: int
    message_id: int
    ends_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Links:
    """Makes and reads links. Without a key it makes none, and takes none."""

    public_url: str
    signing_key: bytes = b""

    def answer(self, alert_id: int, message_id: int, ends_at: datetime) -> str | None:
        """The address of the page that takes an answer."""
        if not self.signing_key:
            return None
        token = self._token([alert_id, message_id, int(ends_at.timestamp())])
        return f"{self.public_url}/a/{token}"

    def person(self, link_id: object) -> str:
        """The page of somebody, for those who may sign in."""
        return f"{self.public_url}/people/{link_id}"

    def read(self, token: str) -> Claim | None:
        """What a link says; None where it is not ours. Whether it has ended is for the caller."""
        if not self.signing_key:
            return None
        try:
            said = self._signer.loads(token)
            if self._token(said) != token:
                return None  # the last letter holds bits that nothing reads: one spelling is ours
            alert_id, message_id, ends = said
            return Claim(int(alert_id), int(message_id), datetime.fromtimestamp(int(ends), UTC))
        except (BadData, TypeError, ValueError, OverflowError, OSError):
            return None

    def _token(self, said: object) -> str:
        token = self._signer.dumps(said)
        return token.decode() if isinstance(token, bytes) else token

    @property
    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.signing_key, salt=SALT)
