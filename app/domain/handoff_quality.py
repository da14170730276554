"""How good a hand-off is, part by part, with what is missing; its gate and its checklist. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.activity import Fact, Label
from app.domain.conditions import Scored, Subject, holds
from app.domain.handoff_document import (
    FIGURE,
    Band,
    Check,
    Criterion,
    Flow,
    MemoField,
    QualityPart,
)
from app.domain.handoff_memo import read_by_rules
from connectors.base import Value


@dataclass(frozen=True, slots=True)
class Case:
    """What a hand-off is judged by. `figures` are those of `handoff.*` that others know: touches,
    hot, registered, notified, questions_open.
    """

    memo: Mapping[str, Value]
    fields: Mapping[str, Value] = field(default_factory=dict)
    facts: Sequence[Fact] = ()
    score: Scored | None = None
    figures: Mapping[str, Value] = field(default_factory=dict)
    ticks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PartScore:
    """`points` of `of`, and what is missing for the rest."""

    name: str
    label: Label
    points: int
    of: int
    missing: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    total: int
    band: Band
    parts: tuple[PartScore, ...]
    confirmed: tuple[str, ...]

    @property
    def missing(self) -> tuple[Label, ...]:
        return tuple(label for part in self.parts for label in part.missing)


@dataclass(frozen=True, slots=True)
class Line:
    """A rule of the gate, or an item of the checklist. `auto`: it is checked from data; `by`: who
    ticked it.
    """

    name: str
    label: Label
    done: bool
    auto: bool = True
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """All that is said of a hand-off."""

    quality: Quality
    gate: tuple[Line, ...]
    checklist: tuple[Line, ...]

    @property
    def open(self) -> bool:
        """Whether the gate lets it pass."""
        return all(line.done for line in self.gate)

    @property
    def unmet(self) -> tuple[Line, ...]:
        return tuple(line for line in self.gate if not line.done)


def judge(flow: Flow, case: Case, now: datetime) -> Judged:
    """Judge a hand-off at a moment."""
    base = {**case.fields, **read_by_rules(case.memo)}
    subject = Subject(base, case.facts, case.score)
    confirmed = [one for one in flow.criteria if holds(one.when, subject, now)]
    empty = [one for one in flow.fields.values() if one.required and one.name not in case.memo]
    figures: dict[str, Value] = {
        **case.figures,
        "missing": len(empty),
        "confirmed": len(confirmed),
        **{
            name: sum(one.framework == name for one in confirmed)
            for name in ("bant", "meddic", "other")
        },
    }
    early = _with(subject, figures)
    quality = _quality(_Asked(flow, early, confirmed, empty, now))
    late = _with(subject, {**figures, "quality": quality.total})
    gate = tuple(Line(one.name, one.label, holds(one.when, late, now)) for one in flow.gate)
    return Judged(quality, gate, _checklist(flow, case, late, now))


def _with(subject: Subject, figures: Mapping[str, Value]) -> Subject:
    named = {FIGURE + name: value for name, value in figures.items()}
    return Subject({**subject.fields, **named}, subject.facts, subject.score)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What checks are asked of."""

    flow: Flow
    subject: Subject
    confirmed: Sequence[Criterion]
    empty: Sequence[MemoField]
    now: datetime


def _quality(asked: _Asked) -> Quality:
    parts = tuple(_part(asked, part) for part in asked.flow.quality)
    total = sum(part.points for part in parts)
    bands = sorted(asked.flow.bands, key=lambda band: band.at_least, reverse=True)
    band = next(band for band in bands if total >= band.at_least)
    return Quality(total, band, parts, tuple(one.name for one in asked.confirmed))


def _part(asked: _Asked, part: QualityPart) -> PartScore:
    gained, missing = 0.0, list[Label]()
    for check in part.checks:
        share, lacks = _checked(asked, check)
        gained += check.weight * share
        missing += lacks
    points = round(part.points * gained / sum(check.weight for check in part.checks))
    return PartScore(part.name, part.label, points, part.points, tuple(missing))


def _checked(asked: _Asked, check: Check) -> tuple[float, list[Label]]:
    """The share of a check that is fulfilled, and what it lacks."""
    if check.required:
        required = [one for one in asked.flow.fields.values() if one.required]
        share = 1 - len(asked.empty) / len(required) if required else 1.0
        return share, [_lacks(one.label, check.label) for one in asked.empty]
    if check.criteria is not None:
        meant = [one for one in asked.flow.criteria if one.framework == check.criteria]
        open_ = [one for one in meant if one not in asked.confirmed]
        return 1 - len(open_) / len(meant), [_lacks(one.label, check.label) for one in open_]
    if check.when is None or holds(check.when, asked.subject, asked.now):
        return 1.0, []
    return 0.0, [check.label]


def _lacks(what: Label, lack: Label) -> Label:
    return Label(en=f"{what.en}: {lack.en}", ja=f"{what.ja}: {lack.ja}")


def _checklist(flow: Flow, case: Case, subject: Subject, now: datetime) -> tuple[Line, ...]:
    lines = []
    for item in flow.checklist:
        if item.when is None:
            by = case.ticks.get(item.name)
            lines.append(Line(item.name, item.label, by is not None, auto=False, by=by))
        else:
            lines.append(Line(item.name, item.label, holds(item.when, subject, now)))
    return tuple(lines)
