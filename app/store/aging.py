"""Forgetting activities: the oldest, those of a link, those of a record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import literal, select, text, tuple_

from app.store.db import Tx
from app.store.fact_tables import activity
from connectors.base import Ref

Place: TypeAlias = tuple[datetime, int]
_FORGET_OLD = text("""
    WITH old AS (SELECT * FROM unnest(:ids ::bigint[], :times ::timestamptz[]) AS old (id, at)),
    gone AS (DELETE FROM activity USING old WHERE activity.id = old.id AND activity.at = old.at
             RETURNING activity.connection, activity.external_id),
    told AS (DELETE FROM delivery USING old
             WHERE delivery.activity_id = old.id AND delivery.at = old.at)
    DELETE FROM activity_key USING gone
    WHERE activity_key.key = md5(gone.connection || '/' || gone.external_id)::uuid
""")
_FORGET_LINK = text("""
    WITH gone AS (DELETE FROM activity WHERE link_id = :link_id RETURNING id, at),
    told AS (DELETE FROM delivery USING gone
             WHERE delivery.activity_id = gone.id AND delivery.at = gone.at)
    SELECT count(*) FROM gone
""")
_FORGET_RECORD = text("""
    WITH gone AS (
        DELETE FROM activity
        WHERE person_id = :id AND connection = :connection AND person_kind = :kind
        RETURNING id, at)
    DELETE FROM delivery USING gone WHERE delivery.activity_id = gone.id AND delivery.at = gone.at
""")


@dataclass(frozen=True, slots=True)
class Aged:
    """An activity by its place in time."""

    at: datetime
    id: int
    type: str


def stretch(tx: Tx, after: Place | None, before: datetime, limit: int) -> list[Aged]:
    """The next activities behind a place, oldest first, of those before a time."""
    own = activity.c
    query = select(own.at, own.id, own.type).where(own.at < before)
    if after is not None:
        query = query.where(tuple_(own.at, own.id) > tuple_(literal(after[0]), literal(after[1])))
    rows = tx.execute(query.order_by(own.at, own.id).limit(limit))
    return [Aged(row.at, row.id, row.type) for row in rows]


def forget(tx: Tx, those: Sequence[Aged]) -> None:
    """Delete activities with their deliveries, and that they were ever taken in: a feed that
    shows one again is asked for what is not kept any more.
    """
    if those:
        ids, times = [one.id for one in those], [one.at for one in those]
        tx.execute(_FORGET_OLD, {"ids": ids, "times": times})


def forget_link(tx: Tx, link_id: UUID) -> None:
    """Delete all activities of a link, and where they were logged."""
    tx.execute(_FORGET_LINK, {"link_id": link_id})


def forget_record(tx: Tx, connection: str, ref: Ref) -> None:
    """Delete the activities of one record."""
    tx.execute(_FORGET_RECORD, {"connection": connection, "kind": ref.kind, "id": ref.id})
