"""Read-only views of hand-offs, for lists."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_

from app.domain.handoff_moves import ENDED
from app.store import alert_messages, handoffs
from app.store.db import Tx
from app.store.handoff_tables import handoff, handoff_entry
from app.store.tables import link


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which hand-offs; what is None does not matter. `open_`: those that have not ended."""

    state: str | None = None
    flow: str | None = None
    band: str | None = None
    link_id: UUID | None = None
    giver: str | None = None
    receiver: str | None = None
    open_: bool | None = None
    overdue: bool | None = None


def listed(
    tx: Tx, wanted: Wanted, after: tuple[datetime, int] | None, limit: int
) -> list[dict[str, Any]]:
    """Hand-offs that fit, the one that changed last first, each with the person's fields."""
    query = select(handoff, link.c.email, link.c.agreed, link.c.score, link.c.grade)
    query = query.join(link, link.c.id == handoff.c.link_id)
    for name in ("state", "flow", "band", "link_id", "giver", "receiver"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(handoff.c[name] == value)
    if wanted.open_ is not None:
        ended = handoff.c.state.in_(ENDED)
        query = query.where(~ended if wanted.open_ else ended)
    if wanted.overdue is not None:
        late = func.coalesce(handoff.c.due_at < func.now(), False)
        query = query.where(late == wanted.overdue)
    place = tuple_(handoff.c.changed_at, handoff.c.id)
    if after is not None:
        query = query.where(place < after)
    rows = tx.execute(query.order_by(place.desc()).limit(limit))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


def row(tx: Tx, handoff_id: int) -> dict[str, Any] | None:
    """One as `listed` shows it."""
    query = select(handoff, link.c.email, link.c.agreed, link.c.score, link.c.grade)
    query = query.join(link, link.c.id == handoff.c.link_id).where(handoff.c.id == handoff_id)
    found = tx.execute(query).one_or_none()
    return None if found is None else dict(found._mapping)  # noqa: SLF001  SQLAlchemy's public name


def entries(tx: Tx, handoff_id: int) -> list[dict[str, Any]]:
    """What systems were told of it, without the texts' bodies."""
    names = (
        "connection",
        "key",
        "what",
        "title",
        "state",
        "code",
        "reason",
        "external_id",
        "owner",
    )
    query = select(*(handoff_entry.c[name] for name in names), handoff_entry.c.changed_at)
    query = query.where(handoff_entry.c.handoff_id == handoff_id).order_by(handoff_entry.c.key)
    return [dict(row._mapping) for row in tx.execute(query)]  # noqa: SLF001  SQLAlchemy's public name


def messages(tx: Tx, person: UUID, handoff_id: int) -> list[dict[str, Any]]:
    """What people were told of it by channels, as `entries` has what systems were."""
    return [
        {
            **{name: row[name] for name in ("connection", "state", "code", "reason")},
            "key": row["about"],
            "what": row["channel"],
            "title": row["said"]["en"]["title"],
            "external_id": row["external_id"],
            "owner": row["recipient"] or None,
            "changed_at": row["sent_at"] or row["created_at"],
            "due_at": row["due_at"] if row["state"] == "pending" else None,
        }
        for row in alert_messages.about(tx, person, f"handoff/{handoff_id}/")
    ]


def by_state(tx: Tx) -> dict[str, int]:
    """How many there are, by state."""
    query = select(handoff.c.state, func.count()).group_by(handoff.c.state)
    return {row.state: row[1] for row in tx.execute(query)}


def of_person(tx: Tx, person: UUID, limit: int) -> list[dict[str, Any]]:
    """All hand-offs of somebody, the newest first, each with its `thread`."""
    query = select(handoff).where(handoff.c.link_id == person).order_by(handoff.c.id.desc())
    rows = [dict(row._mapping) for row in tx.execute(query.limit(limit))]  # noqa: SLF001  as above
    return [{**row, "thread": handoffs.thread(tx, row["id"])} for row in rows]
