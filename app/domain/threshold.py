"""What a version of the rules would do to people, and which threshold brings how many MQLs a day.

People are counted, not kept: a `Count` is small however many there are, and counts of parts of
them add up, so that a job may go over all people in portions.

A person counts as a new MQL of a threshold on the days looked back over (the window) who was below
it when the window began and reached it in the window. Scores are replayed: with the activities up
to then and the fields of today, for fields have no history.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.domain.activity import EARLY, Fact
from app.domain.scoring import Score, figures
from app.domain.scoring_document import ScoringDocument
from connectors.base import Value

STEP = 5  # points between two thresholds, and width of a bar
THRESHOLDS = tuple(range(STEP, 101, STEP))
GRADES = ("A", "B", "C", "D")
MOMENTS = 60  # at most so many moments of a person's window are replayed, the newest


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be scored: what is agreed, what was done (oldest first), and the score now."""

    fields: Mapping[str, Value]
    facts: Sequence[Fact]
    total: int | None = None
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What becomes of a person. `peaks` are the score before the window and the highest in it."""

    before: int | None
    grade_before: str | None
    after: Score
    peaks: tuple[int, int]

    @property
    def moved(self) -> bool:
        return self.after.grade != self.grade_before

    @property
    def changed(self) -> bool:
        return (self.before, self.grade_before) != (self.after.total, self.after.grade)


def judge(document: ScoringDocument, one: Person, now: datetime, days: int) -> Judged:
    """Score a person by a document, now and in the last days."""
    after = figures(document, one.fields, one.facts, now)
    return Judged(one.total, one.grade, after, _peaks(document, one, after, now, days))


def known(facts: Sequence[Fact], then: datetime) -> Sequence[Fact]:
    """What was known then of activities, oldest first."""
    return facts[: bisect_right(facts, then + EARLY, key=lambda fact: fact.at)]


def _peaks(
    document: ScoringDocument, one: Person, after: Score, now: datetime, days: int
) -> tuple[int, int]:
    begin = now - timedelta(days=days)
    moments = sorted({fact.at for fact in one.facts if begin < fact.at <= now})
    if not moments:  # nothing but decay and dates: who rose, rose by those
        first = figures(document, one.fields, known(one.facts, begin), begin).total
        return first, max(first, after.total)
    first = figures(document, one.fields, known(one.facts, begin), begin).total
    totals = [
        figures(document, one.fields, known(one.facts, at), at).total for at in moments[-MOMENTS:]
    ]
    return first, max(first, after.total, *totals)


@dataclass(slots=True)
class Count:
    """How many people: in all, whose score or grade changes, by grade before and after, by score
    (each bar `STEP` points wide), at or above each threshold, and newly so in the window.
    """

    people: int = 0
    changed: int = 0
    moved: int = 0
    grades: dict[str, int] = field(default_factory=dict)
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)
    entered: dict[str, int] = field(default_factory=dict)
    priorities: dict[str, int] = field(default_factory=dict)

    def add(self, one: Judged) -> None:
        """Count a person."""
        self.people += 1
        self.changed += one.changed
        self.moved += one.moved
        _more(self.grades, f"{one.grade_before or '-'}>{one.after.grade}")
        if one.before is not None:
            _more(self.before, bar(one.before))
        _more(self.after, bar(one.after.total))
        _more(self.priorities, str(one.after.priority))
        low, high = one.peaks
        for threshold in THRESHOLDS:
            if low < threshold <= high:
                _more(self.entered, str(threshold))

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def bar(total: int) -> str:
    """The lowest score of the bar that a score is in; 100 has none of its own."""
    return str(min(total // STEP * STEP, 100 - STEP))


def _more(counts: dict[str, int], key: str) -> None:
    counts[key] = counts.get(key, 0) + 1


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """MQLs a day if this were the threshold; `fits`: not more than the capacity (None: unknown)."""

    threshold: int
    per_day: float
    fits: bool | None


def at_thresholds(
    count: Count, days: int, capacity: float | None, *, scale: float = 1.0
) -> tuple[AtThreshold, ...]:
    """New MQLs a day by threshold; `scale` is how many people each counted one stands for."""
    found = []
    for threshold in THRESHOLDS:
        per_day = round(scale * count.entered.get(str(threshold), 0) / days, 2)
        found.append(
            AtThreshold(threshold, per_day, None if capacity is None else per_day <= capacity)
        )
    return tuple(found)


def suggested(rows: Sequence[AtThreshold]) -> int | None:
    """The lowest threshold from which on all fit the capacity; None where none does, or unknown."""
    best = None
    for row in reversed(rows):
        if not row.fits:
            break
        best = row.threshold
    return best
