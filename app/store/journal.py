"""The journal: append-only, what was decided and why, each line with the cause it came from."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.store import bulk
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


COLUMNS = tuple(one.name for one in fields(Line))
_WRITE = bulk.adding(journal, COLUMNS)


def write(tx: Tx, lines: Sequence[Line]) -> None:
    """Append lines."""
    bulk.run(tx, _WRITE, [{n: getattr(line, n) for n in COLUMNS} for line in lines])


def trail(tx: Tx, link_id: UUID, before: int | None, limit: int) -> list[dict[str, Any]]:
    """The newest lines about a link, newest first; `before` is the id to page on from."""
    query = select(journal).where(journal.c.link_id == link_id)
    if before is not None:
        query = query.where(journal.c.id < before)
    found = tx.execute(query.order_by(journal.c.id.desc()).limit(limit))
    return [dict(row._mapping) for row in found]  # noqa: SLF001  SQLAlchemy's public name
