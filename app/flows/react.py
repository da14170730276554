"""React: a rep accepts an alert, puts it off, or says why it is none."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.reaction import LONGEST_REASON, Reaction, is_same, objection
from app.metrics import ALERT_REACTION_SECONDS
from app.store import alert_messages, events, journal, reactions
from app.store.db import Tx
from app.store.events import Happening
from app.store.journal import Line
from app.store.reactions import Answerable


class NoSuchAlert(LookupError):
    """There is no alert of that number (here)."""


class NotPossible(Exception):
    """It can't be said of this alert; the text says why."""


def accept(by: str) -> Reaction:
    """The rep takes care of it."""
    return Reaction("accepted", by)


def snooze(by: str, until: datetime) -> Reaction:
    """Not now: it is due again at a time."""
    return Reaction("snoozed", by, until=until)


def reject(by: str, reason: str) -> Reaction:
    """It is no hot lead, and why."""
    return Reaction("rejected", by, reason=" ".join(reason.split())[:LONGEST_REASON])


def react(
    tx: Tx, alert_id: int, new: Reaction, *, now: datetime, link_id: UUID | None = None
) -> bool:
    """Keep what a rep says; False where it was said already. `link_id`: about whom it must be.

    Raises: NoSuchAlert, NotPossible.
    """
    found = reactions.lock(tx, alert_id)
    if found is None or (link_id is not None and found.link_id != link_id):
        raise NoSuchAlert(f"there is no alert {alert_id}")
    if is_same(found.said, new):
        return False
    if why_not := objection(found.said, new, now=now):
        raise NotPossible(why_not)
    _keep(tx, found, new, at=now)
    return True


def recognise(tx: Tx, alert_id: int, by: str, at: datetime | None, *, now: datetime) -> bool:
    """Keep that the SFA shows a reaction, `at` a time of its own where it tells; False where
    somebody has said more already.
    """
    found = reactions.lock(tx, alert_id)
    if found is None or found.said.deed not in {None, "snoozed"}:
        return False
    new = Reaction("handled", by)
    _keep(tx, found, new, at=max(min(at or now, now), found.created_at))
    return True


def _keep(tx: Tx, found: Answerable, new: Reaction, *, at: datetime) -> None:
    """Whoever reacted is not told again. The first reaction is what the alert waited for."""
    first = found.answered_at is None and new.deed != "snoozed"
    reactions.put(tx, found.id, new, now=at, first=first)
    alert_messages.drop(tx, found.id)
    if first and found.task_at is not None:
        ALERT_REACTION_SECONDS.observe(max((at - found.task_at).total_seconds(), 0.0))
    line = _line(found, new)
    journal.write(tx, [line])
    kind = "alert.reacted" if new.deed == "handled" else f"alert.{new.deed}"
    subject = f"alert:{found.id}"
    data = {**line.detail, "at": at.isoformat()}
    events.tell(tx, [Happening(kind, found.link_id, subject, data, found.cause_id)])


def _line(found: Answerable, new: Reaction) -> Line:
    detail: dict[str, Any] = {"alert": found.id, "by": new.by}
    if new.reason is not None:
        detail["reason"] = new.reason
    if new.until is not None:
        detail["until"] = new.until.isoformat()
    about = (found.link_id, found.connection, found.cause_id, detail)
    match new.deed:
        case "accepted":
            return Line("alert_accepted", *about)
        case "snoozed":
            return Line("alert_snoozed", *about)
        case "rejected":
            return Line("alert_rejected", *about)
        case "handled":
            return Line("alert_handled", *about)
