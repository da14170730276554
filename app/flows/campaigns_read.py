"""Read a campaign's members at one connection. plan -> call -> settle, on the lane of its feed.

A reading goes over all members, page by page; its place is kept with the counter at which it began.
Whoever a whole reading did not show has been taken out. Too many at once wait for a person.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from app.domain.campaign_terms import Terms
from app.flows import campaigns as deciding
from app.store import campaigns, campaigns_members, feeds, journal
from app.store.campaigns import Row
from app.store.db import Tx, tick
from app.store.journal import Line
from connectors.base import ConnectorError, Cursor, Gone, Page, Rejected
from connectors.campaigns import Group, KeepsMembers, Member

NOT_YET_S = 2.0  # until it is asked again whether a campaign can be read
OFF_S = 3600.0
FAILED_AGAIN_S = 60.0
FEW = 10  # as few are no share of anything


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reading is: the counter at its beginning, the vendor's cursor, pages so far, and
    members of whom nobody is known.
    """

    round: int
    after: str | None = None
    pages: int = 0
    strangers: int = 0

    def text(self) -> str:
        return json.dumps([self.round, self.after, self.pages, self.strangers])


@dataclass(frozen=True, slots=True)
class Ask:
    """The next page of a campaign's members; `stored` is the cursor as it was."""

    connection: str
    campaign: str
    group: Group
    progress: Progress
    stored: Cursor | None
    started: int
    planned_at: datetime
    cause_id: UUID


def plan(tx: Tx, connection: str, name: str) -> Ask | None:
    """Where to read on; None when it is not due, or can't be read yet."""
    due = feeds.due_feed(tx, connection, campaigns.feed_name(name))
    if due is None:
        return None
    terms, row = deciding.of(tx, name), campaigns.get(tx, name)
    if terms is None or row is None or connection not in terms.connections:
        campaigns.later(tx, connection, campaigns.feed_name(name), OFF_S)
        return None
    group = deciding.group_of(terms, row, connection)
    if group is None or not campaigns.people_read(tx, connection):
        campaigns.later(tx, connection, campaigns.feed_name(name), NOT_YET_S)
        return None
    started = tick(tx)
    progress = Progress(started) if due.cursor is None else Progress(*json.loads(due.cursor))
    return Ask(
        connection, name, group, progress, due.cursor, started, due.planned_at, uuid4()
    )  # fmt: skip


def call(connector: KeepsMembers, ask: Ask) -> Page[Member]:
    """Read one page. Raises: Busy, AuthLost, Rejected, Gone."""
    after = ask.progress.after
    return connector.members(ask.group, None if after is None else Cursor(after))


def settle(tx: Tx, ask: Ask, page: Page[Member]) -> set[str]:
    """Take in what the page shows; at the end of a reading also who is not there any more."""
    row, terms = campaigns.lock(tx, ask.campaign), deciding.of(tx, ask.campaign)
    if row is None or terms is None:
        return set()
    shown = deciding.people(tx, ask.connection, page.items)
    known = {ref for one in shown.values() if one for ref in one.people}
    strangers = sum(1 for one in page.items if not known & set(one.people))
    so_far = ask.progress
    progress = replace(
        so_far, after=page.cursor, pages=so_far.pages + 1, strangers=so_far.strangers + strangers
    )
    deciding.learn(
        tx, terms, ask.connection, shown,
        started=ask.started, round_=progress.round, cause_id=ask.cause_id,
    )  # fmt: skip
    if not page.more:
        _finish(tx, terms, row, ask, progress)
    feeds.save_cursor(
        tx,
        ask.connection,
        campaigns.feed_name(ask.campaign),
        Cursor(progress.text()) if page.more else None,
        asked=ask.stored,
        planned_at=ask.planned_at,
        caught_up=not page.more,
        next_in_s=0.0 if page.more else terms.document.read_every_s,
    )
    if page.more:
        return set()
    return campaigns_members.wake(tx, terms.name) | deciding.go_on(tx, terms)


def _finish(tx: Tx, terms: Terms, row: Row, ask: Ask, progress: Progress) -> None:
    """The reading is through: who was not shown is out. Nobody is ever taken out of an event: who
    is not shown there yet will be, unless what was told got lost.
    """
    campaigns.keep_strangers(tx, row, ask.connection, progress.strangers)
    unsure = ask.group.kind == "marketing_event"
    absent = campaigns_members.absent(tx, terms.name, ask.connection, progress.round, unsure=unsure)
    certain = {
        link_id
        for link_id, (shown, missed) in absent.items()
        if missed or (shown and progress.pages == 1)
    }
    campaigns_members.missed(tx, terms.name, ask.connection, absent.keys() - certain)
    if _held(tx, terms, row, ask, len(certain)):
        return
    gone: Mapping[UUID, None] = dict.fromkeys(certain)
    deciding.learn(
        tx, terms, ask.connection, gone,
        started=ask.started, round_=progress.round, cause_id=ask.cause_id,
    )  # fmt: skip


def _held(tx: Tx, terms: Terms, row: Row, ask: Ask, n: int) -> bool:
    """Whether a person must allow that so many are taken out at the other side, too."""
    counts = terms.rule.writer in {None, terms.role(ask.connection)}
    spreads = counts and terms.document.removal != "keep"
    size = campaigns_members.size(tx, terms.name, ask.connection)
    too_many = n > FEW and n * 100 > terms.document.most_removed_percent * size
    if spreads and too_many and not row.allowed:
        if row.held_by is None:
            detail = {"campaign": terms.name, "members": n}
            journal.write(tx, [Line("members_held", None, ask.connection, ask.cause_id, detail)])
        campaigns.hold(tx, terms.name, ask.connection, n)
        return True
    if row.held_by == ask.connection:
        campaigns.let_go(tx, terms.name)
    return False


def give_up(tx: Tx, ask: Ask, error: ConnectorError) -> set[str]:
    """Reading failed. What a person must mend is shown at the feed; a reading begins anew."""
    if isinstance(error, Rejected | Gone):
        name = campaigns.feed_name(ask.campaign)
        feeds.feed_failed(tx, ask.connection, name, str(error), next_in_s=FAILED_AGAIN_S)
    return set()
