"""After a change of rules or settings: what is to be looked at, decided or tried again.

Rows of links are locked in the order of their ids, as everywhere, before they or their sides
change: a verb that holds one of them finishes first.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select, text, update

from app.store.db import Tx
from app.store.tables import NOW, feed, lane

_RESCORE = text("""
    UPDATE link SET next_score_at = now() FROM (
        SELECT id FROM link WHERE kind = :kind ORDER BY id FOR UPDATE) AS l
    WHERE link.id = l.id
""")


def rescore(tx: Tx, kind: str) -> int:
    """Make every link of a kind due for a fresh decision; answer how many."""
    result: Any = tx.execute(_RESCORE, {"kind": kind})
    return int(result.rowcount)


def read_again(tx: Tx, connection: str, feeds: Collection[str]) -> list[str]:
    """Read these feeds from their beginning, now; answer those that there are."""
    rows = tx.execute(
        update(feed)
        .where(feed.c.connection == connection, feed.c.name.in_(list(feeds)))
        .values(cursor=None, due_at=NOW, reason=None)
        .returning(feed.c.name)
    )
    return sorted(row.name for row in rows)


def forget_waits(tx: Tx, connection: str) -> None:
    """Let the lanes of a connection run at once, whatever they waited for."""
    tx.execute(
        update(lane)
        .where(func.split_part(lane.c.name, ":", 2) == connection)
        .values(not_before=None, failures=0, reason=None)
    )


def waiting_lanes(tx: Tx) -> list[dict[str, Any]]:
    """Lanes that wait for their vendor: name, not_before, failures, reason."""
    query = select(lane).where(lane.c.failures > 0).order_by(lane.c.name)
    return [dict(row._mapping) for row in tx.execute(query)]  # noqa: SLF001  SQLAlchemy's public name
