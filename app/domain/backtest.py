"""Back-test: whether scores told beforehand who would convert.

Each person is one case: the score as it was just before the outcome, and whether it was the wished
one. Cases are counted by score, so that counts of parts add up and nothing else need be kept.

    conversion   converted / all, of a band; with its Wilson 95 % interval
    lift         conversion of the band / conversion of all
    precision    converted / all, at or above a threshold        recall: of all converted, those
    suggested    the threshold with the largest recall - false positive rate (Youden's J)
    AUC          the chance that somebody who converted had the higher score of two (ties: half);
                 the Mann-Whitney U statistic, its p by the normal approximation with ties corrected
    KS           the largest gap between the two cumulative distributions
    rule         the chance to convert with a rule against without: two-proportion z-test

Rules discriminate where AUC >= 0.6 and p < 0.05. With fewer than `LEAST` cases of either end
nothing is said. Sources: Mann & Whitney 1947; Youden 1950; Wilson 1927.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Verdict: TypeAlias = Literal["discriminates", "does_not_discriminate", "inverted", "too_few"]
RuleVerdict: TypeAlias = Literal["raises", "lowers", "no_difference", "too_few"]
LEAST = 10  # cases of each end
GOOD_AUC = 0.6
SURE = 0.05  # p below which chance is not taken for the reason
Z95 = 1.959964
FULL = 100
AXES = ("total", "fit", "intent", "timing")
Pair: TypeAlias = list[int]  # others, converted


@dataclass(slots=True)
class Tally:
    """Cases by score (of the total and each axis) and by rule, as [others, converted]."""

    cases: Pair = field(default_factory=lambda: [0, 0])
    scores: dict[str, dict[str, Pair]] = field(default_factory=dict)
    rules: dict[str, Pair] = field(default_factory=dict)

    def add(self, figures: Mapping[str, int], rules: Sequence[str], *, converted: bool) -> None:
        """Count a case: its figures by axis, and the rules that gave it points."""
        self.cases[converted] += 1
        for axis, points in figures.items():
            self.scores.setdefault(axis, {}).setdefault(str(points), [0, 0])[converted] += 1
        for rule in set(rules):
            self.rules.setdefault(rule, [0, 0])[converted] += 1

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Band:
    """Scores from `low` to `high`. `rate` and its interval, and `lift`, are None without cases."""

    low: int
    high: int
    cases: int
    converted: int
    rate: float | None
    rate_low: float | None
    rate_high: float | None
    lift: float | None


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """How good it would be to call those at or above a threshold."""

    threshold: int
    cases: int
    precision: float | None
    recall: float | None
    lift: float | None
    youden: float | None


@dataclass(frozen=True, slots=True)
class Separation:
    """How well a figure tells the two ends apart."""

    axis: str
    auc: float | None
    p: float | None
    ks: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What a rule says of converting. `rate_with` of those whom it gave points."""

    rule: str
    cases: int
    rate_with: float | None
    rate_without: float | None
    p: float | None
    verdict: RuleVerdict


@dataclass(frozen=True, slots=True)
class BackTest:
    """All that the cases say."""

    cases: int
    converted: int
    rate: float | None
    bands: tuple[Band, ...]
    thresholds: tuple[AtThreshold, ...]
    separation: tuple[Separation, ...]
    rules: tuple[RuleResult, ...]
    suggested: int | None
    verdict: Verdict


def evaluate(tally: Tally, rules: Sequence[str] = (), *, width: int = 10) -> BackTest:
    """What the cases say; `rules` are those of the document, also the ones nobody had."""
    others, converted = tally.cases
    totals = _numbers(tally.scores.get("total", {}))
    base = _share(converted, others + converted)
    thresholds = tuple(_at(totals, tally.cases, t) for t in range(5, FULL + 1, 5))
    separation = tuple(_separate(axis, _numbers(tally.scores.get(axis, {}))) for axis in AXES)
    verdict = separation[0].verdict
    return BackTest(
        cases=others + converted,
        converted=converted,
        rate=base,
        bands=tuple(_band(totals, low, width, base) for low in range(0, FULL, width)),
        thresholds=thresholds,
        separation=separation,
        rules=tuple(_rule(name, tally.rules.get(name, [0, 0]), tally.cases) for name in rules),
        suggested=_best(thresholds) if verdict == "discriminates" else None,
        verdict=verdict,
    )


