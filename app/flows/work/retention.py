"""Retention: forget activities that are older than the activity document keeps their types.

Nightly, from the oldest on, in portions. What was counted (touches, scores) stays counted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain.routing import retention
from app.flows import routing
from app.flows import rules as rules_
from app.flows.work.kind import Args
from app.store import aging, work
from app.store.aging import Place
from app.store.db import Tx
from app.store.work import Job

BATCH = 5_000


class Arguments(Args):
    """Nothing is asked: the active activity document says what is kept how long."""


@dataclass(frozen=True, slots=True)
class RetentionAsk:
    """The next stretch of what is old enough. Nobody is called."""

    after: Place | None
    before: datetime
    connection: None = None


def plan(tx: Tx, job: Job, *, now: datetime) -> RetentionAsk | None:
    """The next stretch; None behind the last, or where everything is kept for ever."""
    days = routing.document(rules_.load(tx)).retention_days.values()
    if not days or job.checkpoint.get("end"):
        return None
    place = job.checkpoint.get("after")
    after = None if place is None else (datetime.fromisoformat(place[0]), int(place[1]))
    return RetentionAsk(after, now - timedelta(days=min(days)))


def call(connector: Any, ask: RetentionAsk) -> None:
    """Nobody is asked."""


def settle(
    tx: Tx,
    job: Job,
    ask: RetentionAsk,
    answer: None,  # noqa: ARG001  the interface
    *,
    now: datetime,
) -> set[str]:
    """Forget what is too old of a stretch; go on behind it."""
    document = routing.document(rules_.load(tx))
    stretch = aging.stretch(tx, ask.after, ask.before, BATCH)
    days = retention(document, {one.type for one in stretch})
    old = [
        one for one in stretch if one.type in days and one.at < now - timedelta(days=days[one.type])
    ]
    aging.forget(tx, old)
    last = stretch[-1] if stretch else None
    place = {
        "after": None if last is None else [last.at.isoformat(), last.id],
        "end": len(stretch) < BATCH,
    }
    counts = {"forgotten": len(old), "kept": len(stretch) - len(old)}
    work.advance(tx, job.id, place, len(stretch), {name: n for name, n in counts.items() if n})
    return set()
