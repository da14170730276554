"""Deviations: which leads disagree with their score, and what to do about the threshold."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from app.domain.deviation import Outcome, review, threshold_of
from app.domain.lifecycle_document import LifecycleDocument
from app.domain.presets import preset

AT = datetime(2026, 4, 1, tzinfo=UTC)
DEFAULT = LifecycleDocument.model_validate(preset("lifecycle"))


def outcome(score: int, *, good: bool, entered: bool = True) -> Outcome:
    return Outcome(uuid4(), AT, score, good, entered)


def leads(good_from: int) -> list[Outcome]:
    """Forty leads, of whom those from a score on were good."""
    return [outcome(score, good=score >= good_from) for score in range(20, 100, 2)]


def test_each_lead_that_disagrees_is_named() -> None:
    """By how."""
    cases = [
        outcome(85, good=True), outcome(85, good=False), outcome(30, good=True),
        outcome(30, good=False), outcome(10, good=True, entered=False),
        outcome(10, good=False, entered=False),
    ]  # fmt: skip

    assert review(DEFAULT, cases).kinds == (
        None, "high_but_bad", "low_but_good", None, "missed", None
    )  # fmt: skip


@pytest.mark.parametrize(
    ("good_from", "advice", "suggested"), [(50, "lower", 50), (80, "keep", 80)]
)
def test_the_threshold_that_tells_them_apart_is_suggested(
    good_from: int, advice: str, suggested: int
) -> None:
    """Unless it is the present one."""
    found = review(DEFAULT, leads(good_from))

    assert (found.threshold, found.advice, found.test.suggested) == (80, advice, suggested)


def test_a_higher_threshold_is_suggested_where_few_high_scores_do_well() -> None:
    """Below it hardly anybody comes to anything."""
    low = preset("lifecycle")
    low["stages"][1]["when"] = {"score": "total", "op": "gte", "value": 40}

    assert review(LifecycleDocument.model_validate(low), leads(70)).advice == "raise"


def test_nothing_is_advised_from_too_little_or_from_noise() -> None:
    """A score that tells nothing needs other rules, not another threshold."""
    noise = [outcome(score, good=score % 4 == 0) for score in range(20, 100, 2)]

    assert review(DEFAULT, leads(50)[:8]).advice == "too_few"
    assert review(DEFAULT, noise).advice == "no_difference"


@pytest.mark.parametrize(
    ("when", "threshold"),
    [
        (None, None),
        ({"activity": "trial"}, None),
        ({"score": "fit", "op": "gte", "value": 9}, None),
        ({"all": [{"score": "total", "op": "gt", "value": 70}, {"activity": "trial"}]}, 70),
    ],
)
def test_the_threshold_is_read_from_the_condition(when: object, threshold: int | None) -> None:
    """Where it asks for a total."""
    body = preset("lifecycle")
    body["stages"][1]["when"] = when
    document = LifecycleDocument.model_validate(body)

    assert threshold_of(document) == threshold
    kinds = review(document, [outcome(10, good=True)]).kinds
    assert kinds == (None,) if threshold is None else ("low_but_good",)


def test_a_lifecycle_without_the_reviewed_stage_has_no_threshold() -> None:
    """Nothing to compare with."""
    short = LifecycleDocument.model_validate({"stages": [{"name": "lead", "owner": "is"}]})

    assert threshold_of(short) is None
