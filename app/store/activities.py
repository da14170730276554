"""Activities and their deliveries: stored once, attached to a link, logged at the others."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.store import tombstones
from app.store.db import Tx
from app.store.fact_tables import activity, delivery
from app.store.tables import NOW, link
from connectors.base import Activity, Fields, Kind, Ref

FACTS_PER_LINK = 500  # the newest; older ones have decayed out of every score

_ADD = text("""
    INSERT INTO activity (connection, external_id, person_kind, person_id, type, at, title, detail,
                          cause_id, link_id)
    SELECT new.*, side.link_id
    FROM unnest(:connections ::text[], :ids ::text[], :kinds ::text[], :persons ::text[],
                :types ::text[], :times ::timestamptz[], :titles ::text[], :details ::jsonb[],
                :causes ::uuid[])
         AS new (connection, external_id, person_kind, person_id, type, at, title, detail, cause_id)
    LEFT JOIN side ON side.connection = new.connection AND side.kind = new.person_kind
                  AND side.external_id = new.person_id
    ON CONFLICT (connection, external_id) DO NOTHING
    RETURNING id, link_id, person_kind, person_id
""")
_FACTS = text("""
    SELECT one.* FROM unnest(:ids ::uuid[]) AS wanted (id)
    CROSS JOIN LATERAL (
        SELECT link_id, type, at, title, detail FROM activity
        WHERE link_id = wanted.id ORDER BY at DESC, id DESC LIMIT :limit) AS one
""")
_WAITS = text("""
    SELECT EXISTS (
        SELECT FROM unnest(:connections ::text[], :ids ::text[]) AS person (connection, id)
        JOIN activity ON activity.connection = person.connection
                     AND activity.person_id = person.id AND activity.link_id IS NULL)
""")
_ATTACH = text("""
    UPDATE activity SET link_id = side.link_id FROM side
    WHERE side.link_id = ANY(:ids ::uuid[]) AND activity.link_id IS NULL
      AND activity.connection = side.connection AND activity.person_kind = side.kind
      AND activity.person_id = side.external_id
    RETURNING activity.id, activity.link_id
""")
_DELIVERIES = text("""
    INSERT INTO delivery (activity_id, connection, state, due_at)
    SELECT activity.id, target.name,
           CASE WHEN side.external_id IS NULL THEN 'waiting' ELSE 'pending' END,
           CASE WHEN side.external_id IS NULL THEN NULL ELSE now() END
    FROM activity CROSS JOIN unnest(:targets ::text[]) AS target (name)
    LEFT JOIN side ON side.link_id = activity.link_id AND side.connection = target.name
    WHERE activity.id = ANY(:ids ::bigint[]) AND activity.connection <> target.name
      AND activity.link_id IS NOT NULL
    ON CONFLICT DO NOTHING
""")
_ARRIVED = text("""
    UPDATE delivery SET state = 'pending', due_at = now(), changed_at = now()
    FROM activity
    WHERE activity.id = delivery.activity_id AND activity.link_id = ANY(:ids ::uuid[])
      AND delivery.connection = :connection AND delivery.state = 'waiting'
""")
_DUE = text("""
    SELECT delivery.activity_id, delivery.attempts, activity.type, activity.at, activity.title,
           activity.detail, activity.connection AS source, activity.external_id, activity.cause_id,
           activity.link_id, side.external_id AS person_id, side.kind AS person_kind
    FROM delivery
    JOIN activity ON activity.id = delivery.activity_id
    JOIN side ON side.link_id = activity.link_id AND side.connection = delivery.connection
    WHERE delivery.connection = :connection AND delivery.due_at <= now()
      AND side.external_id IS NOT NULL
    ORDER BY delivery.due_at, delivery.activity_id
    LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """An activity that is to be logged at one connection now."""

    activity_id: int
    link_id: UUID
    attempts: int
    source: str
    external_id: str
    type: str
    at: datetime
    title: str
    detail: Fields
    person: Ref
    cause_id: UUID | None


@dataclass(frozen=True, slots=True)
class Added:
    """A new activity; `link_id` is None while its person is unknown."""

    id: int
    link_id: UUID | None
    person: Ref


def add(tx: Tx, connection: str, items: Sequence[Activity], cause_id: UUID) -> list[Added]:
    """Store activities, each once; answer the new ones."""
    marks = {tombstones.by_ref(connection, item.person) for item in items}
    erased = tombstones.known(tx, marks)
    unique = {i.id: i for i in items if tombstones.by_ref(connection, i.person) not in erased}
    ordered = [unique[key] for key in sorted(unique)]
    if not ordered:
        return []
    rows = tx.execute(
        _ADD,
        {
            "connections": [connection] * len(ordered),
            "ids": [a.id for a in ordered],
            "kinds": [a.person.kind for a in ordered],
            "persons": [a.person.id for a in ordered],
            "types": [a.type for a in ordered],
            "times": [a.at for a in ordered],
            "titles": [a.title.replace("\x00", "") for a in ordered],
            "details": [json.dumps(dict(a.detail)).replace("\\u0000", "") for a in ordered],
            "causes": [cause_id] * len(ordered),
        },
    )
    return [Added(row.id, row.link_id, Ref(row.person_kind, row.person_id)) for row in rows]


def any_waits(tx: Tx, persons: Collection[tuple[str, Ref]]) -> bool:
    """Whether an activity of one of these records (connection, record) waits for its link."""
    places = {"connections": [name for name, _ in persons], "ids": [ref.id for _, ref in persons]}
    return bool(tx.scalar(_WAITS, places))


