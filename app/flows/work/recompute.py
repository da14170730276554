"""Recompute: decide again about all people, after the rules changed.

In portions, in the order of their ids, each in a transaction of its own, some side by side: nobody
who is needed for an alert is held for longer than a portion takes. Whoever comes or changes
meanwhile is decided by the new rules anyway. It goes on where it stopped (what a killed worker had
not noted yet is decided once more, which changes nothing); another version of rules begins it anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.flows.rescore import Rescored
from app.flows.work.kind import Args, Crew
from app.store import links, work
from app.store.db import Tx
from app.store.work import Job
from connectors.base import Kind

BATCH = 300  # links in one transaction: some tenths of a second of locks at most
PORTIONS = 16  # in one step: some two seconds of work for two helpers, as long as a pause takes


class Arguments(Args):
    """Whom, and because of which version of which rules."""

    kind: Kind = "person"
    rules: str | None = Field(None, max_length=120, examples=["scoring/main@4"])


@dataclass(frozen=True, slots=True)
class Ask:
    """The next links. No vendor is called."""

    ids: Sequence[UUID]
    total: int
    now: datetime
    connection: None = None


def plan(tx: Tx, job: Job, *, now: datetime) -> Ask | None:
    """The next links; None behind the last."""
    kind, after = job.args.get("kind", "person"), job.checkpoint.get("after")
    ids = links.page_ids(tx, kind, None if after is None else UUID(after), BATCH * PORTIONS)
    total = job.total if job.total is not None else links.count(tx, kind)
    return Ask(ids, total, now) if ids else None


def call(crew: Crew, ask: Ask) -> Rescored:
    """Decide about these."""
    ids = ask.ids
    portions = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
    return crew.decided(portions, now=ask.now)


def settle(tx: Tx, job: Job, ask: Ask, answer: Rescored, *, now: datetime) -> set[str]:  # noqa: ARG001  the interface
    """Go on behind them."""
    counts = {"changed": answer.changed, "as_before": answer.count - answer.changed}
    place = {"after": str(ask.ids[-1])}
    told = {name: n for name, n in counts.items() if n}
    work.advance(
        tx, job.id, place, len(ask.ids), told, total=max(ask.total, job.done + len(ask.ids))
    )
    return answer.wakes
