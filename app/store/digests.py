"""Digests: several activities of a person that are one entry at a connection, kept up to date."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text, update

from app.domain.activity import Fact
from app.store.db import Tx
from app.store.deliveries import Held
from app.store.fact_tables import digest
from connectors.base import Ref, Value

MOST_READ = 2_000  # activities of one digest that are read for its text, the newest
_GATHER = text("""
    INSERT INTO digest (id, link_id, connection, route, starts_at, ends_at, count, least, state,
                        due_at, cause_id)
    SELECT new.id, new.link_id, new.connection, new.route, new.starts_at, new.ends_at, new.count,
           new.least, CASE WHEN side.external_id IS NULL THEN 'waiting' ELSE 'pending' END,
           CASE WHEN side.external_id IS NOT NULL AND new.count >= new.least THEN :due_at END,
           new.cause_id
    FROM unnest(:ids ::uuid[], :links ::uuid[], :connections ::text[], :routes ::text[],
                :starts ::timestamptz[], :ends ::timestamptz[], :counts ::int[], :leasts ::int[],
                :causes ::uuid[])
         AS new (id, link_id, connection, route, starts_at, ends_at, count, least, cause_id)
    LEFT JOIN side ON side.link_id = new.link_id AND side.connection = new.connection
    ORDER BY new.link_id, new.connection, new.route, new.starts_at
    ON CONFLICT (link_id, connection, route, starts_at) DO UPDATE
    SET count = digest.count + excluded.count, least = excluded.least, state = excluded.state,
        cause_id = excluded.cause_id, changed_at = now(), attempts = 0,
        due_at = least(digest.due_at, CASE
            WHEN excluded.state = 'pending' AND digest.count + excluded.count >= excluded.least
            THEN :due_at ::timestamptz END)
    RETURNING id, link_id, connection, route, starts_at
""")
_ARRIVED = text("""
    UPDATE digest SET state = 'pending', changed_at = now(),
                      due_at = CASE WHEN count >= least THEN now() END
    WHERE link_id = ANY(:ids ::uuid[]) AND connection = :connection AND state = 'waiting'
""")
_DUE = text("""
    SELECT digest.*, link.agreed, side.external_id AS place_id, side.kind AS place_kind
    FROM digest JOIN link ON link.id = digest.link_id
    JOIN side ON side.link_id = digest.link_id AND side.connection = digest.connection
    WHERE digest.connection = :connection AND digest.due_at <= now()
      AND side.external_id IS NOT NULL
    ORDER BY digest.due_at, digest.id LIMIT :limit
""")
_ITEMS = text("""
    SELECT one.* FROM unnest(:ids ::uuid[], :starts ::timestamptz[], :ends ::timestamptz[])
         AS wanted (id, starts_at, ends_at)
    CROSS JOIN LATERAL (
        SELECT delivery.digest_id, activity.id, activity.type, activity.at, activity.title,
               activity.detail
        FROM delivery
        JOIN activity ON activity.id = delivery.activity_id AND activity.at = delivery.at
        WHERE delivery.digest_id = wanted.id
          AND delivery.at >= wanted.starts_at AND delivery.at < wanted.ends_at
        ORDER BY activity.at DESC, activity.id DESC LIMIT :most) AS one
""")
_SENT = text("""
    UPDATE digest SET state = CASE WHEN digest.count > landed.count
                                   THEN 'pending' ELSE 'sent' END,
                      due_at = CASE WHEN digest.count > landed.count
                                    THEN :again_at ::timestamptz END,
                      external_id = landed.ref, sent_at = now(), changed_at = now(),
                      code = NULL, reason = NULL, attempts = 0
    FROM unnest(:ids ::uuid[], :counts ::int[], :refs ::text[]) AS landed (id, count, ref)
    WHERE digest.id = landed.id
""")
_TOLD = text("""
    UPDATE delivery SET state = 'sent', external_id = landed.ref, changed_at = now()
    FROM unnest(:ids ::uuid[], :newest ::bigint[], :refs ::text[], :starts ::timestamptz[],
                :ends ::timestamptz[]) AS landed (id, newest, ref, starts_at, ends_at)
    WHERE delivery.digest_id = landed.id AND delivery.state = 'gathered'
      AND delivery.activity_id <= landed.newest
      AND delivery.at >= landed.starts_at AND delivery.at < landed.ends_at
""")
_MOVE = text("""
    UPDATE digest SET link_id = :new,
        route = CASE WHEN EXISTS (
            SELECT FROM digest AS theirs WHERE theirs.link_id = :new
              AND theirs.connection = digest.connection AND theirs.route = digest.route
              AND theirs.starts_at = digest.starts_at)
        THEN digest.route || '/' || digest.id ELSE digest.route END,
        due_at = CASE WHEN EXISTS (
            SELECT FROM digest AS theirs WHERE theirs.link_id = :new
              AND theirs.connection = digest.connection AND theirs.route = digest.route
              AND theirs.starts_at = digest.starts_at)
        THEN NULL ELSE due_at END
    WHERE link_id = :old
