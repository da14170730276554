"""Reconcile: compare both systems of a mapping, and explain every difference.

Both sides are listed page by page and each record is compared with what we hold of it; then every
link is judged at both connections, and what nobody knows is told. Nothing is kept in memory: what
was sighted is a table. The counts add up to `done`: two places a link, and one for each stranger.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from app.domain.link import Link, Side, SideState
from app.flows import refer
from app.flows.decide import canonical, meant
from app.flows.rules import Plan, Rules
from app.flows.work import listing, mending
from app.flows.work.differences import IN_SYNC, Place, explain
from app.flows.work.kind import OfMapping, Wait
from app.flows.work.listing import ListAsk
from app.flows.work.resync import mapping_named, next_place
from app.store import comparing, links, tombstones, work
from app.store.comparing import Sighting
from app.store.db import Tx
from app.store.work import Finding, Job
from connectors.base import Listed, Record

BATCH = 200


class Arguments(OfMapping):
    """Which mapping; `repair` also sets on its way what can be mended."""

    repair: bool = False


@dataclass(frozen=True, slots=True)
class JudgeAsk:
    """The next links to judge. Nobody is called."""

    ids: Sequence[UUID]
    connection: None = None


@dataclass(frozen=True, slots=True)
class StrangersAsk:
    """The next records at a connection that belong to no link."""

    where: str
    seen: Sequence[Sighting]
    connection: None = None


Asks: TypeAlias = ListAsk | JudgeAsk | StrangersAsk


def plan(tx: Tx, job: Job, *, now: datetime) -> Asks | Wait | None:  # noqa: ARG001  the interface
    """List one side, then the other; judge the links; tell of strangers."""
    _, mapping = mapping_named(tx, job.args["mapping"])
    turn = job.checkpoint.get("turn", 0)
    if turn < len(mapping.connections):
        return listing.next_page(tx, mapping, mapping.connections[turn], job.checkpoint)
    after = job.checkpoint.get("after")
    last = None if after is None else UUID(after)
    ids = comparing.links_at(tx, mapping.kind, mapping.connections, last, BATCH)
    if ids:
        return JudgeAsk(ids)
    told = job.checkpoint.get("strangers", {})
    for name in mapping.connections:
        found = comparing.strangers(tx, job.id, (name, mapping.kind), told.get(name, ""), BATCH)
        if found:
            return StrangersAsk(name, found)
    comparing.forget(tx, job.id)
    return None


def call(connector: Any, ask: Asks) -> Listed | None:
    """Read one page; the rest needs nobody."""
    return listing.call(connector, ask) if isinstance(ask, ListAsk) else None


def settle(tx: Tx, job: Job, ask: Asks, answer: Listed | None, *, now: datetime) -> set[str]:
    """Remember the page, or tell what was found; go on behind it."""
    rules, mapping = mapping_named(tx, job.args["mapping"])
    match ask:
        case ListAsk() if answer is not None:
            _sight(tx, job, rules, ask, answer)
            return set()
        case JudgeAsk(ids=ids):
            found, places = judge(tx, job, mapping, ids)
            place = {**job.checkpoint, "after": str(ids[-1])}
        case StrangersAsk(where=name, seen=unknown):
            found, places = [stranger(mapping, name, one) for one in unknown], len(unknown)
            told = {**job.checkpoint.get("strangers", {}), name: unknown[-1].external_id}
            place = {**job.checkpoint, "strangers": told}
    counts = {IN_SYNC: places - len(found)} if places > len(found) else {}
    for one in found:
        counts[one.category] = counts.get(one.category, 0) + 1
    wakes: set[str] = set()
    if job.args.get("repair"):
        found, wakes = mending.repair(tx, rules, job, found, now=now)
    work.add_findings(tx, job.id, found)
    work.advance(tx, job.id, place, places, counts)
    return wakes


def _sight(tx: Tx, job: Job, rules: Rules, ask: ListAsk, page: Listed) -> None:
    """Compare the records of a page with what we hold of them, and remember that they are there."""
    mapping = rules.plan(ask.connection, ask.kind)
    assert mapping is not None  # noqa: S101  the job goes by it
    live = [record for record in page.items if not record.deleted]
    owners = links.by_external_id(tx, ask.connection, ask.kind, [r.ref.id for r in live])
    found = links.read(tx, owners.values())
    rules = refer.known(tx, rules, mapping, {ask.connection: live}, list(found.values()))
    unknown = [record for record in live if record.ref.id not in owners]
    erased = _erased(tx, rules, mapping, unknown, ask.connection)
    seen = []
    for record in live:
        link = found.get(owners.get(record.ref.id, UUID(int=0)))
        differs = None
        if link is not None:
            differs = _differs(rules, mapping, link, record, connection=ask.connection)
        seen.append(Sighting(record.ref.id, ask.started, differs, record.ref.id in erased))
    comparing.sight(tx, job.id, ask.connection, seen)
    place = next_place(job, page)
    place.setdefault(f"began:{ask.connection}", ask.started)
    work.advance(
        tx, job.id, place, total=2 * comparing.count_links(tx, mapping.kind, mapping.connections)
    )
    listing.wait_for(tx, job, ask, page)


def _differs(
    rules: Rules, mapping: Plan, link: Link, record: Record, *, connection: str
) -> list[str]:
    """Fields that the vendor shows otherwise than we hold them, or, where we have not seen them
    yet, otherwise than they are agreed.
    """
    role, side = mapping.role(connection), replace(link.sides[connection])
    held = meant(mapping, role, side)
    side.object = record.object
    shown = canonical(rules, mapping, role, side, record.fields)
    unseen = mapping.holds(role, side.object) & shown.keys() - side.seen.keys()
    held |= {name: link.agreed.get(name) for name in unseen}
    return sorted(name for name, value in held.items() if shown.get(name) != value)


def judge(tx: Tx, job: Job, mapping: Plan, ids: Sequence[UUID]) -> tuple[list[Finding], int]:
    """What differs at the places of these links, and how many places there are."""
    found = links.read(tx, ids)
    emails = {link.email for link in found.values() if link.email}
    twins = links.by_email(tx, mapping.kind, emails)
    others = links.read(tx, {other for same in twins.values() for other in same})
    differences: list[Finding] = []
    for role, name in mapping.roles():
        known = [s.external_id for one in found.values() if (s := one.sides.get(name)) is not None]
        at = [external_id for external_id in known if external_id is not None]
        seen = comparing.sighted(tx, job.id, name, at)
        hinted = comparing.hinted(tx, name, mapping.kind, at)
        for link in found.values():
            side = link.sides.get(name)
            external_id = None if side is None else side.external_id
            same = (others[i] for i in twins.get(link.email or "", ()) if i != link.id)
            place = Place(
                mapping,
                role,
                link,
                seen.get(external_id or ""),
                job.checkpoint[f"began:{name}"],
                hinted=external_id in hinted,
                twins=frozenset(str(one.id) for one in same if exists(one, name)),
            )
            if (difference := explain(place)) is not None:
                differences.append(difference)
    return differences, len(found) * len(mapping.connections)


def exists(link: Link, connection: str) -> bool:
    """Whether a link has a live record at a connection."""
    side = link.sides.get(connection)
    return side is not None and side.ref is not None and side.state != SideState.GONE


def stranger(mapping: Plan, connection: str, seen: Sighting) -> Finding:
    """A record that the vendor lists and we have never looked at, or must not."""
    category, code = ("erased", "erased") if seen.erased else ("missing_here", "never_seen")
    return Finding(category, None, connection, mapping.kind, seen.external_id, code)


def _erased(tx: Tx, rules: Rules, mapping: Plan, records: Sequence[Record], at: str) -> set[str]:
    """Ids of those records that are of somebody who was erased."""
    marks: dict[str, set[str]] = {}
    for record in records:
        probe = Side(UUID(int=0), at, mapping.kind, object=record.object)
        email = canonical(rules, mapping, mapping.role(at), probe, record.fields).get("email")
        own = {tombstones.by_ref(at, record.ref)}
        own |= {tombstones.by_key(record.key)} if record.key else set()
        own |= {tombstones.by_email(mapping.kind, email)} if isinstance(email, str) else set()
        marks[record.ref.id] = own
    known = tombstones.known(tx, set().union(*marks.values()))
    return {external_id for external_id, own in marks.items() if own & known.keys()}
