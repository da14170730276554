"""Tell the SFA which campaign its opportunities came of. plan -> call -> settle.

It is asked for the campaign that stands there just before; one that a person set stays, so telling
it again does no harm.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from app.domain.activity import one_line, shorten
from app.domain.campaign_terms import Terms
from app.domain.touch import LONGEST
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
    every = {one.name: one for one in deciding.every(tx)}
    told = [_credit(tx, connection, row, every.get(row.campaign)) for row in rows]
    return Ask(connection, rows, told)


def _credit(tx: Tx, connection: str, row: Due, terms: Terms | None) -> Credit:
    person = None if row.person is None else Ref("person", row.person)
    opportunity = Ref("opportunity", row.opportunity)
    if terms is None:
        return Credit(str(row.link_id), opportunity, row.campaign_id, person)
    role, fields = terms.document.contact_role, _fields(tx, connection, row, terms)
    return Credit(str(row.link_id), opportunity, row.campaign_id, person, role, fields)


def _fields(tx: Tx, connection: str, row: Due, terms: Terms) -> Mapping[str, str]:
    """What the opportunity is to show of the campaign and of the touch that it came of."""
    wanted = terms.document.opportunity_fields
    if not wanted:
        return {}
    first = terms.document.attribution == "first_touch"
    found = campaigns_credits.touch_told(tx, connection, [row.link_id], terms.names, first=first)
    known = {
        **found.get(row.link_id, {}),
        "campaign": terms.title,
        "campaign_id": terms.document.source.group.id,
    }
    given = ((field, known.get(what)) for what, field in wanted.items())
    return {field: shorten(one_line(str(value)), LONGEST) for field, value in given if value}


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
