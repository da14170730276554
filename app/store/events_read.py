"""Events to read: numbered once they are committed, listed, forgotten in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text

from app.store.db import Tx
from app.store.event_tables import event

AT_ONCE = 1_000
KEPT = timedelta(days=60)  # longer than any hook is tried: three days, and a person's time to act
_NUMBER = text("""
    WITH next AS MATERIALIZED (
        SELECT id, nextval('event_seq') AS seq
        FROM (SELECT id FROM event WHERE seq IS NULL ORDER BY id LIMIT :limit) AS waiting),
    done AS (UPDATE event SET seq = next.seq FROM next WHERE event.id = next.id
             RETURNING event.type)
    SELECT DISTINCT type FROM done
""")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events; what is None does not matter."""

    types: Sequence[str] | None = None
    link_id: UUID | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def number(tx: Tx) -> set[str]:
    """Number what is committed and has no number; answer its types. For one caller at a time."""
    return set(tx.scalars(_NUMBER, {"limit": AT_ONCE}))


def last(tx: Tx) -> int:
    """The highest number that is committed: what comes later has a higher one."""
    return int(tx.scalar(select(func.max(event.c.seq))) or 0)


def newest(tx: Tx, wanted: Wanted, before: int | None, limit: int) -> list[Mapping[str, Any]]:
    """Events by id, newest first; `before` is the id to page on from."""
    query = _where(wanted).order_by(event.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(event.c.id < before)
    return _rows(tx, query)


def told(tx: Tx, wanted: Wanted, after: int, limit: int) -> list[Mapping[str, Any]]:
    """Events in the order in which they are told, behind a number: nothing comes in before one
    that was read.
    """
    query = _where(wanted).where(event.c.seq > after).order_by(event.c.seq).limit(limit)
    return _rows(tx, query)


def get(tx: Tx, event_id: int) -> Mapping[str, Any] | None:
    """One event."""
    found = _rows(tx, select(event).where(event.c.id == event_id))
    return found[0] if found else None


def forget(tx: Tx, now: datetime) -> int:
    """Delete old events, with what became of them anywhere; answer how many."""
    old = select(event.c.id).where(event.c.at < now - KEPT).order_by(event.c.id).limit(50 * AT_ONCE)
    return int(tx.execute(delete(event).where(event.c.id.in_(old))).rowcount)


def _where(wanted: Wanted) -> Any:
    query = select(event)
    if wanted.types is not None:
        query = query.where(event.c.type == func.any(list(wanted.types)))
    if wanted.link_id is not None:
        query = query.where(event.c.link_id == wanted.link_id)
    if wanted.subject is not None:
        query = query.where(event.c.subject == wanted.subject)
    if wanted.since is not None:
        query = query.where(event.c.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(event.c.at < wanted.until)
    return query


def _rows(tx: Tx, query: Any) -> list[Mapping[str, Any]]:
    return [dict(row._mapping) for row in tx.execute(query)]  # noqa: SLF001  SQLAlchemy's public name
