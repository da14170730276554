"""Rehearsing: what a mapping would do to records as they are now. Nothing is written anywhere.

It decides by the very functions that decide in earnest, on links in memory that took in a fresh
look at both sides. Records that Baton does not know yet are paired by the draft's keys, as far as
both are at hand; by e-mail they are sought.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from app.domain.link import Link, Side, SideState, WriteState, exists, observe
from app.domain.rehearsal import FieldChange, Outcome, Rehearsed, SideResult, Trouble
from app.flows import refer
from app.flows import rules as rules_
from app.flows.decide import canonical, decide_one
from app.flows.deliver import composed
from app.flows.identify import keys_of, may_be
from app.flows.round import HISTORY, Case, Cause, Past, Round, pasts
from app.flows.rules import Plan, Rules
from app.store import connections, drift, links
from app.store.db import Tx
from connectors.base import Record, Value
from mappings.document import MappingDocument
from mappings.engine import unmet_filter
from mappings.fit import refusals
from mappings.schema import Schema
from mappings.sides import OTHER, ROLES, Role


@dataclass(frozen=True, slots=True)
class Stage:
    """The rules with the draft in place of its active version, and both schemas."""

    rules: Rules
    plan: Plan
    schemas: Mapping[Role, Schema]
    now: datetime


def stage(tx: Tx, name: str, document: MappingDocument, version: int, *, now: datetime) -> Stage:
    """Set the scene for a draft; `version` is 0 for one that is not stored."""
    rules = rules_.load(tx)
    draft = Plan(name, version, document, rules_.merge_rules(document))
    plan = rules_.rested(draft, drift.resting(tx))
    others = tuple(one for one in rules.plans if one.name != name)
    described = {r: connections.described(tx, plan.connection(r), plan.kind) for r in ROLES}
    schemas: dict[Role, Schema] = {r: Schema(f) for r, f in described.items() if f is not None}
    return Stage(replace(rules, plans=(plan, *others)), plan, schemas, now)


def judge_all(tx: Tx, scene: Stage, found: Mapping[str, Sequence[Record]]) -> list[Rehearsed]:
    """What would become of these records (by connection), each with its counterpart."""
    kind = scene.plan.kind
    groups: dict[UUID, dict[str, Record]] = {}
    strangers: dict[str, list[Record]] = {}
    for connection, records in found.items():
        known = links.by_external_id(tx, connection, kind, [one.ref.id for one in records])
        for record in records:
            if record.ref.id in known:
                groups.setdefault(known[record.ref.id], {})[connection] = record
            elif not record.deleted:
                strangers.setdefault(connection, []).append(record)
    for connection, records in strangers.items():
        joins = _joins(tx, scene, connection, records)
        for external_id, link_id in joins.items():
            record = next(one for one in records if one.ref.id == external_id)
            groups.setdefault(link_id, {})[connection] = record
        strangers[connection] = [one for one in records if one.ref.id not in joins]
    there = links.read(tx, groups)
    knowing = refer.known(tx, scene.rules, scene.plan, found, there.values())
    scene = replace(scene, rules=knowing)
    past = pasts(tx, there)
    results = [judge(scene, there[i], groups[i], past[i]) for i in there]
    for looks in _pairs(scene, strangers):
        link = Link(uuid4(), kind)
        results.append(replace(judge(scene, link, looks, Past()), link_id=None))
    return results


def named_in(tx: Tx, scene: Stage, results: Sequence[Rehearsed]) -> refer.Named:
    """Of the values that were and would be those that name a record: what is agreed about it."""
    return refer.named_by(tx, scene.rules, (_shown(scene, one) for one in results))


def _shown(scene: Stage, one: Rehearsed) -> refer.Shown:
    told = [change for side in one.sides for change in side.fields]
    values = [(change.field, value) for change in told for value in (change.before, change.after)]
    values += [(name, value) for name, of in one.conflicts.items() for value in of.values()]
    return refer.Shown(scene.plan.kind, scene.plan.connections, values)


def _joins(tx: Tx, scene: Stage, connection: str, records: Sequence[Record]) -> dict[str, UUID]:
    """Unknown records that would join a link, by external id."""
    wanted = may_be(tx, scene.rules, scene.plan, connection, records)
    there = links.read(tx, {i for ids in wanted.values() for i in ids})
    found: dict[str, UUID] = {}
    for external_id, ids in wanted.items():
        for link_id in ids:
            sides = there[link_id].sides
            is_free = not exists(sides.get(connection)) and link_id not in found.values()
            if is_free and sides.keys() <= set(scene.plan.connections):
                found[external_id] = link_id
                break
    return found


def _pairs(scene: Stage, strangers: Mapping[str, Sequence[Record]]) -> Iterator[dict[str, Record]]:
    """Unknown records, with the one of the other side that has a key in common. Further ones of
    one side with the same e-mail are left out: they would wait to be merged there.
    """
    ma, sfa = scene.plan.connections
    free: dict[str, Record] = {}
    theirs: dict[str, Mapping[str, str]] = {}
    emails: set[str] = set()
    for record in strangers.get(sfa, ()):
        keys = keys_of(scene.rules, scene.plan, sfa, record)
        email = keys.get("email", "")
        if not email or email not in emails:
            free[record.ref.id], theirs[record.ref.id] = record, keys
            emails.add(email)
    holders = _holders(theirs)
    for record in strangers.get(ma, ()):
        same = _same(holders, theirs, keys_of(scene.rules, scene.plan, ma, record))
        other = next((one for one in same if one in free), None)
        yield {ma: record} if other is None else {ma: record, sfa: free.pop(other)}
    for record in free.values():
        yield {sfa: record}


def _holders(keys: Mapping[str, Mapping[str, str]]) -> dict[tuple[str, str], list[str]]:
    """(key, value) -> records that have it."""
    found: dict[tuple[str, str], list[str]] = {}
    for external_id, own in keys.items():
        for one in own.items():
            found.setdefault(one, []).append(external_id)
    return found


def _same(
    holders: Mapping[tuple[str, str], Sequence[str]],
    theirs: Mapping[str, Mapping[str, str]],
    mine: Mapping[str, str],
) -> Iterator[str]:
    """Those with a key in common. A phone number or a field of one's own counts if one has it, a
    name if the domains do not differ.
    """
    for key in mine.items():
        found = holders.get(key, ())
        if key[0] == "name" and "domain" in mine:
            found = [i for i in found if theirs[i].get("domain") in {None, mine["domain"]}]
        if len(found) == 1 or key[0] in {"email", "domain", "name"}:
            yield from found


def email_of(scene: Stage, connection: str, record: Record) -> str:
    """The e-mail address of a record as the draft reads it; "" where it has none."""
    probe = Side(uuid4(), connection, scene.plan.kind, object=record.object)
    role = scene.plan.role(connection)
    value = canonical(scene.rules, scene.plan, role, probe, record.fields).get("email")
    return value.lower() if isinstance(value, str) else ""


def judge(scene: Stage, link: Link, looks: Mapping[str, Record], past: Past) -> Rehearsed:
    """What would become of one link, which is changed in memory."""
    plan = scene.plan
    for connection, record in looks.items():
        _look(scene, link, connection, record)
    before = {name: dict(side.seen) for name, side in link.sides.items()}
    case = Case(Round(scene.rules, scene.now), plan, link, Cause(uuid4(), HISTORY), past)
    decide_one(case)
    lines = (line for line in case.round.lines if line.event == "conflict_decided")
    lost = {str(line.detail["field"]) for line in lines}
    sides = tuple(
        _side(scene, link, role, before.get(name, {}), lost) for role, name in plan.roles()
    )
    first = next(iter(looks.values()))
    label = link.agreed.get("email") or link.agreed.get("name") or first.ref.id
    return Rehearsed(link.id, str(label), sides, dict(link.conflicts))


def _look(scene: Stage, link: Link, connection: str, record: Record) -> None:
    """Take in a record as it was seen just now."""
    plan = scene.plan
    side = link.sides.get(connection)
    if side is None:
        side = link.sides[connection] = Side(link.id, connection, plan.kind)
    if record.deleted:
        side.state = SideState.GONE
        return
    side.external_id, side.object, side.sought = record.ref.id, record.object, True
    if side.state == SideState.GONE:
        side.state = SideState.IN_SYNC
    if side.write_state == WriteState.FLYING:
        side.write_state = WriteState.UNKNOWN  # as its outcome is about to show
    values = canonical(scene.rules, plan, plan.role(connection), side, record.fields)
    observe(link, side, values, started=side.stamp + 1, modified_at=record.modified_at)


def _side(
    scene: Stage, link: Link, role: Role, before: Mapping[str, Value], lost: set[str]
) -> SideResult:
    plan = scene.plan
    name = plan.connection(role)
    side = link.sides.get(name)
    if side is None:
        unmet = unmet_filter(plan.document, OTHER[role], link.agreed)
        return SideResult(name, "filtered" if unmet else "not_created", filter=unmet)
    if side.state == SideState.GONE:
        return SideResult(name, "unchanged", side.external_id, side.object)
    creating = side.ref is None
    todo, outgoing = composed(scene.rules, plan, link, side)
    fixed = plan.birth(role, link.agreed).fields if creating else {}
    fields = plan.without_rests(role, side.object, {**fixed, **outgoing.fields})
    refused = refusals(scene.schemas.get(role), side.object, fields, creating=creating)
    troubles = [Trouble(p.field, p.code, p.message) for p in outgoing.problems]
    troubles += [Trouble(p["field"], p["code"], p["message"]) for p in side.problems]
    troubles += [Trouble(*one) for one in refused]
    outcome: Outcome = "created" if creating else "updated"
    if refused or (todo and not outgoing.fields):
        outcome = "rejected"
    elif not outgoing.fields:
        outcome = "unchanged"
    rules = plan.document.rules(role, side.object)
    own = {rule.field(role) for rule in rules if rule.name in outgoing.told}
    return SideResult(
        name,
        outcome,
        side.external_id,
        side.object,
        fields=tuple(
            FieldChange(field, before.get(field), todo[field], *_why(plan, link, role, field, lost))
            for field in sorted(outgoing.told)
        ),
        also={field: value for field, value in fields.items() if field not in own},
        troubles=tuple(troubles),
    )


def _why(plan: Plan, link: Link, role: Role, name: str, lost: set[str]) -> tuple[str, str]:
    """Where the value of a field comes from, and why it is told."""
    rule = next(one for one in plan.document.fields if one.name == name)
    side = link.sides[plan.connection(role)]
    other = link.sides.get(plan.connection(OTHER[role]))
    value = link.agreed.get(name)
    if rule.baton is not None:
        return "baton", "score"
    if name in side.aside:
        return "agreed", "put_back"
    if other is not None and other.seen.get(name) == value:
        if name in lost:
            return OTHER[role], "policy"
        return OTHER[role], "filled" if side.seen.get(name) is None else "changed"
    return ("mapping", "territory") if rule.type == "owner" else ("agreed", "pending")
