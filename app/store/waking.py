"""Alerts that a time has come for: to tell the next one, to come back, to ask how a task stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.store.db import Tx
from app.store.fact_tables import alert


@dataclass(frozen=True, slots=True)
class Waking:
    """An alert, as far as it is about time."""

    id: int
    link_id: UUID
    rule: str
    connection: str
    owner: str | None
    state: str
    reaction: str | None
    snoozed_until: datetime | None
    back_at: datetime | None
    step: int
    round: int
    task_id: str | None
    task_state: str | None
    created_at: datetime
    cause_id: UUID | None


_COLUMNS = [alert.c[name] for name in Waking.__slots__]


def due(tx: Tx, limit: int, *, now: datetime) -> list[Waking]:
    """Alerts to wake, locked: whoever else looks meanwhile passes them over."""
    query = select(*_COLUMNS).where(alert.c.wake_at <= now).order_by(alert.c.wake_at, alert.c.id)
    rows = tx.execute(query.limit(limit).with_for_update(skip_locked=True))
    return [Waking(**row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


def looks(tx: Tx, connection: str, limit: int, *, now: datetime) -> list[Waking]:
    """Alerts whose tasks are to be looked at."""
    query = select(*_COLUMNS).where(alert.c.connection == connection, alert.c.look_at <= now)
    rows = tx.execute(query.order_by(alert.c.look_at, alert.c.id).limit(limit))
    return [Waking(**row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


def put(tx: Tx, ids: Sequence[int], **values: Any) -> None:
    """Set columns of alerts."""
    tx.execute(update(alert).where(alert.c.id.in_(list(ids))).values(**values))
