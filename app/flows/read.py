"""Read: take the next page of a connection's feeds. Polling and backfill are the same thing.

Feeds by name: `changes:{kind}`, `hints:{feed}`, `activities:{feed}`, `owners`, `schema:{kind}`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID, uuid4

from app.crash import Point, crash_if
from app.domain.routing import cut_off
from app.flows import drift, receive, routing, told_already
from app.flows import rules as rules_
from app.flows.apply import Looks, apply
from app.flows.decide import decide
from app.flows.glimpses import worth_a_look
from app.flows.options import Options
from app.flows.round import HISTORY, Cause
from app.flows.rules import Rules
from app.flows.waiting import MANY_HINTS, YIELD_S
from app.store import activities, connections, feeds, inbox, journal, lanes, links
from app.store.connections import Connection
from app.store.db import Tx, tick
from app.store.inbox import Arrival
from app.store.journal import Line
from connectors.base import (
    Activity,
    ConnectorError,
    Cursor,
    Field,
    Gone,
    Kind,
    News,
    Owner,
    Page,
    Record,
    Rejected,
)
from connectors.capabilities import (
    DescribesFields,
    ListsActivities,
    ListsChanges,
    ListsHints,
    ListsOwners,
    StartsFeeds,
)

Answer: TypeAlias = Page[Record] | Page[Activity] | News | Sequence[Owner] | Sequence[Field]
FAILED_AGAIN_S = 60.0
LISTEN_S = 2.0  # a feed of hints may wait so long for news; no worker may be stopped for longer
LISTEN_AGAIN_S = 0.05


@dataclass(frozen=True, slots=True)
class Ask:
    """The next page of a feed. `history`: what it brings is not news to anyone. `since`: how far
    back a first reading goes.
    """

    connection: str
    feed: str
    cursor: Cursor | None
    fields: frozenset[str]
    started: int
    history: bool
    cause_id: UUID
    planned_at: datetime
    since: datetime | None = None

    @property
    def what(self) -> str:
        return self.feed.partition(":")[0]

    @property
    def of(self) -> str:
        return self.feed.partition(":")[2]

    @property
    def kind(self) -> Kind:
        return self.of


def feeds_of(rules: Rules, connection: Connection, own: Sequence[str]) -> list[str]:
    """The feeds that a connection's capabilities and mappings call for, and its connector's own."""
    able = set(connection.capabilities)
    mapped = [p.kind for p in rules.plans if connection.name in p.connections]
    found = [f"changes:{kind}" for kind in mapped if "ListsChanges" in able]
    found += [f"schema:{kind}" for kind in mapped if "DescribesFields" in able]
    return [*found, *own] + (["owners"] if "ListsOwners" in able else [])


def own_feeds(connector: object) -> list[str]:
    """The feeds that a connector names itself, as its settings have them."""
    hints = connector.hint_feeds() if isinstance(connector, ListsHints) else ()
    behaviour = connector.feeds() if isinstance(connector, ListsActivities) else ()
    return [*(f"hints:{feed}" for feed in hints), *(f"activities:{feed}" for feed in behaviour)]


def is_own(feed: str) -> bool:
    """Whether it is a feed that its connector names."""
    return feed.startswith(("hints:", "activities:"))


def plan(tx: Tx, connection: str, feed: str) -> Ask | None:
    """Where to read on; None when the feed is not due."""
    due = feeds.due_feed(tx, connection, feed)
    if due is None or (_needs_owners(feed) and not connections.owners_known(tx, [connection])):
        return None
    fields: frozenset[str] = frozenset()
    if feed.startswith("changes:"):
        mapping = rules_.load(tx).plan(connection, feed.partition(":")[2])
        if mapping is not None:
            fields = mapping.reads(mapping.role(connection))
    since = None
    if feed.startswith("activities:") and due.cursor is None:
        since = cut_off(routing.document(rules_.load(tx)), due.planned_at)
    history, cause_id = not due.caught_up, uuid4()
    return Ask(
        connection, feed, due.cursor, fields, tick(tx), history, cause_id, due.planned_at, since
    )


def _needs_owners(feed: str) -> bool:
    """Records name their owners: those are read first, else each would be looked at twice."""
    return feed.startswith("changes:")


def call(connector: object, ask: Ask) -> Answer:
    """Read one page. Raises: Busy, AuthLost, Rejected (a cursor the vendor does not know)."""
    match ask.what, connector:
        case "changes", ListsChanges():
            answer: Answer = connector.changes(ask.kind, ask.fields, ask.cursor)
        case "activities", ListsActivities():
            answer = connector.activities(ask.of, _start(connector, ask))
        case "hints", ListsHints():
            answer = connector.hints(ask.of, ask.cursor, LISTEN_S)
        case "owners", ListsOwners():
            answer = connector.owners()
        case "schema", DescribesFields():
            answer = connector.describe(ask.kind)
        case _:
            answer = ()
    crash_if(Point.PAGE_STORED)
    return answer


def _start(connector: object, ask: Ask) -> Cursor | None:
    """Where to read on; a first reading begins where history begins to matter."""
    if ask.cursor is None and ask.since is not None and isinstance(connector, StartsFeeds):
        return connector.feed_from(ask.of, ask.since)
    return ask.cursor


def settle(tx: Tx, ask: Ask, answer: Answer, *, now: datetime) -> set[str]:
    """Store what the page brought and, in the same transaction, where to read on."""
    rules = rules_.load(tx)
    options = Options.of(rules.connections[ask.connection])
    if not isinstance(answer, Page):
        return _settle_list(tx, rules, ask, answer, options)
    pause_s = options.poll_s
    match answer:
        case News():
            wakes = _settle_hints(tx, ask, answer)
            pause_s = max(answer.again_in_s, LISTEN_AGAIN_S)
        case _ if ask.what == "activities":
            wakes = _settle_activities(tx, rules, ask, answer.items, now)
            pause_s = options.activities_s
        case _:
            wakes = _settle_records(tx, rules, ask, answer.items, now)
            wakes |= _settle_glimpses(tx, rules, ask, answer.glimpses)
    feeds.save_cursor(
        tx,
        ask.connection,
        ask.feed,
        answer.cursor,
        asked=ask.cursor,
        planned_at=ask.planned_at,
        caught_up=not answer.more,
        next_in_s=_yield_s(tx, ask, answer) if answer.more else pause_s,
        stands_at=answer.stands_at,
        kept_s=answer.kept_s,
    )
    return wakes


def _yield_s(tx: Tx, ask: Ask, page: Page[Any]) -> float:
    """When to read on: glimpses ask for looks, and those of live traffic shall not queue long."""
    crowded = page.glimpses and lanes.looks_due(tx, ask.connection, MANY_HINTS) == MANY_HINTS
    return YIELD_S if crowded else 0.0


def _settle_hints(tx: Tx, ask: Ask, news: News) -> set[str]:
    """Take hints in as those of a webhook. What a gap hides is found by looking for changes."""
    name = ask.connection
    wakes = receive.store(tx, [[Arrival(name, ask.cause_id, hint) for hint in news.items]])
    if news.gap:
        wakes |= {f"read:{name}:{feed}" for feed in feeds.hurry(tx, name, "changes")}
        journal.write(tx, [Line("feed_gap", None, name, ask.cause_id, {"feed": ask.feed})])
    return wakes


def _settle_records(
    tx: Tx, rules: Rules, ask: Ask, items: Sequence[object], now: datetime
) -> set[str]:
    records = [one for one in items if isinstance(one, Record)]
    cause = Cause(ask.cause_id, now)
    looks = Looks(ask.connection, ask.kind, records, ask.started, cause, history=ask.history)
    applied = apply(tx, rules, looks, now=now)
    again = [r.ref for r in records if r.ref.id in applied.stale]
    inbox.add_hints(tx, [(ask.connection, ref, ask.cause_id, None) for ref in again])
    return applied.wakes


def _settle_glimpses(tx: Tx, rules: Rules, ask: Ask, shown: Sequence[object]) -> set[str]:
    """Ask for looks at the records of which an index shows something new."""
    plan = rules.plan(ask.connection, ask.kind)
    records = [one for one in shown if isinstance(one, Record)]
    if plan is None or not records:
        return set()
    fresh = worth_a_look(tx, rules, plan, ask.connection, records)
    at = {one.ref: HISTORY if ask.history else one.modified_at for one in fresh}
    inbox.add_hints(tx, [(ask.connection, ref, ask.cause_id, at[ref]) for ref in at])
    return {f"fetch:{ask.connection}"} if fresh else set()


def _settle_activities(
    tx: Tx, rules: Rules, ask: Ask, items: Sequence[object], now: datetime
) -> set[str]:
    shown = [one for one in items if isinstance(one, Activity)]
    facts = told_already.news(tx, ask.connection, shown)
    added = activities.add(tx, ask.connection, facts, ask.cause_id, history=ask.history)
    wakes = routing.route(tx, rules, added, now=now)
    times = {one.person.id: one.at for one in sorted(facts, key=lambda fact: fact.at)}
    causes = {
        one.link_id: Cause(ask.cause_id, HISTORY if ask.history else times[one.person.id])
        for one in added
        if one.link_id is not None
    }
    return wakes | decide(tx, rules, links.lock(tx, causes), causes, now=now)


def _settle_list(
    tx: Tx, rules: Rules, ask: Ask, answer: Sequence[object], options: Options
) -> set[str]:
    owners = [one for one in answer if isinstance(one, Owner)]
    fields = [one for one in answer if isinstance(one, Field)]
    wakes: set[str] = set()
    if ask.what == "owners" and connections.save_owners(tx, ask.connection, owners):
        for name in rules.connections:
            links.retry_unmapped(tx, name)
        wakes.add("score")
    if ask.what == "schema":
        wakes |= drift.keep(tx, ask.connection, ask.kind, fields)
    feeds.save_cursor(
        tx,
        ask.connection,
        ask.feed,
        None,
        asked=ask.cursor,
        planned_at=ask.planned_at,
        caught_up=True,
        next_in_s=options.refresh_s,
    )
    return wakes


def give_up(tx: Tx, ask: Ask, error: ConnectorError) -> set[str]:
    """Reading failed. What a person must mend is shown at the feed, which tries again in a while.

    A cursor that the vendor refuses is kept: reading on from nowhere would lose what lies between.
    """
    if isinstance(error, Rejected | Gone):
        feeds.feed_failed(tx, ask.connection, ask.feed, str(error), next_in_s=FAILED_AGAIN_S)
        if ask.what == "owners":  # not allowed to see them: go on without
            feeds.mark_caught_up(tx, ask.connection, ask.feed)
    return set()
