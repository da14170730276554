"""What if: the same facts, judged by another agreement. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from app.domain.sla import Spell, calendar_of, judged, keeper, spent
from app.domain.sla_document import ClockRule, SlaDocument
from app.domain.sla_facts import Happened, Pause, runs


@dataclass(slots=True)
class Outcome:
    """How the runs of a clock are judged. `minutes`: of those that ended, in its own time."""

    runs: int = 0
    met: int = 0
    breached: int = 0
    open: int = 0
    cancelled: int = 0
    minutes: list[float] = field(default_factory=list)
    late: set[int] = field(default_factory=set)  # the start events of those breached

    @property
    def met_rate(self) -> float | None:
        return self.met / (self.met + self.breached) if self.met + self.breached else None

    @property
    def median_minutes(self) -> float | None:
        return median(self.minutes) if self.minutes else None


@dataclass(frozen=True, slots=True)
class History:
    """One person: what happened, who owns them, and what people paused, by start event."""

    known: Sequence[Happened]
    owner: str | None = None
    paused: Mapping[int, Sequence[Pause]] = field(default_factory=dict)


def outcome(
    document: SlaDocument,
    rule: ClockRule,
    histories: Iterable[History],
    span: tuple[datetime, datetime],
    *,
    now: datetime,
) -> Outcome:
    """Judge all runs of a clock that began in a span of time (from, to before)."""
    found = Outcome()
    for one in histories:
        calendar = calendar_of(document, rule, one.owner)
        time = keeper(document, rule.limit, calendar)
        for run in runs(rule, one.known):
            if not span[0] <= run.start.at < span[1]:
                continue
            paused = [*run.pauses, *one.paused.get(run.start.seq, ())]
            spell = Spell(run.start.at, run.stop, paused)
            state = judged(rule, time, spell, now=now)
            found.runs += 1
            found.met += state == "met"
            found.cancelled += state == "cancelled"
            found.open += state in {"running", "paused"}
            if state == "breached":
                found.breached += 1
                found.late.add(run.start.seq)
            if run.stop is not None and not run.stop.cancelled:
                found.minutes.append(spent(time, run.start.at, run.stop.at, paused))
    return found