def _numbers(counts: Mapping[str, Pair]) -> dict[int, Pair]:
    return {int(score): pair for score, pair in counts.items()}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _band(totals: Mapping[int, Pair], low: int, width: int, base: float | None) -> Band:
    high = FULL if low + width >= FULL else low + width - 1
    pairs = [pair for score, pair in totals.items() if low <= score <= high]
    converted = sum(pair[1] for pair in pairs)
    cases = converted + sum(pair[0] for pair in pairs)
    rate = _share(converted, cases)
    least, most = wilson(converted, cases)
    lift = None if rate is None or not base else round(rate / base, 2)
    return Band(low, high, cases, converted, rate, least, most, lift)


def wilson(part: int, whole: int) -> tuple[float | None, float | None]:
    """The 95 % interval of a share."""
    if not whole:
        return None, None
    share, z2 = part / whole, Z95 * Z95
    middle = share + z2 / (2 * whole)
    reach = Z95 * math.sqrt(share * (1 - share) / whole + z2 / (4 * whole * whole))
    scale = 1 + z2 / whole
    return round(max(0.0, (middle - reach) / scale), 4), round(
        min(1.0, (middle + reach) / scale), 4
    )


def _at(totals: Mapping[int, Pair], cases: Pair, threshold: int) -> AtThreshold:
    pairs = [pair for score, pair in totals.items() if score >= threshold]
    others, converted = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
    recall, fallout = _share(converted, cases[1]), _share(others, cases[0])
    precision, base = _share(converted, others + converted), _share(cases[1], sum(cases))
    return AtThreshold(
        threshold,
        others + converted,
        precision,
        recall,
        None if precision is None or not base else round(precision / base, 2),
        None if recall is None or fallout is None else round(recall - fallout, 4),
    )


def _best(rows: Sequence[AtThreshold]) -> int | None:
    """By Youden's J; of equally good ones the highest, which calls the fewest."""
    judged = [(row.youden, row.threshold) for row in rows if row.youden is not None]
    return max(judged)[1] if judged else None


def _separate(axis: str, counts: Mapping[int, Pair]) -> Separation:
    others = sum(pair[0] for pair in counts.values())
    converted = sum(pair[1] for pair in counts.values())
    if min(others, converted) < LEAST:
        return Separation(axis, None, None, None, "too_few")
    below, wins, ties, seen, gap = 0, 0.0, 0, 0, 0.0
    for score in sorted(counts):
        low, high = counts[score]
        wins += high * (below + low / 2)
        below, seen = below + low, seen + high
        ties += (low + high) ** 3 - (low + high)
        gap = max(gap, abs(below / others - seen / converted))
    auc = wins / (others * converted)
    p = _two_sided(_z_of_u(wins, others, converted, ties))
    return Separation(axis, round(auc, 3), round(p, 4), round(gap, 3), _verdict(auc, p))


def _z_of_u(wins: float, others: int, converted: int, ties: int) -> float:
    n = others + converted
    variance = others * converted / 12 * ((n + 1) - ties / (n * (n - 1)))
    return (wins - others * converted / 2) / math.sqrt(variance) if variance > 0 else 0.0


def _two_sided(z: float) -> float:
    return math.erfc(abs(z) / math.sqrt(2))


def _verdict(auc: float, p: float) -> Verdict:
    if p < SURE and auc >= GOOD_AUC:
        return "discriminates"
    return "inverted" if p < SURE and auc < 1 / 2 else "does_not_discriminate"


def _rule(name: str, pair: Pair, cases: Pair) -> RuleResult:
    with_, without = sum(pair), sum(cases) - sum(pair)
    first, second = _share(pair[1], with_), _share(cases[1] - pair[1], without)
    if min(with_, without) < LEAST or first is None or second is None:
        return RuleResult(name, with_, first, second, None, "too_few")
    share = cases[1] / sum(cases)
    spread = math.sqrt(share * (1 - share) * (1 / with_ + 1 / without))
    p = round(_two_sided((first - second) / spread) if spread else 1.0, 4)
    verdict: RuleVerdict = "no_difference"
    if p < SURE:
        verdict = "raises" if first > second else "lowers"
    return RuleResult(name, with_, first, second, p, verdict)
