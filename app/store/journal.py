"""The journal: append-only, what was decided and why, each line with the cause it came from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from app.store.db import Tx
from app.store.fact_tables import journal


@dataclass(frozen=True, slots=True)
class Line:
    """One decision. `detail` names fields, rules and vendor codes, and only for lost conflicts
    also values. `version` is the mapping version that it was made by, `person/main@3`.
    """

    event: str
    link_id: UUID | None = None
    connection: str | None = None
    cause_id: UUID | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    version: str | None = None


def write(tx: Tx, lines: Sequence[Line]) -> None:
    """Append lines."""
    if lines:
        rows = [
            {
                "event": line.event, "link_id": line.link_id, "connection": line.connection,
                "cause_id": line.cause_id, "detail": line.detail, "version": line.version,
            }
            for line in lines
        ]  # fmt: skip
        tx.execute(insert(journal), rows)


def trail(tx: Tx, link_id: UUID, before: int | None, limit: int) -> list[dict[str, Any]]:
    """The newest lines about a link, newest first; `before` is the id to page on from."""
    query = select(journal).where(journal.c.link_id == link_id)
    if before is not None:
        query = query.where(journal.c.id < before)
    rows = tx.execute(query.order_by(journal.c.id.desc()).limit(limit))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name
