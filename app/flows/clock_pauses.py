"""Pause and resume: a person says why a clock stands still, and when it goes on."""

from datetime import datetime
from typing import Any

from app.flows import clocks, sla_rules
from app.store import journal
from app.store import sla as rows
from app.store.db import Tx
from app.store.journal import Line
from app.store.sla import Clock


class NoSuchClock(LookupError):
    """There is no clock of that number."""


class NotPossible(Exception):
    """It can't be done with this clock; the text says why."""


def pause(
    tx: Tx, clock_id: int, reason: str, by: str, *, now: datetime, until: datetime | None = None
) -> set[str]:
    """Let a clock stand still, for one of its document's reasons; lanes to wake.

    Raises: NoSuchClock, NotPossible.
    """
    clock = _running(tx, clock_id)
    if clock.state != "running":
        raise NotPossible(f"the clock is {clock.state}: only one that runs can be paused")
    if until is not None and until <= now:
        raise NotPossible("a pause ends in the future")
    reasons = _reasons(tx, clock)
    if reason not in reasons:
        known = ", ".join(reasons) or "none"
        raise NotPossible(f'"{reason}" is no reason to pause this clock; its reasons: {known}')
    ends = None if until is None else until.isoformat()
    clock.pauses = [
        *clock.pauses, {"since": now.isoformat(), "until": ends, "reason": reason, "by": by}
    ]  # fmt: skip
    return _changed(tx, clock, "sla_paused", {"by": by, "reason": reason, "until": ends}, now)


def resume(tx: Tx, clock_id: int, by: str, *, now: datetime) -> set[str]:
    """Let a clock go on that a person paused; lanes to wake. Raises: as `pause`."""
    clock = _running(tx, clock_id)
    at = now.isoformat()
    holding = [one for one in clock.pauses if one["until"] is None or _later(one["until"], now)]
    if clock.state != "paused" or not holding:
        raise NotPossible("nobody paused this clock, or it runs again")
    clock.pauses = [{**one, "until": at} if one in holding else one for one in clock.pauses]
    return _changed(tx, clock, "sla_resumed", {"by": by}, now)


def _later(at: str, now: datetime) -> bool:
    return datetime.fromisoformat(at) > now


def _running(tx: Tx, clock_id: int) -> Clock:
    clock = rows.get(tx, clock_id, lock=True)
    if clock is None:
        raise NoSuchClock(f"there is no clock {clock_id}")
    if clock.ended_at is not None:
        raise NotPossible("the clock has ended")
    return clock


def _reasons(tx: Tx, clock: Clock) -> list[str]:
    agreement = sla_rules.of(tx, clock.document, clock.version)
    rule = None if agreement is None else agreement.document.clock(clock.name)
    return [] if rule is None else [one.name for one in rule.pauses]


def _changed(tx: Tx, clock: Clock, event: str, detail: dict[str, Any], now: datetime) -> set[str]:
    rows.save(tx, clock)
    line = {"sla": clock.id, "clock": clock.name, **detail}
    journal.write(tx, [Line(event, clock.link_id, None, clock.cause_id, line)])
    return clocks.look(tx, clock.link_id, now=now)
