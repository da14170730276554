"""Deliver: tell a connection's records what was agreed. plan -> call -> settle.

A new record is sought first (by our key, by e-mail), so that nothing is created twice, also
after a create whose answer was lost. Then writes, each marked as flying before the call.

Where a field is decided by who was last (`newest`) or by a person (`ask`), and where a value was
set aside (an undo, a decided conflict), the records are looked at in the same step, just before
they are written: an edit made there since our last look is not overwritten, but merged. That
costs one batched read for a batch of writes with such fields, and nothing for others.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from app.crash import Point, crash_if
from app.domain.aside import awaited
from app.domain.link import Link, Side, SideState, WriteState, begin, leave_untold
from app.domain.merge import Rule
from app.flows import gathering, refer, seek
from app.flows import rules as rules_
from app.flows.apply import Looks, apply
from app.flows.decide import tell
from app.flows.outcome import Overtaken, Written, put_in_doubt, settle_writes
from app.flows.ripe import one_of_address, ripe
from app.flows.round import HISTORY, Cause
from app.flows.rules import Plan, Rules
from app.flows.seek import Seek, Sought
from app.store import connections, links
from app.store.db import Tx, tick
from connectors.base import ConnectorError, Kind, Landed, Record, Value, Write
from connectors.capabilities import Batches, FindsRecords, ReadsRecords, WritesRecords
from mappings.engine import Context, Outgoing, to_canonical, to_vendor
from mappings.references import AWAITS

LAST_LOOK = frozenset({"newest", "ask"})  # policies by which a late edit at the target counts


@dataclass(frozen=True, slots=True)
class Ask:
    """Records to seek, or else to write; `started` is the counter when the looking begins.

    `expects`: what the fields that are looked at just before a write showed last, by link key.
    """

    connection: str
    kind: Kind
    seeks: Sequence[Seek] = ()
    fields: frozenset[str] = frozenset()
    writes: Sequence[Write] = ()
    write_ids: Mapping[str, UUID] = field(default_factory=dict)
    expects: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    mapping: Plan | None = None
    context: Context = field(default_factory=Context)
    started: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found per link key, or how each write went per link key."""

    found: Mapping[str, Record] = field(default_factory=dict)
    outcomes: Mapping[str, Landed | Overtaken | ConnectorError] = field(default_factory=dict)


def plan(
    tx: Tx,
    connection: str,
    kind: Kind,
    limit: int,
    *,
    finds: bool,
    now: datetime,
    spared: Collection[UUID] = (),
) -> Ask | None:
    """Claim what is due at a connection; None when nothing is. For the lane's holder only.

    Writes with one of the causes `spared` wait for a load (`app/flows/work/load.py`).
    """
    rules = rules_.load(tx)
    mapping = rules.plan(connection, kind)
    if _doubt_orphans(tx, connection, kind, now=now):
        return Ask(connection, kind)  # a step of its own, so that links are locked once
    ids = links.due_sides(tx, connection, kind, limit, spared)
    if not ids or mapping is None or not connections.owners_known(tx, mapping.connections):
        return None
    if gathering.fills_up(tx, mapping, connection, ids, limit):
        return None
    found = links.lock(tx, ids)
    order = [found[link_id] for link_id in ids if link_id in found]
    order = ripe(tx, mapping, connection, order, now=now)
    unsought = [one for one in order if finds and _to_be_sought(one.sides[connection])]
    if unsought:
        seeks = [_sought(one, one.sides[connection]) for one in unsought]
        fields = mapping.reads(mapping.role(connection))
        return Ask(connection, kind, seeks, fields, started=tick(tx))
    order = one_of_address(tx, mapping, connection, order)
    rules = refer.known(tx, rules, mapping, {}, order)
    ask = claimed(rules, mapping, connection, order, started=tick(tx))
    links.save(tx, order)
    return ask


def claimed(
    rules: Rules, mapping: Plan, connection: str, order: Sequence[Link], *, started: int
) -> Ask:
    """What these links' sides must be told, each write marked as flying."""
    writes: list[Write] = []
    write_ids: dict[str, UUID] = {}
    expects: dict[str, Mapping[str, Value]] = {}
    for link in order:
        side = link.sides[connection]
        write = _claim(rules, mapping, link, side)
        if write is None:
            continue
        writes.append(write)
        write_ids[write.key] = side.write_id or uuid4()
        if guarded := _guarded(mapping, side):
            expects[write.key] = guarded
    return Ask(
        connection,
        mapping.kind,
        fields=mapping.reads(mapping.role(connection)),
        writes=writes,
        write_ids=write_ids,
        expects=expects,
        mapping=mapping,
        context=rules.context(mapping),
        started=started,
    )


def _guarded(mapping: Plan, side: Side) -> dict[str, Value]:
    """What the fields of a write showed that must not have changed meanwhile; none of a create."""
    if side.ref is None:
        return {}
    return {
        name: old
        for name, (old, _) in (side.write or {}).items()
        if name in side.aside or (name in mapping.merge and is_delicate(mapping.merge[name]))
    }


def is_delicate(rule: Rule) -> bool:
    """Whether a late edit at the target counts: by policy, or as it may be an opt-out."""
    return rule.policy in LAST_LOOK or rule.tightens


def _to_be_sought(side: Side) -> bool:
    return side.external_id is None and not side.sought


