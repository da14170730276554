"""What others are told of a clock: its transitions, as the catalogue of events has them."""

from datetime import datetime
from typing import Any

from app.store.events import Happening
from app.store.sla import Clock


def about(kind: str, clock: Clock, **more: Any) -> Happening:
    """An event about a clock as it stands."""
    data = {
        "clock": clock.name, "state": clock.state, "about": clock.subject, "owner": clock.owner,
        "began_at": _iso(clock.began_at), "due_at": _iso(clock.due_at),
        "ended_at": _iso(clock.ended_at), "heard_at": _iso(clock.heard_at),
        "ended_by": clock.ended_by, "minutes": clock.minutes, "system_s": clock.system_s,
    }  # fmt: skip
    return Happening(kind, clock.link_id, f"sla:{clock.id}", {**data, **more}, clock.cause_id)


def moved(clock: Clock, before: str, reason: str | None) -> list[Happening]:
    """That it stands still since, or goes on; nothing where it does as before."""
    if clock.state == before:
        return []
    if clock.state == "paused":
        return [about("sla.paused", clock, reason=reason)]
    return [about("sla.resumed", clock)] if (before, clock.state) == ("paused", "running") else []


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
