"""Whether a condition holds for a person, why, and until when at least.

Text compares without case and width (full-width and half-width letters are alike). A field
that is missing or blank satisfies only `exists: false`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from app.domain.activity import EARLY, Fact, later, one_line, shorten, type_label
from app.domain.condition_document import (
    ActivityHappened,
    AllOf,
    AnyOf,
    Condition,
    FieldIs,
    FieldNear,
    Grade,
    GradeIs,
    NotSo,
    ScoreIs,
)
from app.domain.matching import chooser
from app.domain.prepared import kept
from connectors.base import Value
from mappings.field_conditions import COMPARE, FieldCondition, FieldExists, field_test
from mappings.plain_values import moment, plain

__all__ = [
    "Condition",
    "Evidence",
    "Finding",
    "Scored",
    "Subject",
    "combined",
    "examine",
    "holds",
]

DAY = timedelta(days=1)
FOUND_MAX = 60  # an explanation quotes a value, it does not reprint it


class Scored(Protocol):
    """The figures of a person that conditions compare, in whole points."""

    @property
    def total(self) -> int: ...
    @property
    def fit(self) -> float: ...
    @property
    def intent(self) -> float: ...
    @property
    def timing(self) -> float: ...
    @property
    def ma_score(self) -> int | None: ...
    @property
    def grade(self) -> Grade: ...


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a condition is asked about: canonical fields, activities, and the score if known."""

    fields: Mapping[str, Value]
    facts: Sequence[Fact] = ()
    score: Scored | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found: a field and its value, an activity (with its time and how many), a figure."""

    what: str
    found: str
    at: datetime | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a condition holds, why, and when the clock alone could change that (None: never).

    `changes_at` leaves the score's own changes out; `Score.next_change_at` has those.
    """

    holds: bool
    evidence: tuple[Evidence, ...] = ()
    changes_at: datetime | None = None


Ask: TypeAlias = Callable[[Subject, datetime], Finding]
Leaf: TypeAlias = FieldIs | ActivityHappened | ScoreIs | GradeIs
NO = Finding(holds=False)


def holds(condition: Condition, subject: Subject, now: datetime) -> bool:
    """Tell whether a condition holds at a moment."""
    return examine(condition, subject, now).holds


def examine(condition: Condition, subject: Subject, now: datetime) -> Finding:
    """Tell whether a condition holds at a moment, and why, and until when at least."""
    return _prepared(condition)(subject, now)


def _prepare(condition: Condition) -> Ask:
    """Make the function that asks a condition, which is cheap to ask of many people."""
    match condition:
        case AllOf():
            return _all([_prepare(part) for part in condition.all])
        case AnyOf():
            return _any([_prepare(part) for part in condition.any])
        case NotSo():
            return _not(_prepare(condition.so))
        case _:
            return _leaf(condition)


_prepared = kept(_prepare)


def _leaf(condition: Leaf) -> Ask:
    match condition:
        case ActivityHappened():
            return _happened(condition)
        case ScoreIs() | GradeIs():
            return _scored(condition)
        case FieldNear():
            return _near(condition)
        case _:
            return _field(condition)


def _all(parts: Sequence[Ask]) -> Ask:
    def ask(subject: Subject, now: datetime) -> Finding:
        findings = []
        for part in parts:
            found = part(subject, now)
            if not found.holds and found.changes_at is None:
                return NO  # whatever the others say, now and later
            findings.append(found)
        return combined(findings, all_=True)

    return ask


def _any(parts: Sequence[Ask]) -> Ask:
    return lambda subject, now: combined([part(subject, now) for part in parts], all_=False)


def _not(part: Ask) -> Ask:
    def ask(subject: Subject, now: datetime) -> Finding:
        inner = part(subject, now)
        return Finding(not inner.holds, (), inner.changes_at)

    return ask


def combined(findings: Sequence[Finding], *, all_: bool) -> Finding:
    """All, or any, of some findings.

    The parts that decide are those that agree with the outcome. Where each part is needed
    (all hold, or none does for `any`) the first to change may change it; else the last must.
    """
    other = [finding for finding in findings if finding.holds is not all_]
    outcome, deciding = (not all_, other) if other else (all_, findings)
    evidence = [found for finding in deciding for found in finding.evidence] if outcome else ()
    times = [finding.changes_at for finding in deciding]
    known = [at for at in times if at is not None]
    if not other:
        return Finding(outcome, tuple(evidence), min(known, default=None))
    changes_at = max(known, default=None) if len(known) == len(times) else None
    return Finding(outcome, tuple(evidence), changes_at)


def _happened(condition: ActivityHappened) -> Ask:
    least, choose = condition.at_least, chooser([condition])
    window = timedelta(days=condition.within_days) if condition.within_days else None

    def ask(subject: Subject, now: datetime) -> Finding:
        facts = subject.facts
        if window is not None:
            begin = later(now, -window)
            facts = [fact for fact in facts if fact.at > begin]
        chosen = [fact for fact in facts if choose(fact)]
        end = later(now, EARLY)
        counted = [fact for fact in chosen if fact.at <= end]
        if len(counted) < least:
            starts = [fact.counts_from for fact in chosen if fact.at > end]
            return Finding(holds=False, changes_at=min(starts, default=None))
        latest = max(counted, key=lambda fact: (fact.at, fact.type, fact.title))
        found = shorten(one_line(latest.title), FOUND_MAX) or type_label(latest.type, "en")
        evidence = Evidence(latest.type, found, latest.at, len(counted))
        if window is None:
            return Finding(holds=True, evidence=(evidence,))
        leaving = sorted(fact.at for fact in counted)[len(counted) - least]
        return Finding(holds=True, evidence=(evidence,), changes_at=later(leaving, window))

    return ask


def _scored(condition: ScoreIs | GradeIs) -> Ask:
    name, compare, wanted = condition.score, COMPARE[condition.op], _rank(condition.value)

    def ask(subject: Subject, _: datetime) -> Finding:
        found: float | Grade | None = getattr(subject.score, name, None)
        if found is None or not compare(_rank(found), wanted):
            return NO
        return Finding(holds=True, evidence=(Evidence(name, str(found)),))

    return ask


def _rank(figure: float | Grade) -> float:
    return -ord(figure) if isinstance(figure, str) else figure


def _evidence(field: str, value: Value) -> tuple[Evidence, ...]:
    return (Evidence(field, shorten(one_line(str(value)), FOUND_MAX)),)


def _field(condition: FieldCondition) -> Ask:
    field, test = condition.field, field_test(condition, reads_text=True)
    of_blank = isinstance(condition, FieldExists) and not condition.value

    def ask(subject: Subject, _: datetime) -> Finding:
        value = subject.fields.get(field)
        if not test(value):
            return NO
        return Finding(holds=True, evidence=() if of_blank else _evidence(field, value))

    return ask


def _near(condition: FieldNear) -> Ask:
    """Whether a date is near, and when that changes. A date lasts a day, a time an instant."""
    field, span = condition.field, timedelta(days=condition.value)
    ahead = condition.op == "in_next_days"

    def ask(subject: Subject, now: datetime) -> Finding:
        value = subject.fields.get(field)
        text = plain(value)
        at = moment(text)
        if at is None:
            return NO
        end = later(at, DAY) if len(text) <= len("2026-04-01") else at
        first, last = (later(at, -span), end) if ahead else (at, later(end, span))
        if not first <= now < last:
            return Finding(holds=False, changes_at=first if now < first else None)
        return Finding(holds=True, evidence=_evidence(field, value), changes_at=last)

    return ask
