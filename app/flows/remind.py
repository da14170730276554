"""Remind: put what a clock calls for before somebody in the SFA. First the task, then the bell.

As with alerts: the task is idempotent by its key, and a bell whose outcome is in doubt is not rung
again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from app.flows import rules as rules_
from app.flows.clock_told import texts
from app.flows.raising import language
from app.flows.step import Step
from app.flows.waiting import back_off_s, code_of
from app.store import journal, sla_steps
from app.store.connections import Connection
from app.store.db import Tx
from app.store.journal import Line
from app.store.sla_steps import DueStep
from connectors.base import Alert, AuthLost, Busy, ConnectorError, Landed, Ref, Unsure
from connectors.capabilities import Notifies, RaisesAlerts

Outcomes: TypeAlias = Mapping[str, Landed | ConnectorError | None]


@dataclass(frozen=True, slots=True)
class Ask:
    """Tasks to be raised, or (`bell`) bells to be rung, by key."""

    connection: str
    bell: bool
    alerts: Sequence[Alert]
    due: Mapping[str, DueStep]


def step(connection: str, limit: int, public_url: str) -> Step:
    """The lane `remind:{connection}`."""
    return Step(
        connection,
        lambda tx: plan(tx, connection, limit, public_url=public_url),
        call,
        settle,
        give_up,
    )


def plan(tx: Tx, connection: str, limit: int, *, public_url: str) -> Ask | None:
    """The next ones; tasks before bells. Only the lane's holder calls this."""
    sla_steps.doubt_rings(tx, connection)
    due = sla_steps.due(tx, connection, limit)
    tasks = [one for one in due if one.state == "pending"]
    chosen = tasks or due
    if not chosen:
        return None
    for one in [] if tasks else chosen:
        sla_steps.change(tx, one.id, state="ringing")
    target = rules_.load(tx).connections[connection]
    by_key = {f"sla/{one.clock_id}/{one.step}": one for one in chosen}
    asked = [_alert(tx, target, key, one, public_url) for key, one in by_key.items()]
    return Ask(connection, not tasks, asked, by_key)


def _alert(tx: Tx, target: Connection, key: str, one: DueStep, public_url: str) -> Alert:
    title, body = texts(tx, one, one.step, one.agreed, language(target))
    return Alert(
        key=key,
        person=Ref(one.person_kind, one.person_id),
        owner_id=one.owner_id,
        title=title,
        body=body,
        due_at=one.due_at or datetime.now(UTC),
        url=f"{public_url}/people/{one.link_id}",
    )


def call(connector: object, ask: Ask) -> Outcomes:
    """Raise or ring. Raises: Busy, AuthLost, Unsure, Rejected."""
    if ask.bell:
        return connector.notify(ask.alerts) if isinstance(connector, Notifies) else {}
    return connector.raise_alerts(ask.alerts) if isinstance(connector, RaisesAlerts) else {}


def settle(tx: Tx, ask: Ask, outcomes: Outcomes) -> set[str]:
    """Record what stands and what rang."""
    missing = Unsure("the vendor's answer does not name this task")
    for key, one in ask.due.items():
        outcome = outcomes.get(key, missing)
        if ask.bell:
            _settle_bell(tx, one, outcome)
        else:
            _settle_task(tx, one, outcome)
    return set()


def _settle_task(tx: Tx, one: DueStep, outcome: Landed | ConnectorError | None) -> None:
    detail = {"sla": one.clock_id, "clock": one.name, "to": one.whom}
    if isinstance(outcome, Landed):
        rings = one.act == "alert"
        values = {"state": "to_ring" if rings else "done", "task_id": outcome.ref.id}
        sla_steps.change(tx, one.id, wait_s=0 if rings else None, code=None, reason=None, **values)
        journal.write(tx, [Line("sla_told", one.link_id, None, one.cause_id, detail)])
        return
    error = outcome or Unsure("no outcome")
    again = isinstance(error, Busy | Unsure | AuthLost)
    wait_s = back_off_s(one.attempts, error) if again else None
    state = "pending" if again else "failed"
    sla_steps.change(
        tx,
        one.id,
        wait_s=wait_s,
        state=state,
        attempts=one.attempts + 1,
        code=code_of(error),
        reason=str(error),
    )


def _settle_bell(tx: Tx, one: DueStep, outcome: Landed | ConnectorError | None) -> None:
    if outcome is None or isinstance(outcome, Landed):
        sla_steps.change(tx, one.id, state="done", rung=True)
    elif isinstance(outcome, Busy | AuthLost):
        wait_s = back_off_s(one.attempts, outcome)
        sla_steps.change(tx, one.id, wait_s=wait_s, state="to_ring", attempts=one.attempts + 1)
    elif isinstance(outcome, Unsure):
        sla_steps.change(tx, one.id, state="in_doubt", reason=str(outcome))
    else:  # the task stands: a bell that the vendor refuses stops nobody
        sla_steps.change(tx, one.id, state="done", reason=str(outcome))


def give_up(tx: Tx, ask: Ask, error: ConnectorError) -> set[str]:
    """The whole call failed: every one of it ended like this."""
    return settle(tx, ask, dict.fromkeys(ask.due, error))
