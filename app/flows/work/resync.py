"""Resync: bring everything under the active version of a mapping, which makes it retroactive.

Both sides are read anew, since what they showed was understood by the version before; then every
link is decided about, since agreement, filters and targets may be others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from app.flows import rules as rules_
from app.flows.decide import decide
from app.flows.recognise import recognise
from app.flows.round import HISTORY, Cause
from app.flows.rules import Plan, Rules
from app.flows.work import listing
from app.flows.work.backfill import take_in
from app.flows.work.kind import CannotGoOn, OfMapping, Wait
from app.flows.work.listing import ListAsk
from app.store import comparing, links, work
from app.store.db import Tx
from app.store.work import Job
from connectors.base import Listed

BATCH = 200  # links in one transaction, as in rescore


class Arguments(OfMapping):
    """Which mapping, by its name."""


@dataclass(frozen=True, slots=True)
class DecideAsk:
    """The next links to decide about. Nobody is called."""

    ids: Sequence[UUID]
    connection: None = None


Asks: TypeAlias = ListAsk | DecideAsk


def mapping_named(tx: Tx, name: str) -> tuple[Rules, Plan]:
    """The rules and an active mapping. Raises: CannotGoOn."""
    rules = rules_.load(tx)
    for plan_ in rules.plans:
        if plan_.name == name:
            return listing.mapping_of(tx, plan_.document.ma, plan_.kind)
    raise CannotGoOn(f"no mapping {name!r} is active")


def plan(tx: Tx, job: Job, *, now: datetime) -> Asks | Wait | None:  # noqa: ARG001  the interface
    """The next page of the first side, then of the second, then the next links."""
    _, mapping = mapping_named(tx, job.args["mapping"])
    turn = job.checkpoint.get("turn", 0)
    if turn < len(mapping.connections):
        return listing.next_page(tx, mapping, mapping.connections[turn], job.checkpoint)
    after = job.checkpoint.get("after")
    last = None if after is None else UUID(after)
    ids = comparing.links_at(tx, mapping.kind, mapping.connections, last, BATCH)
    return DecideAsk(ids) if ids else None


def call(connector: Any, ask: Asks) -> Listed | None:
    """Read one page; links to be decided about need nobody."""
    return None if isinstance(ask, DecideAsk) else listing.call(connector, ask)


def settle(tx: Tx, job: Job, ask: Asks, answer: Listed | None, *, now: datetime) -> set[str]:
    """Take the page in, or decide; go on behind it."""
    rules, mapping = mapping_named(tx, job.args["mapping"])
    if isinstance(ask, DecideAsk):
        found = links.lock(tx, ask.ids)
        causes = dict.fromkeys(found, Cause(job.cause_id, HISTORY))
        wakes = decide(tx, rules, found, causes, now=now)
        recognise(tx, mapping, found, {}, anew=True)
        place = {**job.checkpoint, "after": str(ask.ids[-1])}
        work.advance(tx, job.id, place, len(ask.ids), {"decided": len(found)})
        return wakes
    assert answer is not None  # noqa: S101  a page was asked for
    counts, wakes = take_in(tx, job, ask, answer, now=now)
    place = next_place(job, answer)
    total = expected(tx, mapping, job, ask, answer)
    work.advance(tx, job.id, place, len(answer.items), counts, total=total)
    listing.wait_for(tx, job, ask, answer)
    return wakes


def next_place(job: Job, page: Listed) -> dict[str, Any]:
    """Behind a page: the next of the same side, or the beginning of the next side."""
    turn = job.checkpoint.get("turn", 0)
    if page.more:
        return {**job.checkpoint, "turn": turn, "cursor": page.cursor}
    return {**job.checkpoint, "turn": turn + 1, "cursor": None}


def expected(tx: Tx, mapping: Plan, job: Job, ask: ListAsk, page: Listed) -> int:
    """How much there is to do: both sides' records as far as we know of them, and all links."""
    known = comparing.count_links(tx, mapping.kind, mapping.connections)
    known += sum(comparing.count_at(tx, mapping.kind, name) for name in mapping.connections)
    if page.total is not None and job.total is None:
        known += max(page.total - comparing.count_at(tx, mapping.kind, ask.connection), 0)
    return max(known, job.total or 0, job.done + len(page.items))
