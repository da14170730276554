"""Route: activities that have their person now go where the activity document sends them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from app.domain.activity_document import EVERYTHING, ActivityDocument
from app.domain.routing import Way, cut_off, gathered_at, period, route_of, way
from app.flows.rules import Rules
from app.store import deliveries, digests, unclocked
from app.store.activities import Stored
from app.store.db import Tx
from app.store.deliveries import Plan
from app.store.digests import Gathered

Place: TypeAlias = tuple[UUID, str, str, datetime]


def document(rules: Rules) -> ActivityDocument:
    """The active activity document, or what holds without one."""
    return EVERYTHING if rules.activity is None else rules.activity[0]


def targets(rules: Rules, source: str) -> list[str]:
    """Connections into which a source's activities may be logged: where its people can be."""
    able = rules.able("LogsActivities")
    willing = {n for n in able if rules.connections[n].options.get("log_activities", True)}
    pairs = [{*plan.connections} for plan in rules.plans if plan.kind == "person"]
    near = [pair for pair in pairs if source in pair] or pairs
    return sorted((willing & {name for pair in near for name in pair}) - {source})


@dataclass(frozen=True, slots=True)
class _Leg:
    """One activity on its way to one connection; `digest` where it is gathered."""

    one: Stored
    link_id: UUID
    target: str
    way: Way
    digest: Gathered | None


def route(
    tx: Tx, rules: Rules, those: Iterable[Stored], *, now: datetime, since: datetime | None = None
) -> set[str]:
    """Make the deliveries and digests of activities that have none; answer the lanes to wake.
    `since`: how far back to go, in place of what the document says.
    """
    since, found = since or cut_off(document(rules), now), list(those)
    unclocked.heed_activities(tx, found)
    legs = [leg for one in found if one.link_id for leg in _legs(rules, one, one.link_id, since)]
    gathered: dict[Place, Gathered] = {}
    for leg in legs:
        if leg.digest is not None:
            so_far = gathered.get(leg.digest.place)
            count = leg.digest.count + (so_far.count if so_far else 0)
            gathered[leg.digest.place] = replace(leg.digest, count=count)
    due_at = gathered_at(document(rules), now)
    ids = digests.gather(tx, list(gathered.values()), due_at=due_at)
    deliveries.plan(tx, [_plan(leg, ids) for leg in legs])
    return {_lane(leg) for leg in legs if leg.way.code is None}


def _lane(leg: _Leg) -> str:
    """What is history, and no part of a digest, has a lane of its own."""
    apart = leg.one.history and leg.digest is None
    return f"log:{leg.target}:history" if apart else f"log:{leg.target}"


def _legs(rules: Rules, one: Stored, link_id: UUID, since: datetime | None) -> Iterator[_Leg]:
    rulebook = document(rules)
    for target in targets(rules, one.connection):
        found = way(rulebook, one.fact, one.connection, target, since=since)
        chosen = route_of(rulebook, found.route) if found.keep == "digest" else None
        digest = None
        if chosen is not None:
            span = period(rulebook, chosen, one.fact.at)
            digest = Gathered(link_id, target, chosen.name, *span, 1, chosen.at_least, one.cause_id)
        yield _Leg(one, link_id, target, found, digest)


def _plan(leg: _Leg, ids: Mapping[Place, UUID]) -> Plan:
    return Plan(
        activity_id=leg.one.id,
        at=leg.one.fact.at,
        link_id=leg.link_id,
        connection=leg.target,
        route=leg.way.route,
        digest_id=None if leg.digest is None else ids[leg.digest.place],
        history=leg.one.history,
        code=leg.way.code,
    )
