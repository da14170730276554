"""Why a score is what it is, line by line, in both languages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from app.domain.activity import Label, ago
from app.domain.score_sheet import Held, Sheet, limited

ReasonAxis: TypeAlias = Literal["fit", "intent", "timing", "ma_score", "total"]
LIMIT = "limit"
MA = "ma-score"
MA_LABEL = Label(en="Marketing automation score", ja="MAスコア")
TOTAL_LABEL = Label(en="The total is 0 to 100", ja="合計は0〜100点")
AXES: tuple[tuple[Literal["fit", "intent", "timing"], Label], ...] = (
    ("fit", Label(en="Limit of fit", ja="属性スコアの上下限")),
    ("intent", Label(en="Limit of intent", ja="行動スコアの上下限")),
    ("timing", Label(en="Limit of timing", ja="時期スコアの上下限")),
)
QUOTED = 3  # values that one line quotes at most


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of "why this score". `points` are points of the total, to one decimal.

    `at` is the latest activity behind it. `rule` is "limit" where a cap or floor took effect,
    and "ma-score" for the score of the MA system.
    """

    axis: ReasonAxis
    rule: str
    label: str
    points: float
    at: datetime | None
    text_en: str
    text_ja: str
    label_ja: str = ""
    category: str | None = None


def explain(sheet: Sheet, values: Sequence[float], now: datetime) -> tuple[Reason, ...]:
    """Say what each rule and limit adds to the total, most points first.

    The points add up to the total (but for rounding to a decimal, and unless the MA score
    replaces it: then the axes' lines explain without counting).
    """
    lines = [*_held(sheet, now), *_counted(sheet, values, now), *_limits(sheet, values, now)]
    shown = [line for line in lines if line.points]
    return tuple(sorted(shown, key=lambda line: (-line.points, line.axis, line.rule, line.label)))


def _held(sheet: Sheet, now: datetime) -> Iterator[Reason]:
    """Fit and timing rules that hold, and the MA score."""
    ma = sheet.document.ma_score
    for held in sheet.fit:
        if held.finding.holds:
            yield _held_line("fit", held, sheet, now)
    for held in sheet.timing:
        if held.finding.holds:
            yield _held_line("timing", held, sheet, now)
    if ma is not None and sheet.ma is not None:
        weight = 1.0 if ma.mode == "replace" else ma.weight
        yield _line("ma_score", MA, MA_LABEL, weight * sheet.ma, now=now, found=[f"{sheet.ma:g}"])


def _held_line(axis: Literal["fit", "timing"], held: Held, sheet: Sheet, now: datetime) -> Reason:
    evidence, axes = held.finding.evidence, sheet.document.axes
    weight = (axes.fit if axis == "fit" else axes.timing).weight
    times = [item.at for item in evidence if item.at is not None]
    return _line(
        axis,
        held.rule.name,
        held.rule.label,
        weight * held.rule.points,
        now=now,
        found=[item.found for item in evidence if item.at is None][:QUOTED],
        at=max(times, default=None),
        count=max([item.count for item in evidence], default=1),
        category=held.rule.category,
    )


def _counted(sheet: Sheet, values: Sequence[float], now: datetime) -> Iterator[Reason]:
    weight = sheet.document.axes.intent.weight
    for counted, value in zip(sheet.intent, values, strict=True):
        rule, times = counted.rule, [fact.at for fact in counted.facts]
        yield _line(
            "intent",
            rule.name,
            rule.label,
            weight * value,
            now=now,
            at=max(times),
            count=len(times),
            category=sheet.document.category_of(rule),
        )


def _limits(sheet: Sheet, values: Sequence[float], now: datetime) -> Iterator[Reason]:
    """What caps and floors of groups, axes and the total take away or give."""
    document = sheet.document
    for pool in sheet.pools:
        excess = document.axes.intent.weight * (pool.capped(values) - pool.sum(values))
        if excess and pool.group is not None:
            group = document.groups[pool.group]
            yield _line("intent", LIMIT, group.label, excess, now=now, category=group.category)
    axes = sheet.axes(values)
    for (name, label), axis in zip(AXES, axes, strict=True):
        excess = axis.limits.weight * (axis.points - axis.raw)
        if excess:
            yield _line(name, LIMIT, label, excess, now=now)
    total = sheet.total([axis.weighted for axis in axes])
    if limited(total) != total:
        yield _line("total", LIMIT, TOTAL_LABEL, limited(total) - total, now=now)


def _line(
    axis: ReasonAxis,
    rule: str,
    label: Label,
    points: float,
    *,
    now: datetime,
    found: Sequence[str] = (),
    at: datetime | None = None,
    count: int = 1,
    category: str | None = None,
) -> Reason:
    """Write a line: its points, the values found, the latest activity, how many there were."""
    points = round(points, 1)
    signed = f"{points:+.1f}".removesuffix(".0")
    shown = f": {', '.join(found)}" if found else ""
    times_en = f" ({count} times)" if count > 1 else ""
    times_ja = f" {count}回" if count > 1 else ""
    ago_en = f", {ago(at, now, 'en')}" if at else ""
    latest = "最終" if count > 1 else ""
    ago_ja = f"({latest}{ago(at, now, 'ja')})" if at else ""
    return Reason(
        axis=axis,
        rule=rule,
        label=label.en,
        points=points,
        at=at,
        text_en=f"{signed} {label.en}{times_en}{shown}{ago_en}",
        text_ja=f"{signed} {label.ja}{times_ja}{shown}{ago_ja}",
        label_ja=label.ja,
        category=category,
    )
