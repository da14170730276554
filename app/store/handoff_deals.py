"""Opportunities that people were handed over for: which have ended, how, and whose they are.

An opportunity is somebody's who is named in it; where it names nobody, it is theirs who is the
only one of its company with an accepted hand-off.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from app.store.db import Tx
from app.store.handoff_tables import opportunity_end

_TAKEN = """
    handoff.flow = 'is_fs'
    AND handoff.state IN ('accepted', 'meeting_set', 'feedback_due', 'reported')
"""
_ENDED = """
    handoff.flow = 'is_fs' AND handoff.state IN ('won', 'lost') AND handoff.opportunity IS NOT NULL
"""
_PEOPLE = text(f"""
    SELECT handoff.link_id FROM reference AS named
    JOIN side ON side.connection = named.connection AND side.kind = 'person'
             AND side.external_id = named.external_id
    JOIN handoff ON handoff.link_id = side.link_id
    WHERE named.link_id = ANY(:ids) AND named.kind = 'person'
      AND ({_TAKEN} OR {_ENDED})
    UNION
    SELECT handoff.link_id FROM reference AS company
    JOIN reference AS theirs ON theirs.connection = company.connection AND theirs.kind = 'company'
                            AND theirs.external_id = company.external_id
    JOIN handoff ON handoff.link_id = theirs.link_id
    WHERE company.link_id = ANY(:ids) AND company.kind = 'company'
      AND ({_TAKEN} OR {_ENDED})
""")  # noqa: S608 -- states of ours
_OF = text(f"""
    WITH wanted AS (SELECT unnest(:ids ::uuid[]) AS id),
    theirs AS (
        SELECT wanted.id AS person, named.link_id AS deal
        FROM wanted JOIN side ON side.link_id = wanted.id AND side.external_id IS NOT NULL
        JOIN reference AS named ON named.connection = side.connection AND named.kind = 'person'
                               AND named.external_id = side.external_id
        UNION
        SELECT wanted.id, company.link_id
        FROM wanted JOIN reference AS mine ON mine.link_id = wanted.id AND mine.kind = 'company'
        JOIN reference AS company ON company.connection = mine.connection
                                 AND company.kind = 'company'
                                 AND company.external_id = mine.external_id
        WHERE NOT EXISTS (SELECT FROM reference AS named
                          WHERE named.link_id = company.link_id AND named.kind = 'person')
          AND NOT EXISTS (
            SELECT FROM reference AS other JOIN handoff ON handoff.link_id = other.link_id
            WHERE other.connection = mine.connection AND other.kind = 'company'
              AND other.external_id = mine.external_id AND other.link_id <> wanted.id
              AND {_TAKEN})),
    told AS (
        SELECT DISTINCT ON (act.link_id, coalesce(place.link_id ::text, act.record))
               act.link_id AS person, coalesce(place.link_id ::text, act.record) AS key,
               nullif(act.type, 'stage_change') AS outcome, act.at, act.detail ->> 'reason',
               act.connection, act.title, act.detail ->> 'stage', act.detail ->> 'amount'
        FROM (SELECT activity.*, activity.about -> 0 ->> 1 AS record FROM activity
              WHERE link_id = ANY(:ids) AND type IN ('won', 'lost', 'stage_change')
                AND at >= :since) AS act
        LEFT JOIN side AS place ON place.connection = act.connection AND place.external_id = record
                               AND place.kind = 'opportunity'
        ORDER BY 1, 2, act.at DESC, act.id DESC)
    SELECT person, key, outcome, at, reason, connection, name, stage, amount FROM (
        SELECT theirs.person, deal.id ::text AS key, ended.outcome, ended.ended_at AS at,
               ended.reason, ended.connection, deal.agreed ->> 'name' AS name,
               deal.agreed ->> 'stage' AS stage, deal.agreed ->> 'amount' AS amount, 0 AS source
        FROM theirs JOIN link AS deal ON deal.id = theirs.deal AND deal.kind = 'opportunity'
        LEFT JOIN opportunity_end AS ended ON ended.link_id = deal.id
        UNION ALL SELECT *, 1 FROM told) AS every
    ORDER BY source
""")  # noqa: S608 -- states of ours


@dataclass(frozen=True, slots=True)
class End:
    """An opportunity that is won or lost; `connection`: where that was seen."""

    link_id: UUID
    outcome: str
    reason: str | None
    connection: str | None
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Deal:
    """How an opportunity of somebody stands, as one source tells it: the record (`at` is None
    where it is open), or the newest activity. `key` is the same for both.
    """

    person: UUID
    key: str | None
    outcome: str | None
    at: datetime | None
    reason: str | None
    connection: str | None
    name: str | None
    stage: str | None
    amount: str | None


def ends(tx: Tx, ids: Collection[UUID]) -> dict[UUID, End]:
    """Those of these opportunities that have ended."""
    rows = tx.execute(select(opportunity_end).where(opportunity_end.c.link_id.in_(list(ids))))
    return {row.link_id: End(**row._mapping) for row in rows}  # noqa: SLF001  SQLAlchemy's public name


def end(tx: Tx, one: End) -> None:
    """It is won, or lost; a reason that was known of that stays."""
    values: dict[str, Any] = {name: getattr(one, name) for name in End.__slots__}
    new = insert(opportunity_end).values(**values)
    again: dict[str, Any] = {
        name: new.excluded[name] for name in ("outcome", "connection", "ended_at")
    }
    known = func.coalesce(new.excluded.reason, opportunity_end.c.reason)
    is_same = new.excluded.outcome == opportunity_end.c.outcome
    again["reason"] = case((is_same, known), else_=new.excluded.reason)
    tx.execute(new.on_conflict_do_update(index_elements=["link_id"], set_=again))


def reopen(tx: Tx, ids: Collection[UUID]) -> None:
    """They go on."""
    tx.execute(delete(opportunity_end).where(opportunity_end.c.link_id.in_(list(ids))))


def people(tx: Tx, ids: Collection[UUID]) -> list[UUID]:
    """Who has an accepted hand-off for one of these opportunities, or one that such one ended."""
    return list(tx.scalars(_PEOPLE, {"ids": list(ids)}))


def of(tx: Tx, link_ids: Sequence[UUID], since: datetime) -> dict[UUID, list[Deal]]:
    """The opportunities of people with accepted hand-offs, what records say before activities,
    which count from `since` on.
    """
    found: dict[UUID, list[Deal]] = {}
    for row in tx.execute(_OF, {"ids": list(link_ids), "since": since}):
        deal = Deal(**row._mapping)  # noqa: SLF001  as above
        found.setdefault(deal.person, []).append(deal)
    return found
