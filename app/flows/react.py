"""React: a rep accepts an alert, puts it off, or says why it is none."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.reaction import LONGEST_REASON, Reaction, is_same, objection
from app.store import journal, reactions
from app.store.db import Tx
from app.store.journal import Line


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
    reactions.put(tx, alert_id, new, now=now)
    journal.write(tx, [_line(found, new)])
    return True


def _line(found: reactions.Answerable, new: Reaction) -> Line:
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
