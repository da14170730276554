"""Apply: what a look showed becomes links and sides, then decisions. One transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from app.domain.link import Link, Side, SideState, WriteState, confirmed, observe
from app.flows import posting, refer, routing
from app.flows.decide import canonical, decide
from app.flows.identify import identify
from app.flows.moves import UNLOOKED, follow
from app.flows.recognise import recognise
from app.flows.remove import called_off, spread
from app.flows.round import HISTORY, Cause
from app.flows.rules import Plan, Rules
from app.store import (
    activities,
    campaigns_members,
    deliveries,
    digests,
    inbox,
    journal,
    ledger,
    links,
)
from app.store.db import Tx
from app.store.journal import Line
from app.store.ledger import Entry
from connectors.base import Kind, Record, Value
from mappings.references import AWAITS
from mappings.sides import Role


@dataclass(frozen=True, slots=True)
class Looks:
    """Records seen at one connection in a look that began at counter `started`.

    `causes` by external id; what has none shares `cause` (a poll). `history`: not news to anyone.
    `joined` are links that got this side just now, to be decided about whatever it shows.
    """

    connection: str
    kind: Kind
    records: Sequence[Record]
    started: int
    cause: Cause
    causes: Mapping[str, Cause] = field(default_factory=dict)
    history: bool = False
    joined: frozenset[UUID] = frozenset()

    def cause_of(self, record: Record) -> Cause:
        known = self.causes.get(record.ref.id)
        if known is not None:
            return known
        at = HISTORY if self.history else record.modified_at or self.cause.at
        return Cause(self.cause.id, at)


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of it. `stale` must be looked at again (external ids)."""

    wakes: set[str]
    stale: set[str]


@dataclass(frozen=True, slots=True)
class _Intake:
    """What taking in one look's records shares."""

    rules: Rules
    plan: Plan
    looks: Looks
    read: Mapping[str, Mapping[str, Value]]
    lines: list[Line] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    emails: dict[UUID, tuple[str, ...]] = field(default_factory=dict)
    ended: list[Link] = field(default_factory=list)
    returned: list[Link] = field(default_factory=list)

    def note(self, event: str, link: Link, record: Record) -> None:
        cause = self.looks.cause_of(record)
        version = self.plan.label
        self.lines.append(Line(event, link.id, self.looks.connection, cause.id, version=version))


def apply(tx: Tx, rules: Rules, looks: Looks, *, now: datetime) -> Applied:
    """Take in what was seen and decide what follows."""
    plan = rules.plan(looks.connection, looks.kind)
    if plan is None:
        return Applied(set(), set())
    stale = _follow_moves(tx, rules, looks)
    records = [r for r in looks.records if r.moved_to is None]
    rules = refer.known(tx, rules, plan, {looks.connection: records})
    who = identify(tx, rules, plan, looks.connection, records)
    missing = set(who.owners.values()) - who.found.keys()
    found = {**who.found, **links.lock(tx, missing)}
    intake = _Intake(rules, plan, looks, who.read)
    causes: dict[UUID, Cause] = {}
    same: list[UUID] = []
    fresh = who.joined | who.made
    new = set(fresh)
    for record in records:
        link = found.get(who.owners.get(record.ref.id, UUID(int=0)))
        if link is None:
            continue
        before = _shown(link, looks.connection)
        if _is_news(rules, link.sides[looks.connection], record):
            new.add(link.id)
        if not _take(intake, link, record):
            stale.add(record.ref.id)
        elif link.id in fresh | looks.joined or _shown(link, looks.connection) != before:
            causes[link.id] = looks.cause_of(record)
        else:
            same.append(link.id)
        if link.id in fresh:
            intake.note("found" if link.id in who.made else "joined", link, record)
    links.save(tx, [found[link_id] for link_id in fresh - causes.keys()])
    wakes = arrived(tx, rules, looks.connection, [found[link_id] for link_id in new], now=now)
    links.stamp_sides(tx, looks.connection, same, looks.started)
    wakes |= _concluded(tx, intake, found, causes, now=now)
    shown = {i: r for r in records if (i := who.owners.get(r.ref.id)) in found and not r.deleted}
    refer.note(tx, rules, plan, looks.connection, shown, cause_id=looks.cause.id)
    return Applied(wakes, stale)


def _concluded(
    tx: Tx,
    intake: _Intake,
    found: Mapping[UUID, Link],
    causes: Mapping[UUID, Cause],
    *,
    now: datetime,
) -> set[str]:
    """What follows from what was taken in: decisions, likely doubles, deletions that spread."""
    rules, plan, connection = intake.rules, intake.plan, intake.looks.connection
    journal.write(tx, intake.lines)
    ledger.add(tx, intake.entries)
    called_off(tx, plan, intake.returned, connection)
    wakes = decide(tx, rules, {link_id: found[link_id] for link_id in causes}, causes, now=now)
    known = {link_id: found[link_id] for link_id in causes.keys() | intake.emails.keys()}
    recognise(tx, plan, known, intake.emails)
    for link in intake.ended:
        wakes |= spread(tx, rules, link, connection, causes[link.id].id)
    return wakes


