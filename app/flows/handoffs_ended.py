"""An opportunity that is won or lost, in either system, ends the hand-off that led to it.

Two sources tell of it: the opportunity's own record, where a mapping has it, and the activities of
its people. Neither is read here but from rows; a person is decided about when one of them changes.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from app.domain.handoff import Act, NotYours, Unfit
from app.domain.handoff_deals import deciding, fitting, reason_of
from app.domain.handoff_moves import TAKEN, Illegal
from app.domain.link import Link, exists
from app.domain.notice_document import Ended
from app.flows import handoffs
from app.flows.handoffs_known import Ground, NoDocument, flow_of
from app.flows.round import Past
from app.flows.rules import Rules
from app.store import handoff_deals, journal, unscored
from app.store import handoffs as stored
from app.store.db import Tx
from app.store.handoff_deals import Deal, End
from app.store.handoffs import Kept
from app.store.journal import Line

FLOW = "is_fs"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who has to be looked at."""

    link_id: UUID | None


def note(tx: Tx, rules: Rules, found: Collection[Link], now: datetime) -> set[str]:
    """Keep which of these opportunities, just decided about, have ended; have their people looked
    at. Answer lanes to wake.
    """
    those = [one for one in found if one.kind == "opportunity"]
    if rules.handoff is None or not those:
        return set()
    known = handoff_deals.ends(tx, [one.id for one in those])
    changed: list[Link] = []
    opened: list[UUID] = []
    for link in those:
        end, before = _end(rules, link, now), known.get(link.id)
        if end is None and before is not None:
            opened.append(link.id)
        elif end is not None and (before is None or before.outcome != end.outcome):
            handoff_deals.end(tx, end)
            changed.append(link)
        elif end is not None and before is not None and end.reason not in {None, before.reason}:
            handoff_deals.end(tx, replace(before, reason=end.reason))
    handoff_deals.reopen(tx, opened)
    if not changed:
        return set()
    people = {*handoff_deals.people(tx, [one.id for one in changed]), *_named(rules, changed)}
    unscored.add(tx, [Waiting(one) for one in people])
    return {"score"} if people else set()


def _end(rules: Rules, link: Link, now: datetime) -> End | None:
    if rules.handoff is None:
        return None
    terms = rules.handoff[0].opportunities
    outcome = terms.outcome(link.agreed.get(terms.stage))
    if outcome is None:
        return None
    given = (link.agreed.get(name) for name in terms.reasons)
    reason = next((str(one) for one in given if one not in {None, ""}), None)
    sides = [one for one in link.sides.values() if exists(one) and one.modified_at is not None]
    newest = max(sides, key=lambda one: one.modified_at or now, default=None)
    connection = None if newest is None else newest.connection
    at = now if newest is None else newest.modified_at or now
    return End(link.id, outcome, reason, connection, at)


def _named(rules: Rules, those: Collection[Link]) -> set[UUID]:
    """People whom these name, also where that has not been noted yet."""
    found: set[UUID] = set()
    for link in those:
        plan = rules.plan_of(link.kind, tuple(link.sides))
        names = {} if plan is None else plan.references
        values = (link.agreed.get(name) for name, kind in names.items() if kind == "person")
        found |= {UUID(str(one)) for one in values if one}
    return found


def hear(
    tx: Tx, rules: Rules, found: Mapping[UUID, Link], past: dict[UUID, Past], now: datetime
) -> set[str]:
    """End the accepted hand-offs of these links, which are locked, whose opportunity has ended;
    put into their `past` how they stand then. Answer lanes to wake.
    """
    handed = {i: one for i in found if (one := _handed(tx, past[i].handoff)) is not None}
    if rules.handoff is None or not handed:
        return set()
    since = min(_since(one) for one in handed.values())
    deals = handoff_deals.of(tx, list(handed), since)
    wakes: set[str] = set()
    for link_id, one in handed.items():
        told = deals.get(link_id, [])
        deal = deciding(told, _since(one))
        if deal is None:
            continue
        kept = stored.lock(tx, one.id)
        if kept is not None and kept.standing.state in TAKEN:
            reason = reason_of([deal, *told], deal.key)
            wakes |= _close(tx, Ground(rules, found[link_id], now), kept, deal, reason)
            newest = stored.latest(tx, [link_id]).get(link_id)
            past[link_id] = replace(past[link_id], handoff=newest)
    return wakes


def _handed(tx: Tx, latest: Kept | None) -> Kept | None:
    """The accepted hand-off to field sales."""
    if latest is not None and latest.flow != FLOW:
        open_ = stored.open_of(tx, latest.link_id, FLOW)
        latest = None if open_ is None else stored.get(tx, open_)
    return latest if latest is not None and latest.standing.state in TAKEN else None


def _since(kept: Kept) -> datetime:
    return kept.delivered_at or kept.created_at


def _close(tx: Tx, ground: Ground, kept: Kept, deal: Deal, reason: str | None) -> set[str]:
    outcome = cast("Ended", deal.outcome)
    who = f"opportunity ({deal.connection})" if deal.connection else "opportunity"
    more: dict[str, Any] = {"outcome": outcome, "opportunity": _about(deal, reason)}
    try:
        flow = flow_of(ground.rules, kept.flow)
        listed, words = fitting(flow, outcome, reason)
        said = ": ".join(filter(None, (deal.name, deal.stage, words)))
        new = Act("close", who, "clock", reason=listed, note=said or None, more=more)
        return handoffs.take(tx, ground, kept, new).wakes
    except (Illegal, NotYours, Unfit, NoDocument) as error:
        detail = {"handoff": kept.id, "by": who, "why": str(error)}
        line = Line("handoff_refused", kept.link_id, deal.connection, None, detail)
        journal.write(tx, [line])
        return set()


def _about(deal: Deal, reason: str | None) -> dict[str, Any]:
    """The opportunity as the hand-off keeps it; `record` is Baton's id of it, or the vendor's."""
    values = {
        "name": deal.name, "stage": deal.stage, "amount": deal.amount, "reason": reason,
        "connection": deal.connection, "record": deal.key,
        "at": None if deal.at is None else deal.at.isoformat(),
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}