def _sought(link: Link, side: Side) -> Seek:
    return Seek(str(link.id), link.email, side.write_state == WriteState.UNKNOWN)


def _doubt_orphans(tx: Tx, connection: str, kind: Kind, *, now: datetime) -> bool:
    """Writes in flight while we hold the lane belong to a worker that died: look again first."""
    found = links.lock(tx, links.flying(tx, connection, kind))
    for link in found.values():
        side = link.sides[connection]
        put_in_doubt(tx, side, "the worker that wrote this died", now=now)
    links.save(tx, list(found.values()))
    return bool(found)


def _claim(rules: Rules, mapping: Plan, link: Link, side: Side) -> Write | None:
    """Turn what a side must be told into a write in flight; None when there is nothing to write."""
    side.due_at = None
    if side.write_state == WriteState.UNKNOWN and side.ref is not None:
        return None  # a look is on its way; it decides
    role = mapping.role(side.connection)
    creating = side.ref is None
    todo, outgoing = composed(rules, mapping, link, side)
    if todo and not outgoing.fields:
        reasons = "; ".join(p.message for p in outgoing.problems)
        waits = any(p.code == AWAITS for p in outgoing.problems)
        reasons = reasons or "the mapping has no place for these fields"
        leave_untold(side, todo, reasons, AWAITS if waits else "unmapped")
    if not todo and not creating:
        side.state = SideState.IN_SYNC
    if not outgoing.fields:
        return None
    begin(side, {n: v for n, v in todo.items() if n in outgoing.told}, uuid4())
    fixed = mapping.birth(role, link.agreed).fields if creating else {}
    fields = mapping.without_rests(role, side.object, {**fixed, **outgoing.fields})
    return Write(str(link.id), link.kind, side.ref, fields, side.object)


def composed(
    rules: Rules, mapping: Plan, link: Link, side: Side
) -> tuple[dict[str, Value], Outgoing]:
    """What a side must be told now, canonical and in its own words."""
    role = mapping.role(side.connection)
    todo = tell(mapping, role, link, side)
    return todo, to_vendor(
        mapping.document,
        role,
        side.object,
        todo,
        rules.context(mapping),
        creating=side.ref is None,
        emptied=[n for n, v in todo.items() if v is None and awaited(side.aside, n, v)],
    )


def call(connector: WritesRecords, ask: Ask) -> Answer:
    """Seek or write. Raises: Busy, AuthLost, Unsure (all in doubt), Rejected."""
    if ask.seeks and isinstance(connector, FindsRecords):
        return Answer(found=seek.look(connector, ask.kind, ask.seeks, ask.fields))
    if not ask.writes:
        return Answer()
    crash_if(Point.CLAIMED)
    overtaken = _look(connector, ask) if isinstance(connector, ReadsRecords) else {}
    writes = [write for write in ask.writes if write.key not in overtaken]
    outcomes = connector.write(writes) if writes else {}
    crash_if(Point.WRITTEN)
    return Answer(outcomes={**outcomes, **overtaken})


def _look(connector: ReadsRecords, ask: Ask) -> dict[str, Overtaken]:
    """Of the writes that need a last look, those whose records have changed, by link key."""
    watched = [(write.ref, write.key) for write in ask.writes if write.ref]
    keys = {ref.id: key for ref, key in watched if key in ask.expects}
    refs = [ref for ref, key in watched if key in ask.expects]
    batch = connector.read_batch if isinstance(connector, Batches) else 1
    found: dict[str, Overtaken] = {}
    for start in range(0, len(refs), batch):
        for record in connector.read(refs[start : start + batch], ask.fields):
            key = keys[record.ref.id]
            if not _as_expected(ask, record, ask.expects[key]):
                found[key] = Overtaken(record)
    return found


def _as_expected(ask: Ask, record: Record, expected: Mapping[str, Value]) -> bool:
    if record.deleted or record.moved_to is not None or ask.mapping is None:
        return False
    role = ask.mapping.role(ask.connection)
    context = replace(ask.context, held=expected)
    shown = to_canonical(ask.mapping.document, role, record.object, record.fields, context)
    return all(shown.values.get(name) == value for name, value in expected.items())


def settle(tx: Tx, ask: Ask, answer: Answer, *, now: datetime) -> set[str]:
    """Record what was found or written and decide what follows."""
    rules = rules_.load(tx)
    if ask.seeks:
        looked = Sought(ask.connection, ask.kind, ask.seeks, answer.found, ask.started)
        return seek.settle(tx, rules, looked, now=now)
    written = Written(ask.connection, ask.mapping, ask.write_ids, answer.outcomes)
    wakes = settle_writes(tx, rules, written, now=now)
    seen = [one.record for one in answer.outcomes.values() if isinstance(one, Overtaken)]
    if not seen:
        return wakes
    looks = Looks(ask.connection, ask.kind, seen, ask.started, Cause(uuid4(), HISTORY))
    return wakes | apply(tx, rules, looks, now=now).wakes


def give_up(tx: Tx, ask: Ask, error: ConnectorError, *, now: datetime) -> set[str]:
    """The whole call failed: every write of it ended like this."""
    outcomes = {write.key: error for write in ask.writes}
    written = Written(ask.connection, ask.mapping, ask.write_ids, outcomes)
    return settle_writes(tx, rules_.load(tx), written, now=now)
