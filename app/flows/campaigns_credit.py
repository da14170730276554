"""Tell the SFA which campaign its opportunities came of. plan -> call -> settle.

It is asked for the campaign that stands there just before; one that a person set stays, so telling
it again does no harm.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from app.flows import campaigns as deciding
from app.flows.waiting import back_off_s, code_of
from app.store import campaigns_credits, journal
from app.store.campaigns_credits import Due
from app.store.db import Tx
from app.store.journal import Line
from connectors.base import AuthLost, Busy, ConnectorError, Landed, Ref, Rejected, Unsure
from connectors.campaigns import Credit, CreditsCampaigns


@dataclass(frozen=True, slots=True)
class Ask:
    """Credits to be told."""

    connection: str
    rows: Sequence[Due]
    credits: Sequence[Credit]


def plan(tx: Tx, connection: str, limit: int) -> Ask | None:
    """What to tell next; None when nothing is due."""
    rows = campaigns_credits.due(tx, connection, limit)
    if not rows:
        return None
    roles = {one.name: one.document.contact_role for one in deciding.every(tx)}
    return Ask(connection, rows, [_credit(row, roles.get(row.campaign)) for row in rows])


def _credit(row: Due, role: str | None) -> Credit:
    person = None if row.person is None else Ref("person", row.person)
    opportunity = Ref("opportunity", row.opportunity)
    return Credit(str(row.link_id), opportunity, row.campaign_id, person, role)


def call(connector: object, ask: Ask) -> Mapping[str, Landed | ConnectorError]:
    """Raises: Busy, AuthLost, Unsure, Rejected."""
    if isinstance(connector, CreditsCampaigns):
        return connector.credit(ask.credits)
    unable = Rejected("this connector credits no campaigns", code="unable")
    return dict.fromkeys([one.key for one in ask.credits], unable)


def settle(tx: Tx, ask: Ask, outcomes: Mapping[str, Landed | ConnectorError]) -> set[str]:
    """Record what stands there now, and what is to be tried again."""
    lines: list[Line] = []
    for row in ask.rows:
        outcome = outcomes.get(str(row.link_id), Unsure("the answer does not name it"))
        lines.append(_settled(tx, ask, row, outcome))
    journal.write(tx, lines)
    return set()


def _settled(tx: Tx, ask: Ask, row: Due, outcome: Landed | ConnectorError) -> Line:
    detail: dict[str, object] = {"campaign": row.campaign}
    if isinstance(outcome, Landed):
        campaigns_credits.told(tx, ask.connection, row.link_id, row.campaign_id, outcome.ref.id)
        detail["kept"] = outcome.ref.id != row.campaign_id
        return _line("credited", ask, row.link_id, detail)
    again = isinstance(outcome, Busy | AuthLost | Unsure)
    wait_s = back_off_s(row.attempts, outcome) if again else None
    detail["code"] = code_of(outcome)
    campaigns_credits.not_told(
        tx, ask.connection, row.link_id, code=code_of(outcome), reason=str(outcome), wait_s=wait_s
    )
    return _line("credit_failed", ask, row.link_id, detail)


def _line(event: str, ask: Ask, link_id: UUID, detail: dict[str, object]) -> Line:
    return Line(event, link_id, ask.connection, uuid4(), detail)


def give_up(tx: Tx, ask: Ask, error: ConnectorError) -> set[str]:
    """The whole call failed: every credit of it did."""
    return settle(tx, ask, {one.key: error for one in ask.credits})
