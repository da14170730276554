"""Taking an activity's deliveries back, so that it can be routed anew."""

from typing import Any

from sqlalchemy import delete, select, text

from app.store import activities
from app.store.activities import Stored
from app.store.db import Tx
from app.store.fact_tables import activity, delivery

_LESS = text("""
    UPDATE digest SET count = greatest(count - 1, 0), changed_at = now(), attempts = 0,
                      due_at = CASE WHEN count > 1 AND state IN ('sent', 'failed') THEN now()
                                    WHEN count > 1 THEN due_at END,
                      state = CASE WHEN count > 1 AND state IN ('sent', 'failed') THEN 'pending'
                                   ELSE state END
    WHERE id = ANY(:ids ::uuid[])
""")


def lock(tx: Tx, activity_id: int) -> Stored | None:
    """An activity, so that nobody else replays it meanwhile."""
    query = select(activity).where(activity.c.id == activity_id).with_for_update()
    row = tx.execute(query).one_or_none()
    return None if row is None else activities.stored(row)


def withdraw(tx: Tx, one: Stored) -> list[dict[str, Any]]:
    """Forget where an activity was, or was not, delivered; its digests are written without it
    (one that was about it alone stays as it was written, until something comes to it again).
    """
    own = (delivery.c.activity_id == one.id) & (delivery.c.at == one.fact.at)
    gone = tx.execute(delete(delivery).where(own).returning(delivery)).mappings().all()
    digests = sorted({row["digest_id"] for row in gone if row["digest_id"] is not None})
    if digests:
        tx.execute(_LESS, {"ids": digests})
    return [dict(row) for row in gone]
