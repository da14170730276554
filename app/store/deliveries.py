"""Deliveries: an activity on its way into another system's timeline, one row for each.

left_out   no route, or a route that keeps it here (`code` says which)
waiting    its person does not exist there yet
gathered   part of a digest (`app/store/digests.py`)
pending    to be logged; sent; failed (`code`, `reason`)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, text, update

from app.domain.activity import Fact
from app.store.db import Tx
from app.store.fact_tables import delivery
from app.store.tables import NOW
from connectors.base import Ref, Value

GATHER_S = 2.0  # so that a burst shares calls; a timeline is not read sooner
_PLAN = text("""
    INSERT INTO delivery (activity_id, at, connection, state, route, digest_id, history, code,
                          due_at)
    SELECT new.activity_id, new.at, new.connection,
           CASE WHEN new.code IS NOT NULL THEN 'left_out'
                WHEN new.digest_id IS NOT NULL THEN 'gathered'
                WHEN side.external_id IS NULL THEN 'waiting' ELSE 'pending' END,
           new.route, new.digest_id, new.history, new.code,
           CASE WHEN new.code IS NULL AND new.digest_id IS NULL AND side.external_id IS NOT NULL
                THEN now() + make_interval(secs => :gather_s) END
    FROM unnest(:activities ::bigint[], :times ::timestamptz[], :links ::uuid[],
                :connections ::text[], :routes ::text[], :digests ::uuid[], :histories ::boolean[],
                :codes ::text[])
         AS new (activity_id, at, link_id, connection, route, digest_id, history, code)
    LEFT JOIN side ON side.link_id = new.link_id AND side.connection = new.connection
    ON CONFLICT DO NOTHING
    RETURNING state
""")
_ARRIVED = text("""
    UPDATE delivery SET state = 'pending', changed_at = now(),
                        due_at = now() + make_interval(secs => :gather_s)
    FROM activity
    WHERE activity.link_id = ANY(:ids ::uuid[])
      AND activity.id = delivery.activity_id AND activity.at = delivery.at
      AND delivery.connection = :connection AND delivery.state = 'waiting'
""")
_FORGOTTEN = text("""
    UPDATE delivery SET state = 'pending', due_at = now(), changed_at = now()
    FROM activity JOIN side ON side.link_id = activity.link_id
    WHERE activity.id = delivery.activity_id AND activity.at = delivery.at
      AND side.connection = delivery.connection
      AND side.external_id IS NOT NULL AND delivery.state = 'waiting'
      AND delivery.at >= now() - make_interval(days => :days)
""")
_DUE = text("""
    SELECT activity.*, delivery.attempts, delivery.route, link.agreed,
           delivery.due_at <= now() AS is_due,
           side.external_id AS place_id, side.kind AS place_kind
    FROM delivery
    JOIN activity ON activity.id = delivery.activity_id AND activity.at = delivery.at
    JOIN side ON side.link_id = activity.link_id AND side.connection = delivery.connection
    JOIN link ON link.id = activity.link_id
    WHERE delivery.connection = :connection AND delivery.history = :history
      AND side.external_id IS NOT NULL
      AND delivery.due_at <= now() + CASE WHEN delivery.attempts = 0
                                     THEN make_interval(secs => :gather_s) ELSE '0' END
    ORDER BY delivery.due_at, delivery.activity_id
    LIMIT :limit
""")
_SENT = text("""
    UPDATE delivery SET state = 'sent', external_id = landed.ref, due_at = NULL, code = NULL,
                        reason = NULL, changed_at = now()
    FROM unnest(:ids ::bigint[], :times ::timestamptz[], :refs ::text[]) AS landed (id, at, ref)
    WHERE delivery.activity_id = landed.id AND delivery.at = landed.at
      AND delivery.connection = :connection
