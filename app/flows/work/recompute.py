"""Recompute: decide again about all people, after the rules changed.

In portions, in the order of their ids, each in a transaction of its own: nobody who is needed for
an alert is held for longer than a portion takes. Whoever comes or changes meanwhile is decided by
the new rules anyway. It goes on where it stopped; another version of rules begins it anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from app.flows import rescore
from app.flows.work.kind import Args
from app.store import links, work
from app.store.db import Tx
from app.store.work import Job
from connectors.base import Kind

BATCH = 200  # links in one transaction: some tenths of a second of locks at most


class Arguments(Args):
    """Whom, and because of which version of which rules."""

    kind: Kind = "person"
    rules: str | None = Field(None, max_length=120, examples=["scoring/main@4"])


@dataclass(frozen=True, slots=True)
class Ask:
    """The next links. Nobody is called."""

    ids: Sequence[UUID]
    total: int
    connection: None = None


def plan(tx: Tx, job: Job, *, now: datetime) -> Ask | None:  # noqa: ARG001  the interface
    """The next links; None behind the last."""
    kind, after = job.args.get("kind", "person"), job.checkpoint.get("after")
    ids = links.page_ids(tx, kind, None if after is None else UUID(after), BATCH)
    total = job.total if job.total is not None else links.count(tx, kind)
    return Ask(ids, total) if ids else None


def call(connector: Any, ask: Ask) -> None:
    """Nobody is asked."""


def settle(tx: Tx, job: Job, ask: Ask, answer: None, *, now: datetime) -> set[str]:  # noqa: ARG001  the interface
    """Decide about these, and go on behind them."""
    done = rescore.decided(tx, ask.ids, now=now)
    counts = {"changed": done.changed, "as_before": done.count - done.changed}
    place = {"after": str(ask.ids[-1])}
    told = {name: n for name, n in counts.items() if n}
    work.advance(
        tx, job.id, place, len(ask.ids), told, total=max(ask.total, job.done + len(ask.ids))
    )
    return done.wakes
