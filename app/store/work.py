"""Jobs: long work that goes on where it stopped, and what it finds about records.

A job is due while it is queued or running. Its checkpoint is stored in the transaction that did
the work up to it, so that a worker that dies loses nothing and repeats nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias
from uuid import UUID, uuid5

from sqlalchemy import func, insert, select, text, update

from app.store import work_tables
from app.store.db import Tx
from app.store.tables import NOW
from app.store.work_tables import finding, job

JobState: TypeAlias = Literal["queued", "running", "paused", "done", "cancelled", "failed"]
OPEN = work_tables.OPEN
CAUSES = UUID("6b2f3f0c-0a54-4d2a-9c57-1f6f0f6d7e11")  # the namespace of the jobs' cause ids
SMOOTHING = 0.3  # weight of the newest step in the rate of progress


@dataclass(frozen=True, slots=True)
class Job:
    """One job. `share` is the part of a vendor's allowance that it may use, None for all of it.

    `done` and `total` count what the kind counts (records, mostly); `counts` holds how many came
    to which end. `rate` is the recent progress in items a second.
    """

    id: int
    kind: str
    args: Mapping[str, Any]
    state: JobState
    checkpoint: Mapping[str, Any]
    counts: Mapping[str, int]
    done: int
    total: int | None
    share: float | None
    rate: float | None
    reason: str | None
    created_by: str
    created_at: datetime
    started_at: datetime | None
    updated_at: datetime
    finished_at: datetime | None
    due_at: datetime | None

    @property
    def cause_id(self) -> UUID:
        """The cause that everything done by this job shares, in journal and ledger."""
        return cause_of(self.id)

    @property
    def eta_s(self) -> float | None:
        """Seconds until it is done, at its recent pace; None where nobody can tell."""
        if self.state != "running" or self.total is None or not self.rate:
            return None
        return max(self.total - self.done, 0) / self.rate


COLUMNS = tuple(job.c[one.name] for one in fields(Job))


@dataclass(frozen=True, slots=True)
class Finding:
    """What a job found about one record. `detail` holds no values of fields, but names of them."""

    category: str
    link_id: UUID | None = None
    connection: str | None = None
    kind: str | None = None
    external_id: str | None = None
    code: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    repaired: bool = False
    id: int | None = None


def _job(row: Any) -> Job:
    return Job(**row._mapping)  # noqa: SLF001  SQLAlchemy's public name


def add(
    tx: Tx,
    kind: str,
    args: Mapping[str, Any],
    *,
    by: str,
    share: float | None = None,
    total: int | None = None,
) -> int:
    """Queue a job; answer its id. Wake its lane (`lane_of`) after the commit."""
    row = {
        "kind": kind, "args": dict(args), "created_by": by, "share": share, "total": total,
        "due_at": func.now(),
    }  # fmt: skip
    return int(tx.execute(insert(job).values(row).returning(job.c.id)).scalar_one())


def cause_of(job_id: int) -> UUID:
    """The cause that everything done by a job shares."""
    return uuid5(CAUSES, str(job_id))


def lane_of(job_id: int) -> str:
    """The lane that a job runs on."""
    return f"job:{job_id}"


def get(tx: Tx, job_id: int) -> Job | None:
    """One job."""
    row = tx.execute(select(*COLUMNS).where(job.c.id == job_id)).one_or_none()
    return None if row is None else _job(row)


def lock(tx: Tx, job_id: int) -> Job | None:
    """One job, that nobody else changes until the transaction ends."""
    query = select(*COLUMNS).where(job.c.id == job_id).with_for_update()
    row = tx.execute(query).one_or_none()
    return None if row is None else _job(row)


def listed(
    tx: Tx,
    *,
    kind: str | None = None,
    states: Sequence[str] | None = None,
    args: Mapping[str, Any] | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Job]:
    """Jobs, newest first: of a kind, in some states, with (at least) these args."""
    query = select(*COLUMNS).order_by(job.c.id.desc()).limit(limit)
    if kind is not None:
        query = query.where(job.c.kind == kind)
    if states is not None:
        query = query.where(job.c.state.in_(list(states)))
    if args is not None:
        query = query.where(job.c.args.contains(dict(args)))
    if before is not None:
        query = query.where(job.c.id < before)
    return [_job(row) for row in tx.execute(query)]


def due(tx: Tx, job_id: int) -> Job | None:
    """A job to go on with now, marked as running; None where it is not due. Lane holder only."""
    started = func.coalesce(job.c.started_at, func.now())
    touched = text("CASE WHEN state = 'queued' THEN now() ELSE updated_at END")
    row = tx.execute(
        update(job)
        .where(job.c.id == job_id, job.c.due_at <= func.now())
        .values(state="running", started_at=started, updated_at=touched)
        .returning(*COLUMNS)
    ).one_or_none()
    return None if row is None else _job(row)


def advance(
    tx: Tx,
    job_id: int,
    checkpoint: Mapping[str, Any],
    done: int = 0,
    counts: Mapping[str, int] | None = None,
    *,
    total: int | None = None,
) -> None:
    """A step is done: go on from `checkpoint`. `done` and `counts` are what the step adds.

    A job that was paused or cancelled meanwhile keeps that state, and what the step did.
    """
    now = lock(tx, job_id)
    if now is None:
        return
    summed = dict(now.counts)
    for name, n in (counts or {}).items():
        summed[name] = summed.get(name, 0) + n
    values: dict[str, Any] = {
        "checkpoint": dict(checkpoint), "counts": summed, "done": now.done + done,
        "updated_at": NOW,
    }  # fmt: skip
    if now.state in {"queued", "running"}:
        values |= {"reason": None, "due_at": NOW}
    if total is not None:
        values["total"] = total
    if done:
        since = func.clock_timestamp() - job.c.updated_at  # now() may be from before a resume
        took_s = func.greatest(func.extract("epoch", since), 0.001)
        newest = done / took_s
        values["rate"] = func.coalesce(job.c.rate, newest) * (1 - SMOOTHING) + newest * SMOOTHING
    tx.execute(update(job).where(job.c.id == job_id).values(values))


def wait(tx: Tx, job_id: int, seconds: float, reason: str) -> None:
    """Go on in some time; until then the reason is shown."""
    until = func.now() + timedelta(seconds=seconds)
    tx.execute(
        update(job)
        .where(job.c.id == job_id, job.c.state.in_(["queued", "running"]))
        .values(due_at=until, reason=reason)
    )


def finish(tx: Tx, job_id: int, reason: str | None = None) -> bool:
    """All is done. What was cancelled meanwhile stays cancelled."""
    return _end(tx, job_id, "done", reason, OPEN)


def fail(tx: Tx, job_id: int, reason: str) -> bool:
    """It can't go on; `resume` tries again from the checkpoint."""
    return _end(tx, job_id, "failed", reason, OPEN)


