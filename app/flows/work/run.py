"""Go on with a job: the three parts of the lane `job:{id}`, whatever its kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.flows.work import (
    backfill,
    backtest,
    history,
    load,
    preview,
    recompute,
    reconcile,
    rehearse,
    resync,
    retention,
    retry,
    undo,
)
from app.flows.work.kind import Ask, CannotGoOn, Kind, Wait
from app.store import connections, journal, work
from app.store.db import Tx
from app.store.journal import Line
from app.store.work import Job
from connectors.base import ConnectorError, Gone, Rejected
from connectors.budget import within

KINDS: Mapping[str, Kind] = {
    "backfill": backfill,
    "backtest": backtest,
    "history": history,
    "load": load,
    "preview": preview,
    "recompute": recompute,
    "reconcile": reconcile,
    "rehearse": rehearse,
    "resync": resync,
    "retention": retention,
    "retry": retry,
    "undo": undo,
}
INTERNAL = frozenset({"load"})  # started by other work only
STANDS = {"paused": "is paused", "needs_attention": "needs attention"}  # a connection, in words
PAUSED_WAIT_S = 10.0  # until a connection that stands is looked at again


@dataclass(frozen=True, slots=True)
class Planned:
    """The next step of a job."""

    job: Job
    ask: Ask

    @property
    def connection(self) -> str | None:
        return self.ask.connection


def plan(tx: Tx, job_id: int, *, now: datetime) -> Planned | None:
    """The next step; None where the job waits or has ended. For the lane's holder only."""
    job = work.due(tx, job_id)
    if job is None:
        return None
    if job.kind not in KINDS:
        work.fail(tx, job.id, f"this release knows no jobs of the kind {job.kind!r}")
        return None
    try:
        ask = KINDS[job.kind].plan(tx, job, now=now)
    except CannotGoOn as error:
        _fail(tx, job, str(error))
        return None
    if ask is None:
        _finish(tx, job)
    elif isinstance(ask, Wait):
        work.wait(tx, job.id, ask.seconds, ask.reason)
    elif (reason := _stands(tx, ask.connection)) is not None:
        work.wait(tx, job.id, PAUSED_WAIT_S, reason)
    else:
        return Planned(job, ask)
    return None


def _finish(tx: Tx, job: Job) -> None:
    work.finish(tx, job.id)
    _note(tx, "job_done", job, counts=dict(job.counts))


def _fail(tx: Tx, job: Job, reason: str) -> None:
    work.fail(tx, job.id, reason)
    _note(tx, "job_failed", job, reason=reason)


def _note(tx: Tx, event: str, job: Job, **detail: Any) -> None:
    connection = job.args.get("connection")
    told = {"job": job.id, "kind": job.kind, **detail}
    journal.write(tx, [Line(event, None, connection, job.cause_id, told)])


def _stands(tx: Tx, name: str | None) -> str | None:
    """Why a connection may not be used now; None where it may."""
    if name is None:
        return None
    found = connections.get(tx, name)
    if found is None:
        return f"there is no connection {name!r} any more"
    return None if found.state == "active" else f"{name} {STANDS[found.state]}"


def call(asked: object, planned: Planned) -> Any:
    """Ask the vendor, within the job's share of its allowance, or where nobody is to be asked the
    crew. Raises: what the kind raises.
    """
    with within(planned.job.share):
        return KINDS[planned.job.kind].call(asked, planned.ask)


def settle(tx: Tx, planned: Planned, answer: Any, *, now: datetime) -> set[str]:
    """Store what came of the step, also where the job was paused or cancelled meanwhile."""
    job = planned.job
    try:
        return KINDS[job.kind].settle(tx, job, planned.ask, answer, now=now)
    except CannotGoOn as error:
        _fail(tx, job, str(error))
        return set()


def give_up(tx: Tx, planned: Planned, error: ConnectorError) -> set[str]:
    """The call failed as a whole: a refusal ends the job, anything else is tried again."""
    if isinstance(error, Rejected | Gone):
        _fail(tx, planned.job, str(error))
    return set()
