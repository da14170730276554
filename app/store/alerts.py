"""Alerts and score history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.store import bulk
from app.store.db import Tx
from app.store.fact_tables import alert, score_history
from app.store.tables import NOW
from connectors.base import Kind


@dataclass(frozen=True, slots=True)
class NewAlert:
    """An alert that was decided. `caused_at` is when the vendor says the cause happened."""

    link_id: UUID
    rule: str
    crossing: int
    connection: str
    title: str
    body: str
    reasons: list[dict[str, Any]]
    owner: str | None
    score: int
    notice: str
    cause_id: UUID | None
    caused_at: datetime
    react_by: datetime


@dataclass(frozen=True, slots=True)
class DueAlert:
    """An alert to be raised, or notified of, now."""

    id: int
    link_id: UUID
    connection: str
    state: str
    notice: str
    title: str
    body: str
    owner: str | None
    attempts: int
    task_id: str | None
    react_by: datetime
    cause_id: UUID | None
    person_id: str
    person_kind: Kind
    crossing: int
    owner_id: str | None


def add(tx: Tx, alerts: Sequence[NewAlert]) -> int:
    """Store alerts, each crossing once; due at once. Answer how many were new."""
    rows = [{name: getattr(one, name) for name in NewAlert.__slots__} for one in alerts]
    if not rows:
        return 0
    statement = insert(alert).values(rows).on_conflict_do_nothing().returning(alert.c.id)
    ids = list(tx.scalars(statement))
    tx.execute(update(alert).where(alert.c.id.in_(ids)).values(due_at=NOW))
    return len(ids)


_DUE = text("""
    SELECT alert.id, alert.link_id, alert.connection, alert.state, alert.notice, alert.title,
           alert.body, alert.owner, alert.attempts, alert.task_id, alert.react_by, alert.cause_id,
           side.external_id AS person_id, side.kind AS person_kind, owner.external_id AS owner_id,
           alert.crossing
    FROM alert
    JOIN side ON side.link_id = alert.link_id AND side.connection = alert.connection
    LEFT JOIN LATERAL (
        SELECT external_id FROM owner
        WHERE owner.connection = alert.connection AND owner.email = alert.owner AND owner.active
        ORDER BY external_id LIMIT 1) AS owner ON true
    WHERE alert.connection = :connection AND alert.due_at <= now()
      AND side.external_id IS NOT NULL
    ORDER BY alert.due_at, alert.id
    LIMIT :limit
""")


def due(tx: Tx, connection: str, limit: int) -> list[DueAlert]:
    """Alerts to raise now whose person exists at the connection, oldest first."""
    rows = tx.execute(_DUE, {"connection": connection, "limit": limit})
    return [DueAlert(**row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


def change(tx: Tx, alert_id: int, *, wait_s: float | None = None, **values: Any) -> None:
    """Set columns of an alert; due again in `wait_s` seconds, not at all where that is None."""
    wait = None if wait_s is None else func.now() + func.make_interval(0, 0, 0, 0, 0, 0, wait_s)
    tx.execute(update(alert).where(alert.c.id == alert_id).values(due_at=wait, **values))


def notices_in_flight(tx: Tx, connection: str) -> list[int]:
    """Alerts whose bell was being rung by a worker that died."""
    query = select(alert.c.id).where(alert.c.connection == connection, alert.c.notice == "flying")
    return list(tx.scalars(query))


_SCORE = (
    "link_id", "at", "score", "fit", "intent", "timing", "grade", "priority", "categories",
    "reasons", "version", "cause_id",
)  # fmt: skip
_ADD_SCORES = bulk.adding(score_history, _SCORE)


def add_scores(tx: Tx, history: Sequence[dict[str, Any]]) -> None:
    """Append score history; each line has the columns of `_SCORE`."""
    bulk.run(tx, _ADD_SCORES, history)


def scores(tx: Tx, link_id: UUID, before: int | None, limit: int) -> list[dict[str, Any]]:
    """Score history of a link, newest first; `before` is the id to page on from."""
    query = select(score_history).where(score_history.c.link_id == link_id)
    if before is not None:
        query = query.where(score_history.c.id < before)
    rows = tx.execute(query.order_by(score_history.c.id.desc()).limit(limit))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name
