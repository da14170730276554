"""What reps said to alerts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from app.domain.reaction import Reacted, Reaction
from app.store.db import Tx
from app.store.fact_tables import alert


@dataclass(frozen=True, slots=True)
class Answerable:
    """An alert, as far as an answer to it is concerned."""

    id: int
    link_id: UUID
    connection: str
    cause_id: UUID | None
    said: Reacted
    created_at: datetime
    task_at: datetime | None
    answered_at: datetime | None


def lock(tx: Tx, alert_id: int) -> Answerable | None:
    """An alert, so that nobody else answers it meanwhile."""
    row = tx.execute(select(alert).where(alert.c.id == alert_id).with_for_update()).one_or_none()
    if row is None:
        return None
    said = Reacted(
        row.reaction, row.reacted_by, row.reacted_at, row.reaction_reason, row.snoozed_until
    )
    times = (row.created_at, row.task_at, row.answered_at)
    return Answerable(row.id, row.link_id, row.connection, row.cause_id, said, *times)


def put(tx: Tx, alert_id: int, new: Reaction, *, now: datetime, first: bool = False) -> None:
    """Keep what was said last. Nobody is told any more; at a snooze's end somebody is again.
    `first`: it is the reaction that the alert waited for.
    """
    values = {
        "reaction": new.deed,
        "reaction_reason": new.reason,
        "reacted_by": new.by,
        "reacted_at": now,
        "snoozed_until": new.until,
        "wake_at": new.until,
        "back_at": new.until,
    }
    if first:
        values["answered_at"] = now
    tx.execute(update(alert).where(alert.c.id == alert_id).values(**values))
