"""Backfill: look at all records of a kind at a connection, or at those changed since a time.

Each page goes the way of every look: apply, then decisions. It is history, so it alerts nobody.
"""

from collections.abc import Sequence
from datetime import datetime

from pydantic import AwareDatetime, Field

from app.flows.apply import Looks, apply
from app.flows.round import Cause
from app.flows.work import listing
from app.flows.work.kind import Args, Wait
from app.flows.work.listing import ListAsk
from app.store import inbox, links, work
from app.store.db import Tx
from app.store.work import Job
from connectors.base import KIND_PATTERN, Kind, Listed

call = listing.call


class Arguments(Args):
    """Which records. Without `since`: all that there are."""

    connection: str = Field(max_length=200, examples=["hubspot"])
    kind: Kind = Field("person", pattern=KIND_PATTERN)
    since: AwareDatetime | None = Field(None, examples=["2026-01-01T00:00:00Z"])

    @property
    def connections(self) -> Sequence[str]:
        return (self.connection,)


def plan(tx: Tx, job: Job, *, now: datetime) -> ListAsk | Wait | None:  # noqa: ARG001  the interface
    """The next page; None behind the last."""
    if job.checkpoint.get("end"):
        return None
    connection, since = job.args["connection"], job.args.get("since")
    _, mapping = listing.mapping_of(tx, connection, job.args["kind"])
    return listing.next_page(tx, mapping, connection, job.checkpoint, since)


def settle(tx: Tx, job: Job, ask: ListAsk, page: Listed, *, now: datetime) -> set[str]:
    """Take the page in; go on behind it."""
    counts, wakes = take_in(tx, job, ask, page, now=now)
    place = {"cursor": page.cursor, "end": not page.more}
    work.advance(tx, job.id, place, len(page.items), counts, total=page.total)
    listing.wait_for(tx, job, ask, page)
    return wakes


def take_in(
    tx: Tx, job: Job, ask: ListAsk, page: Listed, *, now: datetime
) -> tuple[dict[str, int], set[str]]:
    """Apply the looks of a page; answer how many were new, known or to be looked at again."""
    rules, _ = listing.mapping_of(tx, ask.connection, ask.kind)
    ids = [record.ref.id for record in page.items]
    known = len(links.by_external_id(tx, ask.connection, ask.kind, ids))
    cause = Cause(job.cause_id, now)
    looks = Looks(ask.connection, ask.kind, page.items, ask.started, cause, history=True)
    applied = apply(tx, rules, looks, now=now)
    again = [r.ref for r in page.items if r.ref.id in applied.stale]
    inbox.add_hints(tx, [(ask.connection, ref, job.cause_id, None) for ref in again])
    counts = {"known": known, "new": len(ids) - known, "again": len(again)}
    return {name: n for name, n in counts.items() if n}, applied.wakes
