"""Remove: delete records at a vendor, for a policy or an erasure. plan -> call -> settle.

A deletion repeated does no harm, so a crash at any point only repeats it. Too many deletions by
policy at once are held until a person allows them: a mistake at one side shall not empty the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from app.domain.link import Link, Side, SideState, WriteState, exists, rest
from app.flows import rules as rules_
from app.flows.rules import Plan, Rules
from app.flows.waiting import back_off_s, code_of
from app.store import journal, links, removals, tombstones
from app.store.db import Tx, tick
from app.store.journal import Line
from app.store.removals import Removal
from connectors.base import AuthLost, Busy, ConnectorError, Kind, Ref, Rejected, Unsure
from connectors.capabilities import Deletes, Erases

DELETED = "deleted"  # the code of a side that Baton deleted
FEW = 10  # as few deletions are no share of anything
WRITE_WAIT_S = 1.0
AUTH_WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Ask:
    """Records of one kind to delete; with `for_good` for an erasure."""

    connection: str
    rows: Sequence[Removal]

    @property
    def for_good(self) -> bool:
        return self.rows[0].tombstone_id is not None


def spread(tx: Tx, rules: Rules, link: Link, connection: str, cause_id: UUID) -> set[str]:
    """A link's record at a connection was deleted: where the mapping says so, the other one
    follows. Answers the lanes to wake.
    """
    mapping = rules.plan(connection, link.kind)
    if mapping is None or mapping.document.deletes.of(mapping.role(connection)) == "ignore":
        return set()
    wakes: set[str] = set()
    for name, side in link.sides.items():
        able = name in rules.connections and "Deletes" in rules.connections[name].capabilities
        if name != connection and able and exists(side) and side.ref is not None:
            removals.add(tx, name, side.ref, cause_id=cause_id, link_id=link.id)
            wakes.add(f"remove:{name}")
    return wakes


def called_off(tx: Tx, mapping: Plan, returned: Sequence[Link], connection: str) -> None:
    """Records of these locked links came back: what waits to be deleted because of them stays,
    and what Baton deleted is made again, where the mapping creates records.
    """
    removals.call_off(tx, [link.id for link in returned])
    for link in returned:
        for name, side in link.sides.items():
            if name == connection or side.state != SideState.GONE or side.code != DELETED:
                continue
            if mapping.creates(mapping.role(name), link.agreed):
                link.sides[name] = Side(link.id, name, link.kind, stamp=side.stamp)
                link.sides[name].object = side.object


def plan(tx: Tx, connection: str, limit: int) -> Ask | None:
    """What to delete next; None when nothing is due, or too much. For the lane's holder only."""
    rows = removals.due(tx, connection, limit)
    if not rows:
        return None
    by_policy = rows[0].tombstone_id is None and not all(row.allowed for row in rows)
    if by_policy and _too_many(tx, rules_.load(tx), connection, rows[0].kind):
        removals.hold(tx, connection, rows[0].kind)
        journal.write(tx, [Line("deletions_held", None, connection, rows[0].cause_id)])
        return None
    return Ask(connection, rows)


def _too_many(tx: Tx, rules: Rules, connection: str, kind: Kind) -> bool:
    mapping = rules.plan(connection, kind)
    if mapping is None:
        return True  # nobody says any more that they may go
    policy = mapping.document.deletes
    n, records = removals.figures(tx, connection, kind)
    return n > policy.most_per_hour or (n > FEW and n * 100 > policy.most_percent * records)


def call(connector: object, ask: Ask) -> Mapping[Ref, ConnectorError | None]:
    """Delete. Raises: Busy, AuthLost, Unsure."""
    refs = [row.ref for row in ask.rows]
    match connector:
        case Erases() if ask.for_good:
            return connector.erase(refs)
        case Deletes():
            return connector.delete(refs)
        case _:
            return dict.fromkeys(refs, Rejected("this connector deletes nothing", code="unable"))


def settle(
    tx: Tx, ask: Ask, outcomes: Mapping[Ref, ConnectorError | None], *, now: datetime
) -> set[str]:
    """Record what is gone, and what is to be tried again."""
    found = links.lock(tx, [row.link_id for row in ask.rows if row.link_id is not None])
    lines: list[Line] = []
    for row in ask.rows:
        error = outcomes.get(row.ref, Unsure("the answer does not name this record"))
        if error is not None:
            _later(tx, row, error)
            continue
        removals.finished(tx, row)
        link = None if row.link_id is None else found.get(row.link_id)
        if link is not None and _gone(link, row, at=tick(tx)):
            lines.append(Line("deleted", link.id, row.connection, row.cause_id or uuid4()))
    links.save(tx, list(found.values()))
    journal.write(tx, lines)
    for tombstone_id in {row.tombstone_id for row in ask.rows if row.tombstone_id is not None}:
        if not removals.open_of(tx, tombstone_id, ask.connection):
            done = {"state": "erased", "at": now.isoformat(), "reason": None}
            tombstones.done_at(tx, tombstone_id, ask.connection, done)
    return set()


def give_up(tx: Tx, ask: Ask, error: ConnectorError, *, now: datetime) -> set[str]:
    """The whole call failed: each of its deletions did."""
    return settle(tx, ask, dict.fromkeys([row.ref for row in ask.rows], error), now=now)


def _gone(link: Link, row: Removal, *, at: int) -> bool:
    """The record's side ends; False where it is another record's by now."""
    side = link.sides.get(row.connection)
    if side is None or side.external_id != row.external_id:
        return False
    if not exists(side):  # a look was faster
        side.code = DELETED
        return False
    if side.write_state != WriteState.IDLE:
        rest(side, at=at)
    side.stamp, side.due_at = at, None
    side.state, side.code = SideState.GONE, DELETED
    side.reason = "deleted, as its counterpart was"
    return True


def _later(tx: Tx, row: Removal, error: ConnectorError) -> None:
    wait_s: float | None = None
    if isinstance(error, Busy | Unsure):
        wait_s = back_off_s(row.attempts, error)
    elif isinstance(error, AuthLost):
        wait_s = AUTH_WAIT_S
    removals.postpone(tx, row, code=code_of(error), reason=str(error), wait_s=wait_s)
    if row.tombstone_id is not None:
        state = "pending" if wait_s is not None else "failed"
        outcome = {"state": state, "reason": str(error)}
        tombstones.done_at(tx, row.tombstone_id, row.connection, outcome)
