"""Regroup: a person takes a record out of a link, puts one in, or makes two links one.

What a person decided stands: a record taken out never joins that link again by itself
(`app/store/apart.py`). Each act is journalled, and its opposite undoes it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from app.domain.link import Link, Side, SideState, WriteState, exists
from app.flows import refer
from app.flows.decide import decide
from app.flows.moves import absorb, both_at
from app.flows.round import HISTORY, Cause
from app.flows.rules import Rules
from app.store import activities, apart, candidates, inbox, journal, links, removals
from app.store.db import Tx
from app.store.journal import Line
from connectors.base import Ref

UNLINKED = "unlinked"  # the code of a side whose record a person took out


class Unfit(Exception):
    """It can't be done like this; the text says why and what to do first."""


class Unknown(LookupError):
    """There is no such link or record; the text says which."""


@dataclass(frozen=True, slots=True)
class Regrouped:
    """What came of it: the link that a record has now, and lanes to wake."""

    link_id: UUID
    wakes: set[str]


def unlink(
    tx: Tx, rules: Rules, link_id: UUID, connection: str, *, by: str, now: datetime
) -> Regrouped:
    """Take the record at a connection out of a link. It stands alone from then on: it is looked
    at, but written to nobody, until it is linked again. Raises: Unknown, Unfit.
    """
    link = _locked(tx, link_id)[link_id]
    side = link.sides.get(connection)
    if side is None or not exists(side) or side.ref is None:
        raise Unfit(f"{link_id} has no record at {connection!r}")
    if not any(exists(one) for name, one in link.sides.items() if name != connection):
        raise Unfit(f"{link_id} exists at {connection!r} only: there is nothing to unlink it from")
    if side.write_state == WriteState.FLYING:
        raise Unfit("a write to this record is under way; try again in a moment")
    cause, ref = Cause(uuid4(), HISTORY), side.ref
    alone = Link(uuid4(), link.kind, email=link.email)
    reason = f"{side.object or link.kind} {ref.id} was unlinked by {by}"
    for name in link.sides:
        alone.sides[name] = _unlinked(alone.id, name, link.kind, None)
    link.sides[connection] = _unlinked(link.id, connection, link.kind, reason)
    links.save(tx, [link])
    side.link_id, alone.sides[connection] = alone.id, side
    side.state, side.code, side.reason, side.due_at = SideState.IN_SYNC, None, None, None
    side.write, side.attempts = None, 0
    links.save(tx, [alone])
    apart.keep(tx, connection, ref, link.id, by=by)
    refer.moved(tx, [(connection, ref)], cause.id)
    candidates.reject(tx, link.kind, link.id, alone.id, by=by)
    removals.call_off(tx, [link.id])
    activities.part(tx, link.id, alone.id, connection, ref)
    detail = {"by": by, "external_id": ref.id, "person": str(alone.id)}
    back = {"by": by, "person": str(link.id)}
    lines = [
        Line("unlinked", link.id, connection, cause.id, detail),
        Line("unlinked", alone.id, connection, cause.id, back),
    ]
    journal.write(tx, lines)
    inbox.add_hints(tx, [(connection, ref, cause.id, None)])
    wakes = decide(tx, rules, {link.id: link}, {link.id: cause}, now=now)
    return Regrouped(alone.id, wakes | {f"fetch:{connection}"})


def _unlinked(link_id: UUID, connection: str, kind: str, reason: str | None) -> Side:
    """A side without a record, which Baton does not fill by itself."""
    return Side(
        link_id, connection, kind, sought=True, state=SideState.GONE, code=UNLINKED, reason=reason
    )


