"""Retry: try all failures of a sort again, when what caused them has changed.

In portions, the newest first, and only what had failed when the job was queued: what fails anew
is not tried for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field, model_validator

from app.flows.work.kind import Args
from app.store import attention, lanes, work
from app.store.attention import Item, Wanted, What
from app.store.db import Tx
from app.store.work import Job

BATCH = 200


class Arguments(Args):
    """Which failures: of a code, of a connection, of a sort; at least one of them."""

    what: What | None = None
    code: str | None = Field(None, max_length=200, examples=["REQUIRED_FIELD_MISSING"])
    connection: str | None = Field(None, max_length=200, examples=["salesforce"])

    @model_validator(mode="after")
    def _says_which(self) -> "Arguments":
        if self.what is None and self.code is None and self.connection is None:
            raise ValueError("name a code, a connection, or what failed")
        return self

    @property
    def connections(self) -> Sequence[str]:
        return () if self.connection is None else (self.connection,)


@dataclass(frozen=True, slots=True)
class RetryAsk:
    """The next failures. Nobody is called; the lanes do the rest."""

    items: Sequence[Item]
    connection: None = None


def plan(tx: Tx, job: Job, *, now: datetime) -> RetryAsk | None:  # noqa: ARG001  the interface
    """The next portion; None behind the last."""
    args = job.args
    wanted = Wanted(args.get("what"), args.get("code"), args.get("connection"))
    since, key = job.checkpoint.get("after") or (job.created_at.isoformat(), "")
    after = (datetime.fromisoformat(since), key)
    items = attention.items(tx, wanted, after, BATCH)
    return RetryAsk(items) if items else None


def call(connector: Any, ask: RetryAsk) -> None:
    """Nobody is asked."""


def settle(tx: Tx, job: Job, ask: RetryAsk, answer: None, *, now: datetime) -> set[str]:  # noqa: ARG001  the interface
    """Make the portion due; go on behind it."""
    done = attention.retry_items(tx, ask.items, {"by": job.created_by, "job": str(job.id)})
    last = ask.items[-1]
    counts = {"retried": sum(done.values()), "left": len(ask.items) - sum(done.values())}
    place = {"after": [last.since.isoformat(), last.key]}
    work.advance(tx, job.id, place, len(ask.items), {k: n for k, n in counts.items() if n})
    return set(lanes.due(tx))
