"""Sides as glimpses are held against them: read without locks, and touched without waiting."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from uuid import UUID

from sqlalchemy import select, text

from app.domain.link import Side
from app.store.bulk import among
from app.store.db import Tx
from app.store.tables import side

# Whoever has a link in hand owns its sides: where somebody has, or had since, it is left alone.
_SHOWN = text("""
    WITH mine AS (
        SELECT link.id, shown.stamp
        FROM link JOIN unnest(:ids ::uuid[], :stamps ::bigint[]) AS shown (id, stamp) USING (id)
        FOR NO KEY UPDATE OF link SKIP LOCKED)
    UPDATE side SET told = '{}' FROM mine
    WHERE side.link_id = mine.id AND side.connection = :connection AND side.stamp = mine.stamp
""")


def sides(tx: Tx, connection: str, kind: str, external_ids: Collection[str]) -> dict[str, Side]:
    """External id -> side, for those that are known at this connection."""
    query = select(*(side.c[one.name] for one in fields(Side))).where(
        side.c.connection == connection,
        side.c.kind == kind,
        among(side.c.external_id, external_ids),
    )
    return {row.external_id: Side(**row._mapping) for row in tx.execute(query)}  # noqa: SLF001  SQLAlchemy's public name


def told_is_shown(tx: Tx, connection: str, stamps: Mapping[UUID, int]) -> None:
    """The vendor shows what was told to these links' sides, as known at counter `stamps`: what it
    shows from now on was not made of that.
    """
    if stamps:
        ids = list(stamps)
        what = {"connection": connection, "ids": ids, "stamps": [stamps[one] for one in ids]}
        tx.execute(_SHOWN, what)
