"""The one place of decisions: merge, score, hot leads, and who must be told what.

Every verb that learns something ends here, with links locked in its transaction. Nothing here
calls a vendor; what shall happen is written into rows, and the lanes named in the answer are
woken after the commit.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.aside import release
from app.domain.likeness import number
from app.domain.link import Link, Side, SideState, WriteState, settle_base, times_of, untold
from app.domain.merge import Role, Seen, agree
from app.flows import (
    handoffs_anew,
    handoffs_ended,
    handoffs_heard,
    noticing,
    raising,
    rate,
    routing,
    stages,
)
from app.flows.derived import derived
from app.flows.round import Case, Cause, Round, pasts
from app.flows.rules import Plan, Rules
from app.store import activities, alerts, journal, links, unclocked, unscored
from app.store.db import Tx
from mappings.engine import to_canonical
from mappings.references import AWAITS, UNMAPPED


def decide(
    tx: Tx,
    rules: Rules,
    found: Mapping[UUID, Link],
    causes: Mapping[UUID, Cause],
    *,
    now: datetime,
    told: bool = False,
) -> set[str]:
    """Decide about these locked links and save them; answer the lanes to wake. `told`: writes to
    them ended, and nothing was learned.
    """
    round_ = Round(rules, now, told=told)
    past, known = pasts(tx, found), {one.id: _clues(one) for one in found.values()}
    round_.wakes |= handoffs_heard.hear(tx, rules, found, past, now)
    round_.wakes |= handoffs_ended.hear(tx, rules, found, past, now)
    handoffs_anew.judge(tx, rules, found, past, now)
    for link in found.values():
        plan = rules.plan_of(link.kind, tuple(link.sides))
        if plan is not None:
            decide_one(Case(round_, plan, link, causes[link.id], past[link.id]))
    links.save(tx, found.values())
    round_.wakes |= handoffs_ended.note(tx, rules, found.values(), now)
    round_.wakes |= _attach(tx, rules, found.values(), known, now=now)
    round_.wakes |= raising.keep(tx, rules, round_.alerts, now=now)
    alerts.merge(tx, round_.repeats, now=now)
    noticing.notice(tx, rules, found.values(), now=now)
    alerts.add_scores(tx, round_.scores)
    stages.store(tx, round_)
    unclocked.heed(tx, {one.link_id for one in round_.lines if one.event == "changed"})
    journal.write(tx, round_.lines)
    return round_.wakes


def _clues(link: Link) -> set[str]:
    """By what a source may know a person of whom it has no record."""
    named = ((activities.BY_EMAIL, link.email), (activities.BY_PHONE, link.phone))
    return {f"{prefix}{value}" for prefix, value in named if value and link.kind == "person"}


def _attach(
    tx: Tx, rules: Rules, found: Collection[Link], known: Mapping[UUID, set[str]], *, now: datetime
) -> set[str]:
    """Activities that waited for somebody with an address or number that a link has since now."""
    new = {clue: link.id for link in found for clue in _clues(link) - known[link.id]}
    attached = activities.attach_by_clue(tx, new) if new else []
    unscored.add(tx, attached)
    return routing.route(tx, rules, attached, now=now) | ({"score"} if attached else set())


def decide_one(case: Case) -> None:
    """Decide about one link, in memory: what follows is in its round."""
    plan, link, before = case.plan, case.link, case.link.agreed
    _agree(case)
    new = any(_is_new(case, role) for role, _ in plan.roles())
    link.agreed |= plan.assigned(link.agreed, link.conflicts, new=new)
    if link.kind == "person":
        rate.rate(case, before)
        stages.place(case)
    link.agreed |= derived(case)
    for one in link.sides.values():
        flying = one.write or () if one.write_state != WriteState.IDLE else ()
        release(one.aside, link.agreed, version=plan.label, flying=flying)
    _settle(plan, link)
    for role, name in plan.roles():
        if name not in link.sides and _to_be_created(case, role):
            link.sides[name] = Side(link.id, name, link.kind)
            case.note("create_planned", name)
        side = link.sides.get(name)
        if side is not None and side.ref is None:
            side.object = plan.birth(role, link.agreed).object
        if side is not None and side.state != SideState.GONE:
            _mark(case, role, side)


def _settle(plan: Plan, link: Link) -> None:
    """The new base, of the fields that every side has shown that has a place for them."""
    sides = present(plan, link)
    unsure = {name for role, side in sides.items() for name in plan.unsure(role, side)}
    shown = {role: meant(plan, role, side) for role, side in sides.items()}
    sure: dict[str, dict[str, Any]] = {
        role: {n: v for n, v in seen.items() if n not in unsure} for role, seen in shown.items()
    }
    settle_base(link, sure)


def present(plan: Plan, link: Link) -> dict[Role, Side]:
    """The sides at which the link exists, by role."""
    sides = {plan.role(name): side for name, side in link.sides.items()}
    return {
        role: side
        for role, side in sides.items()
        if side.external_id is not None and side.state != SideState.GONE
    }


def meant(plan: Plan, role: Role, side: Side) -> dict[str, Any]:
    """What a side shows, and means, of the fields that its object has a place for."""
    holds = plan.holds(role, side.object) - side.aside.keys()
    return {name: value for name, value in side.seen.items() if name in holds}


def _agree(case: Case) -> None:
    plan, link = case.plan, case.link
    sides = {
        role: Seen(meant(plan, role, side), side.modified_at, times_of(side))
        for role, side in present(plan, link).items()
    }
    agreement = agree(link.base, sides, plan.merge)
    changed = sorted(n for n, v in agreement.values.items() if link.agreed.get(n) != v)
    if changed:
        case.note("changed", fields=changed)
    conflicts = {name: dict(values) for name, values in agreement.conflicts.items()}
    if opened := sorted(conflicts.keys() - link.conflicts.keys()):
        case.note("conflict_open", fields=opened)
    if closed := sorted(link.conflicts.keys() - conflicts.keys()):
        case.note("conflict_closed", fields=closed)
    for name, values in agreement.lost.items():
        kept = agreement.values[name]
        case.note("conflict_decided", field=name, lost=dict(values), kept=kept)
    link.conflicts, link.agreed = conflicts, dict(agreement.values)
    email = link.agreed.get("email")
    email = email.lower() if isinstance(email, str) else None
    if email != link.email:
        for side in link.sides.values():
            side.sought = side.ref is not None  # it may exist there under the new address
    link.email, link.phone = email, number(link.agreed.get("phone")) or None


def _to_be_created(case: Case, role: Role) -> bool:
    plan, link = case.plan, case.link
    return (
        plan.connection(role) in case.round.rules.connections
        and bool(present(plan, link))
        and plan.creates(role, link.agreed)
    )


def _is_new(case: Case, role: Role) -> bool:
    """Whether the link is about to be created at a side."""
    side = case.link.sides.get(case.plan.connection(role))
    return _to_be_created(case, role) if side is None else side.ref is None


def tell(plan: Plan, role: Role, link: Link, side: Side) -> dict[str, Any]:
    """What a side must be told now, canonical."""
    return untold(side, link.agreed, plan.writes(role, side.object))


def _mark(case: Case, role: Role, side: Side) -> None:
    """Make a side due when there is something to tell; leave a failure alone until it differs."""
    side.hot = case.link.hot_since is not None
    if side.write_state != WriteState.IDLE:
        return
    todo = tell(case.plan, role, case.link, side)
    if not todo and side.external_id is not None:
        side.state, side.due_at, side.write, side.attempts = SideState.IN_SYNC, None, None, 0
        side.code = side.reason = None
        return
    refused = {name: new for name, (_, new) in (side.write or {}).items()}
    waits = side.code in {None, AWAITS}
    if not waits and side.due_at is None and refused == todo:
        return
    side.due_at = _due_at(case, side, todo)
    side.state, side.cause_id = SideState.PENDING, case.cause.id
    if side.due_at <= case.round.now:
        case.round.wakes.add(f"deliver:{side.connection}:{side.kind}")


def _due_at(case: Case, side: Side, todo: Collection[str]) -> datetime:
    """When a side is told what differs: now, or when it was due anyway. Where nothing but
    summaries do, they wait until its last write is long enough ago, unless the person is hot.
    """
    now = case.round.now
    waited = side.due_at if side.state == SideState.PENDING else None
    if waited is not None and (waited <= now or side.attempts or side.ref is None):
        return waited
    role = case.plan.role(side.connection)
    calm = case.plan.summaries(role, side.object).issuperset(todo) and not side.aside.keys() & todo
    if not calm or case.link.hot_since is not None or side.told_at is None:
        return now
    return max(now, side.told_at + timedelta(seconds=case.plan.document.summaries_wait_s))


def canonical(
    rules: Rules, plan: Plan, role: Role, side: Side, fields: Mapping[str, Any]
) -> dict[str, Any]:
    """A vendor's fields as canonical values; what could not be understood is noted on the side."""
    result = to_canonical(plan.document, role, side.object, fields, rules.context(plan, side.seen))
    rests = plan.rests(role, side.object)
    side.problems = [
        {"field": p.field, "code": p.code, "message": p.message}
        for p in result.problems
        if p.field not in rests and p.code != UNMAPPED
    ]
    return {name: value for name, value in result.values.items() if name not in rests}
