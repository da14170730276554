"""Steps of SLA clocks that are still to be done: told in the SFA, or records to be given away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, text, update

from app.store.db import Tx
from app.store.sla_tables import sla_step
from connectors.base import Kind

_REASSIGNING = text("""
    SELECT sla_step.id, sla_step.clock_id, sla_step.whom, sla_step.attempts, sla_clock.link_id,
           sla_clock.name AS clock, sla_clock.cause_id
    FROM sla_step JOIN sla_clock ON sla_clock.id = sla_step.clock_id
    WHERE sla_step.connection IS NULL AND sla_step.due_at <= greatest(:now, now())
    ORDER BY sla_step.id LIMIT :limit FOR UPDATE OF sla_step SKIP LOCKED
""")
_DUE = text("""
    SELECT sla_step.id, sla_step.clock_id, sla_step.step, sla_step.act, sla_step.state,
           sla_step.whom, sla_step.attempts, sla_step.task_id, sla_clock.link_id, sla_clock.name,
           sla_clock.document, sla_clock.version, sla_clock.calendar, sla_clock.due_at,
           sla_clock.cause_id, link.agreed, side.external_id AS person_id,
           side.kind AS person_kind, owner.external_id AS owner_id
    FROM sla_step JOIN sla_clock ON sla_clock.id = sla_step.clock_id
    JOIN link ON link.id = sla_clock.link_id
    JOIN side ON side.link_id = link.id AND side.connection = sla_step.connection
    LEFT JOIN LATERAL (
        SELECT external_id FROM owner
        WHERE owner.connection = sla_step.connection AND owner.active
          AND owner.email = CASE sla_step.whom WHEN 'owner' THEN link.agreed ->> 'owner'
                            ELSE sla_step.whom END
        ORDER BY external_id LIMIT 1) AS owner ON true
    WHERE sla_step.connection = :connection AND sla_step.due_at <= now()
      AND side.external_id IS NOT NULL
    ORDER BY sla_step.due_at, sla_step.id LIMIT :limit
""")
_RINGING = text("""
    UPDATE sla_step SET state = 'in_doubt', due_at = NULL,
           reason = 'the worker that rang died'
    WHERE connection = :connection AND state = 'ringing'
""")
AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Reassigning:
    """A record to be given to somebody."""

    id: int
    clock_id: int
    whom: str | None
    attempts: int
    link_id: UUID
    clock: str
    cause_id: UUID | None


@dataclass(frozen=True, slots=True)
class DueStep:
    """Somebody to be told now. `agreed` is what is agreed about the person."""

    id: int
    clock_id: int
    step: str
    act: str
    state: str
    whom: str | None
    attempts: int
    task_id: str | None
    link_id: UUID
    name: str
    document: str
    version: int
    calendar: str
    due_at: datetime | None
    cause_id: UUID | None
    agreed: dict[str, Any]
    person_id: str
    person_kind: Kind
    owner_id: str | None


def reassigning(tx: Tx, now: datetime) -> list[Reassigning]:
    """The next records to be given away, theirs alone while this transaction lasts."""
    rows = tx.execute(_REASSIGNING, {"now": now, "limit": AT_ONCE})
    return [Reassigning(**row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


def due(tx: Tx, connection: str, limit: int) -> list[DueStep]:
    """Whom to tell now whose person exists at the connection, oldest first."""
    rows = tx.execute(_DUE, {"connection": connection, "limit": limit})
    return [DueStep(**row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


def doubt_rings(tx: Tx, connection: str) -> None:
    """Bells that a worker rang when it died are not rung again: their tasks stand."""
    tx.execute(_RINGING, {"connection": connection})


def change(tx: Tx, step_id: int, *, wait_s: float | None = None, **values: Any) -> None:
    """Set columns of a step; due again in `wait_s` seconds, not at all where that is None."""
    wait = None if wait_s is None else func.now() + func.make_interval(0, 0, 0, 0, 0, 0, wait_s)
    tx.execute(update(sla_step).where(sla_step.c.id == step_id).values(due_at=wait, **values))


def done(tx: Tx, step_id: int) -> None:
    """That step is taken."""
    change(tx, step_id, state="done", code=None, reason=None)


def put_off(tx: Tx, step_id: int, reason: str, wait_s: float | None) -> None:
    """It can't be done (now); without `wait_s` a person is needed."""
    state = "failed" if wait_s is None else "pending"
    attempts = sla_step.c.attempts + 1
    code = "not_reassigned" if wait_s is None else None
    change(tx, step_id, wait_s=wait_s, state=state, reason=reason, code=code, attempts=attempts)
