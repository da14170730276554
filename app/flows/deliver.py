"""Deliver: tell a connection's records what was agreed. plan -> call -> settle.

A new record is sought first (by our key, by e-mail), so that nothing is created twice, also
after a create whose answer was lost. Then writes, each marked as flying before the call.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from app.crash import Point, crash_if
from app.domain.link import Link, Side, SideState, WriteState, begin, leave_untold
from app.flows import rules as rules_
from app.flows import seek
from app.flows.decide import tell
from app.flows.outcome import put_in_doubt, settle_writes
from app.flows.rules import Plan, Rules
from app.flows.seek import Seek, Sought
from app.store import connections, links
from app.store.db import Tx, tick
from connectors.base import ConnectorError, Kind, Landed, Record, Write
from connectors.capabilities import FindsRecords, WritesRecords
from mappings.engine import to_vendor


@dataclass(frozen=True, slots=True)
class Ask:
    """Records to seek, or else to write; `started` is the counter when the seeking begins."""

    connection: str
    kind: Kind
    seeks: Sequence[Seek] = ()
    fields: frozenset[str] = frozenset()
    writes: Sequence[Write] = ()
    write_ids: Mapping[str, UUID] = field(default_factory=dict)
    started: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found per link key, or how each write went per link key."""

    found: Mapping[str, Record] = field(default_factory=dict)
    outcomes: Mapping[str, Landed | ConnectorError] = field(default_factory=dict)


def plan(
    tx: Tx, connection: str, kind: Kind, limit: int, *, finds: bool, now: datetime
) -> Ask | None:
    """Claim what is due at a connection; None when nothing is. For the lane's holder only."""
    rules = rules_.load(tx)
    mapping = rules.plan(connection, kind)
    if _doubt_orphans(tx, connection, kind, now=now):
        return Ask(connection, kind)  # a step of its own, so that links are locked once
    ids = links.due_sides(tx, connection, kind, limit)
    if not ids or mapping is None or not connections.owners_known(tx, mapping.connections):
        return None
    found = links.lock(tx, ids)
    order = [found[link_id] for link_id in ids if link_id in found]
    unsought = [one for one in order if finds and _to_be_sought(one.sides[connection])]
    if unsought:
        seeks = [Seek(str(one.id), one.email) for one in unsought]
        fields = mapping.reads(mapping.role(connection))
        return Ask(connection, kind, seeks, fields, started=tick(tx))
    ask = Ask(connection, kind, writes=(writes := []), write_ids=(write_ids := {}))
    for link in order:
        side = link.sides[connection]
        write = _claim(rules, mapping, link, side)
        if write is not None:
            writes.append(write)
            write_ids[write.key] = side.write_id or uuid4()
    links.save(tx, order)
    return ask


def _to_be_sought(side: Side) -> bool:
    return side.external_id is None and not side.sought


def _doubt_orphans(tx: Tx, connection: str, kind: Kind, *, now: datetime) -> bool:
    """Writes in flight while we hold the lane belong to a worker that died: look again first."""
    found = links.lock(tx, links.flying(tx, connection, kind))
    for link in found.values():
        side = link.sides[connection]
        put_in_doubt(tx, link, side, "the worker that wrote this died", now=now)
    links.save(tx, list(found.values()))
    return bool(found)


def _claim(rules: Rules, mapping: Plan, link: Link, side: Side) -> Write | None:
    """Turn what a side must be told into a write in flight; None when there is nothing to write."""
    side.due_at = None
    if side.write_state == WriteState.UNKNOWN and side.ref is not None:
        return None  # a look is on its way; it decides
    role = mapping.role(side.connection)
    todo = tell(mapping, role, link, side)
    creating = side.ref is None
    outgoing = to_vendor(
        mapping.document, role, side.object, todo, rules.context(mapping), creating=creating
    )
    if todo and not outgoing.fields:
        reasons = "; ".join(p.message for p in outgoing.problems)
        leave_untold(side, todo, reasons or "the mapping has no place for these fields")
    if not todo and not creating:
        side.state = SideState.IN_SYNC
    if not outgoing.fields:
        return None
    begin(side, {n: v for n, v in todo.items() if n in outgoing.told}, uuid4())
    return Write(str(link.id), link.kind, side.ref, outgoing.fields, side.object)


def call(connector: WritesRecords, ask: Ask) -> Answer:
    """Seek or write. Raises: Busy, AuthLost, Unsure (all in doubt), Rejected."""
    if ask.seeks and isinstance(connector, FindsRecords):
        return Answer(found=seek.look(connector, ask.kind, ask.seeks, ask.fields))
    if not ask.writes:
        return Answer()
    crash_if(Point.CLAIMED)
    outcomes = connector.write(ask.writes)
    crash_if(Point.WRITTEN)
    return Answer(outcomes=outcomes)


def settle(tx: Tx, ask: Ask, answer: Answer, *, now: datetime) -> set[str]:
    """Record what was found or written and decide what follows."""
    rules = rules_.load(tx)
    if ask.seeks:
        looked = Sought(ask.connection, ask.kind, ask.seeks, answer.found, ask.started)
        return seek.settle(tx, rules, looked, now=now)
    return settle_writes(tx, rules, ask.connection, answer.outcomes, ask.write_ids, now=now)


def give_up(tx: Tx, ask: Ask, error: ConnectorError, *, now: datetime) -> set[str]:
    """The whole call failed: every write of it ended like this."""
    outcomes = {write.key: error for write in ask.writes}
    return settle_writes(tx, rules_.load(tx), ask.connection, outcomes, ask.write_ids, now=now)
