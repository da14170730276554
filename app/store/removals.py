"""Removals: records that are to be deleted at their vendor, for a policy or for an erasure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.store.db import Tx
from app.store.tables import NOW
from app.store.work_tables import removal
from connectors.base import Kind, Ref

RemovalState: TypeAlias = Literal["pending", "held", "failed", "done"]
_FIGURES = text("""
    SELECT (SELECT count(*) FROM removal WHERE connection = :connection AND kind = :kind
              AND tombstone_id IS NULL AND NOT allowed
              AND (state IN ('pending', 'held') OR changed_at > now() - interval '1 hour')) AS n,
           (SELECT count(*) FROM side WHERE connection = :connection AND kind = :kind
              AND external_id IS NOT NULL) AS records
""")


@dataclass(frozen=True, slots=True)
class Removal:
    """One record to be deleted; with a `tombstone_id` for good."""

    id: int
    connection: str
    kind: Kind
    external_id: str
    link_id: UUID | None
    tombstone_id: UUID | None
    state: RemovalState
    allowed: bool
    code: str | None
    reason: str | None
    attempts: int
    cause_id: UUID | None
    created_at: datetime
    due_at: datetime | None

    @property
    def ref(self) -> Ref:
        return Ref(self.kind, self.external_id)


COLUMNS = tuple(removal.c[one.name] for one in fields(Removal))


def add(
    tx: Tx,
    connection: str,
    ref: Ref,
    *,
    cause_id: UUID,
    link_id: UUID | None = None,
    tombstone_id: UUID | None = None,
) -> None:
    """Ask for a deletion. What is open stays as it is; an erasure takes over whatever there is."""
    statement = insert(removal).values(
        connection=connection,
        kind=ref.kind,
        external_id=ref.id,
        link_id=link_id,
        tombstone_id=tombstone_id,
        cause_id=cause_id,
        due_at=NOW,
    )
    new = statement.excluded
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["connection", "kind", "external_id"],
            set_={
                "link_id": new.link_id,
                "tombstone_id": func.coalesce(new.tombstone_id, removal.c.tombstone_id),
                "state": "pending",
                "allowed": False,
                "code": None,
                "reason": None,
                "attempts": 0,
                "cause_id": new.cause_id,
                "changed_at": NOW,
                "due_at": NOW,
            },
            where=(removal.c.state == "done") | new.tombstone_id.is_not(None),
        )
    )


def call_off(tx: Tx, link_ids: Collection[UUID]) -> list[Removal]:
    """A link's record came back: what waits to be deleted because of it stays; answer what."""
    if not link_ids:
        return []
    rows = tx.execute(
        delete(removal)
        .where(
            removal.c.link_id.in_(list(link_ids)),
            removal.c.tombstone_id.is_(None),
            removal.c.state.in_(["pending", "held", "failed"]),
        )
        .returning(*COLUMNS)
    )
    return [_removal(row) for row in rows]


def due(tx: Tx, connection: str, limit: int) -> list[Removal]:
    """What to delete now, of one kind and one sort: erasures first."""
    query = (
        select(*COLUMNS)
        .where(removal.c.connection == connection, removal.c.due_at <= func.now())
        .order_by(removal.c.tombstone_id.is_(None), removal.c.due_at, removal.c.id)
        .limit(limit)
    )
    rows = [_removal(row) for row in tx.execute(query)]
    return [
        row
        for row in rows
        if row.kind == rows[0].kind and (row.tombstone_id is None) == (rows[0].tombstone_id is None)
    ]


def figures(tx: Tx, connection: str, kind: Kind) -> tuple[int, int]:
    """How many records Baton deletes, or deleted in the last hour, by policy; and of how many."""
    row = tx.execute(_FIGURES, {"connection": connection, "kind": kind}).one()
    return row.n, row.records


def hold(tx: Tx, connection: str, kind: Kind) -> None:
    """Stop what waits, until a person allows or refuses it."""
    tx.execute(
        update(removal)
        .where(
            removal.c.connection == connection,
            removal.c.kind == kind,
            removal.c.state == "pending",
            removal.c.tombstone_id.is_(None),
            removal.c.allowed.is_(False),
        )
        .values(state="held", due_at=None, changed_at=NOW)
    )


def allow(tx: Tx, connection: str) -> list[Removal]:
    """Go on with what was held at a connection, and try again what failed."""
    rows = tx.execute(
        update(removal)
        .where(removal.c.connection == connection, removal.c.state.in_(["held", "failed"]))
        .values(state="pending", allowed=True, attempts=0, due_at=NOW, changed_at=NOW)
        .returning(*COLUMNS)
    )
    return [_removal(row) for row in rows]


def refuse(tx: Tx, connection: str) -> list[Removal]:
    """Keep the records whose deletion was held or failed; an erasure can't be refused."""
    rows = tx.execute(
        delete(removal)
        .where(
            removal.c.connection == connection,
            removal.c.state.in_(["held", "failed"]),
            removal.c.tombstone_id.is_(None),
        )
        .returning(*COLUMNS)
    )
    return [_removal(row) for row in rows]


def finished(tx: Tx, one: Removal) -> None:
    """The record is gone. Of an erasure nothing is kept; else the row counts for an hour."""
    chosen = removal.c.id == one.id
    if one.tombstone_id is not None:
        tx.execute(delete(removal).where(chosen))
        return
    values = {"state": "done", "due_at": None, "code": None, "reason": None, "changed_at": NOW}
    tx.execute(update(removal).where(chosen).values(**values))


def postpone(tx: Tx, one: Removal, *, code: str, reason: str, wait_s: float | None) -> None:
    """Later, or not any more (`wait_s` None), and why."""
    due_at = None if wait_s is None else func.now() + func.make_interval(0, 0, 0, 0, 0, 0, wait_s)
    state = "failed" if wait_s is None else "pending"
    tx.execute(
        update(removal)
        .where(removal.c.id == one.id)
        .values(
            state=state,
            code=code,
            reason=reason,
            due_at=due_at,
            attempts=removal.c.attempts + 1,
            changed_at=NOW,
        )
    )


def open_of(tx: Tx, tombstone_id: UUID, connection: str) -> int:
    """How many records of an erasure are left at a connection."""
    query = select(func.count()).where(
        removal.c.tombstone_id == tombstone_id, removal.c.connection == connection
    )
    return int(tx.scalar(query) or 0)


def listed(
    tx: Tx, connection: str | None, state: str | None, after: int | None, limit: int
) -> Sequence[Removal]:
    """Removals, newest first."""
    query = select(*COLUMNS).order_by(removal.c.id.desc()).limit(limit)
    if connection is not None:
        query = query.where(removal.c.connection == connection)
    if state is not None:
        query = query.where(removal.c.state == state)
    if after is not None:
        query = query.where(removal.c.id < after)
    return [_removal(row) for row in tx.execute(query)]


def sweep(tx: Tx) -> int:
    """Forget what was deleted days ago."""
    statement = """
        DELETE FROM removal WHERE state = 'done' AND changed_at < now() - interval '2 days'
    """
    return int(tx.execute(text(statement)).rowcount)


def _removal(row: Any) -> Removal:
    return Removal(**row._mapping)  # noqa: SLF001  SQLAlchemy's public name