def relink(
    tx: Tx, rules: Rules, link_id: UUID, connection: str, external_id: str, *, by: str,
    now: datetime,
) -> Regrouped:  # fmt: skip
    """Make a record that Baton knows part of a link. Raises: Unknown, Unfit."""
    kind = _kind(tx, link_id)
    held = links.by_external_id(tx, connection, kind, [external_id])
    if not held:
        raise Unknown(f"Baton has not seen a {kind} {external_id!r} at {connection!r}")
    holder = held[external_id]
    found = _locked(tx, link_id, holder)
    link, cause = found[link_id], Cause(uuid4(), HISTORY)
    ref = Ref(kind, external_id)
    apart.forget(tx, connection, ref, link_id)
    if holder != link_id:
        here = link.sides.get(connection)
        if here is not None and exists(here):
            raise Unfit(f"{link_id} has {here.external_id} at {connection!r}: unlink that first")
        others = both_at(link, found[holder]) - {connection}
        if others:
            names = ", ".join(sorted(others))
            raise Unfit(f"both exist at {names}: unlink one there first, or merge them there")
        _check_pair(rules, link, found[holder], connection)
        absorb(tx, link, holder, connection, cause.id)
        link.base = {}
    side = link.sides[connection]
    if side.code == UNLINKED or holder != link_id:
        side.state, side.code, side.reason, side.sought = SideState.IN_SYNC, None, None, True
    detail = {"by": by, "external_id": external_id}
    if holder != link_id:
        detail["person"] = str(holder)
    journal.write(tx, [Line("relinked", link.id, connection, cause.id, detail)])
    return _done(tx, rules, link, cause, now=now)


def merge(
    tx: Tx, rules: Rules, link_id: UUID, other_id: UUID, *, by: str, now: datetime
) -> Regrouped:
    """Make two links one; the first one stays. Raises: Unknown, Unfit."""
    if link_id == other_id:
        raise Unfit("these are one already")
    found = _locked(tx, link_id, other_id)
    link, other = found[link_id], found[other_id]
    if link.kind != other.kind:
        raise Unfit(f"a {link.kind} and a {other.kind} can't be one")
    _check_pair(rules, link, other)
    if twice := both_at(link, other):
        records = "; ".join(
            f"{name}: {link.sides[name].external_id} and {other.sides[name].external_id}"
            for name in sorted(twice)
        )
        raise Unfit(f"both have a record of their own ({records}): merge these there, and Baton "
                    "follows; or unlink one")  # fmt: skip
    cause = Cause(uuid4(), HISTORY)
    taken = sorted(name for name, side in other.sides.items() if exists(side))
    if not taken:
        raise Unfit(f"{other_id} has no record anywhere")
    for name in taken:
        ref = other.sides[name].ref
        if ref is not None:
            apart.forget(tx, name, ref, link_id)
    absorb(tx, link, other_id, taken[0], cause.id)
    link.base = {}
    detail = {"by": by, "person": str(other_id), "connections": taken}
    journal.write(tx, [Line("merged", link.id, None, cause.id, detail)])
    return _done(tx, rules, link, cause, now=now)


def _check_pair(rules: Rules, link: Link, other: Link, at: str = "") -> None:
    """Raises: Unfit, where no one mapping has all the connections (of `other`, those but `at`)."""
    names = {name for name, side in link.sides.items() if exists(side)} | ({at} if at else set())
    plan = rules.plan_of(link.kind, sorted(names))
    theirs = {at} if at else {name for name, side in other.sides.items() if exists(side)}
    if plan is not None and not names | theirs <= set(plan.connections):
        raise Unfit("these are records of connections that no mapping joins")


def _done(tx: Tx, rules: Rules, link: Link, cause: Cause, *, now: datetime) -> Regrouped:
    """Look at all its records again, and decide."""
    links.save(tx, [link])
    refs = [(name, side.ref) for name, side in link.sides.items() if exists(side)]
    inbox.add_hints(tx, [(name, ref, cause.id, None) for name, ref in refs if ref is not None])
    removals.call_off(tx, [link.id])
    wakes = decide(tx, rules, {link.id: link}, {link.id: cause}, now=now)
    return Regrouped(link.id, wakes | {f"fetch:{name}" for name, _ in refs})


def _kind(tx: Tx, link_id: UUID) -> str:
    found = links.read(tx, [link_id])
    if link_id not in found:
        raise Unknown(f"there is no person {link_id}")
    return found[link_id].kind


def _locked(tx: Tx, *ids: UUID) -> dict[UUID, Link]:
    found = links.lock(tx, ids)
    for link_id in ids:
        if link_id not in found:
            raise Unknown(f"there is no person {link_id}")
    return found
