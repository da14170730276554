"""SLA facts: what starts, ends and pauses a clock. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any, Literal, TypeAlias
from uuid import UUID

from app.domain.sla_document import ActivityDone, ClockRule, EventTold, FactRule, FieldChanged

Source: TypeAlias = Literal["event", "activity", "change"]
OVER = "handoff.closed"


@dataclass(frozen=True, slots=True)
class Happened:
    """A fact: what happened when, and when we heard of it. `seq` orders events of one moment.

    `name` is the type of an event or activity, or the changed field; `role` the activity's system.
    """

    source: Source
    name: str
    at: datetime
    heard_at: datetime
    subject: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    role: str | None = None
    seq: int = 0
    cause_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """What ended a clock; `cancelled`: it is not judged."""

    at: datetime
    heard_at: datetime
    by: str
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that does not count, for ever where `until` is None."""

    since: datetime
    until: datetime | None
    reason: str


def matches(rule: FactRule, what: Happened) -> bool:
    """Whether a fact is one of those that a document names."""
    match rule:
        case EventTold():
            named = what.source == "event" and fnmatchcase(what.name, rule.event)
            return named and _fits(rule.where, what.data)
        case ActivityDone():
            named = what.source == "activity" and rule.by in {"any", what.role}
            named = named and any(fnmatchcase(what.name, one) for one in rule.activity)
            return named and _fits(rule.where, what.data)
        case FieldChanged():
            return what.source == "change" and what.name == rule.changed


def _fits(where: Mapping[str, Collection[Any]], data: Mapping[str, Any]) -> bool:
    return all(_text(data.get(key)) in set(map(_text, one)) for key, one in where.items())


def _text(value: Any) -> str:
    return str(value).strip().casefold()


def ending(rule: ClockRule, start: Happened, known: Sequence[Happened]) -> Stop | None:
    """What ended the clock that began with `start`: the first such fact after it. A hand-off that
    was closed has no clocks, whatever the document says.
    """
    after = sorted(_after(start, known), key=lambda one: (one.at, one.seq))
    for one in after:
        stops = any(matches(fact, one) for fact in rule.stop)
        over = one.source == "event" and one.name == OVER and one.subject == start.subject
        if stops or over or any(matches(fact, one) for fact in rule.cancel):
            return Stop(one.at, one.heard_at, f"{one.source}:{one.name}", cancelled=not stops)
    return None


def _after(start: Happened, known: Sequence[Happened]) -> Iterator[Happened]:
    for one in known:
        later = one.at > start.at or (one.at == start.at and one.seq != start.seq)
        if one.source == "event" and start.seq:
            later = later and one.seq > start.seq
        if later and _about_the_same(start.subject, one.subject):
            yield one


def _about_the_same(one: str, two: str) -> bool:
    """`alert:12` and `alert:13` are not the same thing; `alert:12` and `handoff:3` may be."""
    alike = one.partition(":")[0] == two.partition(":")[0]
    return not alike or one == two


def pauses(rule: ClockRule, start: Happened, known: Sequence[Happened]) -> list[Pause]:
    """Pauses that facts began, in order."""
    after = sorted(_after(start, known), key=lambda one: (one.at, one.seq))
    found: list[Pause] = []
    for reason in rule.pauses:
        for index, one in enumerate(after):
            if any(matches(fact, one) for fact in reason.begins):
                ends = [x.at for x in after[index + 1 :] if any(matches(f, x) for f in reason.ends)]
                ends += [at for at in (moment_of(one.data.get("until")),) if at is not None]
                found.append(Pause(one.at, min(ends, default=None), reason.name))
    return found


def moment_of(value: object) -> datetime | None:
    """A time in the data of an event: ISO 8601 with a zone."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at.astimezone(UTC) if at is not None and at.tzinfo is not None else None


def activity_globs(those: Collection[ClockRule]) -> set[str]:
    """The types of activities that matter to any of these clocks."""
    found: set[str] = set()
    for rule in those:
        facts = [*rule.stop, *rule.cancel]
        facts += [one for reason in rule.pauses for one in (*reason.begins, *reason.ends)]
        found |= {glob for one in facts if isinstance(one, ActivityDone) for glob in one.activity}
    return found


def begins(rule: ClockRule, what: Happened) -> bool:
    """Whether a clock starts with a fact. What old news led to starts none."""
    caused_at = moment_of(what.data.get("caused_at"))
    fresh_from = what.at - timedelta(minutes=rule.fresh_for_minutes)
    if caused_at is not None and caused_at < fresh_from:
        return False
    return any(matches(one, what) for one in rule.start)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a clock, as facts tell it."""

    start: Happened
    stop: Stop | None
    pauses: Sequence[Pause]


def runs(rule: ClockRule, known: Sequence[Happened]) -> list[Run]:
    """All runs of a clock in what happened to one person. One that runs is not started again."""
    found: dict[str, list[Run]] = {}
    for start in sorted(known, key=lambda one: (one.at, one.seq)):
        if not begins(rule, start):
            continue
        before = found.setdefault(start.subject, [])
        if not before or has_ended(before[-1].stop, start):
            before.append(Run(start, ending(rule, start, known), pauses(rule, start, known)))
    return [run for those in found.values() for run in those]


def has_ended(stop: Stop | None, start: Happened) -> bool:
    """Whether the run before had ended when something starts the clock again."""
    return stop is not None and stop.at <= start.at
