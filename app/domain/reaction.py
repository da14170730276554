"""What a rep says to an alert, and what may be said after what. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

Deed: TypeAlias = Literal["accepted", "snoozed", "rejected", "handled"]  # handled: the SFA shows it
Standing: TypeAlias = Literal["open", "due_again", "accepted", "snoozed", "rejected", "handled"]
LONGEST_SNOOZE = timedelta(days=30)  # what may wait longer is no hot lead
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Reaction:
    """`until` is a snooze's end, `reason` a rejection's."""

    deed: Deed
    by: str
    reason: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reacted:
    """What was said of an alert last; `deed` is None where nobody said anything yet."""

    deed: str | None = None
    by: str | None = None
    at: datetime | None = None
    reason: str | None = None
    until: datetime | None = None


def standing(deed: str | None, until: datetime | None, now: datetime) -> Standing:
    """How an alert stands: a snoozed one is due again when its time has come."""
    match deed:
        case "accepted" | "rejected" | "handled":
            return deed
        case "snoozed" if until is not None and until > now:
            return "snoozed"
        case "snoozed":
            return "due_again"
    return "open"


def is_same(said: Reacted, new: Reaction) -> bool:
    """Whether this was said already: saying it again changes nothing, whoever does."""
    if said.deed != new.deed:
        return False
    return new.deed in {"accepted", "handled"} or (said.reason, said.until) == (
        new.reason,
        new.until,
    )


def objection(said: Reacted, new: Reaction, *, now: datetime) -> str | None:
    """Why that can't be said (any more); None where it can."""
    if said.deed in {"accepted", "rejected"}:
        at = "" if said.at is None else f" at {said.at:%Y-%m-%d %H:%M} UTC"
        return f"the alert was {said.deed} by {said.by}{at}; that is final"
    if new.deed == "rejected" and not (new.reason or "").strip():
        return "say why the alert is rejected"
    if new.deed != "snoozed":
        return None
    if said.deed == "handled":
        return "somebody has seen to it already"
    return _too_soon_or_late(new, now)


def _too_soon_or_late(new: Reaction, now: datetime) -> str | None:
    if new.until is None or new.until <= now:
        return "snooze the alert until a time in the future"
    if new.until > now + LONGEST_SNOOZE:
        return f"snooze the alert for at most {LONGEST_SNOOZE.days} days"
    return None
