"""All that makes up a score at a moment, before it is summed: rules, findings, activities."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from app.domain.activity import EARLY, Fact, later
from app.domain.conditions import Finding, Subject, examine
from app.domain.decay import US, Decaying, Moving
from app.domain.matching import Choose, chooser
from app.domain.prepared import kept
from app.domain.scoring_document import AxisLimits, IntentRule, PointsRule, ScoringDocument
from connectors.base import Value
from mappings.plain_values import number


@dataclass(frozen=True, slots=True)
class Axis:
    raw: float
    limits: AxisLimits

    @property
    def points(self) -> float:
        return max(self.limits.floor, min(self.limits.cap, self.raw))

    @property
    def weighted(self) -> float:
        return self.limits.weight * self.points


@dataclass(frozen=True, slots=True)
class Held:
    """A fit or timing rule, and what was found."""

    rule: PointsRule
    finding: Finding


@dataclass(frozen=True, slots=True)
class Counted:
    """An intent rule, and the activities (one at least) that count for it."""

    rule: IntentRule
    facts: Sequence[Fact]
    decaying: Decaying


def _clipped(values: Sequence[float], cap: float, members: Sequence[int]) -> float:
    """The sum of the members' values, limited in both directions."""
    if len(members) == 1:
        points = values[members[0]]
    else:
        points = math.fsum([values[index] for index in members])
    return points if -cap <= points <= cap else max(-cap, min(cap, points))


@dataclass(frozen=True, slots=True)
class Pool:
    """Intent rules that are limited together: a group's, or those without a group (no cap)."""

    group: str | None
    cap: float
    members: Sequence[int]

    def sum(self, values: Sequence[float]) -> float:
        return math.fsum([values[index] for index in self.members])

    def capped(self, values: Sequence[float]) -> float:
        return _clipped(values, self.cap, self.members)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A person's sums at a moment. `changes_at`: when a rule or an activity sets in or ends.

    `pools` index `intent`, and so the values (each intent rule's points) that the sums take.
    """

    document: ScoringDocument
    fit: tuple[Held, ...]
    intent: tuple[Counted, ...]
    timing: tuple[Held, ...]
    pools: tuple[Pool, ...]
    ma: float | None
    changes_at: datetime | None

    def axes(self, values: Sequence[float]) -> tuple[Axis, Axis, Axis]:
        """Fit, intent and timing."""
        limits = self.document.axes
        return (
            Axis(_held_points(self.fit), limits.fit),
            self._intent(values),
            Axis(_held_points(self.timing), limits.timing),
        )

    def total(self, weighted: Sequence[float]) -> float:
        """The sum of the weighted axes and the MA score, before its limits 0 and 100."""
        ma = self.document.ma_score
        if ma is not None and ma.mode == "replace":
            return self.ma or 0.0
        return math.fsum([*weighted, ma.weight * self.ma if ma and self.ma else 0.0])

    def moving(self) -> Moving:
        """Total and intent, which alone the clock moves. Neither falls when a value rises."""
        fit, _, timing = self.axes([0.0] * len(self.intent))
        limits, rest = self.document.axes.intent, (fit.weighted, timing.weighted)
        weight, floor, cap = limits.weight, limits.floor, limits.cap
        pools = [(pool.cap, pool.members) for pool in self.pools]

        def figures(values: Sequence[float]) -> tuple[float, float]:
            raw = math.fsum([_clipped(values, most, members) for most, members in pools])
            points: float = max(floor, min(cap, raw))
            return limited(self.total((*rest, weight * points))), points

        return figures

    def _intent(self, values: Sequence[float]) -> Axis:
        raw = math.fsum([pool.capped(values) for pool in self.pools])
        return Axis(raw, self.document.axes.intent)


def limited(total: float) -> float:
    return max(0.0, min(100.0, total))


def lay_out(
    document: ScoringDocument, fields: Mapping[str, Value], facts: Iterable[Fact], now: datetime
) -> Sheet:
    """Put every rule's part on a sheet. Activities that are equal in all count once."""
    known = _unique(facts)
    subject = Subject(fields, known)
    intent, starts = _count(document.intent, known, now)
    fit = tuple(Held(rule, examine(rule.when, subject, now)) for rule in document.fit)
    timing = tuple(Held(rule, examine(rule.when, subject, now)) for rule in document.timing)
    changes = [held.finding.changes_at for held in (*fit, *timing)]
    return Sheet(
        document=document,
        fit=fit,
        intent=intent,
        timing=timing,
        pools=_pools(document, intent),
        ma=_ma(document, fields),
        changes_at=min((at for at in (*starts, *changes) if at is not None), default=None),
    )


def _unique(facts: Iterable[Fact]) -> Sequence[Fact]:
    every = tuple(facts)
    if len({(fact.at, fact.type) for fact in every}) == len(every):
        return every
    keys = {(f.type, f.at, f.title, repr(sorted(f.detail.items()))): f for f in every}
    return tuple(keys.values())


@kept
def _chooser(rules: Sequence[IntentRule]) -> Choose:
    return chooser(rules, [rule.group for rule in rules])


def _count(
    rules: Sequence[IntentRule], facts: Iterable[Fact], now: datetime
) -> tuple[tuple[Counted, ...], list[datetime]]:
    """Give each activity to the rules that it counts for, and tell when those to come will."""
    choose, end = _chooser(rules), later(now, EARLY)
    chosen: dict[int, list[Fact]] = {}
    starts: list[datetime] = []
    for fact in facts:
        indices = choose(fact)
        if indices and fact.at > end:
            starts.append(fact.counts_from)
            continue
        for index in indices:
            chosen.setdefault(index, []).append(fact)
    intent = [
        Counted(rules[index], own, _decaying(rules[index], own, now))
        for index, own in sorted(chosen.items())
    ]
    return tuple(intent), starts


def _pools(document: ScoringDocument, intent: Iterable[Counted]) -> tuple[Pool, ...]:
    members: dict[str | None, list[int]] = {}
    for index, counted in enumerate(intent):
        members.setdefault(counted.rule.group, []).append(index)
    return tuple(
        Pool(group, math.inf if group is None else document.groups[group].cap, own)
        for group, own in members.items()
    )


def _decaying(rule: IntentRule, facts: Iterable[Fact], now: datetime) -> Decaying:
    return Decaying(
        points=rule.points,
        ages_us=tuple([(now - fact.at) // US for fact in facts]),
        half_life_us=_us(rule.half_life_days),
        forget_us=_us(rule.forget_after_days),
        cap=math.inf if rule.cap is None else rule.cap,
    )


@lru_cache
def _us(days: float | None) -> float:
    return math.inf if days is None else timedelta(days=days) // US


def _held_points(rules: Iterable[Held]) -> float:
    return math.fsum([held.rule.points for held in rules if held.finding.holds])


def _ma(document: ScoringDocument, fields: Mapping[str, Value]) -> float | None:
    """The MA system's score as 0 to 100; None where it is not used or not known."""
    if document.ma_score is None:
        return None
    given = number(fields.get(document.ma_score.field))
    return (
        None if given is None else max(0.0, min(100.0, 100 * given / document.ma_score.full_marks))
    )
