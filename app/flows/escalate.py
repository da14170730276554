"""Escalate: nobody reacted, so the next one is told; and snoozed alerts come back at their time.

What is told is a row with a key of its own, written in the transaction that moves the alert on:
no step is taken twice, whoever ticks, and after a restart the chain goes on where it was.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.domain.alerting import (
    Terms,
    calendar_of,
    next_escalation,
    reachable_at,
    rule_of,
    terms,
)
from app.domain.hot_lead_document import Channel, HotLeadDocument
from app.domain.reaction import standing
from app.flows import rules as rules_
from app.flows.rules import Rules
from app.flows.step import Step
from app.flows.ways import ways
from app.store import alert_messages, events, journal, waking
from app.store.alert_messages import NewMessage, ReasonFor
from app.store.db import Tx
from app.store.events import Happening
from app.store.journal import Line
from app.store.waking import Waking

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Done:
    """Alerts were woken; nobody is called for that."""

    wakes: frozenset[str]
    connection: None = None


def step(now: Callable[[], datetime]) -> Step:
    """The step of the lane `escalate`."""
    return Step(
        None,
        lambda tx: wake(tx, now=now()),
        lambda _, __: None,
        lambda _, ask, __: set(ask.wakes),
    )


def wake(tx: Tx, *, now: datetime) -> Done | None:
    """Wake the alerts whose time has come; None where there are none."""
    due = waking.due(tx, AT_ONCE, now=now)
    if not due:
        return None
    rules = rules_.load(tx)
    wakes: set[str] = set()
    for one in due:
        wakes |= _wake(tx, rules, one, now)
    return Done(frozenset(wakes))


def _wake(tx: Tx, rules: Rules, one: Waking, now: datetime) -> set[str]:
    stands = standing(one.reaction, one.snoozed_until, now)
    if stands == "snoozed":
        waking.put(tx, [one.id], wake_at=one.snoozed_until)
        return set()
    if rules.hot_lead is None or stands not in {"open", "due_again"} or one.state == "held":
        waking.put(tx, [one.id], wake_at=None)
        return set()
    document, _ = rules.hot_lead
    mine = terms(document, rule_of(document, one.rule))
    if one.back_at is not None and one.back_at <= now:
        return _come_back(tx, rules, document, mine, one, now=now)
    return _escalate(tx, rules, document, mine, one, now=now)


def _come_back(
    tx: Tx, rules: Rules, document: HotLeadDocument, mine: Terms, one: Waking, *, now: datetime
) -> set[str]:
    """A snooze has ended: whom the alert was for is told again, and the chain begins anew."""
    bells: tuple[Channel, ...] = tuple(c for c in mine.channels if c != "task")
    told = _Told(one.owner or "", bells, mine.messages, "again", 0, one.round + 1)
    calendar = calendar_of(document, one.owner)
    wakes = _tell(tx, rules, one, told, due_at=now, now=now)  # its rep chose the time
    wake_at = next_escalation(mine.escalation, 0, calendar, now)
    waking.put(tx, [one.id], wake_at=wake_at, back_at=None, step=0, round=one.round + 1)
    journal.write(tx, [Line("alert_back", one.link_id, one.connection, one.cause_id, _about(one))])
    return wakes


def _escalate(
    tx: Tx, rules: Rules, document: HotLeadDocument, mine: Terms, one: Waking, *, now: datetime
) -> set[str]:
    """Tell the next one of the chain."""
    if one.step >= len(mine.escalation):
        waking.put(tx, [one.id], wake_at=None)
        return set()
    stage = mine.escalation[one.step]
    who = stage.to or one.owner or ""
    calendar = calendar_of(document, who)
    due_at = reachable_at(calendar, now)
    told = _Told(who, stage.channels, stage.messages, "escalated", one.step + 1, one.round)
    wakes = _tell(tx, rules, one, told, due_at=due_at, now=now)
    wake_at = next_escalation(mine.escalation, one.step + 1, calendar, due_at)
    waking.put(tx, [one.id], wake_at=wake_at, step=one.step + 1)
    detail = {**_about(one), "step": one.step + 1, "to": who}
    journal.write(tx, [Line("alert_escalated", one.link_id, one.connection, one.cause_id, detail)])
    subject = f"alert:{one.id}"
    events.tell(tx, [Happening("alert.escalated", one.link_id, subject, detail, one.cause_id)])
    return wakes


def _about(one: Waking) -> dict[str, object]:
    return {"alert": one.id}


@dataclass(frozen=True, slots=True)
class _Told:
    """Who is told at a step, by what."""

    who: str
    channels: tuple[Channel, ...]
    messages: tuple[str, ...]
    why: ReasonFor
    step: int
    round: int


def _tell(
    tx: Tx, rules: Rules, one: Waking, told: _Told, *, due_at: datetime, now: datetime
) -> set[str]:
    rest = (told.why, told.step, told.round)
    made = [
        NewMessage(name, how, told.who, due_at, *rest)
        for name, how in ways(rules, one.connection, told.channels, told.messages)
    ]
    alert_messages.add(tx, one.id, made)
    return {f"tell:{message.connection}" for message in made if message.due_at <= now}
