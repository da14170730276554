"""What a clock calls for: to be told, written down, put before somebody, or given to another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.sla import BREACH, CANCELLED, LATE, MET, WARN
from app.flows import clock_events
from app.flows import rules as rules_
from app.flows.clock_told import Taken, by_channels, called_for
from app.flows.resolve import NotResolved, Say, resolve
from app.flows.rules import Rules
from app.metrics import SLA_STEPS
from app.store import events, journal, links, sla_steps
from app.store import sla as rows
from app.store.db import Tx
from app.store.events import Happening
from app.store.journal import Line
from app.store.sla import NewStep
from app.store.sla_steps import Reassigning

TOLD: Mapping[str, str] = {
    WARN: "sla.warned", BREACH: "sla.breached", MET: "sla.met", LATE: "sla.late",
    CANCELLED: "sla.cancelled",
}  # fmt: skip
NOTED: Mapping[str, str] = {
    WARN: "sla_warned", BREACH: "sla_breached", MET: "sla_met", LATE: "sla_late",
    CANCELLED: "sla_cancelled",
}  # fmt: skip
AGAIN_S = 60.0  # the owner is being written just now
TRIES = 30  # half an hour of that


@dataclass(frozen=True, slots=True)
class Moved:
    """How many steps were done, and lanes to wake."""

    count: int
    wakes: set[str]


def follow(tx: Tx, those: Sequence[Taken], *, now: datetime) -> set[str]:
    """Take these steps, each once; lanes to wake."""
    if not those:
        return set()
    rules = rules_.load(tx)
    wanted = {(one.clock.id, one.step): one for one in those}
    new = rows.take_steps(tx, [_step(rules, one) for one in those])
    fresh = [wanted[one.clock_id, one.step] for one in new]
    for one in fresh:
        SLA_STEPS.labels(one.clock.name, one.step.partition(":")[0]).inc()
    journal.write(tx, [_line(one) for one in fresh])
    events.tell(tx, [_happening(one) for one in fresh])
    wakes = {_lane(one) for one in new if one.is_due}
    for one in fresh:
        wakes |= by_channels(tx, rules, one, now=now)
    return wakes


def _lane(one: NewStep) -> str:
    return "clocks" if one.connection is None else f"remind:{one.connection}"


def _step(rules: Rules, one: Taken) -> NewStep:
    """What is done about it, and where. Without an SFA that can, it is only written down."""
    act, whom = _act(one)
    if act == "reassign":
        return NewStep(one.clock.id, one.step, act, whom, None, is_due=True)
    plan = rules.plan_of(one.link.kind, tuple(one.link.sides))
    target = None if plan is None else rules.connections.get(plan.connection("sfa"))
    if act == "none" or target is None or "RaisesAlerts" not in target.capabilities:
        return NewStep(one.clock.id, one.step)
    return NewStep(one.clock.id, one.step, act, whom, target.name, is_due=True)


def _act(one: Taken) -> tuple[str, str | None]:
    chosen = called_for(one.rule, one.step)
    return ("none", None) if chosen is None else (chosen.act, chosen.to)


def _line(one: Taken) -> Line:
    act, whom = _act(one)
    detail: dict[str, Any] = {"sla": one.clock.id, "clock": one.clock.name}
    if act != "none":
        detail |= {"act": act, "to": whom}
    chosen = called_for(one.rule, one.step)
    if chosen is not None and chosen.messages:
        detail |= {"messages": list(chosen.messages), "to": whom}
    if one.clock.ended_by is not None:
        detail["ended_by"] = one.clock.ended_by
    event = NOTED.get(one.step, "sla_escalated")
    return Line(event, one.link.id, None, one.clock.cause_id, detail)


def _happening(one: Taken) -> Happening:
    if one.step in TOLD:
        return clock_events.about(TOLD[one.step], one.clock)
    act, whom = _act(one)
    return clock_events.about("sla.escalated", one.clock, act=act, to=whom)


def reassign(tx: Tx, *, now: datetime) -> Moved:
    """Give records to the owners that clocks call for, as a person would: by their owner field."""
    due = sla_steps.reassigning(tx, now)
    if not due:
        return Moved(0, set())
    rules = rules_.load(tx)
    wakes: set[str] = set()
    for one in due:
        detail = {"sla": one.clock_id, "clock": one.clock, "to": one.whom}
        try:
            wakes |= _give(tx, rules, one, now=now)
        except NotResolved as error:
            again = one.attempts < TRIES and "try again" in str(error)
            sla_steps.put_off(tx, one.id, str(error), AGAIN_S if again else None)
            continue
        sla_steps.done(tx, one.id)
        journal.write(tx, [Line("sla_reassigned", one.link_id, None, one.cause_id, detail)])
        given = {"clock": one.clock, "to": one.whom}
        about = f"sla:{one.clock_id}"
        events.tell(tx, [Happening("sla.reassigned", one.link_id, about, given, one.cause_id)])
    return Moved(len(due), wakes)


def _give(tx: Tx, rules: Rules, one: Reassigning, *, now: datetime) -> set[str]:
    """Raises: NotResolved."""
    link = links.read(tx, [one.link_id]).get(one.link_id)
    plan = None if link is None else rules.plan_of(link.kind, tuple(link.sides))
    owners = [] if plan is None else [f.name for f in plan.document.fields if f.type == "owner"]
    if not owners:
        raise NotResolved("the mapping has no owner field")
    by = {"clock": one.clock, "sla": str(one.clock_id)}
    return resolve(tx, rules, {(one.link_id, owners[0]): Say(one.whom)}, by, now=now)
