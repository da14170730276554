"""The moment at which a sum changes is the one that a plain search finds, to the microsecond."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.decay import CENTURY_US, US, Decaying, first_change, whole

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
DAY_US = 86_400_000_000
MINUTE_US = 60_000_000

parts = st.lists(
    st.builds(
        Decaying,
        points=st.integers(-40, 60).map(lambda half: half / 2),
        ages_us=st.lists(st.integers(-5 * MINUTE_US, 60 * DAY_US), max_size=5).map(tuple),
        half_life_us=st.sampled_from([DAY_US // 24, DAY_US, 14 * DAY_US, math.inf]),
        forget_us=st.sampled_from([math.inf, math.inf, DAY_US, 45 * DAY_US]),
        cap=st.sampled_from([math.inf, 5.0, 20.0, 33.3]),
    ),
    max_size=6,
)
limits = st.none() | st.integers(1, 100 * DAY_US)


def figures(values: Sequence[float]) -> tuple[float, float]:
    """Two sums: all, and the first three within a cap."""
    return math.fsum(values), max(-30.0, min(30.0, 1.3 * math.fsum(values[:3])))


def left(part: Decaying, after_us: float) -> float:
    """The definition of a value: activity by activity."""
    shares = []
    for age in part.ages_us:
        forgotten = part.forget_us < math.inf and part.forget_us <= age + after_us
        constant = math.isinf(part.half_life_us)
        share = 1.0 if constant else 0.5 ** (max(0, age + after_us) / part.half_life_us)
        shares.append(0.0 if forgotten else part.points * share)
    return max(-part.cap, min(part.cap, math.fsum(shares)))


def searched(rules: Sequence[Decaying], until: datetime | None) -> datetime | None:
    """Doubling from a minute, then bisection, on the values themselves."""
    start = [left(part, 0) for part in rules]

    def stable(after_us: float) -> bool:
        pairs = [(one, left(part, after_us)) for one, part in zip(start, rules, strict=True)]
        low, high = figures([min(pair) for pair in pairs]), figures([max(pair) for pair in pairs])
        return [whole(point) for point in low] == [whole(point) for point in high]

    if stable(math.inf):
        return until
    limit = CENTURY_US if until is None else (until - NOW) // US
    low, high = 0, min(MINUTE_US, limit)
    while high < limit and stable(high):
        low, high = high, min(2 * high, limit)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if stable(middle) else (low, middle)
    return NOW + high * US


@settings(deadline=None, max_examples=400)
@given(parts, limits)
def test_the_moment_is_the_one_a_search_finds(rules: list[Decaying], limit: int | None) -> None:
    """Decay, caps, forgetting, both signs, clocks that run ahead: solved or searched, the same."""
    until = None if limit is None else NOW + limit * US

    assert first_change(
        rules, [rule.curve() for rule in rules], figures, now=NOW, until=until
    ) == searched(rules, until)


@settings(deadline=None)
@given(parts, st.integers(0, 90 * DAY_US))
def test_a_value_is_the_sum_of_what_is_left(rules: list[Decaying], after_us: int) -> None:
    """The value of a rule is, to the last bit, that of its activities one by one."""
    moments = (0, after_us, math.inf)

    for part in rules:
        assert [part.value(at) for at in moments] == [left(part, at) for at in moments]


@pytest.mark.parametrize("days", [1, 1_000, 30_000])
def test_a_sudden_end_is_found(days: int) -> None:
    """Points that do not fade but end at once change at that very moment, however far away."""
    part = Decaying(50.0, (0,), forget_us=days * DAY_US)

    at = first_change([part], [part.curve()], figures, now=NOW, until=None)

    assert at == NOW + timedelta(days=days)