def _follow_moves(tx: Tx, rules: Rules, looks: Looks) -> set[str]:
    """Records that live on under another id (merge, conversion) take their links along; answer
    those whose look is stale. First of all, so that the new record is not taken for somebody new.
    What a conversion made besides is looked at as well.
    """
    moved = {r.ref.id: r for r in looks.records if r.moved_to is not None}
    owners = links.by_external_id(tx, looks.connection, looks.kind, list(moved))
    links.lock(tx, owners.values())
    stale: set[str] = set()
    for external_id, link_id in owners.items():
        link = links.lock(tx, [link_id]).get(link_id)  # as the moves before this one left it
        if link is None:
            continue
        side = link.sides[looks.connection]
        if side.write_state == WriteState.FLYING or looks.started <= side.stamp:
            stale.add(external_id)
            continue
        record = moved[external_id]
        cause_id = looks.cause_of(record).id
        follow(tx, link, side, record.moved_to, cause_id, stamp=looks.started)
        brought = [ref for ref in record.brought if rules.plan(looks.connection, ref.kind)]
        inbox.add_hints(tx, [(looks.connection, ref, cause_id, None) for ref in brought])
        links.save(tx, [link])
    return stale


def arrived(
    tx: Tx, rules: Rules, connection: str, found: Collection[Link], *, now: datetime
) -> set[str]:
    """These links exist at a connection now: their waiting activities can go on. The links are
    saved where there are any; else whoever decides about them does.
    """
    if not found:
        return set()
    ids = [link.id for link in found]
    sides = [side for link in found for side in link.sides.values()]
    wakes = {f"alert:{connection}"}
    if activities.any_waits(tx, [(one.connection, one.ref) for one in sides if one.ref]):
        links.save(tx, found)
        wakes |= routing.route(tx, rules, activities.attach(tx, ids), now=now)
    started = deliveries.person_arrived(tx, connection, ids)
    if digests.person_arrived(tx, connection, ids) or started:
        wakes.add(f"log:{connection}")
    wakes |= campaigns_members.arrived(tx, connection, ids)
    return wakes | refer.arrived(tx, rules, connection, found, uuid4())


def _is_news(rules: Rules, side: Side, record: Record) -> bool:
    """Whether a record is there now that was not, or not as what others need it to be."""
    is_other = record.object != side.object
    return not side.seen or (is_other and refer.is_awaited(rules, side.connection, record))


def _shown(link: Link, connection: str) -> tuple[object, ...]:
    """What of a side decisions depend on; where a look leaves it as it was, there are none."""
    side = link.sides[connection]
    waits = object() if side.code == AWAITS else None  # to be decided about whatever it shows
    return (
        waits,
        dict(side.seen),
        side.object,
        side.state,
        side.code,
        side.write_state,
        tuple(side.told),
        [problem["code"] for problem in side.problems],
        side.ref,
        len(link.agreed),
    )


def _take(intake: _Intake, link: Link, record: Record) -> bool:
    """Let one record into its side; False where the look is stale."""
    looks = intake.looks
    side = link.sides[looks.connection]
    if record.deleted:
        return _take_deletion(intake, link, side, record)
    side.object = record.object
    role = intake.plan.role(looks.connection)
    values = intake.read.get(record.ref.id)
    if values is None:
        values = canonical(intake.rules, intake.plan, role, side, record.fields)
    if record.emails is not None:
        intake.emails[link.id] = record.emails
    entries = _written_after_all(intake, side, record, values)
    at, times = record.modified_at, _times(intake.plan, role, record)
    if not observe(link, side, values, started=looks.started, modified_at=at, times=times):
        return False
    intake.entries.extend(entries)
    if side.state == SideState.GONE:
        side.state, side.code, side.reason = SideState.IN_SYNC, None, None
        intake.returned.append(link)
        intake.note("returned", link, record)
    return True


def _times(plan: Plan, role: Role, record: Record) -> dict[str, datetime]:
    """When the mapping's fields were changed, where the vendor tells it."""
    told = record.field_modified_at
    rules = plan.document.rules(role, record.object) if told else ()
    return {rule.name: told[one] for rule in rules if (one := rule.field(role) or "") in told}


def _take_deletion(intake: _Intake, link: Link, side: Side, record: Record) -> bool:
    """The record is gone, and so is the side."""
    started = intake.looks.started
    if side.write_state == WriteState.FLYING or started <= side.stamp:
        return False
    side.write, side.write_id, side.write_state = None, None, WriteState.IDLE
    side.stamp = started
    if side.state != SideState.GONE:
        intake.note("gone", link, record)
        intake.ended.append(link)
    elif side.code == UNLOOKED:
        intake.ended.append(link)
        side.code = None
    side.state, side.due_at = SideState.GONE, None
    return True


def _written_after_all(
    intake: _Intake, side: Side, record: Record, values: Mapping[str, Value]
) -> list[Entry]:
    """What the ledger says of a write in doubt that landed, as this look shows. A record that was
    found where one was to be created is ours only if it has our key.
    """
    created = not side.seen
    if created and record.key != str(side.link_id):
        return []
    changes = confirmed(side, values)
    return posting.entries(intake.plan, side, changes, created=created, cause_id=side.cause_id)
