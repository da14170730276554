"""Outcomes: who became an opportunity, was won, was lost, and when first.

Three sources are read, and of each end the earliest counts: activities of the SFA (a stage of an
opportunity that changed, won, lost), stages that Baton itself has recorded, and opportunities that
name the person. An opportunity tells its end by a stage or a closed flag only, and no time but its
close date; the first two sources are preferred where there are several, being exact.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.store.db import Tx

_FIRST = text("""
    WITH wanted AS (SELECT unnest(:ids ::uuid[]) AS id),
    told AS (
        SELECT link_id, CASE type WHEN 'stage_change' THEN 'sao' ELSE type END AS ended, at
        FROM activity
        WHERE link_id IN (SELECT id FROM wanted) AND type IN ('won', 'lost', 'stage_change')
        UNION ALL
        SELECT link_id, target, at FROM stage_change
        WHERE link_id IN (SELECT id FROM wanted) AND target IN ('sao', 'won', 'lost')),
    deal AS (
        SELECT person.link_id, opportunity.created_at AS at,
               opportunity.agreed ->> 'close_date' AS closes,
               lower(coalesce(opportunity.agreed ->> 'stage', '')) AS stage
        FROM wanted
        JOIN side AS person ON person.link_id = wanted.id AND person.external_id IS NOT NULL
        JOIN reference ON reference.connection = person.connection AND reference.kind = 'person'
                      AND reference.external_id = person.external_id
        JOIN link AS opportunity ON opportunity.id = reference.link_id
                                AND opportunity.kind = 'opportunity'),
    every AS (
        SELECT link_id, ended, at, 1 AS rank FROM told
        UNION ALL SELECT link_id, 'sao', at, 1 FROM told WHERE ended <> 'sao'
        UNION ALL SELECT link_id, 'sao', at, 2 FROM deal
        UNION ALL
        SELECT link_id, CASE WHEN stage = ANY(:won) THEN 'won' ELSE 'lost' END,
               CASE WHEN closes ~ '^\\d{4}-\\d\\d-\\d\\d' AND substr(closes, 1, 10) < '2090'
                    THEN least(substr(closes, 1, 10)::timestamptz, now()) ELSE at END, 2
        FROM deal WHERE stage = ANY(:won) OR stage = ANY(:lost))
    SELECT DISTINCT ON (link_id, ended) link_id, ended, at FROM every
    ORDER BY link_id, ended, rank, at
""")


@dataclass(frozen=True, slots=True)
class Outcome:
    """When a person first came to each end; None: not (yet)."""

    link_id: UUID
    sao: datetime | None = None
    won: datetime | None = None
    lost: datetime | None = None


def first(
    tx: Tx, ids: Collection[UUID], won: Sequence[str], lost: Sequence[str]
) -> dict[UUID, Outcome]:
    """The outcomes of those people who have any. `won`, `lost`: stages of opportunities that mean
    so, in small letters.
    """
    asked = {"ids": list(ids), "won": list(won), "lost": list(lost)}
    times: dict[UUID, dict[str, datetime]] = {}
    for link_id, ended, at in tx.execute(_FIRST, asked):
        times.setdefault(link_id, {})[ended] = at
    return {link_id: Outcome(link_id, **those) for link_id, those in times.items()}
