"""Credits: which opportunities came of which campaign; decided once, told, what stands there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, text, update

from app.domain.campaign_credit import Candidate, Chosen, Touched
from app.store import bulk
from app.store.campaign_tables import campaign_credit
from app.store.db import Tx
from app.store.tables import NOW

MOST = 2_000  # opportunities looked at in one go, the newest first
# People whom an opportunity names itself; and those who name the same company as it does.
_CANDIDATES = text("""
    WITH opportunity AS (
        SELECT link.id FROM link
        JOIN side ON side.link_id = link.id AND side.connection = :connection
                 AND side.external_id IS NOT NULL AND side.state <> 'gone'
        WHERE link.kind = 'opportunity' AND NOT EXISTS (
            SELECT FROM campaign_credit AS credit
            WHERE credit.link_id = link.id AND credit.connection = :connection)
        ORDER BY link.created_at DESC LIMIT :most)
    SELECT DISTINCT opportunity.id, person.link_id, true AS direct
    FROM opportunity
    JOIN reference AS named ON named.link_id = opportunity.id AND named.kind = 'person'
    JOIN side AS person ON person.connection = named.connection AND person.kind = 'person'
                       AND person.external_id = named.external_id
    UNION
    SELECT opportunity.id, theirs.link_id, false
    FROM opportunity
    JOIN reference AS company ON company.link_id = opportunity.id AND company.kind = 'company'
    JOIN reference AS theirs ON theirs.connection = company.connection
                            AND theirs.kind = 'company'
                            AND theirs.external_id = company.external_id
    JOIN link AS person ON person.id = theirs.link_id AND person.kind = 'person'
""")
_MEMBERS = text("""
    SELECT link_id, campaign, first_at, last_at FROM membership
    WHERE link_id = ANY(:people) AND campaign = ANY(:campaigns) AND agreed IS NOT NULL
      AND first_at IS NOT NULL
""")
_NAMED = text("""
    SELECT link_id, lower(coalesce(detail ->> 'utm_campaign', detail ->> 'campaign',
                                   detail ->> 'campaign_name')) AS name, min(at), max(at)
    FROM activity
    WHERE link_id = ANY(:people)
      AND lower(coalesce(detail ->> 'utm_campaign', detail ->> 'campaign',
                         detail ->> 'campaign_name')) = ANY(:names)
    GROUP BY 1, 2
""")
# What the activity of the credited person told that names the campaign: the first, or the last.
_TOLD = text("""
    SELECT credit.link_id, named.detail FROM campaign_credit AS credit
    CROSS JOIN LATERAL (
        SELECT detail FROM activity
        WHERE link_id = credit.person_id
          AND lower(coalesce(detail ->> 'utm_campaign', detail ->> 'campaign',
                             detail ->> 'campaign_name')) = ANY(:names)
        ORDER BY CASE WHEN :first THEN at END, at DESC LIMIT 1) AS named
    WHERE credit.connection = :connection AND credit.link_id = ANY(:ids)
""")
_ADD = bulk.adding(
    campaign_credit,
    ("link_id", "connection", "campaign", "person_id", "due_at"),
    "ON CONFLICT (link_id, connection) DO NOTHING",
)
_DUE = text("""
    SELECT credit.link_id, credit.campaign, credit.attempts, opportunity.external_id,
           campaign.external_id AS campaign_id, person.external_id AS person
    FROM campaign_credit AS credit
    JOIN campaign ON campaign.name = credit.campaign
    JOIN side AS opportunity ON opportunity.link_id = credit.link_id
                            AND opportunity.connection = credit.connection
    LEFT JOIN side AS person ON person.link_id = credit.person_id
                            AND person.connection = credit.connection
                            AND person.state <> 'gone'
    WHERE credit.connection = :connection AND credit.due_at <= now()
      AND opportunity.external_id IS NOT NULL AND campaign.external_id IS NOT NULL
    ORDER BY credit.due_at, credit.link_id LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class Due:
    """A credit to be told: the vendor's ids of the opportunity, its campaign and its person."""

    link_id: UUID
    campaign: str
    attempts: int
    opportunity: str
    campaign_id: str
    person: str | None


def candidates(tx: Tx, connection: str) -> list[Candidate]:
    """People of opportunities that are not credited yet."""
    rows = tx.execute(_CANDIDATES, {"connection": connection, "most": MOST})
    return [Candidate(*row) for row in rows]


def touches(
    tx: Tx, people: Collection[UUID], campaigns: Collection[str], names: Mapping[str, str]
) -> list[Touched]:
    """What these people had to do with campaigns; `names`: name in small letters -> campaign."""
    asked = {"people": list(people), "campaigns": list(campaigns)}
    found = [Touched(*row) for row in tx.execute(_MEMBERS, asked)]
    if names:
        rows = tx.execute(_NAMED, {"people": list(people), "names": list(names)})
        found += [Touched(person, names[name], first, last) for person, name, first, last in rows]
    return found


def add(tx: Tx, connection: str, chosen: Sequence[Chosen]) -> None:
    """Credit opportunities; one that is credited already stays so."""
    due = tx.scalar(func.now().select())
    rows = [
        {
            "link_id": one.opportunity_id, "connection": connection, "campaign": one.campaign,
            "person_id": one.person_id, "due_at": due,
        }
        for one in chosen
    ]  # fmt: skip
    bulk.run(tx, _ADD, rows)


def due(tx: Tx, connection: str, limit: int) -> list[Due]:
    """Credits to be told at a connection."""
    return [Due(*row) for row in tx.execute(_DUE, {"connection": connection, "limit": limit})]


def touch_told(
    tx: Tx, connection: str, ids: Collection[UUID], names: Collection[str], *, first: bool
) -> dict[UUID, Mapping[str, Any]]:
    """The details of the first or last touch by an activity of one of these names (in small
    letters), by opportunity; none for who was touched as a member alone.
    """
    asked = {"connection": connection, "ids": list(ids), "names": list(names), "first": first}
    return {row.link_id: row.detail for row in tx.execute(_TOLD, asked)}


def told(tx: Tx, connection: str, link_id: UUID, campaign_id: str, shown: str) -> None:
    """The opportunity stands under the campaign `shown`, ours or a person's choice."""
    _set(
        tx, connection, link_id, told=campaign_id if shown == campaign_id else None, shown=shown,
        state="told" if shown == campaign_id else "kept", code=None, reason=None, due_at=None,
    )  # fmt: skip


def not_told(
    tx: Tx, connection: str, link_id: UUID, *, code: str, reason: str, wait_s: float | None
) -> None:
    """It failed: for a person to see (`wait_s` None), or to be tried again."""
    due_at = None if wait_s is None else func.now() + timedelta(seconds=wait_s)
    state = "failed" if wait_s is None else "pending"
    _set(
        tx, connection, link_id, state=state, code=code, reason=reason, due_at=due_at,
        attempts=campaign_credit.c.attempts + 1,
    )  # fmt: skip


def _set(tx: Tx, connection: str, link_id: UUID, **values: object) -> None:
    mine = (campaign_credit.c.link_id == link_id, campaign_credit.c.connection == connection)
    tx.execute(update(campaign_credit).where(*mine).values(**values, changed_at=NOW))
