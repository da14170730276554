"""Refer: records that name other records (a contact its company) go by Baton's links of these.

Who names a record that is not known yet, or is not at a system yet, waits: nothing fails, all
other fields go on. Which records name which is kept (`app/store/references.py`), so that they are
looked at again as soon as that one arrives, and where it becomes another (a merge).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias
from uuid import UUID

from app.domain.link import Link, Side
from app.flows.rules import Plan, Rules
from app.store import inbox, links, people, references
from app.store.db import Tx
from connectors.base import Kind, Record, Ref
from mappings.references import References, named
from mappings.worked_out import named_objects, rules_at

Named: TypeAlias = Mapping[tuple[str, str], Mapping[str, Any]]  # (field, value) -> what it names


@dataclass(frozen=True, slots=True)
class Shown:
    """Values of a link that somebody is shown, as (field, value), and where the link is."""

    kind: Kind
    connections: Sequence[str]
    values: Iterable[tuple[str, Any]]


def named_by(tx: Tx, rules: Rules, shown: Iterable[Shown]) -> Named:
    """Of these values those that name a link: what is agreed about it, so that it can be called
    by its name.
    """
    ids: dict[tuple[str, str], UUID] = {}
    for one in shown:
        plan = rules.plan_of(one.kind, one.connections)
        names = {} if plan is None else plan.references
        told = ((n, str(v), _id(v)) for n, v in one.values if n in names)
        ids |= {(n, text): id_ for n, text, id_ in told if id_ is not None}
    found = people.agreed(tx, set(ids.values()))
    return {place: found[id_] for place, id_ in ids.items() if id_ in found}


def _id(value: Any) -> UUID | None:
    """The link that a value names. None: a field that is a reference by now was none earlier."""
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None


def known(
    tx: Tx,
    rules: Rules,
    plan: Plan,
    shown: Mapping[str, Sequence[Record]],
    among: Collection[Link] = (),
) -> Rules:
    """The rules with the links of all records that these name (`shown`, by connection) and that
    these links refer to.
    """
    if not plan.references:
        return rules
    kinds = {kind for kind in plan.references.values() if _is_joined(rules, plan, kind)}
    ids = {UUID(one) for link in among for one in _held(plan, link)}
    found: dict[str, dict[tuple[Kind, str], str]] = {name: {} for name in plan.connections}
    for connection, records in shown.items():
        refs = {ref for record in records for ref in _named(plan, connection, record)}
        for ref, link_id in _links(tx, connection, refs, kinds).items():
            found[connection][ref.kind, ref.id] = str(link_id)
            ids.add(link_id)
    places: dict[str, dict[str, str]] = {name: {} for name in plan.connections}
    objects: dict[str, dict[str, str | None]] = {name: {} for name in plan.connections}
    for one in references.places(tx, ids):
        if (name := one.connection) in places:
            found[name][one.ref.kind, one.ref.id] = str(one.link_id)
            places[name][str(one.link_id)] = one.ref.id
            objects[name][str(one.link_id)] = one.object
    made = {n: References(kinds, found[n], places[n], objects[n]) for n in plan.connections}
    return replace(rules, references=made)


def _is_joined(rules: Rules, plan: Plan, kind: Kind) -> bool:
    """Whether a mapping joins that kind between the same two connections."""
    other = rules.plan(plan.document.ma, kind)
    return other is not None and other.connections == plan.connections


def _held(plan: Plan, link: Link) -> set[str]:
    """The links that a link's values refer to."""
    values = [link.agreed, *(side.seen for side in link.sides.values())]
    return {str(one[name]) for one in values for name in plan.references if one.get(name)}


def _named(plan: Plan, connection: str, record: Record) -> set[Ref]:
    role = plan.role(connection)
    return {
        Ref(kind, id_)
        for at in rules_at(plan.document, role, record.object)
        if at.rule.to is not None and at.place is not None
        for kind, id_ in named(at.rule.to, record.fields.get(at.place))
    }


