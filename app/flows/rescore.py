"""Rescore: decide again about links whose score the clock, or a new activity, may change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from app.flows import routing
from app.flows import rules as rules_
from app.flows.decide import decide
from app.flows.round import HISTORY, Cause
from app.store import activities, links, unscored
from app.store.db import Tx
from app.store.housekeeping import LOOKED_BACK_DAYS

BATCH = 200  # links in one transaction: some tens of milliseconds of locks


@dataclass(frozen=True, slots=True)
class Rescored:
    """How many links there were, whether some because of new activities, lanes to wake; how many
    have another score or grade now.
    """

    count: int
    busy: bool
    wakes: set[str]
    changed: int = 0


def rescore(tx: Tx, *, now: datetime) -> Rescored:
    """Decide about the next due links.

    The cause is the newest activity: neither the clock nor new rules alert anyone about old news.
    """
    due = unscored.take(tx, BATCH)
    busy = bool(due)
    due += [one for one in links.due_scores(tx, BATCH - len(due)) if one not in due]
    if not due:
        return Rescored(0, busy, set())
    return replace(decided(tx, due, now=now), busy=busy)


def decided(tx: Tx, ids: Sequence[UUID], *, now: datetime) -> Rescored:
    """Decide about these links, whether or not they are due."""
    rules = rules_.load(tx)
    news = activities.news(tx, ids)
    found = links.lock(tx, ids)
    before = {one.id: (one.score, one.grade) for one in found.values()}
    for link in found.values():
        link.next_score_at = None
    causes = {i: Cause(uuid4(), news[i][0] if i in news else HISTORY) for i in found}
    wakes = decide(tx, rules, found, causes, now=now)
    changed = sum((one.score, one.grade) != before[one.id] for one in found.values())
    return Rescored(len(found), busy=False, wakes=wakes, changed=changed)


def reunite(tx: Tx, *, now: datetime) -> dict[str, int]:
    """Give activities that came just when their link ended to whoever has their record now;
    answer how many there were. The sweep finds the lanes that get work by it.
    """
    found = activities.attach_strays(tx, days=LOOKED_BACK_DAYS)
    unscored.add(tx, found)
    routing.route(tx, rules_.load(tx), found, now=now)
    return {"strays": len(found)}
