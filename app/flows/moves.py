"""Moves: a record lives on under another id, or two links turn out to be one."""

from uuid import UUID

from app.domain.link import Link, Side, SideState, WriteState, exists
from app.flows import refer
from app.store import (
    activities,
    alert_messages,
    digests,
    handoffs,
    inbox,
    journal,
    ledger,
    links,
    references,
    sla,
    stages,
    touches,
)
from app.store.db import Tx
from app.store.journal import Line
from connectors.base import Ref

MERGED = "merged into the record of another person, "  # the reason, before the id of their link
UNLOOKED = "gone"  # the code of a side that a write found gone: the next look says more


def follow(tx: Tx, link: Link, side: Side, to: Ref | None, cause_id: UUID, *, stamp: int) -> None:
    """A side's record is gone, or lives on at `to` (merge, conversion): go along and look there.

    Where another link holds `to` already, that one is absorbed; if it is a person of its own at
    another connection too, this side ends and a person must decide.
    """
    side.write, side.write_id, side.write_state = None, None, WriteState.IDLE
    side.stamp, side.due_at = stamp, None
    if to is None:
        side.state, side.code = SideState.GONE, UNLOOKED
        if side.ref is not None:
            inbox.add_hints(tx, [(side.connection, side.ref, cause_id, None)])
        journal.write(tx, [Line("gone", link.id, side.connection, cause_id)])
        return
    holder = links.by_external_id(tx, side.connection, side.kind, [to.id]).get(to.id, link.id)
    detail = {"from": side.external_id, "to": to.id}
    refer.moved(tx, [(side.connection, side.ref)], cause_id)
    if holder != link.id and not absorb(tx, link, holder, side.connection, cause_id):
        side.state, side.code = SideState.GONE, "merged"
        side.reason = f"{MERGED}{holder}"
        journal.write(tx, [Line("merged_away", link.id, side.connection, cause_id, detail)])
        return
    side = link.sides[side.connection]
    side.external_id, side.object, side.seen, side.told = to.id, None, {}, {}
    side.state, side.stamp, side.due_at, side.sought = SideState.IN_SYNC, stamp, None, True
    side.code = side.reason = None
    inbox.add_hints(tx, [(side.connection, to, cause_id, None)])
    journal.write(tx, [Line("moved", link.id, side.connection, cause_id, detail)])


def merged_into(side: Side) -> str | None:
    """The link whose record a side's record was merged into, where that is another person's."""
    reason = side.reason or ""
    ended = side.state == SideState.GONE and reason.startswith(MERGED)
    return reason.removeprefix(MERGED) if ended else None


def absorb(tx: Tx, link: Link, other_id: UUID, connection: str, cause_id: UUID) -> bool:
    """Take over another link's side at a connection, and all else that it has; then end it.

    False, and nothing done, where both exist at some further connection.
    """
    other = links.lock(tx, [other_id]).get(other_id)
    if other is None or both_at(link, other) - {connection}:
        return False
    taken = [
        name
        for name, side in other.sides.items()
        if name == connection or (exists(side) and not exists(link.sides.get(name)))
    ]
    refer.moved(tx, [(name, side.ref) for name, side in other.sides.items()], cause_id)
    references.move(tx, other_id, link.id)
    ledger.move(tx, other_id, link.id)
    touches.move(tx, other_id, link.id)
    digests.move(tx, other_id, link.id)
    handoffs.move(tx, other_id, link.id)
    alert_messages.move(tx, other_id, link.id)
    stages.move(tx, other_id, link.id)
    sla.move(tx, other_id, link.id)
    _stand(link, other)
    links.drop(tx, other_id)
    activities.move(tx, other_id, link.id)  # whoever added some for the other one is done by now
    for name in taken:
        link.sides[name] = other.sides[name]
        link.sides[name].link_id = link.id
    detail = {"person": str(other_id)}
    journal.write(tx, [Line("absorbed", link.id, connection, cause_id, detail)])
    return True


def _stand(link: Link, other: Link) -> None:
    """Somebody new is where the one stands who they turn out to be."""
    if link.stage == "lead" and other.stage_since is not None:
        link.stage, link.stage_since = other.stage, other.stage_since
        link.cycle_since, link.stage_reason = other.cycle_since, other.stage_reason


def both_at(one: Link, two: Link) -> set[str]:
    """Connections at which both exist, or one is being created: there they are two records."""
    return {name for name in one.sides.keys() & two.sides.keys() if _taken(one, two, name)}


def _taken(one: Link, two: Link, name: str) -> bool:
    here, there = one.sides[name], two.sides[name]
    if exists(here) and exists(there):
        return True
    flying = {here.write_state, there.write_state} & {WriteState.FLYING}
    return bool(flying) and (exists(here) or exists(there))
