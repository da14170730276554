"""Doing a job with somebody watching: a bar on a terminal, lines elsewhere."""

import time

from app.bootstrap import Baton
from app.cli.failure import Failed
from app.cli.output import progress, say
from app.jobs import Lanes
from app.store import connections, revisiting, work
from app.store.work import OPEN, Job, lane_of
from app.working import lanes_of

LOOK_S = 0.5
MINUTE_S = 60


def follow(baton: Baton, job: Job, title: str) -> Job:
    """Do a job here, or watch the process that does it, until it has ended. Raises: Failed.

    Ctrl-C stops the watching; the job goes on wherever a worker runs.
    """
    try:
        with lanes_of(baton) as lanes, progress(title) as show:
            _read_owners(baton, lanes)
            while job.state in OPEN:
                if not lanes.drain(lane_of(job.id)):
                    time.sleep(LOOK_S)
                job = _now(baton, job)
                show(job.done, said(job, _held_up(baton, job)), job.total)
                if job.state == "paused":
                    raise Failed(f"job {job.id} is paused; `baton jobs resume {job.id}` goes on")
    except KeyboardInterrupt:
        say(f"job {job.id} goes on with any running worker; `baton jobs` shows it", error=True)
        raise
    if job.state != "done":
        raise Failed(f"job {job.id} {job.state}: {job.reason or 'no reason given'}")
    return job


def _read_owners(baton: Baton, lanes: Lanes) -> None:
    """Records name their owners, so those are read first; maybe nobody else works."""
    with baton.database.begin() as tx:
        names = [one.name for one in connections.every(tx)]
    for name in names:
        lanes.drain(f"read:{name}:owners")


def _now(baton: Baton, job: Job) -> Job:
    with baton.database.begin() as tx:
        found = work.get(tx, job.id)
    if found is None:
        raise Failed(f"job {job.id} is gone")
    return found


def said(job: Job, held_up: str | None = None) -> str:
    """How far a job is, in a few words."""
    done = f"{job.done:,}" + ("" if job.total is None else f" of {job.total:,}")
    words = [done, job.state if job.reason is None else job.reason]
    if job.eta_s is not None:
        words.append(f"about {duration(job.eta_s)} left")
    return ", ".join([*words, *([held_up] if held_up else [])])


def duration(seconds: float) -> str:
    """A length of time as people say it."""
    if seconds < MINUTE_S:
        return f"{seconds:.0f} s"
    minutes = round(seconds / MINUTE_S)
    return f"{minutes} min" if minutes < MINUTE_S else f"{minutes // 60} h {minutes % 60} min"


def _held_up(baton: Baton, job: Job) -> str | None:
    with baton.database.begin() as tx:
        waiting = {row["name"]: row["reason"] for row in revisiting.waiting_lanes(tx)}
    reason = waiting.get(lane_of(job.id))
    return None if reason is None else f"waits: {reason}"
