"""Starting jobs: the one place that checks what is asked for, for API, pages and command line."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.configuring.problems import InUse, Invalid, Missing, near, validated
from app.flows import rules as rules_
from app.flows.work.backfill import Arguments as Backfill
from app.flows.work.history import Arguments as History
from app.flows.work.kind import Args
from app.flows.work.run import INTERNAL, KINDS
from app.store import connections, documents, journal, work
from app.store.db import Tx
from app.store.journal import Line
from app.store.work import OPEN, Job
from mappings.finding import error


def start_job(
    tx: Tx, kind: str, args: Mapping[str, Any], *, by: str, share: float | None = None
) -> Job:
    """Queue a job; wake `work.lane_of` it after the commit.

    Raises: Missing (no such kind, connection or mapping), Invalid, InUse (it is being done).
    """
    if kind not in KINDS.keys() - INTERNAL:
        raise Missing(f'there is no kind of job "{kind}"{near(kind, KINDS.keys() - INTERNAL)}')
    checked = validated(KINDS[kind].Arguments, dict(args), what=f"job {kind}", under="/args")
    _check_names(tx, kind, checked)
    told = checked.model_dump(mode="json", exclude_none=True)
    same = [one for one in work.listed(tx, kind=kind, states=OPEN) if dict(one.args) == told]
    if same:
        raise InUse(f"job {same[0].id} does that already; it is {same[0].state}")
    job_id = work.add(tx, kind, told, by=by, share=share)
    _note(tx, "job_started", job_id, by, kind=kind)
    return known_job(tx, job_id)


def start_resync(tx: Tx, mapping: str, *, by: str) -> int:
    """Bring everything under the active version of a mapping, instead of any job that was about
    to do so under another one; answer the job.
    """
    for one in work.listed(tx, kind="resync", states=OPEN, args={"mapping": mapping}):
        work.cancel(tx, one.id, "another version is active")
    return start_job(tx, "resync", {"mapping": mapping}, by=by).id


def start_recompute(tx: Tx, rules: str, *, by: str) -> int:
    """Decide again about all people, because these rules are active now, instead of any job that
    was about to do so because of others; answer the job.
    """
    for one in work.listed(tx, kind="recompute", states=OPEN):
        work.cancel(tx, one.id, "other rules are active")
    return start_job(tx, "recompute", {"rules": rules}, by=by).id


def _check_names(tx: Tx, kind: str, checked: Args) -> None:
    there = {one.name for one in connections.every(tx)}
    unknown = [
        error("/args/connection", f'there is no connection "{name}"{near(name, there)}')
        for name in checked.connections
        if name not in there
    ]
    active = {one.name for one in documents.active(tx) if one.kind == "mapping"}
    unknown += [
        error("/args/mapping", f'no mapping "{name}" is active{near(name, active)}')
        for name in checked.mappings
        if name not in active
    ]
    if not unknown and isinstance(checked, Backfill):
        mapped = {
            plan.kind for plan in rules_.load(tx).plans if checked.connection in plan.connections
        }
        if checked.kind not in mapped:
            tip = f'no active mapping maps "{checked.kind}" of "{checked.connection}"'
            unknown = [error("/args/kind", tip + near(checked.kind, mapped))]
    if isinstance(checked, History) and checked.since > datetime.now(UTC):
        unknown.append(error("/args/since", "a time that has passed is wanted"))
    if unknown:
        raise Invalid(f"job {kind}", unknown)


def known_job(tx: Tx, job_id: int) -> Job:
    """One job. Raises: Missing."""
    found = work.get(tx, job_id)
    if found is None:
        raise Missing(f"there is no job {job_id}")
    return found


def pause_job(tx: Tx, job_id: int, *, by: str) -> Job:
    """Stop after the step that is being done. Raises: Missing, InUse."""
    return _changed(tx, job_id, "paused", work.pause(tx, job_id, f"paused by {by}"), by)


def resume_job(tx: Tx, job_id: int, *, by: str) -> Job:
    """Go on from the checkpoint, also after a failure. Raises: Missing, InUse."""
    return _changed(tx, job_id, "resumed", work.resume(tx, job_id), by)


def cancel_job(tx: Tx, job_id: int, *, by: str) -> Job:
    """End it for good; what it did stays. Raises: Missing, InUse."""
    return _changed(tx, job_id, "cancelled", work.cancel(tx, job_id, f"cancelled by {by}"), by)


def _changed(tx: Tx, job_id: int, event: str, done: bool, by: str) -> Job:  # noqa: FBT001  what came of it
    job = known_job(tx, job_id)
    if not done:
        raise InUse(f"job {job_id} is {job.state}: it can't be {event}")
    _note(tx, f"job_{event}", job_id, by, kind=job.kind)
    return job


def _note(tx: Tx, event: str, job_id: int, by: str, *, kind: str) -> None:
    journal.write(tx, [Line(event, detail={"job": job_id, "kind": kind, "by": by})])
