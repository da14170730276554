"""Moves: a record lives on under another id, or two links turn out to be one person."""

from uuid import UUID

from app.domain.link import Link, Side, SideState, WriteState
from app.store import activities, inbox, journal, links
from app.store.db import Tx
from app.store.journal import Line
from connectors.base import Ref


def follow(tx: Tx, link: Link, side: Side, to: Ref | None, cause_id: UUID, *, stamp: int) -> None:
    """A side's record is gone, or lives on at `to` (merge, conversion): go along and look there.

    Where another link holds `to` already, that one is absorbed; if it is a person of its own at
    another connection too, this side ends and a person must decide.
    """
    side.write, side.write_id, side.write_state = None, None, WriteState.IDLE
    side.stamp, side.due_at = stamp, None
    if to is None:
        side.state = SideState.GONE
        journal.write(tx, [Line("gone", link.id, side.connection, cause_id)])
        return
    holder = links.by_external_id(tx, side.connection, side.kind, [to.id]).get(to.id, link.id)
    detail = {"from": side.external_id, "to": to.id}
    if holder != link.id and not absorb(tx, link, holder, side.connection, cause_id):
        side.state, side.code = SideState.GONE, "merged"
        side.reason = f"merged into the record of another person, {holder}"
        journal.write(tx, [Line("merged_away", link.id, side.connection, cause_id, detail)])
        return
    side = link.sides[side.connection]
    side.external_id, side.object, side.seen, side.told = to.id, None, {}, {}
    side.state, side.stamp, side.due_at, side.sought = SideState.IN_SYNC, stamp, None, True
    inbox.add_hints(tx, [(side.connection, to, cause_id, None)])
    journal.write(tx, [Line("moved", link.id, side.connection, cause_id, detail)])


def absorb(tx: Tx, link: Link, other_id: UUID, connection: str, cause_id: UUID) -> bool:
    """Take over another link's side at a connection, its activities, and end it.

    False, and nothing done, where the other exists at a further connection too.
    """
    other = links.lock(tx, [other_id]).get(other_id)
    if other is None:
        return False
    if any(name != connection and side.ref is not None for name, side in other.sides.items()):
        return False
    moved = other.sides[connection]
    activities.move(tx, other_id, link.id)
    links.drop(tx, other_id)
    moved.link_id = link.id
    link.sides[connection] = moved
    detail = {"person": str(other_id)}
    journal.write(tx, [Line("absorbed", link.id, connection, cause_id, detail)])
    return True
