"""What systems are told of hand-offs: the note of a record, and tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, text, update
from sqlalchemy.dialects.postgresql import insert

from app.store.db import Tx
from app.store.handoff_tables import handoff_entry
from app.store.tables import NOW
from connectors.base import Kind

_DUE = text("""
    SELECT entry.handoff_id, entry.connection, entry.key, entry.what, entry.title, entry.body,
           entry.at, entry.revision, entry.attempts, handoff.link_id, handoff.cause_id,
           side.external_id AS person_id, side.kind AS person_kind, owner.external_id AS owner_id
    FROM handoff_entry AS entry
    JOIN handoff ON handoff.id = entry.handoff_id
    JOIN side ON side.link_id = handoff.link_id AND side.connection = entry.connection
    LEFT JOIN LATERAL (
        SELECT external_id FROM owner
        WHERE owner.connection = entry.connection AND owner.email = entry.owner AND owner.active
        ORDER BY external_id LIMIT 1) AS owner ON true
    WHERE entry.connection = :connection AND entry.due_at <= now()
      AND side.external_id IS NOT NULL
    ORDER BY entry.what DESC, entry.due_at, entry.handoff_id
    LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class Due:
    """An entry to be told now; `at` is a task's deadline, a note's time."""

    handoff_id: int
    connection: str
    key: str
    what: str
    title: str
    body: str
    at: datetime
    revision: int
    attempts: int
    link_id: UUID
    cause_id: UUID | None
    person_id: str
    person_kind: Kind
    owner_id: str | None


@dataclass(frozen=True, slots=True)
class New:
    """An entry as it shall be told. `owner`: the e-mail of whom a task is for."""

    handoff_id: int
    connection: str
    key: str
    what: str
    title: str
    body: str
    at: datetime
    owner: str | None = None


def put(tx: Tx, those: Sequence[New]) -> None:
    """Have these told: new ones, or, under a key that is there, another text."""
    for one in those:
        row = {name: getattr(one, name) for name in New.__slots__}
        new = insert(handoff_entry).values(**row, due_at=NOW)
        again = {
            "title": new.excluded.title, "body": new.excluded.body, "at": new.excluded["at"],
            "owner": new.excluded.owner, "revision": handoff_entry.c.revision + 1,
            "state": "pending", "attempts": 0, "code": None, "reason": None, "due_at": NOW,
            "changed_at": NOW,
        }  # fmt: skip
        tx.execute(
            new.on_conflict_do_update(
                index_elements=["handoff_id", "connection", "key"], set_=again
            )
        )


def due(tx: Tx, connection: str, limit: int) -> list[Due]:
    """Entries to tell now whose person exists there: tasks before notes, oldest first."""
    rows = tx.execute(_DUE, {"connection": connection, "limit": limit})
    return [Due(**row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


def sent(tx: Tx, one: Due, external_id: str) -> None:
    """It stands there; due again where its text changed meanwhile."""
    unchanged = handoff_entry.c.revision == one.revision
    _set(tx, one, state="sent", external_id=external_id, code=None, reason=None, attempts=0)
    tx.execute(update(handoff_entry).where(*_that(one), unchanged).values(due_at=None))


def not_sent(tx: Tx, one: Due, code: str, reason: str, wait_s: float | None) -> None:
    """It failed: to be tried again in `wait_s`, or not any more (None)."""
    wait = None if wait_s is None else func.now() + func.make_interval(0, 0, 0, 0, 0, 0, wait_s)
    state = "failed" if wait_s is None else "pending"
    _set(tx, one, state=state, code=code, reason=reason, attempts=one.attempts + 1, due_at=wait)


def retry(tx: Tx, handoff_id: int) -> set[str]:
    """Tell again what failed; answer the connections."""
    failed = update(handoff_entry).where(
        handoff_entry.c.handoff_id == handoff_id, handoff_entry.c.state == "failed"
    )
    again = failed.values(state="pending", due_at=NOW, attempts=0)
    return set(tx.scalars(again.returning(handoff_entry.c.connection)))


def drop_tasks(tx: Tx, handoff_id: int) -> None:
    """It has ended: tasks that do not stand yet need not."""
    waiting = update(handoff_entry).where(
        handoff_entry.c.handoff_id == handoff_id,
        handoff_entry.c.what == "task",
        handoff_entry.c.state == "pending",
        handoff_entry.c.external_id.is_(None),
    )
    tx.execute(waiting.values(state="dropped", due_at=None, changed_at=NOW))


def notified(tx: Tx, handoff_id: int) -> bool:
    """Whether the receiver has the task, or was told by a channel."""
    query = text("""
        SELECT EXISTS (SELECT FROM handoff_entry WHERE handoff_id = :id AND what = 'task'
                       AND key LIKE '%/delivered%' AND external_id IS NOT NULL)
            OR EXISTS (SELECT FROM handoff JOIN alert_message AS told
                           ON told.link_id = handoff.link_id AND told.state = 'sent'
                          AND told.about LIKE format('handoff/%s/delivered/%%', handoff.id)
                       WHERE handoff.id = :id)
    """)
    return bool(tx.scalar(query, {"id": handoff_id}))


def _set(tx: Tx, one: Due, **values: Any) -> None:
    tx.execute(update(handoff_entry).where(*_that(one)).values(**values, changed_at=NOW))


def _that(one: Due) -> tuple[Any, ...]:
    return (
        handoff_entry.c.handoff_id == one.handoff_id,
        handoff_entry.c.connection == one.connection,
        handoff_entry.c.key == one.key,
    )
