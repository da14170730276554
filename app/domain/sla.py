"""SLA clocks: from facts to how a clock stands, and what is to be done now. Pure.

A clock is never "ticked": how it stands follows from its facts, its pauses, the time, and which
steps it has already fired. What was fired stays fired, so a clock that is set back, a restart or a
fact that comes late repeats nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

from app.domain import calendar as business
from app.domain.calendar import BusinessCalendar
from app.domain.sla_document import ClockRule, Limit, SlaDocument
from app.domain.sla_facts import Pause, Stop

State: TypeAlias = Literal["running", "paused", "met", "breached", "cancelled"]
WARN, BREACH, MET, LATE, CANCELLED = "warn", "breach", "met", "late", "cancelled"
ESCALATE = "escalate:"
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Spell:
    """One run of a clock: from when to what, its pauses, and the steps that it has fired."""

    began_at: datetime
    stop: Stop | None = None
    pauses: Sequence[Pause] = ()
    fired: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Timekeeper:
    """Minutes of a calendar, or by the clock on the wall where there is none."""

    calendar: BusinessCalendar | None = None

    def plus(self, at: datetime, minutes: float) -> datetime:
        if self.calendar is not None:
            return business.plus(self.calendar, at, minutes)
        return at.astimezone(UTC) + minutes * MINUTE

    def between(self, start: datetime, end: datetime) -> float:
        if self.calendar is not None:
            return business.minutes_between(self.calendar, start, end)
        return (end.astimezone(UTC) - start.astimezone(UTC)) / MINUTE


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When a clock warns and is due; None while a pause has no end. `left`: minutes, at `now`'s
    last pause, for a clock that stands still.
    """

    due_at: datetime | None
    warn_at: datetime | None = None
    left: float = 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clock stands: its state, the steps to take now, and when to look again."""

    state: State
    due_at: datetime | None
    warn_at: datetime | None
    next_at: datetime | None
    steps: tuple[str, ...] = ()


def keeper(document: SlaDocument, limit: Limit, calendar: str) -> Timekeeper:
    """In which time a clock counts."""
    return Timekeeper(document.calendar(calendar) if limit.is_business else None)


def calendar_of(document: SlaDocument, rule: ClockRule, owner: str | None) -> str:
    """The name of the calendar that a clock goes by: that of the owner's place where known."""
    for one in document.people:
        if owner and any(fnmatchcase(owner.casefold(), glob.casefold()) for glob in one.owner):
            return one.calendar
    return rule.calendar


def total_minutes(limit: Limit, time: Timekeeper, began_at: datetime) -> float:
    """How many minutes a clock has, in its own time."""
    if limit.business_days is None or time.calendar is None:
        return limit.minutes or 0.0
    return time.between(began_at, business.plus_days(time.calendar, began_at, limit.business_days))


def deadlines(
    rule: ClockRule, time: Timekeeper, began_at: datetime, paused: Sequence[Pause]
) -> Deadlines:
    """When a clock warns and is due, with its pauses taken out."""
    left, start = total_minutes(rule.limit, time, began_at), began_at
    for pause in sorted(paused, key=lambda one: one.since):
        since = max(pause.since, start)
        used = time.between(start, since)
        if used >= left:
            break
        if pause.until is None:
            return Deadlines(None, None, left - used)
        if pause.until > since:
            left, start = left - used, pause.until
    before = rule.warn.before_minutes if rule.warn else 0.0
    warn_at = time.plus(start, max(0.0, left - before)) if rule.warn else None
    return Deadlines(time.plus(start, left), warn_at, left)


def stand(rule: ClockRule, time: Timekeeper, spell: Spell, *, now: datetime) -> Standing:
    """How a clock stands at `now`, and which steps are to be taken that never were.

    A fact that we heard of late counts from when it happened: a breach that was told may turn out
    to have been met.
    """
    stop, fired = spell.stop, set(spell.fired)
    dates = deadlines(rule, time, spell.began_at, _until(spell.pauses, stop))
    if stop is not None:
        state = ended(stop, dates.due_at)
        step = {"met": MET, "breached": LATE}.get(state, CANCELLED)
        return Standing(state, dates.due_at, None, None, tuple({step} - fired))
    if BREACH not in fired and (pause := _standing_still(spell.pauses, dates, now)) is not None:
        return Standing("paused", dates.due_at, None, pause.until)
    if dates.due_at is None:
        return Standing("breached", None, None, None)
    times = _times(rule, time, dates, dates.due_at)
    if BREACH in fired or dates.due_at <= now:
        times.pop(WARN, None)  # nobody is warned of what was breached
    steps = tuple(step for step, at in times.items() if at <= now and step not in fired)
    state = "breached" if BREACH in {*fired, *steps} else "running"
    later = [at for step, at in times.items() if at > now and step not in fired]
    return Standing(state, dates.due_at, dates.warn_at, min(later, default=None), steps)


def judged(rule: ClockRule, time: Timekeeper, spell: Spell, *, now: datetime) -> State:
    """How a run would be judged under a rule, whatever was fired."""
    return stand(rule, time, Spell(spell.began_at, spell.stop, spell.pauses), now=now).state


def spent(time: Timekeeper, start: datetime, end: datetime, paused: Sequence[Pause]) -> float:
    """Minutes from `start` to `end` in a clock's own time, without its pauses; at least 0."""
    total, start = 0.0, min(start, end)
    for one in sorted(paused, key=lambda pause: pause.since):
        since, until = max(one.since, start), min(one.until or end, end)
        if since < until:
            total += time.between(start, since)
            start = until
    return total + time.between(start, end)


def ended(stop: Stop, due_at: datetime | None) -> State:
    """How a clock that has ended is judged. One that stood still had time left."""
    if stop.cancelled:
        return "cancelled"
    return "met" if due_at is None or stop.at <= due_at else "breached"


def _until(paused: Sequence[Pause], stop: Stop | None) -> list[Pause]:
    """The pauses that began before the end."""
    return [one for one in paused if stop is None or one.since < stop.at]


def _standing_still(paused: Sequence[Pause], dates: Deadlines, now: datetime) -> Pause | None:
    """The pause that holds now, unless the clock was due before it began."""
    holding = [one for one in paused if one.since <= now and (one.until is None or now < one.until)]
    holding = [one for one in holding if dates.due_at is None or one.since < dates.due_at]
    endless = [one for one in holding if one.until is None]
    return next(iter(endless), None) or max(
        holding, key=lambda one: one.until or one.since, default=None
    )


def _times(
    rule: ClockRule, time: Timekeeper, dates: Deadlines, due_at: datetime
) -> dict[str, datetime]:
    """When each step is to be taken."""
    times = {} if dates.warn_at is None else {WARN: dates.warn_at}
    times[BREACH] = due_at
    for number, one in enumerate(rule.escalate):
        times[f"{ESCALATE}{number}"] = time.plus(due_at, one.after_minutes)
    return times
