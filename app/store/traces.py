"""Traces of a record on its way: news of it, looks that are due, and lanes that must wait."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.store.db import Tx

_NEWS = text("""
    SELECT receipt.connection, receipt.received_at FROM receipt
    WHERE cause_id IN (SELECT cause_id FROM journal WHERE link_id = :link ORDER BY id DESC LIMIT 50)
    ORDER BY received_at DESC LIMIT 1
""")
_RECEIPT = text("""
    SELECT receipt.connection, receipt.received_at, receipt.cause_id,
           (SELECT link_id FROM journal WHERE journal.cause_id = receipt.cause_id
               AND link_id IS NOT NULL ORDER BY id DESC LIMIT 1) AS link_id
    FROM receipt WHERE key = :key AND (:connection ::text IS NULL OR connection = :connection)
    ORDER BY received_at DESC LIMIT 1
""")
_HINTS = text("""
    SELECT connection, kind, external_id, received_at, due_at, attempts FROM hint
    WHERE external_id = ANY(:ids) AND connection = ANY(:connections) ORDER BY received_at
""")
_ACTIVITIES = text("""
    SELECT count(*) AS n, max(received_at) AS at FROM activity
    WHERE connection = :connection AND person_id = :external_id AND link_id IS NULL
""")
_WAITS = text("""
    SELECT name, not_before, reason FROM lane WHERE not_before > now() ORDER BY name
""")
_APART = text("""
    SELECT connection, external_id, "by", at FROM apart WHERE link_id = :link ORDER BY at
""")
_UNSYNCED = text("""
    SELECT link_id FROM side WHERE state <> 'in_sync'
      AND (:connection ::text IS NULL OR connection = :connection)
      AND (:after ::uuid IS NULL OR link_id > :after)
    GROUP BY link_id ORDER BY link_id LIMIT :limit
""")


def news(tx: Tx, link_id: UUID) -> dict[str, Any] | None:
    """The newest webhook that led to something about a link: connection, received_at."""
    return next(_rows(tx, _NEWS, link=link_id), None)


def receipt(tx: Tx, key: str, connection: str | None) -> dict[str, Any] | None:
    """A delivery that was taken in, and the link that it led to, if any."""
    return next(_rows(tx, _RECEIPT, key=key, connection=connection), None)


def hints(tx: Tx, ids: Collection[str], connections: Collection[str]) -> list[dict[str, Any]]:
    """Looks that are due at records with these ids."""
    return list(_rows(tx, _HINTS, ids=list(ids), connections=list(connections)))


def waiting_activities(tx: Tx, connection: str, external_id: str) -> dict[str, Any]:
    """How many activities (`n`) wait for a person, and when the newest came (`at`)."""
    return next(_rows(tx, _ACTIVITIES, connection=connection, external_id=external_id))


def waits(tx: Tx) -> dict[str, dict[str, Any]]:
    """Lanes that must wait: name -> not_before, reason."""
    return {row["name"]: row for row in _rows(tx, _WAITS)}


def kept_apart(tx: Tx, link_id: UUID) -> list[dict[str, Any]]:
    """Records that a person keeps out of a link."""
    return list(_rows(tx, _APART, link=link_id))


def unsynced(tx: Tx, connection: str | None, after: UUID | None, limit: int) -> list[UUID]:
    """Links with a side that is not in sync, in the order of their ids."""
    found = _rows(tx, _UNSYNCED, connection=connection, after=after, limit=limit)
    return [row["link_id"] for row in found]


def _rows(tx: Tx, statement: Any, **values: Any) -> Any:
    return (dict(row._mapping) for row in tx.execute(statement, values))  # noqa: SLF001  SQLAlchemy's public name
