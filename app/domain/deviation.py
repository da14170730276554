"""Deviations: where the score and what came of a lead disagreed, and which threshold would do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from app.domain.backtest import BackTest, Tally, evaluate
from app.domain.condition_document import AllOf, AnyOf, Condition, ScoreIs
from app.domain.lifecycle_document import LifecycleDocument

Kind: TypeAlias = Literal["high_but_bad", "low_but_good", "missed"]
Advice: TypeAlias = Literal["too_few", "no_difference", "keep", "raise", "lower"]
NEAR = 2  # points of a threshold that are not worth a change


@dataclass(frozen=True, slots=True)
class Outcome:
    """A lead with the score at which it began, and what came of it. `entered` is False where the
    lead came to its outcome without having been in the stage that is reviewed.
    """

    link_id: UUID
    at: datetime
    score: int
    good: bool
    entered: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """All that the outcomes say. `threshold` is the present one (None: the document has none)."""

    threshold: int | None
    test: BackTest
    advice: Advice
    kinds: tuple[Kind | None, ...]


def review(document: LifecycleDocument, outcomes: Sequence[Outcome]) -> Found:
    """What disagrees (by outcome), and what to do about the threshold."""
    threshold = threshold_of(document)
    tally = Tally()
    for one in outcomes:
        tally.add({"total": one.score}, (), converted=one.good)
    test = evaluate(tally)
    kinds = tuple(_kind(one, threshold) for one in outcomes)
    return Found(threshold, test, advice(threshold, test, document.review.least), kinds)


def _kind(one: Outcome, threshold: int | None) -> Kind | None:
    if not one.entered:
        return "missed" if one.good else None
    if threshold is None:
        return None
    if one.score >= threshold:
        return None if one.good else "high_but_bad"
    return "low_but_good" if one.good else None


def advice(threshold: int | None, test: BackTest, least: int) -> Advice:
    """What to do about a threshold, from `least` outcomes on."""
    if test.cases < least or test.verdict == "too_few":
        return "too_few"
    if test.suggested is None:
        return "no_difference"
    if threshold is None or abs(test.suggested - threshold) <= NEAR:
        return "keep"
    return "raise" if test.suggested > threshold else "lower"


def threshold_of(document: LifecycleDocument) -> int | None:
    """The lowest total that the reviewed stage asks for; None where it asks for none."""
    rule = document.rule(document.review.entered)
    if rule is None or rule.when is None:
        return None
    found = [round(one.value) for one in _totals(rule.when)]
    return min(found, default=None)


def _totals(condition: Condition) -> Iterator[ScoreIs]:
    match condition:
        case AllOf():
            for part in condition.all:
                yield from _totals(part)
        case AnyOf():
            for part in condition.any:
                yield from _totals(part)
        case ScoreIs(score="total", op="gte" | "gt"):
            yield condition
        case _:
            return
