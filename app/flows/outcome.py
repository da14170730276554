"""What became of writes: each outcome changes its side, then decisions follow."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from app.domain.link import Link, Side, SideState, WriteState, doubt, fail, land, rest
from app.flows.apply import arrived
from app.flows.decide import decide, tell
from app.flows.moves import follow
from app.flows.round import HISTORY, Cause
from app.flows.rules import Rules
from app.flows.waiting import back_off_s, code_of
from app.store import inbox, journal, links
from app.store.db import Tx, tick
from app.store.journal import Line
from connectors.base import AuthLost, Busy, ConnectorError, Gone, Landed, Rejected, Unsure


def settle_writes(
    tx: Tx,
    rules: Rules,
    connection: str,
    outcomes: Mapping[str, Landed | ConnectorError],
    write_ids: Mapping[str, UUID],
    *,
    now: datetime,
) -> set[str]:
    """Record how each write (by link key) ended, then decide what follows."""
    found = links.lock(tx, [UUID(key) for key in write_ids])
    created: set[UUID] = set()
    causes: dict[UUID, Cause] = {}
    for key, write_id in write_ids.items():
        link = found.get(UUID(key))
        if link is None or connection not in link.sides:
            continue
        side = link.sides[connection]
        causes[link.id] = Cause(side.cause_id or uuid4(), HISTORY)  # a write is news to nobody
        if side.write_id != write_id or side.write_state != WriteState.FLYING:
            look_again(tx, side)  # somebody took us for dead and settled this write already
            continue
        outcome = outcomes.get(key, Unsure("the vendor's answer does not name this record"))
        if _settle_one(tx, rules, link, side, outcome, now=now):
            created.add(link.id)
    links.save(tx, found.values())
    wakes = arrived(tx, rules, connection, created)
    decided = {link_id: found[link_id] for link_id in causes}
    return wakes | decide(tx, rules, decided, causes, now=now)


def _settle_one(
    tx: Tx,
    rules: Rules,
    link: Link,
    side: Side,
    outcome: Landed | ConnectorError,
    *,
    now: datetime,
) -> bool:
    """Settle one write; True where the record is new at the connection."""
    cause_id = side.cause_id or uuid4()
    if isinstance(outcome, Unsure):
        put_in_doubt(tx, link, side, str(outcome), now=now)
        return False
    at = tick(tx)
    if isinstance(outcome, Landed):
        new = side.ref is None
        detail = {"fields": sorted(side.write or {}), "created": outcome.created}
        side.external_id, side.sought = outcome.ref.id, True
        land(link, side, at=at)
        journal.write(tx, [Line("told", link.id, side.connection, cause_id, detail)])
        return new
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
    return False


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
    journal.write(tx, [Line("failed", link.id, side.connection, cause_id, detail)])


def put_in_doubt(tx: Tx, link: Link, side: Side, why: str, *, now: datetime) -> None:
    """Nobody knows whether the write landed: look at the record, or seek it, before writing."""
    doubt(side, at=tick(tx))
    if side.ref is None:
        side.state, side.due_at = SideState.PENDING, now
    else:
        look_again(tx, side)
    journal.write(tx, [Line("in_doubt", link.id, side.connection, side.cause_id, {"why": why})])


def look_again(tx: Tx, side: Side) -> None:
    """Ask for a look at a side's record."""
    if side.ref is not None:
        inbox.add_hints(tx, [(side.connection, side.ref, side.cause_id or uuid4(), None)])
