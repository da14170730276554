"""Sides whose writes are carried by a load: chosen, marked, put down again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from app.store.bulk import among
from app.store.db import Tx
from app.store.tables import side
from app.store.work import Job, cause_of
from app.store.work_tables import job

MOST_COUNTED = 20_000
KEPT = timedelta(days=1)  # writes of a job that ended longer ago are like all others


@dataclass(frozen=True, slots=True)
class Freight:
    """Due writes of one sort at a connection: `creating`, or updates, of records of an object."""

    object: str
    creating: bool
    n: int


def heaviest(tx: Tx, connection: str, kind: str) -> Freight | None:
    """The sort of which most is due and may be loaded: nothing hot, nothing to be sought first.
    Counted among so many, for this is asked before every write.
    """
    loadable = (
        select(side.c.object, side.c.external_id.is_(None).label("creating"))
        .where(*_loadable(connection, kind), side.c.object.is_not(None))
        .limit(MOST_COUNTED)
        .subquery()
    )
    n = func.count().label("n")
    query = select(*loadable.c, n).group_by(*loadable.c).order_by(n.desc()).limit(1)
    row = tx.execute(query).one_or_none()
    return None if row is None else Freight(row.object, row.creating, row.n)


def _loadable(connection: str, kind: str) -> Sequence[Any]:
    return (
        side.c.connection == connection,
        side.c.kind == kind,
        side.c.due_at <= func.now(),
        ~side.c.hot,
        side.c.external_id.is_not(None) | side.c.sought,
        side.c.write_state == "idle",
    )


def due(tx: Tx, connection: str, kind: str, what: Mapping[str, Any], limit: int) -> list[UUID]:
    """Links whose writes are of this sort (`object`, `creating`) and due, the oldest first."""
    creating = side.c.external_id.is_(None)
    query = select(side.c.link_id).where(
        *_loadable(connection, kind),
        side.c.object == what["object"],
        creating if what["creating"] else ~creating,
    )
    return list(tx.scalars(query.order_by(side.c.due_at).limit(limit)))


def carry(tx: Tx, job_id: int, connection: str, link_ids: Collection[UUID]) -> None:
    """These sides' writes are the load's to settle."""
    chosen = (side.c.connection == connection, among(side.c.link_id, link_ids))
    tx.execute(update(side).where(*chosen).values(carried_by=job_id))


def carried(tx: Tx, job_id: int, limit: int) -> list[UUID]:
    """Links whose writes a load still has to settle."""
    query = select(side.c.link_id).where(side.c.carried_by == job_id)
    return list(tx.scalars(query.order_by(side.c.link_id).limit(limit)))


def put_down(tx: Tx, job_id: int, link_ids: Collection[UUID]) -> None:
    """These are settled."""
    chosen = (side.c.carried_by == job_id, among(side.c.link_id, link_ids))
    tx.execute(update(side).where(*chosen).values(carried_by=None))


def read_by(tx: Tx, connection: str, kind: str) -> set[UUID]:
    """Causes of the backfills that read these records now. Each write would come back as a change
    to be looked at, before the next page is read.
    """
    query = select(job.c.id).where(
        job.c.kind == "backfill",
        job.c.state.in_(["queued", "running"]),
        job.c.args["connection"].astext == connection,
        job.c.args["kind"].astext == kind,
    )
    return {cause_of(job_id) for job_id in tx.scalars(query)}


def awaited(tx: Tx, connection: str, kind: str, least: int) -> set[UUID]:
    """Causes whose writes are to wait for a load: of jobs that look at so many records, as long as
    they run, and after that as long as so many of their writes are due.
    """
    large = func.greatest(func.coalesce(job.c.total, 0), job.c.done) >= least
    looking = job.c.kind.in_(["backfill", "resync"])
    lately = job.c.finished_at > func.now() - KEPT
    runs = job.c.state.in_(["queued", "running"])
    query = select(job).where(looking, large, runs | ((job.c.state == "done") & lately))
    found = [Job(**row._mapping) for row in tx.execute(query)]  # noqa: SLF001  SQLAlchemy's public name
    return {
        one.cause_id
        for one in found
        if one.state != "done" or _is_due(tx, (connection, kind), one.cause_id, least)
    }


def _is_due(tx: Tx, where: tuple[str, str], cause_id: UUID, least: int) -> bool:
    """Whether at least so many writes of a cause are due."""
    due_ = select(side.c.link_id).where(
        side.c.connection == where[0],
        side.c.kind == where[1],
        side.c.due_at <= func.now(),
        side.c.cause_id == cause_id,
    )
    return tx.scalar(select(func.count()).select_from(due_.limit(least).subquery())) == least
