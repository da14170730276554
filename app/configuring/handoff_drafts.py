"""A draft of the hand-off document tried on the hand-offs that are there: how good they would be,
and which would pass the gate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.configuring.documents import check_document, parsed_document
from app.configuring.previewing import Draft
from app.configuring.problems import Missing
from app.domain.handoff_document import HandoffDocument
from app.domain.handoff_quality import Judged
from app.flows import rules as rules_
from app.flows.handoff_preview import Would, tried
from app.store import documents, handoffs_review
from app.store.db import Tx

KIND = "handoff"
MOST = 500  # each is judged twice while somebody waits


@dataclass(frozen=True, slots=True)
class Sums:
    """Hand-offs that were judged, how many of them would pass the gate, their mean quality, and how
    many are in each band.
    """

    judged: int
    passing: int
    quality: float | None
    bands: dict[str, int]


@dataclass(frozen=True, slots=True)
class Tried:
    """What a draft would say of hand-offs, beside what is said now. `of`: how many there are."""

    of: int
    before: Sums
    after: Sums
    results: Sequence[Would]

    @property
    def changed(self) -> Sequence[Would]:
        return [one for one in self.results if one.changed]


def try_handoffs(tx: Tx, draft: Draft, most: int, *, now: datetime) -> Tried:
    """Try it on those that are open and, then, on the latest. Raises: Invalid, Missing."""
    document = _document(tx, draft)
    active = rules_.load(tx).handoff
    those = handoffs_review.latest(tx, min(most, MOST))
    results = list(tried(tx, (None if active is None else active[0], document), those, now))
    return Tried(
        handoffs_review.count(tx),
        _sums([one.before for one in results]),
        _sums([one.after for one in results]),
        results,
    )


def _sums(those: Sequence[Judged | None]) -> Sums:
    found = [one for one in those if one is not None]
    bands: dict[str, int] = {}
    for one in found:
        bands[one.quality.band.name] = bands.get(one.quality.band.name, 0) + 1
    points = [one.quality.total for one in found]
    mean = round(sum(points) / len(points), 1) if points else None
    return Sums(len(found), sum(one.open for one in found), mean, bands)


def _document(tx: Tx, draft: Draft) -> HandoffDocument:
    body = draft.body
    if body is None:
        stored = documents.get(tx, KIND, draft.name, draft.version)
        if stored is None:
            raise Missing(f'there is no such version of {KIND} "{draft.name}"')
        body = stored.body
    check_document(tx, KIND, draft.name, body)
    parsed = parsed_document(KIND, draft.name, body)
    assert isinstance(parsed, HandoffDocument)  # noqa: S101  its kind says so
    return parsed
