"""An opportunity that is won or lost, in either system, ends the hand-off that led to it.

Two sources tell of it: the opportunity's own record, where a mapping has it, and the activities of
its people. Neither is read here but from rows; a person is decided about when one of them changes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from app.domain.handoff import Act, NotYours, Unfit
from app.domain.handoff_deals import deciding, fitting, reason_of
from app.domain.handoff_moves import TAKEN, Illegal
from app.domain.link import Link, exists
from app.domain.notice_document import Ended
from app.flows import handoffs, handoffs_stage, handoffs_told
from app.flows.handoffs_known import Ground, NoDocument, flow_of, see
from app.flows.handoffs_stage import Step
from app.flows.handoffs_told import Times
from app.flows.round import Past
from app.flows.rules import Rules
from app.store import handoff_deals, journal, unscored
from app.store import handoffs as stored
from app.store.db import Tx
from app.store.handoff_deals import Deal, End
from app.store.handoffs import Kept
from app.store.journal import Line

FLOW = "is_fs"
CORRECTED_WITHIN = timedelta(days=90)  # of its end


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
            changed.append(link)
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
    given = (link.agreed.get(name) for name in terms.reasons_of(outcome))
    reason = next((str(one) for one in given if one not in {None, ""}), None)
    sides = [one for one in link.sides.values() if exists(one) and one.modified_at is not None]
    newest = max(sides, key=lambda one: one.modified_at or now, default=None)
    connection = None if newest is None else newest.connection
    at = now if newest is None else newest.modified_at or now
    ended_at = terms.ended_at(link.agreed.get(terms.closed), at)
    return End(link.id, outcome, reason, connection, ended_at)


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
    handed = {i: one for i in found if (one := _handed(tx, past[i].handoff, now)) is not None}
    if rules.handoff is None or not handed:
        return set()
    since = min(_since(one) for one in handed.values())
    deals = handoff_deals.of(tx, list(handed), since)
    wakes: set[str] = set()
    for link_id, one in handed.items():
        told = deals.get(link_id, [])
        kept = stored.lock(tx, one.id) if told else None
        if kept is None:
            continue
        heard = _heard(tx, Ground(rules, found[link_id], now), kept, told)
        if heard is not None:
            wakes |= heard
            newest = stored.latest(tx, [link_id]).get(link_id)
            past[link_id] = replace(past[link_id], handoff=newest)
    return wakes


def _handed(tx: Tx, latest: Kept | None, now: datetime) -> Kept | None:
    """The hand-off to field sales that is accepted, or was ended by an opportunity lately."""
    if latest is not None and latest.flow != FLOW:
        open_ = stored.open_of(tx, latest.link_id, FLOW)
        latest = None if open_ is None else stored.get(tx, open_)
    if latest is None:
        return None
    is_asked = _is_ended(latest) and latest.state_at > now - CORRECTED_WITHIN
    return latest if latest.standing.state in TAKEN or is_asked else None


def _is_ended(kept: Kept) -> bool:
    """Whether an opportunity ended it: what a person closed stays as they said."""
    return kept.standing.state in {"won", "lost"} and kept.opportunity is not None


def _heard(tx: Tx, ground: Ground, kept: Kept, told: Sequence[Deal]) -> set[str] | None:
    """What follows of what was told; None: nothing."""
    if _is_ended(kept):
        return _corrected(tx, ground, kept, told)
    deal = deciding(told, _since(kept))
    if deal is None or kept.standing.state not in TAKEN:
        return None
    return _close(tx, ground, kept, deal, reason_of([deal, *told], deal.key))


def _corrected(tx: Tx, ground: Ground, kept: Kept, told: Sequence[Deal]) -> set[str] | None:
    """The opportunity that ended it says something else by now: that it was won after all, or why;
    None: it does not.
    """
    about = kept.opportunity or {}
    ends = [one for one in told if one.key == about.get("record") and one.at and one.outcome]
    last = max(ends, key=lambda one: one.at or ground.now, default=None)
    if last is not None and last.outcome != kept.standing.state:
        like = [one for one in ends if one.outcome == last.outcome]
        return _turn(tx, ground, kept, last, reason_of(like, last.key))
    reason = reason_of(told, about.get("record"))
    if reason is None or reason == about.get("reason"):
        return None
    return _explain(tx, ground, kept, reason)


def _turn(tx: Tx, ground: Ground, kept: Kept, deal: Deal, reason: str | None) -> set[str] | None:
    """It ended otherwise: state, note, field and stage say so, as if it had ended so at once."""
    new = _closing(ground, kept, deal, reason)
    if new is None:
        return None
    cause_id, outcome = uuid4(), cast("Ended", deal.outcome)
    after = replace(kept.standing, state=outcome, reason=new.reason, note=new.note)
    more = {"outcome": outcome, "opportunity": new.more["opportunity"], "cause_id": cause_id}
    stored.change(tx, kept, after, **more)
    newest = stored.get(tx, kept.id) or kept
    seen = see(tx, ground.rules, ground.link, newest, ground.now)
    before, times = kept.standing, Times(ground.now, ground.now)
    wakes = handoffs_told.tell(tx, ground.rules, before, seen, new, times=times, cause_id=cause_id)
    step = Step(kept.flow, before, after, new, cause_id)
    return wakes | handoffs_stage.follow(tx, ground, step)


def _explain(tx: Tx, ground: Ground, kept: Kept, reason: str) -> set[str] | None:
    """Why it ended became known, or another reason, after its end."""
    try:
        flow = flow_of(ground.rules, kept.flow)
    except NoDocument:
        return None
    about = {**(kept.opportunity or {}), "reason": reason}
    listed, words = fitting(flow, cast("Ended", kept.standing.state), reason)
    note_ = ": ".join(filter(None, (about.get("name"), about.get("stage"), words))) or None
    after = replace(kept.standing, reason=listed, note=note_)
    stored.change(tx, kept, after, opportunity=about)
    who = _who(about.get("connection"))
    detail = {"handoff": kept.id, "by": who, "reason": listed}
    journal.write(tx, [Line("handoff_explained", kept.link_id, None, kept.cause_id, detail)])
    newest = stored.get(tx, kept.id) or kept
    seen = see(tx, ground.rules, ground.link, newest, ground.now)
    edit, times = Act("edit", who, "clock"), Times(ground.now, ground.now)
    return handoffs_told.entries(tx, ground.rules, kept.standing, seen, edit, times=times)


def _since(kept: Kept) -> datetime:
    return kept.delivered_at or kept.created_at


def _close(tx: Tx, ground: Ground, kept: Kept, deal: Deal, reason: str | None) -> set[str]:
    new = _closing(ground, kept, deal, reason)
    if new is None:
        return set()
    try:
        return handoffs.take(tx, ground, kept, new).wakes
    except (Illegal, NotYours, Unfit, NoDocument) as error:
        detail = {"handoff": kept.id, "by": new.by, "why": str(error)}
        line = Line("handoff_refused", kept.link_id, deal.connection, None, detail)
        journal.write(tx, [line])
        return set()


def _closing(ground: Ground, kept: Kept, deal: Deal, reason: str | None) -> Act | None:
    """The act of ending it by an opportunity; None where no document has its flow any more."""
    try:
        flow = flow_of(ground.rules, kept.flow)
    except NoDocument:
        return None
    outcome = cast("Ended", deal.outcome)
    listed, words = fitting(flow, outcome, reason)
    said = ": ".join(filter(None, (deal.name, deal.stage, words)))
    more: dict[str, Any] = {"outcome": outcome, "opportunity": _about(deal, reason)}
    return Act("close", _who(deal.connection), "clock", reason=listed, note=said or None, more=more)


def _who(connection: str | None) -> str:
    return f"opportunity ({connection})" if connection else "opportunity"


def _about(deal: Deal, reason: str | None) -> dict[str, Any]:
    """The opportunity as the hand-off keeps it; `record` is Baton's id of it, or the vendor's."""
    values = {
        "name": deal.name, "stage": deal.stage, "amount": deal.amount, "reason": reason,
        "connection": deal.connection, "record": deal.key,
        "at": None if deal.at is None else deal.at.isoformat(),
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}
