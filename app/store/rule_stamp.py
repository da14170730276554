"""A stamp of all rows that decisions go by: while it is the same, so are they."""

from typing import Any

from sqlalchemy import text

from app.store.db import Tx

# A row's version is known by the transaction that wrote it and its place. Both stay while nobody
# writes the row, and no two versions of a server's rows share them.
_STAMP = text("""
    SELECT ARRAY[count(*), coalesce(sum(version), 0)] AS stamp FROM (
        SELECT hashtextextended('d' || xmin || ctid, 0) AS version FROM document WHERE active
        UNION ALL SELECT hashtextextended('c' || xmin || ctid, 0) FROM connection
        UNION ALL SELECT hashtextextended('o' || xmin || ctid, 0) FROM owner
        UNION ALL SELECT hashtextextended('f' || xmin || ctid, 0) FROM drift
            WHERE paused IS NOT NULL OR (change = 'deleted' AND seen_at IS NULL)
    ) AS rows
""")


def of(tx: Tx) -> tuple[Any, ...]:
    """What this transaction sees of documents, connections, owners and fields that rest."""
    return tuple(tx.execute(_STAMP).scalar_one())
