"""Rescore: decide again about links whose score the clock, or a new activity, may change."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from app.flows import routing
from app.flows import rules as rules_
from app.flows.decide import decide
from app.flows.round import HISTORY, Cause
from app.store import activities, links, unscored
from app.store.db import Tx

LOOKED_BACK_DAYS = 40
BATCH = 200  # links in one transaction: some tens of milliseconds of locks


@dataclass(frozen=True, slots=True)
class Rescored:
    """How many links there were, whether some because of new activities, and lanes to wake."""

    count: int
    busy: bool
    wakes: set[str]


def rescore(tx: Tx, *, now: datetime) -> Rescored:
    """Decide about the next due links.

    The cause is the newest activity: neither the clock nor new rules alert anyone about old news.
    """
    due = unscored.take(tx, BATCH)
    busy = bool(due)
    due += [one for one in links.due_scores(tx, BATCH - len(due)) if one not in due]
    if not due:
        return Rescored(0, busy, set())
    rules = rules_.load(tx)
    news = activities.news(tx, due)
    found = links.lock(tx, due)
    for link in found.values():
        link.next_score_at = None
    causes = {i: Cause(uuid4(), news[i][0] if i in news else HISTORY) for i in found}
    return Rescored(len(due), busy, decide(tx, rules, found, causes, now=now))


def reunite(tx: Tx, *, now: datetime) -> dict[str, int]:
    """Give activities that came just when their link ended to whoever has their record now;
    answer how many there were. The sweep finds the lanes that get work by it.
    """
    found = activities.attach_strays(tx, days=LOOKED_BACK_DAYS)
    unscored.add(tx, found)
    routing.route(tx, rules_.load(tx), found, now=now)
    return {"strays": len(found)}
