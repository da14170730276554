"""Costs of campaigns, and the opportunities that vendors say came of them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select, text

from app.store import bulk
from app.store.campaign_tables import campaign_cost, campaign_opportunity
from app.store.db import Tx

_COLUMNS = ("campaign", "source", "key", "kind", "amount", "currency", "spent_on", "note")
_SAVE = bulk.saving(campaign_cost, _COLUMNS, ("campaign", "source", "key"), "changed_at")
_DEAL = ("campaign", "connection", "external_id", "amount", "currency", "won", "closed")
_SAVE_DEALS = bulk.adding(campaign_opportunity, _DEAL)


@dataclass(frozen=True, slots=True)
class CostEntry:
    """One amount; `key` is its own within its source."""

    key: str
    amount: Decimal
    kind: str = "actual"
    currency: str = ""
    spent_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class DealEntry:
    """An opportunity that stands under a campaign in the SFA."""

    external_id: str
    amount: Decimal | None
    currency: str
    won: bool
    closed: bool


def save(tx: Tx, campaign: str, source: str, entries: Sequence[CostEntry]) -> None:
    """Add costs, or change those with the same key."""
    by_key = {one.key: one for one in entries}
    rows = [{"campaign": campaign, "source": source, **asdict(one)} for one in by_key.values()]
    bulk.run(tx, _SAVE, rows)


def replace(tx: Tx, campaign: str, source: str, entries: Sequence[CostEntry]) -> None:
    """These are all costs that a source has now."""
    same = (campaign_cost.c.campaign == campaign, campaign_cost.c.source == source)
    keys = [one.key for one in entries]
    tx.execute(delete(campaign_cost).where(*same, campaign_cost.c.key.not_in(keys)))
    save(tx, campaign, source, entries)


def remove(tx: Tx, campaign: str, cost_id: int) -> bool:
    """Forget one; False where there is none. One of a vendor's comes back if it is still there."""
    same = (campaign_cost.c.campaign == campaign, campaign_cost.c.id == cost_id)
    return bool(tx.execute(delete(campaign_cost).where(*same)).rowcount)


def listed(tx: Tx, campaign: str, after: int | None, limit: int) -> list[dict[str, Any]]:
    """Costs in the order in which they came."""
    query = select(campaign_cost).where(campaign_cost.c.campaign == campaign)
    if after is not None:
        query = query.where(campaign_cost.c.id > after)
    rows = tx.execute(query.order_by(campaign_cost.c.id).limit(limit))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


def replace_deals(tx: Tx, campaign: str, connection: str, deals: Sequence[DealEntry]) -> None:
    """These are all opportunities that stand under a campaign now."""
    table = campaign_opportunity.c
    same = (table.campaign == campaign, table.connection == connection)
    tx.execute(delete(campaign_opportunity).where(*same))
    rows = [{"campaign": campaign, "connection": connection, **asdict(one)} for one in deals]
    bulk.run(tx, _SAVE_DEALS, rows)


_FUNNEL = text("""
    WITH member AS (
        SELECT membership.link_id, membership.agreed, link.hot_since, link.crossing, link.score
        FROM membership JOIN link ON link.id = membership.link_id
        WHERE membership.campaign = :campaign AND membership.agreed IS NOT NULL),
    named AS (  -- they name a member, or the company that a member names
        SELECT opportunity.id
        FROM member
        JOIN side ON side.link_id = member.link_id AND side.external_id IS NOT NULL
        JOIN reference ON reference.connection = side.connection AND reference.kind = side.kind
                      AND reference.external_id = side.external_id
        JOIN link AS opportunity ON opportunity.id = reference.link_id
                                AND opportunity.kind = 'opportunity'
        UNION
        SELECT opportunity.id
        FROM member
        JOIN reference AS theirs ON theirs.link_id = member.link_id AND theirs.kind = 'company'
        JOIN reference ON reference.connection = theirs.connection
                      AND reference.kind = 'company'
                      AND reference.external_id = theirs.external_id
        JOIN link AS opportunity ON opportunity.id = reference.link_id
                                AND opportunity.kind = 'opportunity')
    SELECT (SELECT count(*) FROM member) AS members,
           (SELECT count(*) FROM member WHERE agreed = ANY(:responded)) AS responded,
           (SELECT count(*) FROM member WHERE hot_since IS NOT NULL OR crossing > 0) AS mql,
           (SELECT count(*) FROM named) AS influenced,
           (SELECT count(*) FROM campaign_opportunity AS deal WHERE deal.campaign = :campaign)
               AS opportunities,
           (SELECT count(*) FROM campaign_opportunity AS deal
            WHERE deal.campaign = :campaign AND deal.won) AS won
""")
_AMOUNTS = text("""
    SELECT currency, sum(amount) FILTER (WHERE won) AS won,
           sum(amount) FILTER (WHERE NOT closed) AS open
    FROM campaign_opportunity WHERE campaign = :campaign GROUP BY currency ORDER BY currency
""")
_COSTS = text("""
    SELECT currency, sum(amount) FILTER (WHERE kind = 'actual') AS actual,
           sum(amount) FILTER (WHERE kind = 'budget') AS budget
    FROM campaign_cost WHERE campaign = :campaign
      AND (CAST(:since AS date) IS NULL OR spent_on >= :since)
      AND (CAST(:until AS date) IS NULL OR spent_on < :until)
    GROUP BY currency ORDER BY currency
""")


_FURTHEST = text("""
    SELECT furthest, count(*) AS n FROM (
        SELECT max(array_position(CAST(:stages AS text[]), passed.stage)) AS furthest
        FROM membership
        CROSS JOIN LATERAL (
            SELECT target AS stage FROM stage_change WHERE link_id = membership.link_id
            UNION SELECT stage FROM link WHERE id = membership.link_id) AS passed
        WHERE membership.campaign = :campaign AND membership.agreed IS NOT NULL
        GROUP BY membership.link_id) AS member
    WHERE furthest IS NOT NULL GROUP BY furthest
""")


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many members came how far; amounts and costs are by currency ("" where unknown).

    `stages`: each stage with how many members are, or were, in it or beyond.
    """

    members: int
    responded: int
    mql: int
    influenced: int
    opportunities: int
    won: int
    amounts: list[dict[str, Any]]
    costs: list[dict[str, Any]]
    stages: Mapping[str, int]


def funnel(
    tx: Tx,
    campaign: str,
    responded: Sequence[str],
    since: date | None = None,
    until: date | None = None,
    *,
    stages: Sequence[str] = (),
) -> Funnel:
    """Count; `since` and `until` (exclusive) choose among the costs. `stages`, in their order."""
    counts = tx.execute(_FUNNEL, {"campaign": campaign, "responded": list(responded)}).one()
    amounts = tx.execute(_AMOUNTS, {"campaign": campaign})
    costs = tx.execute(_COSTS, {"campaign": campaign, "since": since, "until": until})
    return Funnel(
        **counts._mapping,  # noqa: SLF001  SQLAlchemy's public name
        amounts=[dict(row._mapping) for row in amounts],  # noqa: SLF001  as above
        costs=[dict(row._mapping) for row in costs],  # noqa: SLF001  as above
        stages=_reached(tx, campaign, stages),
    )


def _reached(tx: Tx, campaign: str, stages: Sequence[str]) -> dict[str, int]:
    rows = tx.execute(_FURTHEST, {"campaign": campaign, "stages": list(stages)})
    furthest = {row.furthest: row.n for row in rows}
    return {
        stage: sum(n for at, n in furthest.items() if at > before)
        for before, stage in enumerate(stages)
    }