""")


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of an activity at a connection; `code` says why it is left out there."""

    activity_id: int
    at: datetime
    link_id: UUID
    connection: str
    route: str
    digest_id: UUID | None
    history: bool
    code: str | None


@dataclass(frozen=True, slots=True)
class Due:
    """An activity that is to be logged at one connection now; `person` is its record there."""

    id: int
    link_id: UUID
    source: str
    external_id: str
    fact: Fact
    route: str
    person: Ref
    agreed: Mapping[str, Value]
    about: tuple[Ref, ...]
    attempts: int
    cause_id: UUID | None


@dataclass(frozen=True, slots=True)
class Held:
    """That something was not logged, and why; again in `wait_s`, or not any more (None)."""

    state: str
    code: str
    reason: str
    wait_s: float | None

    def values(self) -> dict[str, Any]:
        """The columns that say so."""
        return {
            "state": self.state,
            "code": self.code,
            "reason": self.reason,
            "due_at": None if self.wait_s is None else func.now() + timedelta(seconds=self.wait_s),
            "changed_at": NOW,
        }


def plan(tx: Tx, plans: Sequence[Plan]) -> bool:
    """Make deliveries, each once; answer whether some are to be made now."""
    if not plans:
        return False
    rows = tx.execute(
        _PLAN,
        {
            "activities": [one.activity_id for one in plans],
            "times": [one.at for one in plans],
            "links": [one.link_id for one in plans],
            "connections": [one.connection for one in plans],
            "routes": [one.route for one in plans],
            "digests": [one.digest_id for one in plans],
            "histories": [one.history for one in plans],
            "codes": [one.code for one in plans],
            "gather_s": GATHER_S,
        },
    )
    return "pending" in {row.state for row in rows}


def person_arrived(tx: Tx, connection: str, link_ids: Sequence[UUID]) -> bool:
    """Start deliveries that waited for these people to exist at a connection."""
    if not link_ids:
        return False
    what = {"connection": connection, "ids": list(link_ids), "gather_s": GATHER_S}
    return bool(tx.execute(_ARRIVED, what).rowcount)


def start_forgotten(tx: Tx, *, days: int) -> int:
    """Start those of the last days that wait for a person who has come meanwhile. Every arrival
    starts its own; this is for the case that nobody thought of.
    """
    return int(tx.execute(_FORGOTTEN, {"days": days}).rowcount)


def due(tx: Tx, connection: str, limit: int, *, history: bool) -> list[Due]:
    """The deliveries to make now, oldest first: as soon as one has waited for `GATHER_S`, or they
    fill a call, all that fit into it.
    """
    what = {"connection": connection, "limit": limit, "history": history, "gather_s": GATHER_S}
    rows = tx.execute(_DUE, what).all()
    ready = len(rows) == limit or any(row.is_due for row in rows)
    return [_due(row) for row in rows] if ready else []


def _due(row: Any) -> Due:
    return Due(
        row.id,
        row.link_id,
        row.connection,
        row.external_id,
        Fact(row.type, row.at, row.title, row.detail),
        row.route,
        Ref(row.place_kind, row.place_id),
        row.agreed,
        tuple(Ref(kind, id_) for kind, id_ in row.about),
        row.attempts,
        row.cause_id,
    )


def sent(tx: Tx, connection: str, landed: Sequence[tuple[Due, str]]) -> None:
    """These activities are logged at a connection, as the vendor records named."""
    values = {
        "connection": connection,
        "ids": [one.id for one, _ in landed],
        "times": [one.fact.at for one, _ in landed],
        "refs": [ref for _, ref in landed],
    }
    tx.execute(_SENT, values)


def postpone(tx: Tx, connection: str, one: Due, held: Held) -> None:
    """Deliver later, or not any more, and say why."""
    own = delivery.c
    here = (own.activity_id == one.id) & (own.at == one.fact.at) & (own.connection == connection)
    tx.execute(update(delivery).where(here).values(attempts=own.attempts + 1, **held.values()))
