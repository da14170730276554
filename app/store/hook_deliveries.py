"""What became of each event at each hook."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.domain.hook import Fate
from app.store.db import Tx
from app.store.event_tables import event
from app.store.hook_tables import hook_delivery
from app.store.tables import NOW


@dataclass(frozen=True, slots=True)
class Result:
    """One attempt."""

    state: Fate
    status: int
    reason: str | None
    took_ms: int


def note(tx: Tx, name: str, event_id: int, one: Result, *, now: datetime) -> None:
    """Keep what came of an attempt."""
    values = {
        "state": one.state, "status": one.status, "reason": one.reason, "took_ms": one.took_ms,
        "at": now, "again_at": None,
    }  # fmt: skip
    new = insert(hook_delivery).values(
        hook=name, event_id=event_id, first_at=now, attempts=1, **values
    )
    more = values | {"attempts": hook_delivery.c.attempts + 1}
    tx.execute(new.on_conflict_do_update(index_elements=["hook", "event_id"], set_=more))


def again(tx: Tx, name: str) -> Mapping[str, Any] | None:
    """An event that somebody wants to be sent once more, with all columns; the oldest one."""
    query = (
        select(event)
        .join(hook_delivery, hook_delivery.c.event_id == event.c.id)
        .where(hook_delivery.c.hook == name, hook_delivery.c.again_at <= NOW)
        .order_by(event.c.seq)
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name


def ask_again(tx: Tx, name: str, event_id: int | None, since: datetime | None) -> int:
    """Have a settled event (None: all that failed, from a time on) sent once more; answer how
    many. One that waits at the head is sent anyway.
    """
    own = hook_delivery.c
    query = update(hook_delivery).where(own.hook == name, own.state != "waiting")
    if event_id is None:
        query = query.where(own.state == "failed")
    else:
        query = query.where(own.event_id == event_id)
    if since is not None:
        query = query.where(own.at >= since)
    return int(tx.execute(query.values(again_at=NOW)).rowcount)


def listed(
    tx: Tx, name: str, state: str | None, before: int | None, limit: int
) -> list[Mapping[str, Any]]:
    """Deliveries with type and person of their events, newest first; `before` is the event's id
    to page on from.
    """
    own = hook_delivery.c
    query = (
        select(hook_delivery, event.c.type, event.c.link_id, event.c.subject)
        .join(event, event.c.id == own.event_id)
        .where(own.hook == name)
    )
    if state is not None:
        query = query.where(own.state == state)
    if before is not None:
        query = query.where(own.event_id < before)
    rows = tx.execute(query.order_by(own.event_id.desc()).limit(limit))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  as above


_COUNTS = text("""
    SELECT hook, state, count(*) AS n, max(at) AS last FROM hook_delivery GROUP BY hook, state
""")


def counts(tx: Tx) -> Mapping[str, Mapping[str, Any]]:
    """Hook -> state -> how many; `last` is the time of the last success."""
    found: dict[str, dict[str, Any]] = {}
    for row in tx.execute(_COUNTS):
        one = found.setdefault(row.hook, {})
        one[row.state] = row.n
        if row.state == "delivered":
            one["last"] = row.last
    return found
