"""What a preview of hot-lead rules lives again: who had something happen to them, and when."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text

from app.store.db import Tx
from app.store.fact_tables import alert, score_history

_TOUCHED = """
    SELECT link_id, max(at) AS at FROM (
        SELECT link_id, at FROM activity WHERE at > :since AND link_id IS NOT NULL
        UNION ALL SELECT link_id, at FROM score_history WHERE at > :since) AS happened
    JOIN link ON link.id = link_id AND link.kind = 'person'
    GROUP BY link_id
"""
_NEWEST = text(f"{_TOUCHED} ORDER BY max(at) DESC, link_id LIMIT :most")
_COUNT = text(f"SELECT count(*) FROM ({_TOUCHED}) AS touched")  # noqa: S608  our own text


def touched(tx: Tx, since: datetime, most: int) -> list[UUID]:
    """People to whom something happened since, the latest first."""
    rows = tx.execute(_NEWEST, {"since": since, "most": most})
    return [row.link_id for row in rows]


def count_touched(tx: Tx, since: datetime) -> int:
    """How many people that are."""
    return tx.scalar(_COUNT, {"since": since}) or 0


def scored_at(tx: Tx, link_ids: Collection[UUID], since: datetime) -> dict[UUID, list[datetime]]:
    """When each person's score changed."""
    query = select(score_history.c.link_id, score_history.c.at).where(
        score_history.c.link_id.in_(list(link_ids)), score_history.c.at > since
    )
    found: dict[UUID, list[datetime]] = {}
    for row in tx.execute(query):
        found.setdefault(row.link_id, []).append(row.at)
    return found


def raised(tx: Tx, since: datetime) -> int:
    """How many alerts there really were."""
    query = select(func.count()).select_from(alert).where(alert.c.created_at > since)
    return tx.scalar(query) or 0