def cancel(tx: Tx, job_id: int, reason: str | None = None) -> bool:
    """End it for good. What it did stays. False where it had ended already."""
    return _end(tx, job_id, "cancelled", reason, (*OPEN, "failed"))


def _end(tx: Tx, job_id: int, state: JobState, reason: str | None, of: Sequence[str]) -> bool:
    result = tx.execute(
        update(job)
        .where(job.c.id == job_id, job.c.state.in_(list(of)))
        .values(state=state, reason=reason, finished_at=NOW, updated_at=NOW, due_at=None)
    )
    return bool(result.rowcount)


def pause(tx: Tx, job_id: int, reason: str | None = None) -> bool:
    """Stop after the step that is being done; False where it does not run."""
    result = tx.execute(
        update(job)
        .where(job.c.id == job_id, job.c.state.in_(["queued", "running"]))
        .values(state="paused", reason=reason, due_at=None, updated_at=NOW)
    )
    return bool(result.rowcount)


def resume(tx: Tx, job_id: int) -> bool:
    """Go on from the checkpoint, also after a failure; False where it runs or has ended."""
    result = tx.execute(
        update(job)
        .where(job.c.id == job_id, job.c.state.in_(["paused", "failed"]))
        .values(state="queued", reason=None, finished_at=None, due_at=NOW, updated_at=NOW)
    )
    return bool(result.rowcount)


# -- findings --------------------------------------------------------------------------------

FINDING_COLUMNS = tuple(finding.c[one.name] for one in fields(Finding))


def add_findings(tx: Tx, job_id: int, found: Sequence[Finding]) -> None:
    """Store what a job found; in the transaction that moves its checkpoint on."""
    names = [one.name for one in fields(Finding) if one.name != "id"]
    rows = [{"job_id": job_id, **{n: getattr(one, n) for n in names}} for one in found]
    if rows:
        tx.execute(insert(finding), rows)


def findings(
    tx: Tx, job_id: int, *, category: str | None = None, after: int | None = None, limit: int = 50
) -> list[Finding]:
    """What a job found, in the order it found it, behind the finding `after`."""
    query = select(*FINDING_COLUMNS).where(finding.c.job_id == job_id)
    if category is not None:
        query = query.where(finding.c.category == category)
    if after is not None:
        query = query.where(finding.c.id > after)
    rows = tx.execute(query.order_by(finding.c.id).limit(limit))
    return [Finding(**row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


def finding_counts(tx: Tx, job_id: int) -> dict[str, int]:
    """How many findings there are of each category, most first."""
    n = func.count().label("n")
    query = select(finding.c.category, n).where(finding.c.job_id == job_id)
    rows = tx.execute(query.group_by(finding.c.category).order_by(n.desc(), finding.c.category))
    return {row.category: row.n for row in rows}


def mark_repaired(tx: Tx, ids: Sequence[int]) -> None:
    """These findings have been set on their way to be mended."""
    tx.execute(update(finding).where(finding.c.id.in_(list(ids))).values(repaired=True))
