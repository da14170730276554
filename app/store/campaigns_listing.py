"""Campaigns and their members to look at: read-only, for the API and the pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.store.db import Tx

_CAMPAIGNS = text("""
    SELECT campaign.name, campaign.connection, campaign.external_id, campaign.made, campaign.state,
           campaign.code, campaign.reason, campaign.strangers, campaign.held, campaign.held_by,
           campaign.allowed, campaign.changed_at,
           coalesce((SELECT jsonb_object_agg(agreed, n) FROM (
               SELECT agreed, count(*) AS n FROM membership
               WHERE membership.campaign = campaign.name AND agreed IS NOT NULL
               GROUP BY agreed) AS counted), '{}'::jsonb) AS statuses,
           coalesce((SELECT jsonb_object_agg(state, n) FROM (
               SELECT CASE WHEN code = 'awaits_person' THEN 'waiting' ELSE state END AS state,
                      count(*) AS n FROM membership_place
               WHERE membership_place.campaign = campaign.name AND state <> 'in_sync'
               GROUP BY 1) AS counted), '{}'::jsonb) AS open,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                'connection', feed.connection, 'read_at', feed.read_at, 'reason', feed.reason,
                'caught_up', feed.caught_up) ORDER BY feed.connection), '[]'::jsonb)
            FROM feed WHERE feed.name = 'members:' || campaign.name) AS readings
    FROM campaign
    WHERE (CAST(:name AS text) IS NULL OR campaign.name = :name)
      AND (CAST(:after AS text) IS NULL OR campaign.name > :after)
    ORDER BY campaign.name LIMIT :limit
""")
_MEMBERS = text("""
    SELECT membership.link_id, membership.agreed AS status, membership.first_at,
           membership.last_at, membership.changed_at, link.agreed AS person, link.score, link.grade,
           coalesce((SELECT jsonb_agg(jsonb_build_object(
                'connection', place.connection, 'external_id', place.external_id,
                'shows', place.seen, 'at', place.at,
                'state', CASE WHEN place.code = 'awaits_person' THEN 'waiting'
                         WHEN place.write_state = 'unknown' THEN 'in_doubt' ELSE place.state END,
                'code', place.code, 'reason', place.reason) ORDER BY place.connection)
            FROM membership_place AS place
            WHERE place.campaign = membership.campaign
              AND place.link_id = membership.link_id), '[]'::jsonb) AS places
    FROM membership JOIN link ON link.id = membership.link_id
    WHERE membership.campaign = :campaign
      AND (CAST(:after AS uuid) IS NULL OR membership.link_id > :after)
      AND (CAST(:status AS text) IS NULL OR membership.agreed = :status)
      AND (CAST(:person AS uuid) IS NULL OR membership.link_id = :person)
      AND (:past OR membership.agreed IS NOT NULL)
      AND (CAST(:state AS text) IS NULL OR EXISTS (
           SELECT FROM membership_place AS place
           WHERE place.campaign = membership.campaign AND place.link_id = membership.link_id
             AND :state = CASE WHEN place.code = 'awaits_person' THEN 'waiting'
                          ELSE place.state END))
    ORDER BY membership.link_id LIMIT :limit
""")


_OF_PERSON = text("""
    SELECT membership.campaign, membership.agreed AS status, membership.first_at,
           membership.last_at, membership.changed_at,
           coalesce((SELECT jsonb_agg(jsonb_build_object(
                'connection', place.connection, 'external_id', place.external_id,
                'shows', place.seen, 'at', place.at) ORDER BY place.connection)
            FROM membership_place AS place
            WHERE place.campaign = membership.campaign
              AND place.link_id = membership.link_id), '[]'::jsonb) AS places
    FROM membership WHERE membership.link_id = :person ORDER BY membership.campaign
""")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which members; what is None does not matter. `past`: also those who were taken out."""

    status: str | None = None
    state: str | None = None
    person: UUID | None = None
    past: bool = False


def listed(tx: Tx, after: str | None, limit: int) -> list[dict[str, Any]]:
    """Campaigns by name: with members by status, what is open by state, and how reading goes."""
    return _rows(tx, {"name": None, "after": after, "limit": limit})


def one(tx: Tx, name: str) -> dict[str, Any] | None:
    """One campaign, as in the list."""
    found = _rows(tx, {"name": name, "after": None, "limit": 1})
    return found[0] if found else None


def _rows(tx: Tx, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in tx.execute(_CAMPAIGNS, asked)]  # noqa: SLF001  SQLAlchemy's public name


def members(
    tx: Tx, campaign: str, wanted: Wanted, after: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """Members in a stable order, each with its places: what both sides show, and why not."""
    asked = {
        "campaign": campaign, "after": after, "limit": limit, "status": wanted.status,
        "state": wanted.state, "person": wanted.person, "past": wanted.past,
    }  # fmt: skip
    return [dict(row._mapping) for row in tx.execute(_MEMBERS, asked)]  # noqa: SLF001  as above


def of_person(tx: Tx, person: UUID) -> list[dict[str, Any]]:
    """All campaigns that a person is, or was, in."""
    return [dict(row._mapping) for row in tx.execute(_OF_PERSON, {"person": person})]  # noqa: SLF001  as above
