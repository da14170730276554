"""Moves from stage to stage, and who shall be on the list of those to be won again."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import any_, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from app.store import bulk
from app.store.db import Tx
from app.store.stage_tables import nurture, stage_change

_CHANGE = (
    "link_id", "at", "source", "target", "moved_by", "who", "reason", "why", "version", "score",
    "grade", "cause_id",
)  # fmt: skip
_ADD = bulk.adding(stage_change, _CHANGE)
_WANT = bulk.adding(
    nurture,
    ("link_id", "connection", "list_id", "wanted", "cause_id", "due_at"),
    """
    ON CONFLICT (link_id, connection, list_id) DO UPDATE
    SET wanted = excluded.wanted, cause_id = excluded.cause_id, due_at = excluded.due_at,
        state = 'pending', code = NULL, reason = NULL, attempts = 0, changed_at = now()
    WHERE nurture.wanted IS DISTINCT FROM excluded.wanted
    """,
)


@dataclass(frozen=True, slots=True)
class Change:
    """One move, as it is stored: by whom (`moved_by`: rule, person, handoff, ma, sfa; `who` by
    name), why, under which version of the lifecycle, and the score at that time. `caused_at` (not
    stored) is when that happened which led to a rule's move.
    """

    link_id: UUID
    at: datetime
    source: str | None
    target: str
    moved_by: str
    who: str
    reason: str | None
    why: Sequence[dict[str, Any]]
    version: int
    score: int | None
    grade: str | None
    cause_id: UUID | None
    caused_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """That a person shall be on a list of a connection, or not any more."""

    link_id: UUID
    connection: str
    list_id: str
    wanted: bool
    cause_id: UUID | None
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A wish that is due, of a person with this record there (None: not yet)."""

    link_id: UUID
    list_id: str
    wanted: bool
    attempts: int
    cause_id: UUID | None
    external_id: str | None


def add(tx: Tx, changes: Sequence[Change]) -> None:
    """Append moves, in their order."""
    bulk.run(tx, _ADD, [asdict(one) for one in changes])


def want(tx: Tx, wishes: Sequence[Wish]) -> None:
    """Keep the latest wish of each person and list; the same again changes nothing."""
    last = {(one.link_id, one.connection, one.list_id): one for one in wishes}
    bulk.run(tx, _WANT, [asdict(one) for one in last.values()])


def move(tx: Tx, old: UUID, new: UUID) -> None:
    """Give all moves of a link to another one (two links turned out to be one person)."""
    tx.execute(update(stage_change).where(stage_change.c.link_id == old).values(link_id=new))


def trail(tx: Tx, link_id: UUID, before: int | None, limit: int) -> list[dict[str, Any]]:
    """The moves of a person, newest first; `before` is the id to page on from."""
    query = select(stage_change).where(stage_change.c.link_id == link_id)
    if before is not None:
        query = query.where(stage_change.c.id < before)
    rows = tx.execute(query.order_by(stage_change.c.id.desc()).limit(limit))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


_DUE = text("""
    SELECT nurture.link_id, nurture.list_id, nurture.wanted, nurture.attempts, nurture.cause_id,
           CASE WHEN side.state <> 'gone' THEN side.external_id END AS external_id
    FROM nurture
    JOIN (SELECT list_id, wanted FROM nurture
          WHERE connection = :connection AND due_at <= now() ORDER BY due_at LIMIT 1) AS first
      ON first.list_id = nurture.list_id AND first.wanted = nurture.wanted
    LEFT JOIN side ON side.link_id = nurture.link_id AND side.connection = nurture.connection
    WHERE nurture.connection = :connection AND nurture.due_at <= now()
    ORDER BY nurture.due_at LIMIT :limit
""")


def due(tx: Tx, connection: str, limit: int) -> list[Due]:
    """The next wishes of one list and one sort, to be told in one call."""
    return [Due(*row) for row in tx.execute(_DUE, {"connection": connection, "limit": limit})]


def told(tx: Tx, connection: str, list_id: str, wanted: dict[UUID, bool]) -> None:
    """These people are on the list, or not; who is wished otherwise meanwhile stays due."""
    for on_it in (True, False):
        ids = [link_id for link_id, one in wanted.items() if one is on_it]
        chosen = (*_among(connection, list_id, ids), nurture.c.wanted == on_it)
        values = {"state": "done", "due_at": None, "code": None, "reason": None, "attempts": 0}
        tx.execute(update(nurture).where(*chosen).values(**values, changed_at=func.now()))


def not_told(
    tx: Tx, connection: str, one: Due, *, code: str, reason: str, wait_s: float | None
) -> None:
    """A wish could not be told; tried again after a while, or never (`wait_s` None)."""
    values: dict[str, Any] = {"state": "failed", "due_at": None}
    if wait_s is not None:
        values = {"state": "pending", "due_at": func.now() + timedelta(seconds=wait_s)}
    chosen = (*_among(connection, one.list_id, [one.link_id]), nurture.c.wanted == one.wanted)
    values |= {"code": code, "reason": reason, "attempts": one.attempts + 1}
    tx.execute(update(nurture).where(*chosen).values(**values, changed_at=func.now()))


def _among(connection: str, list_id: str, ids: Collection[UUID]) -> tuple[Any, ...]:
    return (
        nurture.c.connection == connection,
        nurture.c.list_id == list_id,
        nurture.c.link_id == any_(literal(list(ids), ARRAY(Uuid))),
    )


def lists_of(tx: Tx, link_id: UUID) -> list[dict[str, Any]]:
    """The lists on which a person shall be, or was, and how telling that went."""
    query = select(nurture).where(nurture.c.link_id == link_id).order_by(nurture.c.list_id)
    return [dict(row._mapping) for row in tx.execute(query)]  # noqa: SLF001  as above
