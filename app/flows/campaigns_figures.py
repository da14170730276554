"""Read what a campaign costs and what came of it; then credit opportunities to campaigns.

plan -> call -> settle on the lane of the feed `figures:{campaign}`: at the SFA, and at the other
system where the document names a campaign of it.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.domain.campaign_credit import choose
from app.domain.campaign_document import Attribution
from app.domain.campaign_terms import Terms
from app.flows import campaigns as deciding
from app.store import campaigns, campaigns_costs, campaigns_credits, feeds
from app.store.campaigns_costs import CostEntry, DealEntry
from app.store.db import Tx
from connectors.base import ConnectorError, Gone, Rejected
from connectors.campaigns import Cost, Deal, Group, Summary, SumsUpCampaigns

EVERY_S = 3600.0
NOT_YET_S = 30.0
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Ask:
    """The campaign to be summed up."""

    connection: str
    campaign: str
    group: Group
    planned_at: datetime


def plan(tx: Tx, connection: str, name: str) -> Ask | None:
    """What to sum up; None when it is not due, or the campaign is not there yet."""
    feed = campaigns.figures_name(name)
    due = feeds.due_feed(tx, connection, feed)
    if due is None:
        return None
    terms, row = deciding.of(tx, name), campaigns.get(tx, name)
    group = None if terms is None or row is None else _group(terms, row, connection)
    if group is None:
        campaigns.later(tx, connection, feed, NOT_YET_S)
        return None
    return Ask(connection, name, group, due.planned_at)


def _group(terms: Terms, row: campaigns.Row, connection: str) -> Group | None:
    if terms.role(connection) == "sfa":
        return deciding.group_of(terms, row, connection)
    named = terms.document.costs_of
    return None if named is None else Group("campaign", named)


def call(connector: SumsUpCampaigns, ask: Ask) -> Summary:
    """Raises: Busy, AuthLost, Rejected, Gone."""
    return connector.summary(ask.group)


def settle(tx: Tx, ask: Ask, summary: Summary) -> set[str]:
    """Keep the figures, and credit what is not credited yet; answer the lanes to wake."""
    terms = deciding.of(tx, ask.campaign)
    if terms is None or campaigns.lock(tx, ask.campaign) is None:
        return set()
    costs = [_cost(one) for one in summary.costs]
    campaigns_costs.replace(tx, ask.campaign, ask.connection, costs)
    wakes: set[str] = set()
    if terms.role(ask.connection) == "sfa":
        deals = [_deal(one) for one in summary.deals]
        campaigns_costs.replace_deals(tx, ask.campaign, ask.connection, deals)
        wakes = credit(tx, terms)
    feeds.save_cursor(
        tx, ask.connection, campaigns.figures_name(ask.campaign), None, asked=None,
        planned_at=ask.planned_at, caught_up=True, next_in_s=EVERY_S,
    )  # fmt: skip
    return wakes


def _cost(one: Cost) -> CostEntry:
    amount = Decimal(str(one.amount)).quantize(CENT)
    return CostEntry(one.id, amount, one.kind, one.currency, one.spent_on, one.note)


def _deal(one: Deal) -> DealEntry:
    amount = None if one.amount is None else Decimal(str(one.amount)).quantize(CENT)
    return DealEntry(one.id, amount, one.currency, one.won, one.closed)


def credit(tx: Tx, terms: Terms) -> set[str]:
    """Credit the opportunities of people whom campaigns of this way of counting touched."""
    mode, sfa = terms.document.attribution, terms.document.sfa
    if mode == "none":
        return set()
    found = campaigns_credits.candidates(tx, sfa)
    rivals = [one for one in deciding.every(tx) if _counts(one, sfa, mode)]
    names = {word: one.name for one in rivals for word in one.names}
    people = {one.person_id for one in found}
    touches = campaigns_credits.touches(tx, people, [one.name for one in rivals], names)
    chosen = choose(found, touches, mode)
    campaigns_credits.add(tx, sfa, chosen)
    return {f"members:{sfa}"} if chosen else set()


def _counts(one: Terms, sfa: str, mode: Attribution) -> bool:
    document = one.document
    return document.enabled and document.sfa == sfa and document.attribution == mode


def give_up(tx: Tx, ask: Ask, error: ConnectorError) -> set[str]:
    """Reading failed. What a person must mend is shown at the feed."""
    if isinstance(error, Rejected | Gone):
        name = campaigns.figures_name(ask.campaign)
        feeds.feed_failed(tx, ask.connection, name, str(error), next_in_s=EVERY_S)
    return set()
