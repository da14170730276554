"""Duplicates: several links that have the same value of a key by which records are recognised."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from app.store import clues
from app.store.db import Tx
from mappings.identity import Key

COLUMNS = frozenset({"email", "phone"})  # of links themselves; other keys are clues
_SHARED = """
    SELECT value, array_agg(link.id ORDER BY created_at, first, link.id) AS ids
    FROM ({source}) AS held JOIN link ON link.id = held.link_id
    CROSS JOIN LATERAL (
        SELECT min(lpad(external_id, 32, '0') COLLATE "C") AS first FROM side
        WHERE side.link_id = link.id) AS record
    WHERE (:after ::text IS NULL OR value > :after) AND (:value ::text IS NULL OR value = :value)
    GROUP BY value HAVING count(*) > 1 ORDER BY value LIMIT :limit
"""
_OF_LINKS = {
    name: text(
        _SHARED.format(
            source=f"SELECT {name} AS value, id AS link_id FROM link "  # noqa: S608  a name of ours
            f"WHERE kind = :kind AND {name} IS NOT NULL"
        )
    )
    for name in COLUMNS
}
_OF_CLUES = text(
    _SHARED.format(
        source="SELECT substr(key, length(:prefix) + 1) AS value, link_id FROM clue "
        "WHERE kind = :kind AND starts_with(key, :prefix)"
    )
)


def shared(
    tx: Tx,
    kind: str,
    by: Key,
    *,
    value: str | None = None,
    after: str | None = None,
    limit: int,
) -> list[Mapping[str, Any]]:
    """Values of a key that several links have, in order: `value`, and their `ids`, oldest first.

    Those of `email` and `phone` are always known; of another key only where the mapping has it.
    """
    place = {"kind": kind, "value": value, "after": after, "limit": limit}
    if by in COLUMNS:
        rows = tx.execute(_OF_LINKS[by], place)
    else:
        rows = tx.execute(_OF_CLUES, place | {"prefix": clues.exact(by, "")})
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name
