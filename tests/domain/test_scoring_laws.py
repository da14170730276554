"""Laws of the score, for any document and any history."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.domain.activity import Fact
from app.domain.scoring import Score, score
from app.domain.scoring_document import ScoringDocument
from connectors.base import Value

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
US = timedelta(microseconds=1)
LABEL = {"en": "Rule", "ja": "規則"}
TYPES = ("page_view", "call", "seminar")
GROUPS = ("web", "talk")
DATES = ("trial", "renewal", "visit")


def points(*, negative: bool) -> st.SearchStrategy[float]:
    return st.integers(-50 if negative else 0, 50).map(lambda half: half / 2)


def conditions() -> st.SearchStrategy[dict[str, Any]]:
    leaves = st.one_of(
        st.builds(
            lambda field, op, days: {"field": field, "op": op, "value": days},
            st.sampled_from(DATES),
            st.sampled_from(["in_next_days", "in_last_days"]),
            st.integers(1, 20),
        ),
        st.builds(
            lambda type_, days, least: {"activity": type_, "within_days": days, "at_least": least},
            st.sampled_from(TYPES),
            st.integers(1, 30),
            st.integers(1, 3),
        ),
        st.just({"field": "trial", "op": "exists"}),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"all": parts}),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"any": parts}),
            inner.map(lambda part: {"not": part}),
        ),
        max_leaves=6,
    )


def rules(*, negative: bool) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Intent rules, named later."""
    return st.lists(
        st.fixed_dictionaries(
            {"activity": st.sampled_from(TYPES), "points": points(negative=negative)},
            optional={
                "cap": st.integers(1, 60),
                "half_life_days": st.sampled_from([0.5, 7, 30]),
                "forget_after_days": st.integers(1, 40),
                "group": st.sampled_from(GROUPS),
            },
        ),
        max_size=4,
    )


@st.composite
def documents(draw: st.DrawFn, *, negative: bool = True, moving: bool = True) -> ScoringDocument:
    """Documents; without `moving` no condition depends on the clock."""
    held = st.lists(st.tuples(points(negative=negative), conditions()), max_size=2)
    body: dict[str, Any] = {
        "intent": [
            {"name": f"i{index}", "label": LABEL, **rule}
            for index, rule in enumerate(draw(rules(negative=negative)))
        ],
        "groups": {name: {"label": LABEL, "cap": draw(st.integers(5, 80))} for name in GROUPS},
        "axes": {
            axis: {
                "weight": draw(st.sampled_from([0.5, 1.0, 2.0])),
                "cap": draw(st.integers(5, 100)),
            }
            for axis in ("fit", "intent", "timing")
        },
    }
    for axis in ("fit", "timing") if moving else ():
        body[axis] = [
            {"name": f"{axis}{index}", "label": LABEL, "points": worth, "when": when}
            for index, (worth, when) in enumerate(draw(held))
        ]
    return ScoringDocument.model_validate(body)


def histories(*, future: bool = True) -> st.SearchStrategy[list[Fact]]:
    minutes = st.integers(-5 * 1440 if future else 0, 60 * 1440)
    return st.lists(
        st.builds(
            lambda type_, age: Fact(type_, NOW - timedelta(minutes=age)),
            st.sampled_from(TYPES),
            minutes,
        ),
        max_size=8,
    )


def people() -> st.SearchStrategy[dict[str, Value]]:
    days = st.integers(-25, 25).map(lambda day: (NOW + timedelta(days=day)).date().isoformat())
    return st.fixed_dictionaries({}, optional=dict.fromkeys(DATES, days))


def figures(result: Score) -> tuple[object, ...]:
    return (
        result.total,
        result.fit,
        result.intent,
        result.timing,
        result.grade,
        result.priority,
    )


@settings(deadline=None, max_examples=300)
@given(documents(), people(), histories(), st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_nothing_changes_before_it_is_announced(
    document: ScoringDocument,
    person: dict[str, Value],
    facts: list[Fact],
    shares: list[float],
) -> None:
    """At each moment before `next_change_at` the score is the score of now."""
    result = score(document, person, facts, NOW)
    span = (result.next_change_at or NOW + timedelta(days=400)) - NOW

    assert span > timedelta()
    for share in (*shares, 1.0):
        moment = min(NOW + share * span, NOW + span - US)
        assert figures(score(document, person, facts, moment)) == figures(result)


@settings(deadline=None)
@given(documents(negative=False, moving=False), histories(future=False))
def test_an_announced_change_takes_place(document: ScoringDocument, facts: list[Fact]) -> None:
    """Where points only decay the announced moment is the exact one: no idle recompute."""
    result = score(document, {}, facts, NOW)
    assume(result.next_change_at is not None)
    assert result.next_change_at is not None

    assert figures(score(document, {}, facts, result.next_change_at)) != figures(result)


@settings(deadline=None)
@given(documents(), people(), histories(), st.data())
def test_the_order_and_the_repetition_of_activities_do_not_matter(
    document: ScoringDocument, person: dict[str, Value], facts: list[Fact], data: st.DataObject
) -> None:
    """Replaying a history, shuffled and with duplicates, gives the same score, reasons and all."""
    again = data.draw(st.permutations([*facts, *facts[:3]]))

    assert score(document, person, again, NOW) == score(document, person, facts, NOW)


@settings(deadline=None)
@given(documents(negative=False, moving=False), histories(future=False), st.integers(1, 90))
def test_decay_is_monotone(document: ScoringDocument, facts: list[Fact], days: int) -> None:
    """Without negative points a score never rises by itself."""
    before = score(document, {}, facts, NOW)
    after = score(document, {}, facts, NOW + timedelta(days=days))

    assert after.intent <= before.intent
    assert after.total <= before.total


@settings(deadline=None)
@given(documents(), people(), histories())
def test_caps_hold_and_reasons_add_up(
    document: ScoringDocument, person: dict[str, Value], facts: list[Fact]
) -> None:
    """Total and axes keep their limits, and the lines add up to the total."""
    result = score(document, person, facts, NOW)
    axes = document.axes

    assert 0 <= result.total <= 100
    assert axes.fit.floor <= result.fit <= axes.fit.cap
    assert axes.intent.floor <= result.intent <= axes.intent.cap
    assert axes.timing.floor <= result.timing <= axes.timing.cap
    lines = [reason.points for reason in result.reasons]
    rounding = 0.5 + 0.05 * 20  # the total to a whole point, each line to a decimal
    assert abs(math.fsum(lines) - result.total) <= rounding
    assert lines == sorted(lines, reverse=True)


@settings(deadline=None, max_examples=15)
@given(histories(), people())
def test_the_preset_settles(
    scoring: ScoringDocument, facts: Sequence[Fact], person: dict[str, Value]
) -> None:
    """Recomputing only when announced ends, with the score of somebody who never came back."""
    moment, steps = NOW, 0
    result = score(scoring, person, facts, moment)
    while result.next_change_at is not None:
        moment, steps = result.next_change_at, steps + 1
        result = score(scoring, person, facts, moment)
        assert steps < 1_000

    assert result.intent == 0
