"""Alerts and score history."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.store import bulk
from app.store.alert_messages import NewMessage
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
    version: int | None = None
    content: Mapping[str, Any] = field(default_factory=dict)
    watched: Mapping[str, Any] = field(default_factory=dict)
    wake_at: datetime | None = None
    messages: tuple[NewMessage, ...] = ()


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
    caused_at: datetime
    rule: str


def add(tx: Tx, alerts: Sequence[NewAlert]) -> list[int | None]:
    """Store alerts, due at once; answer their numbers, None for a crossing that has one already.
    Their messages are stored apart.
    """
    numbers: list[int | None] = []
    for one in alerts:
        row = {name: getattr(one, name) for name in NewAlert.__slots__ if name != "messages"}
        statement = insert(alert).values(row | {"due_at": NOW}).on_conflict_do_nothing()
        numbers.append(tx.scalar(statement.returning(alert.c.id)))
    return numbers


def merge(tx: Tx, link_ids: Collection[UUID], *, now: datetime) -> None:
    """Note at the newest alert of each person that they became hot again within the cool-down."""
    newest = select(func.max(alert.c.id)).where(alert.c.link_id.in_(list(link_ids)))
    if link_ids:
        tx.execute(
            update(alert)
            .where(alert.c.id.in_(newest.group_by(alert.c.link_id)))
            .values(repeats=alert.c.repeats + 1, repeated_at=now)
        )


_DUE = text("""
    SELECT alert.id, alert.link_id, alert.connection, alert.state, alert.notice, alert.title,
           alert.body, alert.owner, alert.attempts, alert.task_id, alert.react_by, alert.cause_id,
           side.external_id AS person_id, side.kind AS person_kind, owner.external_id AS owner_id,
           alert.crossing, alert.caused_at, alert.rule
    FROM alert
    JOIN side ON side.link_id = alert.link_id AND side.connection = alert.connection
    LEFT JOIN LATERAL (
        SELECT external_id FROM owner
        WHERE owner.connection = alert.connection AND owner.active
          AND (owner.email = alert.owner OR (owner.is_queue AND owner.name = alert.owner))
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
