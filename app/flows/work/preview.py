"""Preview: what a version of the scoring rules would do to all people, before it is active.

People are read in one transaction, scored outside of any, and counted in another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.domain.scoring_document import ScoringDocument
from app.domain.threshold import Count
from app.flows import scoring_trial
from app.flows.scoring_trial import Seen
from app.flows.work.kind import Args
from app.store import links, scored, work
from app.store.db import Tx
from app.store.scored import Scored
from app.store.work import Finding, Job

BATCH = 200
MOST_FOUND = 5_000  # findings; the counts have everybody


class Arguments(Args):
    """Which version, how many days are looked back over, and how many MQLs a day can be worked."""

    scoring: str = Field(max_length=40, examples=["main"])
    version: int = Field(ge=1, lt=2**31, examples=[4])
    days: int = Field(30, ge=1, le=365)
    capacity_per_day: float | None = Field(None, gt=0, le=1_000_000, examples=[20])


@dataclass(frozen=True, slots=True)
class Ask:
    """People to be scored by a document, as of a moment. Nobody is called."""

    document: ScoringDocument
    people: Sequence[Scored]
    last: UUID
    now: datetime
    days: int
    total: int
    connection: None = None


def plan(tx: Tx, job: Job, *, now: datetime) -> Ask | None:
    """The next people; None behind the last."""
    place = job.checkpoint.get("after")
    ids = links.page_ids(tx, "person", None if place is None else UUID(place), BATCH)
    if not ids:
        return None
    at = job.checkpoint.get("at")
    return Ask(
        document=scoring_trial.document_of(tx, job.args["scoring"], job.args["version"]),
        people=scored.people(tx, ids),
        last=ids[-1],
        now=now if at is None else datetime.fromisoformat(at),
        days=job.args.get("days", 30),
        total=job.total if job.total is not None else links.count(tx, "person"),
    )


def call(connector: Any, ask: Ask) -> list[Seen]:  # noqa: ARG001  nobody is asked
    """Score them."""
    return scoring_trial.judged(ask.document, ask.people, ask.now, ask.days)


def settle(tx: Tx, job: Job, ask: Ask, answer: list[Seen], *, now: datetime) -> set[str]:  # noqa: ARG001  the interface
    """Count them in, and note whose grade changes."""
    count = scoring_trial.counted(counted_of(job), answer)
    found = [one for one in answer if one.judged.moved]
    room = max(0, MOST_FOUND - job.counts.get("changed", 0))
    work.add_findings(tx, job.id, [_finding(one) for one in found[:room]])
    place = {"after": str(ask.last), "at": ask.now.isoformat(), "count": count.as_json()}
    counts = {"changed": len(found), "as_before": len(answer) - len(found)}
    told = {name: n for name, n in counts.items() if n}
    total = max(ask.total, job.done + len(answer))
    work.advance(tx, job.id, place, len(answer), told, total=total)
    return set()


def counted_of(job: Job) -> Count:
    """What a preview has counted so far."""
    return Count(**job.checkpoint.get("count", {}))


def _finding(one: Seen) -> Finding:
    judged = one.judged
    detail = {
        "before": judged.before, "after": judged.after.total,
        "grade_before": judged.grade_before, "grade": judged.after.grade,
    }  # fmt: skip
    return Finding("changed", link_id=one.id, kind="person", detail=detail)
