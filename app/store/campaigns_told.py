"""What was told to whom: memberships that Baton wrote, by the journal, and those on their way."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.store.db import Tx

# A write that was not answered yet is as good as told: its source may show it before we know.
_CAMPAIGNS = text("""
    SELECT link_id, detail ->> 'campaign', detail ->> 'status', max(at) FROM journal
    WHERE link_id = ANY(:links) AND event = 'member_told' AND connection = :connection
      AND detail ->> 'status' IS NOT NULL
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT link_id, campaign, write ->> 'status', now() FROM membership_place
    WHERE link_id = ANY(:links) AND connection = :connection
      AND write_state IN ('flying', 'unknown') AND write ->> 'status' IS NOT NULL
""")
_LISTS = text("""
    SELECT link_id, list_id, CASE WHEN due_at IS NULL THEN changed_at ELSE now() END
    FROM nurture WHERE link_id = ANY(:links) AND connection = :connection AND wanted
""")


def statuses(
    tx: Tx, connection: str, link_ids: Collection[UUID]
) -> list[tuple[UUID, str, str, datetime]]:
    """Link, campaign, status that a connection was told, and when last."""
    asked = {"links": list(link_ids), "connection": connection}
    return [(row[0], row[1], row[2], row[3]) for row in tx.execute(_CAMPAIGNS, asked)]


def lists(tx: Tx, connection: str, link_ids: Collection[UUID]) -> list[tuple[UUID, str, datetime]]:
    """Link, list of those to be won again that a connection was told it is on, and when."""
    asked = {"links": list(link_ids), "connection": connection}
    return [(row[0], row[1], row[2]) for row in tx.execute(_LISTS, asked)]
