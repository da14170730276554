"""Drift: what changed in vendors' schemas, what it touches, and which fields rest because of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, or_, select, update

from app.store.db import Tx
from app.store.work_tables import drift
from connectors.base import Kind
from mappings.drift import Difference, Drift, Pause


@dataclass(frozen=True, slots=True)
class Drifted:
    """One difference as it was noticed. `touches` are places of active mappings, as
    `{mapping, pointer}`; `paused` is what of the field rests. `seen_at`: when somebody said that
    it is all right, or it was gone again by itself.
    """

    id: int
    connection: str
    kind: Kind
    object: str
    field: str
    change: Difference
    before: Any
    after: Any
    touches: Sequence[Mapping[str, str]]
    paused: Pause | None
    at: datetime
    seen_at: datetime | None
    seen_by: str | None


COLUMNS = tuple(drift.c[one.name] for one in fields(Drifted))


def _drifted(row: Any) -> Drifted:
    return Drifted(**row._mapping)  # noqa: SLF001  SQLAlchemy's public name


def add(
    tx: Tx,
    where: tuple[str, Kind],
    one: Drift,
    touches: Sequence[Mapping[str, str]],
    paused: Pause | None,
) -> None:
    """Remember a difference of a connection's schema of a kind."""
    connection, kind = where
    row = {
        "connection": connection, "kind": kind, "object": one.field.object,
        "field": one.field.name, "change": one.change, "before": one.before, "after": one.after,
        "touches": list(touches), "paused": paused,
    }  # fmt: skip
    tx.execute(insert(drift).values(row))


def resting(tx: Tx) -> list[Drifted]:
    """What rests, and what was away and nobody has confirmed since."""
    away = (drift.c.change == "deleted") & drift.c.seen_at.is_(None)
    touching = func.jsonb_array_length(drift.c.touches) > 0
    query = select(*COLUMNS).where(or_(drift.c.paused.is_not(None), away & touching))
    return [_drifted(row) for row in tx.execute(query)]


def unsettled(tx: Tx, connection: str | None, kind: Kind) -> list[Drifted]:
    """What rests or nobody has confirmed, of one schema (or of a kind at all connections)."""
    query = select(*COLUMNS).where(
        drift.c.connection == (drift.c.connection if connection is None else connection),
        drift.c.kind == kind,
        or_(drift.c.paused.is_not(None), drift.c.seen_at.is_(None)),
    )
    return [_drifted(row) for row in tx.execute(query.order_by(drift.c.id))]


def get(tx: Tx, connection: str, drift_id: int) -> Drifted | None:
    """One difference."""
    query = select(*COLUMNS).where(drift.c.id == drift_id, drift.c.connection == connection)
    row = tx.execute(query.with_for_update()).one_or_none()
    return None if row is None else _drifted(row)


def listed(
    tx: Tx, connection: str, *, is_open: bool, before: int | None, limit: int
) -> list[Drifted]:
    """Differences of a connection, newest first; `is_open`: those that nobody has confirmed."""
    query = select(*COLUMNS).where(drift.c.connection == connection)
    if is_open:
        query = query.where(drift.c.seen_at.is_(None))
    if before is not None:
        query = query.where(drift.c.id < before)
    return [_drifted(row) for row in tx.execute(query.order_by(drift.c.id.desc()).limit(limit))]


def harmful(tx: Tx) -> list[Drifted]:
    """What nobody has confirmed and touches an active mapping, newest first."""
    query = select(*COLUMNS).where(
        drift.c.seen_at.is_(None), func.jsonb_array_length(drift.c.touches) > 0
    )
    return [_drifted(row) for row in tx.execute(query.order_by(drift.c.id.desc()).limit(200))]


def rest(tx: Tx, drift_id: int, touches: Sequence[Mapping[str, str]], paused: Pause | None) -> None:
    """What it touches by now, and what rests."""
    values = {"touches": list(touches), "paused": paused}
    tx.execute(update(drift).where(drift.c.id == drift_id).values(values))


def confirm(tx: Tx, drift_id: int, by: str) -> None:
    """It is all right (by a person, or "" where it was gone again); nothing rests any more."""
    values = {"seen_at": func.now(), "seen_by": by, "paused": None}
    tx.execute(update(drift).where(drift.c.id == drift_id).values(values))
