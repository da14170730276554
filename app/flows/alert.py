"""Alert: put hot leads before their reps. First the task (idempotent), then the bell.

The bell can't be asked whether it rang. So an alert is marked before the call, and one whose
outcome is in doubt is not rung again: its task stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from app.crash import Point, crash_if
from app.domain.activity import Language
from app.domain.alert_message import WORDS
from app.domain.alerting import next_look
from app.flows.alert_links import Links
from app.flows.moves import follow
from app.flows.raising import language, next_recipient
from app.flows.telling import links_end
from app.flows.waiting import back_off_s, code_of
from app.metrics import ALERT_SECONDS
from app.store import alerts, connections, journal
from app.store import links as people
from app.store.alerts import DueAlert
from app.store.db import Tx, tick
from app.store.journal import Line
from connectors.base import (
    Alert,
    AuthLost,
    Busy,
    ConnectorError,
    Gone,
    Landed,
    Ref,
    Rejected,
    Unsure,
)
from connectors.capabilities import OWNER_LEFT, Notifies, RaisesAlerts

Outcomes: TypeAlias = Mapping[str, Landed | ConnectorError | None]


@dataclass(frozen=True, slots=True)
class Ask:
    """Alerts to raise as tasks, or (`bell`) to notify of."""

    connection: str
    bell: bool
    alerts: Sequence[Alert]
    due: Mapping[str, DueAlert]


def plan(tx: Tx, connection: str, limit: int, links: Links, *, now: datetime) -> Ask | None:
    """The next alerts; tasks before bells. Only the lane's holder calls this."""
    for alert_id in alerts.notices_in_flight(tx, connection):
        alerts.change(tx, alert_id, notice="in_doubt", reason="the worker that rang died")
    due = alerts.due(tx, connection, limit)
    tasks = [one for one in due if one.state == "pending"]
    chosen = tasks or due
    if not chosen:
        return None
    for one in [] if tasks else chosen:
        alerts.change(tx, one.id, notice="flying")
    by_key = {f"alert/{one.link_id}/{one.crossing}": one for one in chosen}
    known = connections.get(tx, connection)
    words: Language = "en" if known is None else language(known)
    ends_at = links_end(tx, now)
    asked = [
        _alert(key, one, links, _answer(one, links, words, ends_at) if tasks else "")
        for key, one in by_key.items()
    ]
    return Ask(connection, not tasks, asked, by_key)


def _answer(one: DueAlert, links: Links, words: Language, ends_at: datetime) -> str:
    """The line of a task by which it is answered without signing in."""
    address = links.answer(one.id, 0, ends_at)
    return "" if address is None else f"\n{WORDS[words]['answer']}{address}"


def _alert(key: str, one: DueAlert, links: Links, more: str) -> Alert:
    return Alert(
        key=key,
        person=Ref(one.person_kind, one.person_id),
        owner_id=one.owner_id,
        title=one.title,
        body=one.body + more,
        due_at=one.react_by,
        url=links.person(one.link_id),
    )


def call(connector: object, ask: Ask) -> Outcomes:
    """Raise or ring. Raises: Busy, AuthLost, Unsure, Rejected."""
    if ask.bell:
        rung = connector.notify(ask.alerts) if isinstance(connector, Notifies) else {}
        crash_if(Point.NOTIFIED)
        return rung
    raised = connector.raise_alerts(ask.alerts) if isinstance(connector, RaisesAlerts) else {}
    crash_if(Point.ALERT_RAISED)
    return raised


def settle(tx: Tx, ask: Ask, outcomes: Outcomes, *, now: datetime) -> set[str]:
    """Record what stands and what rang."""
    missing = Unsure("the vendor's answer does not name this alert")
    for key, one in ask.due.items():
        outcome = outcomes.get(key, missing)
        if ask.bell:
            _settle_bell(tx, one, outcome, now=now)
        else:
            _settle_task(tx, one, outcome, now=now)
    return set()


def _settle_task(
    tx: Tx, one: DueAlert, outcome: Landed | ConnectorError | None, *, now: datetime
) -> None:
    if isinstance(outcome, Landed):
        then_s = 0 if one.notice == "pending" else None
        changes = {"state": "sent", "task_id": outcome.ref.id, "task_at": now, "reason": None}
        changes["look_at"] = next_look(now, now)
        ALERT_SECONDS.observe(max((now - one.caused_at).total_seconds(), 0.0))
        alerts.change(tx, one.id, wait_s=then_s, code=None, **changes)
        detail = {"alert": one.id}
        journal.write(tx, [Line("alerted", one.link_id, one.connection, one.cause_id, detail)])
        return
    error = outcome or Unsure("no outcome")
    wait_s = _wait_s(one, error)
    if isinstance(error, Gone) and error.moved_to is not None and one.attempts == 0:
        _follow(tx, one, error)
        wait_s = 0
    if isinstance(error, Rejected) and error.code == OWNER_LEFT and one.owner_id is not None:
        connections.owner_left(tx, one.connection, one.owner_id)
        owner = next_recipient(tx, one.link_id, one.rule)
        if owner not in {None, one.owner}:
            alerts.change(tx, one.id, owner=owner)
            wait_s = 0
    _note_failure(tx, one, error, wait_s)


def _settle_bell(
    tx: Tx, one: DueAlert, outcome: Landed | ConnectorError | None, *, now: datetime
) -> None:
    if outcome is None or isinstance(outcome, Landed):
        alerts.change(tx, one.id, notice="sent", notified_at=now)
        detail = {"alert": one.id}
        journal.write(tx, [Line("notified", one.link_id, one.connection, one.cause_id, detail)])
    elif isinstance(outcome, Unsure):
        alerts.change(tx, one.id, notice="in_doubt", reason=str(outcome))
    elif isinstance(outcome, Busy | AuthLost):
        wait_s = back_off_s(one.attempts, outcome)
        alerts.change(tx, one.id, wait_s=wait_s, notice="pending", attempts=one.attempts + 1)
    else:
        code = code_of(outcome)
        alerts.change(tx, one.id, notice="failed", code=code, reason=str(outcome))


def _wait_s(one: DueAlert, error: ConnectorError) -> float | None:
    if isinstance(error, Busy | Unsure | AuthLost):
        return back_off_s(one.attempts, error)
    return None


def _note_failure(tx: Tx, one: DueAlert, error: ConnectorError, wait_s: float | None) -> None:
    alerts.change(
        tx,
        one.id,
        wait_s=wait_s,
        state="pending" if wait_s is not None else "failed",
        attempts=one.attempts + 1,
        code=code_of(error),
        reason=str(error),
    )
    if wait_s is None:
        detail = {"alert": one.id, "code": code_of(error)}
        journal.write(tx, [Line("alert_failed", one.link_id, one.connection, one.cause_id, detail)])


def _follow(tx: Tx, one: DueAlert, error: Gone) -> None:
    """The person's record moved (conversion, merge): so does the link's side."""
    locked = people.lock(tx, [one.link_id])
    for link in locked.values():
        side = link.sides.get(one.connection)
        if side is not None and side.external_id == one.person_id and one.cause_id is not None:
            follow(tx, link, side, error.moved_to, one.cause_id, stamp=tick(tx))
    people.save(tx, locked.values())


def give_up(tx: Tx, ask: Ask, error: ConnectorError, *, now: datetime) -> set[str]:
    """The whole call failed: every alert of it ended like this."""
    return settle(tx, ask, dict.fromkeys(ask.due, error), now=now)
