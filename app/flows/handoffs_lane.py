"""The lane `handoff:{connection}`: tasks of hand-offs and the notes of records. plan -> call ->
settle. Both are idempotent at the vendor by their key; a note is written again as it changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from app.flows.moves import follow
from app.flows.step import Step
from app.flows.waiting import back_off_s, code_of
from app.store import handoffs_entries, journal, links
from app.store.db import Tx, tick
from app.store.handoffs_entries import Due
from app.store.journal import Line
from connectors.base import (
    Alert,
    AuthLost,
    Busy,
    ConnectorError,
    Entry,
    Gone,
    Landed,
    Ref,
    Rejected,
    Unsure,
)
from connectors.capabilities import LogsActivities, RaisesAlerts


@dataclass(frozen=True, slots=True)
class Ask:
    """Tasks, or notes, to be told, by key. `url`: where the hand-off's page is."""

    connection: str
    what: str
    due: Mapping[str, Due]
    public_url: str


def plan(tx: Tx, connection: str, limit: int, public_url: str) -> Ask | None:
    """The next ones: tasks before notes; None when nothing is due."""
    found = handoffs_entries.due(tx, connection, limit)
    if not found:
        return None
    what = found[0].what
    chosen = {one.key: one for one in found if one.what == what}
    return Ask(connection, what, chosen, public_url)


def call(connector: object, ask: Ask) -> Mapping[str, Landed | ConnectorError]:
    """Raises: Busy, AuthLost, Unsure, Rejected."""
    if ask.what == "task" and isinstance(connector, RaisesAlerts):
        return connector.raise_alerts(_tasks(ask))
    if ask.what == "note" and isinstance(connector, LogsActivities):
        return connector.log(_notes(ask))
    unable = Rejected(f"this connector takes no {ask.what}s", code="unable")
    return dict.fromkeys(ask.due, unable)


def _tasks(ask: Ask) -> Sequence[Alert]:
    return [
        Alert(
            key=key,
            person=Ref(one.person_kind, one.person_id),
            owner_id=one.owner_id,
            title=one.title,
            body=one.body,
            due_at=one.at,
            url=f"{ask.public_url}/handoffs/{one.handoff_id}",
        )
        for key, one in ask.due.items()
    ]


def _notes(ask: Ask) -> Sequence[Entry]:
    return [
        Entry(key, Ref(one.person_kind, one.person_id), "note", one.at, one.title, one.body)
        for key, one in ask.due.items()
    ]


def settle(tx: Tx, ask: Ask, outcomes: Mapping[str, Landed | ConnectorError]) -> set[str]:
    """Record what stands; what failed waits, or is shown to a person."""
    missing = Unsure("the vendor's answer does not name this entry")
    for key, one in ask.due.items():
        outcome = outcomes.get(key, missing)
        if isinstance(outcome, Landed):
            handoffs_entries.sent(tx, one, outcome.ref.id)
        else:
            _failed(tx, one, outcome)
    return set()


def _failed(tx: Tx, one: Due, error: ConnectorError) -> None:
    wait_s: float | None = None
    if isinstance(error, Busy | Unsure | AuthLost):
        wait_s = 0 if isinstance(error, AuthLost) else back_off_s(one.attempts, error)
    elif isinstance(error, Gone) and error.moved_to is not None and one.attempts == 0:
        _follow(tx, one, error)
        wait_s = 0
    handoffs_entries.not_sent(tx, one, code_of(error), str(error), wait_s)
    if wait_s is None:
        detail = {"handoff": one.handoff_id, "what": one.what, "code": code_of(error)}
        line = Line("handoff_entry_failed", one.link_id, one.connection, one.cause_id, detail)
        journal.write(tx, [line])


def _follow(tx: Tx, one: Due, error: Gone) -> None:
    """The person's record moved (conversion, merge): so does the link's side."""
    locked = links.lock(tx, [one.link_id])
    for link in locked.values():
        side = link.sides.get(one.connection)
        if side is not None and side.external_id == one.person_id:
            follow(tx, link, side, error.moved_to, one.cause_id or uuid4(), stamp=tick(tx))
    links.save(tx, locked.values())


def give_up(tx: Tx, ask: Ask, error: ConnectorError) -> set[str]:
    """The whole call failed: every entry of it ended like this."""
    return settle(tx, ask, dict.fromkeys(ask.due, error))


def step(connection: str, limit: int, public_url: str) -> Step:
    """The lane's step."""
    return Step(
        connection, lambda tx: plan(tx, connection, limit, public_url), call, settle, give_up
    )
