"""`baton backfill`, `history`, `reconcile`, `jobs`: long work that goes on where it stopped."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from app.bootstrap import Baton
from app.cli.context import attached
from app.cli.following import duration, follow, said
from app.cli.output import say, say_json, say_rows
from app.configuring import work as starting
from app.flows import rules as rules_
from app.store import work
from app.store.db import Tx
from app.store.work import Job, lane_of

BY = "baton"
Name = Annotated[str, typer.Argument(metavar="CONNECTION")]
What = Annotated[str, typer.Argument(metavar="KIND", help="A kind, such as person.")]
Mapping_ = Annotated[str | None, typer.Argument(metavar="MAPPING", help="Else every active one.")]
Since = Annotated[datetime | None, typer.Option(help="Only what changed since then (UTC).")]
FromThen = Annotated[datetime, typer.Option(help="What happened since then (UTC).")]
Feeds = Annotated[
    list[str] | None, typer.Option(help="Only this feed (see `baton connections`); repeatable.")
]
Share = Annotated[
    float | None, typer.Option(min=0.01, max=1, help="Part of the vendor's allowance to use.")
]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Leave it to running workers.")]
Repair = Annotated[bool, typer.Option("--repair", help="Set on its way what can be mended.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
JobId = Annotated[int, typer.Argument(metavar="JOB")]
SHOWN = ("id", "kind", "args", "state", "progress", "left", "reason", "by")

jobs = typer.Typer(help="Long work: list, pause, resume, cancel.", invoke_without_command=True)


def backfill(
    connection: Name,
    kind: What,
    *,
    since: Since = None,
    share: Share = None,
    no_wait: NoWait = False,
) -> None:
    """Look at all records of a kind, or those changed since. What is the same changes nothing."""
    args: dict[str, Any] = {"connection": connection, "kind": kind}
    if since is not None:
        args["since"] = _aware(since)
    _do(f"backfill {connection} {kind}", "backfill", args, share, no_wait=no_wait)


def history(
    connection: Name,
    *,
    since: FromThen,
    feed: Feeds = None,
    share: Share = None,
    no_wait: NoWait = False,
) -> None:
    """Read what people did at a connection since a date. It alerts nobody."""
    args: dict[str, Any] = {"connection": connection, "since": _aware(since)}
    if feed:
        args["feeds"] = feed
    _do(f"history {connection}", "history", args, share, no_wait=no_wait)


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _do(
    title: str, kind: str, args: Mapping[str, Any], share: float | None, *, no_wait: bool
) -> None:
    """Start a job and follow it to its end, or leave it to others."""
    with attached() as baton:
        job = _start(baton, kind, args, share)
        if no_wait:
            say(f"job {job.id} will be done by a running worker")
            return
        job = follow(baton, job, title)
    say(f"job {job.id}: {_counts(job)}; what follows is delivered by whichever process works")


def reconcile(
    mapping: Mapping_ = None,
    *,
    repair: Repair = False,
    share: Share = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """Compare both systems and explain every difference; with --repair mend what can be mended."""
    with attached() as baton:
        with baton.database.begin() as tx:
            active = [plan.name for plan in rules_.load(tx).plans]
        names = active if mapping is None else [mapping]
        started = [
            _start(baton, "reconcile", {"mapping": name, "repair": repair}, share) for name in names
        ]
        ended = started if no_wait else [
            follow(baton, job, f"reconcile {job.args['mapping']}") for job in started
        ]  # fmt: skip
    if as_json:
        say_json([_row(job) for job in ended])
        return
    for job in ended:
        told = "will be done by a running worker" if no_wait else _counts(job)
        say(f"job {job.id}: {job.args['mapping']}: {told}")


def _start(baton: Baton, kind: str, args: Mapping[str, Any], share: float | None) -> Job:
    with baton.database.begin() as tx:
        job = starting.start_job(tx, kind, args, by=BY, share=share)
    baton.wake({lane_of(job.id)})
    return job


def _counts(job: Job) -> str:
    counts = ", ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in sorted(job.counts.items()))
    return f"{job.done:,} done" + (f" ({counts})" if counts else "")


@jobs.callback()
def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """The latest jobs, newest first."""
    if context.invoked_subcommand is not None:
        return
    with attached() as baton, baton.database.begin() as tx:
        rows = [_row(job) for job in work.listed(tx)]
    say_rows(SHOWN, rows, as_json=as_json)


@jobs.command()
def watch(job_id: JobId) -> None:
    """Watch a job until it has ended (doing it here where nobody else does)."""
    with attached() as baton:
        with baton.database.begin() as tx:
            job = starting.known_job(tx, job_id)
        job = follow(baton, job, f"{job.kind} {job.id}")
    say(f"job {job.id}: {_counts(job)}")


@jobs.command()
def pause(job_id: JobId) -> None:
    """Stop a job after the step that is being done."""
    _change(starting.pause_job, job_id)


@jobs.command()
def resume(job_id: JobId) -> None:
    """Let a job go on where it stopped, also after a failure."""
    _change(starting.resume_job, job_id)


@jobs.command()
def cancel(job_id: JobId) -> None:
    """End a job for good; what it did stays."""
    _change(starting.cancel_job, job_id)


def _change(change: Callable[..., Job], job_id: int) -> None:
    with attached() as baton:
        job = _changed(baton, lambda tx: change(tx, job_id, by=BY))
    say(f"job {job.id} is {job.state}: {said(job)}")


def _changed(baton: Baton, act: Callable[[Tx], Job]) -> Job:
    with baton.database.begin() as tx:
        job = act(tx)
    baton.wake({lane_of(job.id)})
    return job


def _row(job: Job) -> dict[str, Any]:
    total = "" if job.total is None else f" of {job.total}"
    return {
        "id": job.id,
        "kind": job.kind,
        "args": dict(job.args),
        "state": job.state,
        "progress": f"{job.done}{total}",
        "done": job.done,
        "total": job.total,
        "counts": dict(job.counts),
        "left": None if job.eta_s is None else duration(job.eta_s),
        "reason": job.reason,
        "by": job.created_by,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
    }


def add_to(cli: typer.Typer) -> None:
    cli.command()(backfill)
    cli.command()(history)
    cli.command()(reconcile)
    cli.add_typer(jobs, name="jobs")
