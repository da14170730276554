"""Open conflicts: one row a field of a link, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import text

from app.store.db import Tx

Place: TypeAlias = tuple[datetime, UUID, str]

# A field is in conflict since the newest line that opened it: one that closes it is followed by
# another that opens it.
_OPEN = """
    SELECT link.id AS link_id, link.kind, link.email, link.agreed, open.field, open.values,
           link.base -> open.field AS base, coalesce(opened.at, link.updated_at) AS since,
           opened.version
    FROM link
    CROSS JOIN LATERAL jsonb_each(link.conflicts) AS open (field, values)
    LEFT JOIN LATERAL (
        SELECT at, version FROM journal
        WHERE journal.link_id = link.id AND event = 'conflict_open'
          AND detail -> 'fields' ? open.field
        ORDER BY journal.id DESC LIMIT 1
    ) AS opened ON true
    WHERE link.conflicts <> '{}'::jsonb
      AND (:link ::uuid IS NULL OR link.id = :link)
      AND (:kind ::text IS NULL OR link.kind = :kind)
      AND (:field ::text IS NULL OR open.field = :field)
      AND (:connection ::text IS NULL OR EXISTS (
          SELECT 1 FROM side WHERE side.link_id = link.id AND side.connection = :connection))
"""
_WINDOW = """
    WHERE (:since ::timestamptz IS NULL OR since >= :since)
      AND (:until ::timestamptz IS NULL OR since < :until)
"""
_LIST = text(f"""
    SELECT * FROM ({_OPEN}) AS item {_WINDOW}
      AND (:at ::timestamptz IS NULL
           OR (since, link_id, field) < (:at ::timestamptz, :after ::uuid, :name ::text))
    ORDER BY since DESC, link_id DESC, field DESC LIMIT :limit
""")  # noqa: S608  the parts are this module's own
_COUNT = text(f"SELECT count(*) FROM ({_OPEN}) AS item {_WINDOW}")  # noqa: S608  as above
_SIDES = text("""
    SELECT link_id, connection, external_id, object, modified_at FROM side
    WHERE link_id = ANY(:ids) AND external_id IS NOT NULL AND state <> 'gone'
    ORDER BY connection
""")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conflicts; what is None does not matter. `since`, `until`: when they came up."""

    kind: str | None = None
    field: str | None = None
    connection: str | None = None
    link: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


def listed(tx: Tx, wanted: Wanted, after: Place | None, limit: int) -> list[dict[str, Any]]:
    """Open conflicts, each with the `sides` of its link."""
    at, link_id, name = after or (None, None, None)
    place = {"at": at, "after": link_id, "name": name, "limit": limit}
    rows = [dict(r._mapping) for r in tx.execute(_LIST, _parameters(wanted) | place)]  # noqa: SLF001  SQLAlchemy's public name
    sides: dict[UUID, list[dict[str, Any]]] = {}
    for found in tx.execute(_SIDES, {"ids": [row["link_id"] for row in rows]}):
        sides.setdefault(found.link_id, []).append(dict(found._mapping))  # noqa: SLF001  as above
    return [row | {"sides": sides.get(row["link_id"], [])} for row in rows]


def count(tx: Tx, wanted: Wanted) -> int:
    """How many there are."""
    return int(tx.scalar(_COUNT, _parameters(wanted)) or 0)


def _parameters(wanted: Wanted) -> dict[str, Any]:
    return {
        "kind": wanted.kind, "field": wanted.field, "connection": wanted.connection,
        "link": wanted.link, "since": wanted.since, "until": wanted.until,
    }  # fmt: skip
