"""What became of writes: each outcome changes its side, then decisions follow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from app.domain.link import Link, Side, SideState, WriteState, doubt, fail, land, rest
from app.flows import drift
from app.flows.apply import arrived
from app.flows.decide import decide, tell
from app.flows.moves import follow
from app.flows.posting import entries
from app.flows.round import HISTORY, Cause
from app.flows.rules import Plan, Rules
from app.flows.waiting import back_off_s, code_of
from app.store import inbox, journal, ledger, links
from app.store.db import Tx, tick
from app.store.journal import Line
from app.store.ledger import Entry
from connectors.base import (
    AuthLost,
    Busy,
    ConnectorError,
    Gone,
    Landed,
    Record,
    Rejected,
    Unsure,
)


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A look just before the write showed that the record had changed: nothing was written."""

    record: Record


@dataclass(frozen=True, slots=True)
class Written:
    """Writes that were made: how each ended, by link key, under which mapping.

    `write_ids` has every write that was planned, `plan` is the mapping that they were planned by.
    """

    connection: str
    plan: Plan | None
    write_ids: Mapping[str, UUID]
    outcomes: Mapping[str, Landed | Overtaken | ConnectorError]


@dataclass(slots=True)
class _Books:
    """What settling leaves to be stored at once: journal lines and entries of the ledger."""

    plan: Plan | None
    lines: list[Line] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def note(self, event: str, side: Side, cause_id: UUID, **detail: object) -> None:
        label = None if self.plan is None else self.plan.label
        line = Line(event, side.link_id, side.connection, cause_id, detail, version=label)
        self.lines.append(line)

    def store(self, tx: Tx) -> None:
        journal.write(tx, self.lines)
        ledger.add(tx, self.entries)


def settle_writes(tx: Tx, rules: Rules, written: Written, *, now: datetime) -> set[str]:
    """Record how each write ended, then decide what follows."""
    connection = written.connection
    found = links.lock(tx, [UUID(key) for key in written.write_ids])
    created: list[Link] = []
    causes: dict[UUID, Cause] = {}
    books = _Books(written.plan)
    at = tick(tx)  # of all of them: no look that began before now shows these writes for sure
    for key, write_id in written.write_ids.items():
        link = found.get(UUID(key))
        if link is None or connection not in link.sides:
            continue
        side = link.sides[connection]
        causes[link.id] = Cause(side.cause_id or uuid4(), HISTORY)  # a write is news to nobody
        if side.write_id != write_id or side.write_state != WriteState.FLYING:
            look_again(tx, side)  # somebody took us for dead and settled this write already
            continue
        nothing = Unsure("the vendor's answer does not name this record")
        outcome = written.outcomes.get(key, nothing)
        if isinstance(outcome, Landed):
            if _landed(books, link, side, outcome, at=at, now=now):
                created.append(link)
        else:
            _not_landed(tx, rules, link, side, outcome, at=at, now=now)
    books.store(tx)
    wakes = arrived(tx, rules, connection, created, now=now)
    if written.plan and any(isinstance(one, Rejected) for one in written.outcomes.values()):
        wakes |= drift.look_again(tx, connection, written.plan.kind)
    decided = {link_id: found[link_id] for link_id in causes}
    return wakes | decide(tx, rules, decided, causes, now=now, told=True)


def _landed(
    books: _Books, link: Link, side: Side, outcome: Landed, *, at: int, now: datetime
) -> bool:
    """A write was confirmed; True where the record is new at the connection."""
    cause_id = side.cause_id or uuid4()
    changes = dict(side.write or {})
    new = side.ref is None
    side.external_id, side.sought = outcome.ref.id, True
    made = outcome.created
    books.entries += entries(books.plan, side, changes, created=made, cause_id=cause_id)
    books.note("told", side, cause_id, fields=sorted(changes), created=made)
    land(link, side, at=at, now=now)
    return new


def _not_landed(
    tx: Tx,
    rules: Rules,
    link: Link,
    side: Side,
    outcome: Overtaken | ConnectorError,
    *,
    at: int,
    now: datetime,
) -> None:
    cause_id = side.cause_id or uuid4()
    if isinstance(outcome, Unsure):
        put_in_doubt(tx, side, str(outcome), now=now)
        return
    if isinstance(outcome, Overtaken):
        rest(side, at=side.stamp)  # nothing was written: the look that found out still counts
        return
    rest(side, at=at)
    match outcome:
        case Busy() | AuthLost():
            wait_s = back_off_s(side.attempts, outcome) if isinstance(outcome, Busy) else 0
            side.attempts += 1
            side.state, side.due_at = SideState.PENDING, now + timedelta(seconds=wait_s)
            side.code, side.reason = code_of(outcome), str(outcome)
        case Gone(moved_to=moved_to):
            follow(tx, link, side, moved_to, cause_id, stamp=at)
        case _:
            _reject(tx, rules, link, side, outcome)


def _reject(tx: Tx, rules: Rules, link: Link, side: Side, error: ConnectorError) -> None:
    """A failure for a person to see; a collision on create is first taken as "it exists"."""
    cause_id = side.cause_id or uuid4()
    existing = error.existing if isinstance(error, Rejected) else None
    if existing is not None and side.ref is None:
        holder = links.by_external_id(tx, side.connection, side.kind, [existing.id])
        if not holder:
            side.external_id, side.object, side.sought = existing.id, None, True
            side.state = SideState.IN_SYNC
            inbox.add_hints(tx, [(side.connection, existing, cause_id, None)])
            journal.write(tx, [Line("joined", link.id, side.connection, cause_id)])
            return
    plan = rules.plan(side.connection, side.kind)
    todo = {} if plan is None else tell(plan, plan.role(side.connection), link, side)
    fail(side, todo, code_of(error), str(error))
    detail = {"code": side.code, "fields": sorted(todo)}
    label = None if plan is None else plan.label
    failed = Line("failed", link.id, side.connection, cause_id, detail, version=label)
    journal.write(tx, [failed])


def put_in_doubt(tx: Tx, side: Side, why: str, *, now: datetime) -> None:
    """Nobody knows whether the write landed: look at the record, or seek it, before writing."""
    doubt(side, at=tick(tx))
    if side.ref is None:
        side.state, side.due_at = SideState.PENDING, now
    else:
        look_again(tx, side)
    journal.write(
        tx, [Line("in_doubt", side.link_id, side.connection, side.cause_id, {"why": why})]
    )


def look_again(tx: Tx, side: Side) -> None:
    """Ask for a look at a side's record."""
    if side.ref is not None:
        inbox.add_hints(tx, [(side.connection, side.ref, side.cause_id or uuid4(), None)])
