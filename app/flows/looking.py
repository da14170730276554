"""Look: ask the SFA how alerts' tasks stand. One that was closed or moved on is a reaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.alerting import next_look
from app.domain.reaction import standing
from app.flows import react
from app.flows import rules as rules_
from app.flows.step import Step
from app.store import waking
from app.store.db import Tx
from app.store.waking import Waking
from connectors.base import ConnectorError
from connectors.messages import ReadsTasks, TaskState


@dataclass(frozen=True, slots=True)
class Ask:
    """The alerts whose tasks to look at, by task id."""

    connection: str
    alerts: Mapping[str, Waking]


def step(connection: str, limit: int, now: Callable[[], datetime]) -> Step:
    """The step of a lane `look:{connection}`."""
    return Step(
        connection,
        lambda tx: plan(tx, connection, limit, now=now()),
        call,
        lambda tx, ask, answer: settle(tx, ask, answer, now=now()),
        lambda tx, ask, error: give_up(tx, ask, error, now=now()),
    )


def plan(tx: Tx, connection: str, limit: int, *, now: datetime) -> Ask | None:
    """The next tasks to look at. Of what needs no look any more, the time is taken away."""
    due = waking.looks(tx, connection, limit, now=now)
    if not due:
        return None
    rules = rules_.load(tx)
    known = rules.connections.get(connection)
    wanted = rules.hot_lead is not None and rules.hot_lead[0].reacted_by.task
    able = known is not None and "ReadsTasks" in known.capabilities
    idle = [one.id for one in due if not (able and wanted and _waits(one, now))]
    waking.put(tx, idle, look_at=None)
    alerts = {one.task_id: one for one in due if one.task_id is not None and one.id not in idle}
    return Ask(connection, alerts) if alerts else None


def _waits(one: Waking, now: datetime) -> bool:
    return standing(one.reaction, one.snoozed_until, now) in {"open", "snoozed", "due_again"}


def call(connector: object, ask: Ask) -> Mapping[str, TaskState]:
    """How the tasks stand. Raises: Busy, AuthLost."""
    return connector.tasks(list(ask.alerts)) if isinstance(connector, ReadsTasks) else {}


def settle(tx: Tx, ask: Ask, found: Mapping[str, TaskState], *, now: datetime) -> set[str]:
    """Note what has changed. A task that a rep deleted tells nothing, and is left alone."""
    for task_id, one in ask.alerts.items():
        state = found.get(task_id)
        if state is None:
            waking.put(tx, [one.id], look_at=None)
            continue
        look_at = next_look(one.created_at, now) if state.is_open else None
        waking.put(tx, [one.id], look_at=look_at, task_state=state.status)
        moved = one.task_state is not None and one.task_state != state.status
        if moved or not state.is_open:
            sign = f"task: {state.status}"
            react.recognise(tx, one.id, f"{one.connection}: {sign}", state.changed_at, now=now)
    return set()


def give_up(tx: Tx, ask: Ask, _: ConnectorError, *, now: datetime) -> set[str]:
    """The call failed: look again when it is time."""
    for one in ask.alerts.values():
        waking.put(tx, [one.id], look_at=next_look(one.created_at, now))
    return set()
