"""Points that decay, and the first moment at which a rounded sum of them changes.

Time is counted in whole microseconds (the resolution of a datetime), so that a forecast and a
later calculation see the same numbers and agree to the last bit.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import sub
from typing import TypeAlias

Figures: TypeAlias = tuple[float, ...]
Curve: TypeAlias = Callable[[float], float]
Moving: TypeAlias = Callable[[Sequence[float]], Figures]
US = timedelta(microseconds=1)
HOUR_US = 3_600_000_000
CENTURY_US = 100 * 365 * 24 * HOUR_US
NOISE = 0.000_000_5  # points; half a millionth is where `round(points, 6)` turns
NEAR_US = 10_000  # a secant step as short as this lands within a microsecond
STEPS = 60  # a crossing takes some six; where the sum jumps it may take many


@dataclass(frozen=True, slots=True)
class Decaying:
    """`points` for each activity of these ages, halved every half-life, limited by `cap`.

    As time passes the value only moves towards 0: decay, forgetting and the cap all do that.
    An age below 0 (a clock that runs ahead) counts as 0. `half_life_us` may be infinite.
    """

    points: float
    ages_us: tuple[int, ...]
    half_life_us: float = math.inf
    forget_us: float = math.inf
    cap: float = math.inf

    def value(self, after_us: float = 0) -> float:
        """The points that are left after so many microseconds (infinity is allowed)."""
        return max(-self.cap, min(self.cap, self._sum(after_us)))

    def curve(self) -> Curve:
        """About `value`, and exactly that now, at a cost that does not grow with the activities."""
        if self.forget_us < math.inf:
            return self.value
        cap, total, half_life_us = self.cap, self._sum(0), self.half_life_us
        if math.isinf(half_life_us):
            return lambda _: max(-cap, min(cap, total))
        return lambda after_us: max(-cap, min(cap, total * 0.5 ** (after_us / half_life_us)))

    def _sum(self, after_us: float) -> float:
        """The points before the cap. What never ends is left even at infinity."""
        points, half_life_us = self.points, self.half_life_us
        ages = [age + after_us for age in self.ages_us]
        if self.forget_us < math.inf:
            ages = [age for age in ages if age < self.forget_us]
        if math.isinf(half_life_us):
            return points * len(ages)
        return math.fsum(
            [points * 0.5 ** (age / half_life_us) if age > 0 else points for age in ages]
        )


def whole(points: float) -> int:
    """Round half up. What is less than a millionth is noise of the arithmetic."""
    return math.floor(round(points, 6) + 0.5)


@dataclass(frozen=True, slots=True)
class _Outlook:
    """The figures now, and between which ends they lie when the values have moved.

    Each value lies between its value now and the one at a later moment, whatever its sign; so
    as long as the figures of all lower ends show the same as those of all upper ends nothing
    can change. Exact where all points have one sign, else it may be too early, never too late.
    """

    moving: Moving
    values: Sequence[float]
    figures: Figures
    shown: tuple[int, ...]

    def ends(self, later: Sequence[float]) -> tuple[Figures, Figures]:
        now = self.values
        low = list(map(min, now, later))
        below = self.figures if low == now else self.moving(low)
        if low == later:  # all points are positive, the common case: none rises
            return below, self.figures
        return below, self.moving(list(map(max, now, later)))

    def same(self, later: Sequence[float]) -> bool:
        """Tell whether the figures show the same for certain."""
        return all(
            end is self.figures or tuple(map(whole, end)) == self.shown for end in self.ends(later)
        )

    def slack(self, later: Sequence[float]) -> float:
        """How many points the figures are from showing anything else (below 0: they do)."""
        low, high = self.ends(later)
        down: float = min(map(sub, low, self.shown))
        up: float = min(map(sub, self.shown, high))
        return 0.5 + min(down + NOISE, up - NOISE)


def first_change(
    parts: Sequence[Decaying],
    curves: Sequence[Curve],
    moving: Moving,
    *,
    now: datetime,
    until: datetime | None,
) -> datetime | None:
    """The first moment at which a figure may show another whole number; at most `until`.

    `moving` makes figures of the parts' values; none may fall when a value rises. The moment is
    solved for on the parts' smooth curves, and settled to the microsecond on the values themselves.
    """
    values = [curve(0) for curve in curves]
    figures = moving(values)
    outlook = _Outlook(moving, values, figures, tuple(map(whole, figures)))
    if outlook.same([curve(math.inf) for curve in curves]):
        return until
    limit = CENTURY_US if until is None else (until - now) // US
    guess = _crossing(lambda us: outlook.slack([curve(us) for curve in curves]), limit)
    return now + US * _settle(
        lambda us: outlook.same([part.value(us) for part in parts]), guess, limit
    )


def _crossing(slack: Callable[[float], float], limit: int) -> int:
    """About when a falling function passes 0 (else the limit): the secant rule, kept in bounds."""
    low, high = 0.0, math.inf
    before, at_before = 0.0, slack(0)
    after: float = min(HOUR_US, limit)
    for _ in range(STEPS):
        at = slack(after)
        if at > 0 and after == limit:
            return limit
        low, high = (after, high) if at > 0 else (low, after)
        steep = (at_before - at) / (after - before)
        before, at_before = after, at
        after += at / steep if steep else math.inf
        if not low < after < high:
            after = (low + high) / 2 if high < math.inf else 8 * low
        after = min(after, limit)
        if abs(after - before) < NEAR_US:
            break
    return math.ceil(after)


def _settle(same: Callable[[int], bool], guess: int, limit: int) -> int:
    """The first moment that is not the same (else the limit): step out from the guess, bisect."""
    high = max(1, min(guess, limit))
    low, step = high - 1, 1
    while low > 0 and not same(low):
        low, high, step = max(0, low - step), low, 2 * step
    while high < limit and same(high):
        low, high, step = high, min(limit, high + step), 2 * step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if same(middle) else (low, middle)
    return high
