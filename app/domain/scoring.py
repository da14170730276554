"""The score of a person: three axes, a total, a grade and a priority, each point with its reason.

`score` is a pure function of a document, the fields, the activities (in any order; equal ones
count once) and the moment, so that doing it again, at any time, gives the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import fsum

from app.domain.activity import Fact
from app.domain.condition_document import Grade
from app.domain.decay import first_change, whole
from app.domain.reasons import Reason, explain
from app.domain.score_sheet import Sheet, lay_out, limited
from app.domain.scoring_document import ScoringDocument
from connectors.base import Value

__all__ = ["Fact", "Reason", "Score", "figures", "score"]


@dataclass(frozen=True, slots=True)
class Score:
    """A person's score in whole points, as it is shown, stored and compared.

    `reasons` come with the most points first, `categories` are the points of those that speak for
    a product category. Total, grade, axes and priority stay as they are until `next_change_at`
    unless a field, an activity or the document changes (None: for ever).
    """

    total: int
    fit: int
    intent: int
    timing: int
    grade: Grade
    priority: int
    reasons: tuple[Reason, ...] = ()
    next_change_at: datetime | None = None
    ma_score: int | None = None
    categories: Mapping[str, int] = field(default_factory=dict)


def score(
    document: ScoringDocument, fields: Mapping[str, Value], facts: Sequence[Fact], now: datetime
) -> Score:
    """Score a person at a moment (aware), and say until when at least it stays so."""
    sheet = lay_out(document, fields, facts, now)
    decaying = [counted.decaying for counted in sheet.intent]
    curves = [part.curve() for part in decaying]
    values = [curve(0) for curve in curves]
    reasons = explain(sheet, values, now)
    until = first_change(decaying, curves, sheet.moving(), now=now, until=sheet.changes_at)
    return replace(_summed(sheet, values), reasons=reasons, next_change_at=until,
                   categories=_categories(reasons))  # fmt: skip


def figures(
    document: ScoringDocument, fields: Mapping[str, Value], facts: Sequence[Fact], now: datetime
) -> Score:
    """The same score without reasons, categories and forecast, at a fraction of the cost."""
    sheet = lay_out(document, fields, facts, now)
    return _summed(sheet, [counted.decaying.value() for counted in sheet.intent])


def _summed(sheet: Sheet, values: Sequence[float]) -> Score:
    axes, document = sheet.axes(values), sheet.document
    fit, intent, timing = (whole(axis.points) for axis in axes)
    total = whole(limited(sheet.total([axis.weighted for axis in axes])))
    return Score(
        total=total,
        fit=fit,
        intent=intent,
        timing=timing,
        grade=_grade(document, total),
        priority=_priority(document, fit, intent),
        ma_score=None if sheet.ma is None else whole(sheet.ma),
    )


def _categories(reasons: Sequence[Reason]) -> dict[str, int]:
    sums: dict[str, list[float]] = {}
    for one in reasons:
        if one.category is not None:
            sums.setdefault(one.category, []).append(one.points)
    return {name: whole(fsum(points)) for name, points in sorted(sums.items())}


def _grade(document: ScoringDocument, total: int) -> Grade:
    grades = document.grades
    if total >= grades.a:
        return "A"
    if total >= grades.b:
        return "B"
    return "C" if total >= grades.c else "D"


def _priority(document: ScoringDocument, fit: int, intent: int) -> int:
    matrix = document.matrix
    if fit >= matrix.fit_high:
        return matrix.both if intent >= matrix.intent_high else matrix.fit_only
    return matrix.intent_only if intent >= matrix.intent_high else matrix.neither
