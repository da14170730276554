"""What a vendor says of its own scores: how they changed, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from connectors.base import Ref


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """One change of a record's score at its vendor. `score` is what the vendor calls it; `value`
    is what it came to and `delta` by how much it moved, where the vendor says so; `reasons` are
    the vendor's own words.
    """

    at: datetime
    score: str
    value: float | None
    delta: float | None
    reasons: Sequence[str] = field(default=())


@runtime_checkable
class ExplainsScores(Protocol):
    def score_changes(self, ref: Ref) -> Sequence[ScoreChange]:
        """How the vendor's own scores of a record changed, newest first; empty where it has none.

        Raises: Busy, AuthLost; Rejected where the account may not see them, Gone.
        """
        ...
