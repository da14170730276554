"""History: read what people did at a connection since a date, before Baton or while it was down.

Each activity is stored once, counted, scored and logged at the others as history: it alerts
nobody, and it never keeps the news waiting (its lane has a share of its own).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from pydantic import AwareDatetime, Field

from app.flows import routing, told_already
from app.flows import rules as rules_
from app.flows.work.kind import Args, CannotGoOn
from app.store import activities, connections, feeds, unscored, work
from app.store.db import Tx
from app.store.work import Job
from connectors.base import Activity, Cursor, Page
from connectors.capabilities import StartsFeeds

PREFIX = "activities:"


class Arguments(Args):
    """Whose, and since when. Without `feeds`: all of them."""

    connection: str = Field(max_length=200, examples=["hubspot"])
    since: AwareDatetime = Field(examples=["2026-01-01T00:00:00Z"])
    feeds: tuple[str, ...] | None = Field(None, max_length=200, examples=[["e_visited_page"]])

    @property
    def connections(self) -> Sequence[str]:
        return (self.connection,)


@dataclass(frozen=True, slots=True)
class HistoryAsk:
    """The next page of a feed."""

    connection: str
    feed: str
    cursor: Cursor | None
    since: datetime


def plan(tx: Tx, job: Job, *, now: datetime) -> HistoryAsk | None:  # noqa: ARG001  the interface
    """The next page; None behind the last of the last feed."""
    connection = str(job.args["connection"])
    todo = job.checkpoint.get("feeds")
    if todo is None:
        todo = job.args.get("feeds") or _feeds(tx, connection)
    if not todo:
        return None
    since = datetime.fromisoformat(job.args["since"])
    cursor = job.checkpoint.get("cursor")
    return HistoryAsk(connection, todo[0], None if cursor is None else Cursor(cursor), since)


def _feeds(tx: Tx, connection: str) -> list[str]:
    known = connections.get(tx, connection)
    if known is None or "ListsActivities" not in known.capabilities:
        raise CannotGoOn(f"the connection {connection!r} tells of no activities that can be read")
    return [name.removeprefix(PREFIX) for name in _names(tx, connection)]


def _names(tx: Tx, connection: str) -> list[str]:
    names = (str(one["name"]) for one in feeds.of(tx, connection))
    return [name for name in names if name.startswith(PREFIX)]


def call(connector: Any, ask: HistoryAsk) -> Page[Activity]:
    """Read a page. Raises: Busy, AuthLost, Rejected (no such feed)."""
    cursor = ask.cursor
    if cursor is None and isinstance(connector, StartsFeeds):
        cursor = connector.feed_from(ask.feed, ask.since)
    page: Page[Activity] = connector.activities(ask.feed, cursor)
    return page


def settle(tx: Tx, job: Job, ask: HistoryAsk, page: Page[Activity], *, now: datetime) -> set[str]:
    """Take the page in; go on behind it, or with the next feed."""
    rules = rules_.load(tx)
    mine = [one for one in page.items if one.at >= ask.since]
    news = told_already.news(tx, ask.connection, mine)
    added = activities.add(tx, ask.connection, news, job.cause_id or uuid4(), history=True)
    wakes = routing.route(tx, rules, added, now=now, since=ask.since)
    unscored.add(tx, added)
    todo = job.checkpoint.get("feeds") or job.args.get("feeds") or _feeds(tx, ask.connection)
    place = (
        {"feeds": todo, "cursor": page.cursor} if page.more else {"feeds": todo[1:], "cursor": None}
    )
    counts = {"new": len(added), "known": len(mine) - len(added)}
    counts["before"] = len(page.items) - len(mine)
    work.advance(tx, job.id, place, len(page.items), {k: n for k, n in counts.items() if n})
    return wakes | {"score"}