""")


@dataclass(frozen=True, slots=True)
class Gathered:
    """Activities of one link that belong to one digest. `least`: with how many it appears."""

    link_id: UUID
    connection: str
    route: str
    starts_at: datetime
    ends_at: datetime
    count: int
    least: int
    cause_id: UUID | None

    @property
    def place(self) -> tuple[UUID, str, str, datetime]:
        return self.link_id, self.connection, self.route, self.starts_at


@dataclass(frozen=True, slots=True)
class Due:
    """A digest to be written now, with its activities, newest first."""

    id: UUID
    link_id: UUID
    route: str
    starts_at: datetime
    ends_at: datetime
    count: int
    person: Ref
    agreed: Mapping[str, Value]
    items: tuple[Fact, ...]
    newest: int
    attempts: int
    cause_id: UUID | None


def gather(
    tx: Tx, those: Sequence[Gathered], *, due_at: datetime
) -> dict[tuple[UUID, str, str, datetime], UUID]:
    """Add to digests, made where there is none yet, to be written at `due_at` at the latest;
    answer their ids by place. Each place is there once.
    """
    if not those:
        return {}
    rows = tx.execute(
        _GATHER,
        {
            "ids": [uuid4() for _ in those],
            "links": [one.link_id for one in those],
            "connections": [one.connection for one in those],
            "routes": [one.route for one in those],
            "starts": [one.starts_at for one in those],
            "ends": [one.ends_at for one in those],
            "counts": [one.count for one in those],
            "leasts": [one.least for one in those],
            "causes": [one.cause_id for one in those],
            "due_at": due_at,
        },
    )
    return {(r.link_id, r.connection, r.route, r.starts_at): r.id for r in rows}


def person_arrived(tx: Tx, connection: str, link_ids: Collection[UUID]) -> bool:
    """Start digests that waited for these people to exist at a connection."""
    if not link_ids:
        return False
    result = tx.execute(_ARRIVED, {"connection": connection, "ids": list(link_ids)})
    return bool(result.rowcount)


def due(tx: Tx, connection: str, limit: int) -> list[Due]:
    """The digests to write now, oldest first."""
    rows = tx.execute(_DUE, {"connection": connection, "limit": limit}).all()
    items = _items(tx, rows)
    return [_due(row, items[row.id]) for row in rows]


def _items(tx: Tx, rows: Sequence[Any]) -> dict[UUID, list[Any]]:
    wanted = {
        "ids": [row.id for row in rows],
        "starts": [row.starts_at for row in rows],
        "ends": [row.ends_at for row in rows],
        "most": MOST_READ,
    }
    found: dict[UUID, list[Any]] = {row.id: [] for row in rows}
    for one in tx.execute(_ITEMS, wanted) if rows else ():
        found[one.digest_id].append(one)
    return found


def _due(row: Any, items: Sequence[Any]) -> Due:
    return Due(
        row.id,
        row.link_id,
        row.route,
        row.starts_at,
        row.ends_at,
        row.count,
        Ref(row.place_kind, row.place_id),
        row.agreed,
        tuple(Fact(one.type, one.at, one.title, one.detail) for one in items),
        max((one.id for one in items), default=0),
        row.attempts,
        row.cause_id,
    )


def sent(tx: Tx, landed: Sequence[tuple[Due, str]], *, again_at: datetime) -> None:
    """These digests are written, as the vendor records named. What came meanwhile is written at
    `again_at`.
    """
    if not landed:
        return
    values = {
        "ids": [one.id for one, _ in landed],
        "counts": [one.count for one, _ in landed],
        "newest": [one.newest for one, _ in landed],
        "refs": [ref for _, ref in landed],
        "starts": [one.starts_at for one, _ in landed],
        "ends": [one.ends_at for one, _ in landed],
        "again_at": again_at,
    }
    tx.execute(_SENT, values)
    tx.execute(_TOLD, values)


def postpone(tx: Tx, one: Due, held: Held) -> None:
    """Write it later, or not any more, and say why."""
    statement = update(digest).where(digest.c.id == one.id)
    tx.execute(statement.values(attempts=digest.c.attempts + 1, **held.values()))


def move(tx: Tx, old: UUID, new: UUID) -> None:
    """Two links turned out to be one person. Where both have a digest of the same time, that of
    the link that ends stands as it is.
    """
    tx.execute(_MOVE, {"old": old, "new": new})