def _links(
    tx: Tx, connection: str, refs: Iterable[Ref], kinds: Collection[Kind]
) -> dict[Ref, UUID]:
    wanted = [ref for ref in refs if ref.kind in kinds]
    found: dict[Ref, UUID] = {}
    for kind in sorted({ref.kind for ref in wanted}):
        ids = [ref.id for ref in wanted if ref.kind == kind]
        holders = links.by_external_id(tx, connection, kind, ids)
        found |= {Ref(kind, id_): link_id for id_, link_id in holders.items()}
    return found


def note(
    tx: Tx,
    rules: Rules,
    plan: Plan,
    connection: str,
    taken: Mapping[UUID, Record],
    *,
    cause_id: UUID,
) -> None:
    """Keep what these links' records name. What was not known when they were read, and is now,
    is worth another look; later whoever brings it sees to that.
    """
    if not plan.references:
        return
    refs = {link_id: _named(plan, connection, record) for link_id, record in taken.items()}
    references.keep(tx, connection, refs)
    mine = rules.references[connection]
    unknown = {ref for some in refs.values() for ref in some if ref.kind in mine.kinds}
    unknown = {ref for ref in unknown if (ref.kind, ref.id) not in mine.links}
    references.guard(tx, connection, unknown)
    came = _links(tx, connection, unknown, mine.kinds) if unknown else {}
    again = [taken[link_id].ref for link_id, some in refs.items() if some & came.keys()]
    inbox.add_hints(tx, [(connection, ref, cause_id, None) for ref in again])


def arrived(
    tx: Tx, rules: Rules, connection: str, found: Collection[Link], cause_id: UUID
) -> set[str]:
    """These links exist at a connection now: records there that shall name them can."""
    mine = [link for link in found if _may_be_named(rules, connection, link.kind)]
    here = [side.ref for link in mine if (side := link.sides.get(connection)) and side.ref]
    if not here:
        return set()
    references.guard(tx, connection, here)
    sides = [side for link in mine for side in link.sides.values()]
    waiting = references.naming(tx, [(one.connection, one.ref) for one in sides if one.ref])
    arrivals = {str(link.id) for link in mine}
    again = [
        side.ref
        for link in links.read(tx, waiting).values()
        if (side := link.sides.get(connection)) is not None
        if side.ref is not None and _lacks(rules, side, arrivals)
    ]
    inbox.add_hints(tx, [(connection, ref, cause_id, None) for ref in again])
    return {f"fetch:{connection}"} if again else set()


def is_awaited(rules: Rules, connection: str, record: Record) -> bool:
    """Whether somebody may wait for such records to be of the object that this one is."""
    kind, object_ = record.ref.kind, record.object
    return any(
        object_ in named_objects(plan.document, plan.role(connection), kind)
        for plan in rules.plans
        if connection in plan.connections
    )


def _may_be_named(rules: Rules, connection: str, kind: Kind) -> bool:
    plans = (plan for plan in rules.plans if connection in plan.connections)
    return any(kind in plan.references.values() for plan in plans)


def _lacks(rules: Rules, side: Side, arrivals: Collection[str]) -> bool:
    """Whether a side has a place for a reference, and does not name one of these."""
    plan = rules.plan(side.connection, side.kind)
    if plan is None:
        return False
    names = plan.references.keys() & plan.holds(plan.role(side.connection), side.object)
    return any(side.seen.get(name) not in arrivals for name in names)


def moved(tx: Tx, places: Collection[tuple[str, Ref | None]], cause_id: UUID) -> None:
    """These records are another link's now, or live on under another id: whoever names them is
    looked at anew, everywhere.
    """
    naming = references.naming(tx, [(name, ref) for name, ref in places if ref is not None])
    hints = [(name, ref, cause_id, None) for name, ref, *_ in references.places(tx, naming)]
    inbox.add_hints(tx, hints)