def attach(tx: Tx, link_ids: Collection[UUID]) -> list[int]:
    """Give activities that waited for their person to the links that are that person now."""
    return [row.id for row in tx.execute(_ATTACH, {"ids": list(link_ids)})]


def rescore(tx: Tx, added: Sequence[Added]) -> None:
    """Make the links of new activities due for a fresh look at their score."""
    ids = sorted({one.link_id for one in added if one.link_id is not None})
    if ids:
        statement = text("""
            UPDATE link SET next_score_at = now() FROM (
                SELECT id FROM link WHERE id = ANY(:ids ::uuid[]) ORDER BY id FOR UPDATE) AS l
            WHERE link.id = l.id
        """)
        tx.execute(statement, {"ids": ids})


def facts(tx: Tx, link_ids: Collection[UUID]) -> dict[UUID, list[Mapping[str, Any]]]:
    """The newest activities of each link as (type, at, title, detail) mappings."""
    found: dict[UUID, list[Mapping[str, Any]]] = {link_id: [] for link_id in link_ids}
    for row in tx.execute(_FACTS, {"ids": list(link_ids), "limit": FACTS_PER_LINK}).mappings():
        found[row["link_id"]].append(dict(row))
    return found


def plan_deliveries(tx: Tx, activity_ids: Collection[int], targets: Collection[str]) -> None:
    """Make a delivery of each activity for each target but its source; waiting where the
    person does not exist there yet.
    """
    if activity_ids and targets:
        tx.execute(_DELIVERIES, {"ids": list(activity_ids), "targets": list(targets)})


def undelivered(tx: Tx, link_ids: Collection[UUID]) -> list[int]:
    """Activities of these links that no delivery was ever planned for."""
    query = (
        select(activity.c.id)
        .outerjoin(delivery, delivery.c.activity_id == activity.c.id)
        .where(activity.c.link_id.in_(list(link_ids)), delivery.c.activity_id.is_(None))
    )
    return list(tx.scalars(query))


def person_arrived(tx: Tx, connection: str, link_ids: Collection[UUID]) -> bool:
    """Start deliveries that waited for these people to exist at a connection."""
    if not link_ids:
        return False
    result = tx.execute(_ARRIVED, {"connection": connection, "ids": list(link_ids)})
    return bool(result.rowcount)


def due(tx: Tx, connection: str, limit: int) -> list[DueDelivery]:
    """The deliveries to make now, oldest first."""
    rows = tx.execute(_DUE, {"connection": connection, "limit": limit})
    return [_due(row) for row in rows]


def _due(row: Any) -> DueDelivery:
    kind: Kind = row.person_kind
    return DueDelivery(
        row.activity_id,
        row.link_id,
        row.attempts,
        row.source,
        row.external_id,
        row.type,
        row.at,
        row.title,
        row.detail,
        Ref(kind, row.person_id),
        row.cause_id,
    )


def delivered(tx: Tx, connection: str, refs: Mapping[int, str]) -> None:
    """These activities are logged at a connection, as the vendor records named."""
    statement = insert(delivery).values(
        [
            {"activity_id": activity_id, "connection": connection, "external_id": external_id}
            for activity_id, external_id in refs.items()
        ]
    )
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["activity_id", "connection"],
            set_={
                "state": "sent",
                "external_id": statement.excluded.external_id,
                "due_at": None,
                "code": None,
                "reason": None,
                "changed_at": NOW,
            },
        )
    )


def postpone(
    tx: Tx,
    connection: str,
    activity_id: int,
    *,
    state: str,
    code: str,
    reason: str,
    wait_s: float | None,
) -> None:
    """Deliver later, or not any more (`wait_s` None), and say why."""
    due_at = None if wait_s is None else func.now() + func.make_interval(0, 0, 0, 0, 0, 0, wait_s)
    tx.execute(
        update(delivery)
        .where(delivery.c.activity_id == activity_id, delivery.c.connection == connection)
        .values(
            state=state,
            code=code,
            reason=reason,
            due_at=due_at,
            changed_at=NOW,
            attempts=delivery.c.attempts + 1,
        )
    )


def move(tx: Tx, old: UUID, new: UUID) -> None:
    """Give all activities of a link to another one (two links turned out to be one person)."""
    tx.execute(update(activity).where(activity.c.link_id == old).values(link_id=new))


def part(tx: Tx, old: UUID, new: UUID, connection: str, ref: Ref) -> None:
    """Give a record's activities to another link (the record was taken out of its link)."""
    theirs = (
        (activity.c.link_id == old)
        & (activity.c.connection == connection)
        & (activity.c.person_kind == ref.kind)
        & (activity.c.person_id == ref.id)
    )
    tx.execute(update(activity).where(theirs).values(link_id=new))


def news(tx: Tx, link_ids: Collection[UUID]) -> dict[UUID, tuple[datetime, bool]]:
    """Link -> time of its newest activity, and whether any came after its last scoring."""
    since = func.coalesce(link.c.scored_at, activity.c.received_at)
    query = (
        select(
            activity.c.link_id,
            func.max(activity.c.at).label("at"),
            func.bool_or(activity.c.received_at >= since).label("new"),
        )
        .join(link, link.c.id == activity.c.link_id)
        .where(link.c.id.in_(list(link_ids)))
        .group_by(activity.c.link_id)
    )
    return {row.link_id: (row.at, row.new) for row in tx.execute(query)}
