"""Will a vendor's daily allowance last? From what was used in the last hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

PACE_OF = timedelta(hours=3)
DAY_H = 24


@dataclass(frozen=True, slots=True)
class Spent:
    """What was used in one hour: our calls and, where the vendor told, everybody's of the day."""

    hour: datetime
    calls: int
    used: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Calls of an account: everybody's `used` of `total` today as the vendor last told, ours of
    the last 24 hours, our pace, and what a whole day at this pace comes to.

    `ceiling` is how many calls we let everybody use before we stop; `ceiling_at` is when it will be
    reached at this pace, None where that is more than a day away or nothing is known.
    """

    used: int | None
    total: int | None
    ceiling: int | None
    ours_24h: int
    per_hour: float
    day_at_pace: int
    ceiling_at: datetime | None


def forecast(hours: Sequence[Spent], *, ceiling_share: float, now: datetime) -> Forecast:
    """What the hours of the last day (oldest first) let expect."""
    day = [one for one in hours if one.hour > now - timedelta(hours=DAY_H)]
    told = next((one for one in reversed(day) if one.total), None)
    per_hour = _pace(day, now)
    used, total = (told.used, told.total) if told else (None, None)
    ceiling = None if total is None else int(total * ceiling_share)
    return Forecast(
        used=used,
        total=total,
        ceiling=ceiling,
        ours_24h=sum(one.calls for one in day),
        per_hour=round(per_hour, 1),
        day_at_pace=round(per_hour * DAY_H),
        ceiling_at=_reached(used, ceiling, per_hour, now),
    )


def _pace(day: Sequence[Spent], now: datetime) -> float:
    """Our calls per hour over the last hours, or since the first call if that is later."""
    late = [one for one in day if one.hour > now - PACE_OF]
    if not late:
        return 0.0
    span = max((now - late[0].hour) / timedelta(hours=1), 1.0)
    return sum(one.calls for one in late) / span


def _reached(
    used: int | None, ceiling: int | None, per_hour: float, now: datetime
) -> datetime | None:
    if used is None or ceiling is None:
        return None
    if used >= ceiling:
        return now
    hours = (ceiling - used) / per_hour if per_hour > 0 else DAY_H + 1
    return now + timedelta(hours=hours) if hours <= DAY_H else None
