"""Links whose SLA clocks are to be looked at again. A list that is only added to, as `unscored`.

Whoever tells an event adds it here in the same transaction, so none is missed, whatever the order
in which transactions end.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import text

from app.store.db import Tx
from app.store.unscored import Attached

_HEED = text("""
    INSERT INTO unclocked (link_id)
    SELECT DISTINCT link_id FROM sla_clock WHERE link_id = ANY(:ids ::uuid[]) AND ended_at IS NULL
""")
_TAKE = text("""
    WITH chosen AS (SELECT DISTINCT link_id FROM (
        SELECT link_id FROM unclocked ORDER BY id LIMIT :rows) AS oldest LIMIT :limit),
    gone AS (DELETE FROM unclocked USING chosen WHERE unclocked.link_id = chosen.link_id
             RETURNING unclocked.link_id, unclocked.event_id)
    SELECT link_id, array_agg(event_id ORDER BY event_id) FILTER (WHERE event_id IS NOT NULL)
    FROM gone GROUP BY link_id
""")
ROWS_READ = 20  # for each link that is wanted: the busy ones are listed often


def heed(tx: Tx, link_ids: Collection[UUID | None]) -> None:
    """Something else happened to these links: look at the clocks that they have running."""
    ids = sorted(one for one in link_ids if one is not None)
    if ids:
        tx.execute(_HEED, {"ids": ids})


def heed_activities(tx: Tx, those: Sequence[Attached]) -> None:
    """The same of activities that have their person."""
    heed(tx, {one.link_id for one in those})


def take(tx: Tx, limit: int) -> dict[UUID, list[int]]:
    """The next links, each with the events that it is about. One at a time may do that."""
    rows = tx.execute(_TAKE, {"limit": limit, "rows": ROWS_READ * limit})
    return {link_id: list(events or ()) for link_id, events in rows}
