"""Review the hand-offs that ended: where quality and end disagree, and what that suggests to change
(`app/domain/handoff_review.py`). Only reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.handoff_document import HandoffDocument
from app.domain.handoff_review import Ended, Found, Kind, met_by, review
from app.domain.lifecycle_document import Review
from app.flows.handoff_preview import Would, tried
from app.flows.rules import Rules
from app.store import handoffs_review
from app.store.db import Tx
from app.store.handoffs_review import GOOD, Period

MOST = 2_000
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Deviation:
    """One hand-off that disagrees, and how."""

    one: Would
    kind: Kind

    @property
    def rating(self) -> int | None:
        """The receiver's, 1-5."""
        return _rating(self.one)

    @property
    def missing(self) -> str | None:
        """What the receiver missed, in their words."""
        found = (self.one.kept.standing.feedback or {}).get("missing")
        return None if found is None else str(found)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the ends of a period say; the hand-offs that disagree, the latest end first."""

    review: Found
    deviations: Sequence[Deviation]

    @property
    def counts(self) -> dict[str, int]:
        """Deviations by kind."""
        found: dict[str, int] = {}
        for one in self.deviations:
            found[one.kind] = found.get(one.kind, 0) + 1
        return found


def reviewed(tx: Tx, rules: Rules, document: HandoffDocument, period: Period, *,
             now: datetime) -> Reviewed:  # fmt: skip
    """Review what ended in a period, by the flow in force. Raises: KeyError (no such flow)."""
    flow = document.flows[period.flow]
    those = list(tried(tx, (None, document), handoffs_review.ended(tx, period, MOST), now))
    lifecycle = rules.lifecycle[0] if rules.lifecycle else None
    least = (Review() if lifecycle is None else lifecycle.review).least
    found = review(flow, [_ended(one) for one in those], least)
    pairs = zip(those, found.kinds, strict=True)
    return Reviewed(found, [Deviation(one, kind) for one, kind in pairs if kind is not None])


def _ended(one: Would) -> Ended:
    standing = one.kept.standing
    met = frozenset[str]() if one.after is None else met_by(one.after)
    return Ended(one.kept.quality, standing.state in GOOD, _rating(one), met)


def _rating(one: Would) -> int | None:
    found = (one.kept.standing.feedback or {}).get("rating")
    return found if isinstance(found, int) else None
