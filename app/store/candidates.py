"""Candidates: pairs of links that may be one, which a person decides."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from app.store.bulk import among
from app.store.db import Tx
from app.store.tables import NOW, link, side
from app.store.work_tables import candidate
from connectors.base import Kind

CandidateState: TypeAlias = Literal["open", "rejected"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two links that may be one; `one_id` is the older. `likeness` is 0 to 1."""

    id: int
    kind: Kind
    one_id: UUID
    two_id: UUID
    likeness: float
    reasons: Sequence[str]
    state: CandidateState
    decided_by: str | None
    decided_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Pair:
    """A candidate that was found."""

    one_id: UUID
    two_id: UUID
    likeness: float
    reasons: Sequence[str]


COLUMNS = tuple(candidate.c[one.name] for one in fields(Candidate))


def add(tx: Tx, kind: Kind, pairs: Sequence[Pair]) -> None:
    """Show these to a person; what was decided about a pair stands."""
    if not pairs:
        return
    rows = [
        {
            "kind": kind, "one_id": one.one_id, "two_id": one.two_id, "likeness": one.likeness,
            "reasons": list(one.reasons),
        }
        for one in sorted(pairs, key=lambda pair: (pair.one_id, pair.two_id))
    ]  # fmt: skip
    statement = insert(candidate)
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["one_id", "two_id"],
        set_={"likeness": new.likeness, "reasons": new.reasons},
        where=candidate.c.state == "open",
    )
    tx.execute(statement, rows)


def drop_unlike(tx: Tx, link_ids: Collection[UUID], still: Collection[tuple[UUID, UUID]]) -> None:
    """Open candidates of these links that are not alike any more are none."""
    ids = list(link_ids)
    of_these = or_(candidate.c.one_id.in_(ids), candidate.c.two_id.in_(ids))
    query = candidate.delete().where(of_these, candidate.c.state == "open")
    if still:
        pair = tuple_(candidate.c.one_id, candidate.c.two_id)
        query = query.where(pair.not_in(list(still)))
    tx.execute(query)


def ages(tx: Tx, link_ids: Collection[UUID]) -> dict[UUID, tuple[datetime, UUID]]:
    """Link -> what it sorts by, oldest first."""
    query = select(link.c.id, link.c.created_at).where(link.c.id.in_(list(link_ids)))
    return {row.id: (row.created_at, row.id) for row in tx.execute(query)}


def get(tx: Tx, candidate_id: int) -> Candidate | None:
    row = tx.execute(select(*COLUMNS).where(candidate.c.id == candidate_id)).one_or_none()
    return None if row is None else _candidate(row)


def listed(
    tx: Tx,
    kind: str | None,
    state: str | None,
    after: tuple[float, int] | None,
    limit: int,
    *,
    link_id: UUID | None = None,
) -> list[Candidate]:
    """Candidates, the most alike first."""
    query = select(*COLUMNS).order_by(candidate.c.likeness.desc(), candidate.c.id).limit(limit)
    if kind is not None:
        query = query.where(candidate.c.kind == kind)
    if state is not None:
        query = query.where(candidate.c.state == state)
    if link_id is not None:
        query = query.where(or_(candidate.c.one_id == link_id, candidate.c.two_id == link_id))
    if after is not None:
        likeness, last = after
        same = (candidate.c.likeness == likeness) & (candidate.c.id > last)
        query = query.where((candidate.c.likeness < likeness) | same)
    return [_candidate(row) for row in tx.execute(query)]


def open_at(tx: Tx, connection: str, link_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Of these links those that may be one that exists at a connection -> since when."""
    ends = ((candidate.c.one_id, candidate.c.two_id), (candidate.c.two_id, candidate.c.one_id))
    found: dict[UUID, datetime] = {}
    for mine, other in ends:
        there = (side.c.link_id == other) & (side.c.connection == connection)
        query = (
            select(mine, func.min(candidate.c.created_at))
            .join(side, there & side.c.external_id.is_not(None) & (side.c.state != "gone"))
            .where(candidate.c.state == "open", among(mine, link_ids))
            .group_by(mine)
        )
        for link_id, at in tx.execute(query):
            found[link_id] = min(at, found.get(link_id, at))
    return found


def decide(tx: Tx, candidate_id: int, state: CandidateState, by: str) -> None:
    """A person decided, or took the decision back."""
    decided = None if state == "open" else by
    tx.execute(
        update(candidate)
        .where(candidate.c.id == candidate_id)
        .values(state=state, decided_by=decided, decided_at=NOW if decided else None)
    )


def reject(tx: Tx, kind: Kind, one_id: UUID, two_id: UUID, *, by: str) -> None:
    """A person took these two apart: they are not shown as one again."""
    row = {
        "kind": kind, "one_id": one_id, "two_id": two_id, "likeness": 0.0, "state": "rejected",
        "decided_by": by, "decided_at": NOW,
    }  # fmt: skip
    tx.execute(insert(candidate).values(**row).on_conflict_do_nothing())


def waiting(tx: Tx) -> int:
    """How many wait for a person."""
    query = select(func.count()).where(candidate.c.state == "open")
    return int(tx.scalar(query) or 0)


def _candidate(row: Any) -> Candidate:
    return Candidate(**row._mapping)  # noqa: SLF001  SQLAlchemy's public name
