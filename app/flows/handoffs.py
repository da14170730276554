"""Hand-offs: one act of somebody, checked, stored, and told to whom it concerns.

Whoever calls this holds the link, and saves it and decides about it afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from app.domain import calendar
from app.domain.handoff import Act, act
from app.domain.handoff_memo import moment_of
from app.domain.handoff_moves import ENDED, State
from app.domain.link import Link
from app.flows import handoffs_known, handoffs_stage, handoffs_told
from app.flows.handoffs_known import Ground, Paper, Seen
from app.flows.handoffs_stage import Step
from app.flows.handoffs_told import Times
from app.flows.rules import Rules
from app.store import handoffs
from app.store.db import Tx
from app.store.handoffs import Kept

TIMES: Mapping[State, str] = MappingProxyType({
    "submitted": "submitted_at", "delivered": "delivered_at", "accepted": "accepted_at",
    "feedback_due": "met_at", "reported": "fed_back_at",
})  # fmt: skip
BATON = "Baton"


@dataclass(frozen=True, slots=True)
class Content:
    """What of a memo and a checklist changes with an act; None for nothing."""

    memo: Mapping[str, Any] | None = None
    ticks: Mapping[str, Any] | None = None
    giver: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The hand-off after an act, and lanes to wake."""

    seen: Seen
    wakes: set[str]


def take(tx: Tx, ground: Ground, kept: Kept, new: Act, content: Content | None = None) -> Done:
    """Do what somebody asks for, to a hand-off and link that are locked.

    Raises: Illegal, NotYours, Unfit, GateClosed, NoDocument.
    """
    rules, link, now = ground.rules, ground.link, ground.now
    content = content or Content()
    flow = handoffs_known.flow_of(rules, kept.flow)
    known = handoffs_known.known(tx, link, kept)
    memo = kept.memo if content.memo is None else content.memo
    ticks = kept.ticks if content.ticks is None else content.ticks
    unmet = handoffs_known.judged(flow, known, Paper(memo, ticks, kept.standing), now).unmet
    days = handoffs_known.document(rules).calendar
    after = act(flow, kept.standing, new, now=now, unmet=unmet, business=days)
    said = handoffs_known.judged(flow, known, Paper(memo, ticks, after), now)
    cause_id = uuid4()
    values: dict[str, Any] = {
        "memo": dict(memo), "ticks": dict(ticks), "quality": said.quality.total,
        "band": said.quality.band.name, "giver": content.giver or kept.giver,
        "rules": rules.handoff[1] if rules.handoff else kept.rules, "cause_id": cause_id,
        **_times(kept, after.state, now), **_shown(rules, link, kept, after.state),
        **_outcome(new, after.state),
    }  # fmt: skip
    handoffs.change(tx, kept, after, **values)
    stored = handoffs.get(tx, kept.id) or kept
    seen = Seen(flow, stored, known, said, days.time_zone)
    wakes = handoffs_told.tell(
        tx, rules, kept.standing, seen, new, cause_id=cause_id,
        times=Times(now, calendar.plus(days, now, flow.react_minutes)),
    )  # fmt: skip
    step = Step(kept.flow, kept.standing, after, new, cause_id)
    done = Done(seen, wakes | handoffs_stage.follow(tx, ground, step))
    return _meets(tx, ground, done, new) or done


def _times(kept: Kept, state: State, now: datetime) -> dict[str, datetime]:
    """When it came into its state."""
    if state == kept.standing.state:
        return {}
    found = {TIMES[state]: now} if state in TIMES else {}
    if state == "delivered" and kept.standing.state != "submitted":
        found["submitted_at"] = now
    return found | ({"ended_at": now} if state in ENDED else {})


def _outcome(new: Act, state: State) -> dict[str, Any]:
    """How it ended, and by which opportunity: that stays when the person is recycled."""
    if new.deed != "close":
        return {}
    return {"outcome": state, "opportunity": new.more.get("opportunity")}


def _shown(rules: Rules, link: Link, kept: Kept, state: State) -> dict[str, str | None]:
    """What stands in the SFA's field of the decision when it is handed over is no answer to it."""
    if state != "delivered" or kept.standing.state == "delivered":
        return {}
    return {"shown": shown_by_sfa(rules, link, "handoff_decision")}


def shown_by_sfa(rules: Rules, link: Link, baton: str) -> str | None:
    """What the SFA's record shows in a field of the hand-off."""
    plan = rules.plan_of(link.kind, tuple(link.sides))
    if plan is None:
        return None
    side = link.sides.get(plan.connection("sfa"))
    names = [rule.name for rule in plan.document.fields if rule.baton == baton and rule.sfa]
    if side is None or not names:
        return None
    value = side.seen.get(names[0])
    return str(value) if value not in (None, "") else None


def _meets(tx: Tx, ground: Ground, done: Done, new: Act) -> Done | None:
    """The memo's meeting is the hand-off's, once it was accepted; a change of it moves it."""
    kept = done.seen.kept
    at = moment_of(kept.memo)
    if at is None or at == kept.standing.meeting_at or new.deed not in {"accept", "edit"}:
        return None
    if kept.standing.state not in {"accepted", "meeting_set"}:
        return None
    meet = Act("meet", new.by if new.deed == "edit" else BATON, "clock", at=at)
    more = take(tx, ground, kept, meet)
    return replace(more, wakes=more.wakes | done.wakes)


def cause(kept: Kept) -> UUID:
    """The cause that what follows of the latest act shares."""
    return kept.cause_id or uuid4()
