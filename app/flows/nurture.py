"""Put people on the marketing system's list of those to be won again, and take them off it.

plan -> call -> settle, in the lane `members:{connection}`. Telling it again does no harm: who is on
a list already stays on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.flows.waiting import back_off_s, code_of
from app.store import journal, stages
from app.store.db import Tx
from app.store.journal import Line
from app.store.stages import Due
from connectors.base import AuthLost, Busy, ConnectorError, Landed, Ref, Rejected, Unsure
from connectors.campaigns import Change, Group, KeepsMembers

MEMBER = "member"  # what a list says of whoever is on it
ABSENT, ABSENT_WAIT_S = "awaits_person", 3_600.0


@dataclass(frozen=True, slots=True)
class Ask:
    """People to be put on a list, or taken off it."""

    connection: str
    group: Group
    rows: Mapping[str, Due]
    changes: tuple[Change, ...]


def plan(tx: Tx, connection: str, limit: int, *, now: datetime) -> Ask | None:
    """What to tell next; None when nothing is due. Who does not exist there yet is waited for."""
    rows = stages.due(tx, connection, limit)
    if not rows:
        return None
    changes: list[Change] = []
    for row in rows:
        if row.external_id is None:
            reason = "the person does not exist there yet"
            stages.not_told(tx, connection, row, code=ABSENT, reason=reason, wait_s=ABSENT_WAIT_S)
            continue
        before, after = (None, MEMBER) if row.wanted else (MEMBER, None)
        person = Ref("person", row.external_id)
        changes.append(Change(str(row.link_id), person, before, after, now))
    group = Group("list", rows[0].list_id)
    return Ask(connection, group, {str(one.link_id): one for one in rows}, tuple(changes))


def call(connector: object, ask: Ask) -> Mapping[str, Landed | ConnectorError]:
    """Raises: Busy, AuthLost, Unsure, Rejected, Gone."""
    if not ask.changes:
        return {}
    if isinstance(connector, KeepsMembers):
        return connector.change_members(ask.group, list(ask.changes))
    unable = Rejected("this connector keeps no lists", code="unable")
    return dict.fromkeys([one.key for one in ask.changes], unable)


def settle(tx: Tx, ask: Ask, outcomes: Mapping[str, Landed | ConnectorError]) -> set[str]:
    """Record who is on the list now, and what is to be tried again."""
    landed: dict[UUID, bool] = {}
    lines: list[Line] = []
    for change in ask.changes:
        row = ask.rows[change.key]
        outcome = outcomes.get(change.key, Unsure("the answer does not name this person"))
        if isinstance(outcome, Landed):
            landed[row.link_id] = row.wanted
        else:
            _failed(tx, ask, row, outcome)
        lines.append(_line(ask, row, outcome))
    stages.told(tx, ask.connection, ask.group.id, landed)
    journal.write(tx, lines)
    return set()


def _failed(tx: Tx, ask: Ask, row: Due, error: ConnectorError) -> None:
    again = isinstance(error, Busy | AuthLost | Unsure)
    wait_s = back_off_s(row.attempts, error) if again else None
    code = code_of(error)
    stages.not_told(tx, ask.connection, row, code=code, reason=str(error), wait_s=wait_s)


def _line(ask: Ask, row: Due, outcome: Landed | ConnectorError) -> Line:
    detail: dict[str, object] = {"list": ask.group.id}
    if not isinstance(outcome, Landed):
        detail["code"] = code_of(outcome)
        return Line("nurture_failed", row.link_id, ask.connection, row.cause_id, detail)
    if row.wanted:
        return Line("nurtured", row.link_id, ask.connection, row.cause_id, detail)
    return Line("nurture_ended", row.link_id, ask.connection, row.cause_id, detail)


def give_up(tx: Tx, ask: Ask, error: ConnectorError) -> set[str]:
    """The whole call failed: every change of it did."""
    return settle(tx, ask, {one.key: error for one in ask.changes})
