"""What came in: hints to look at, activities, receipts against duplicates. Plain fast SQL."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.store import activities, tombstones, unscored
from app.store.activities import Stored
from app.store.db import Tx
from connectors.base import Activity, Hint, Kind, Ref

_RECEIPTS = text("""
    INSERT INTO receipt (connection, key, cause_id)
    SELECT * FROM unnest(:connections ::text[], :keys ::text[], :causes ::uuid[])
    ON CONFLICT DO NOTHING
    RETURNING connection, key
""")
_HINTS = text("""
    INSERT INTO hint (connection, kind, external_id, cause_id, occurred_at)
    SELECT * FROM unnest(:connections ::text[], :kinds ::text[], :ids ::text[],
                         :causes ::uuid[], :times ::timestamptz[])
    ON CONFLICT (connection, kind, external_id) DO UPDATE
    SET seq = nextval('tick'), due_at = least(hint.due_at, now()),
        occurred_at = greatest(hint.occurred_at, excluded.occurred_at), attempts = 0
""")
_DUE = text("""
    WITH first AS (
        SELECT kind FROM hint
        WHERE connection = :connection AND due_at <= now() ORDER BY due_at LIMIT 1)
    SELECT hint.* FROM hint JOIN first USING (kind)
    WHERE connection = :connection AND due_at <= now() ORDER BY due_at LIMIT :limit
""")
_LOCK = text("""
    SELECT external_id FROM hint
    WHERE connection = :connection AND kind = :kind AND external_id = ANY(:ids)
    ORDER BY external_id FOR UPDATE
""")
_DONE = text("""
    DELETE FROM hint
    WHERE connection = :connection AND kind = :kind AND external_id = ANY(:ids) AND seq < :started
""")
_LATER = text("""
    UPDATE hint SET due_at = now() + make_interval(secs => :wait_s), attempts = attempts + 1
    WHERE connection = :connection AND kind = :kind AND external_id = ANY(:ids)
""")


@dataclass(frozen=True, slots=True)
class Arrival:
    """One thing that a request brought, with the connection and the cause it came by."""

    connection: str
    cause_id: UUID
    what: Hint | Activity


@dataclass(frozen=True, slots=True)
class DueHint:
    """A hint to look at now."""

    ref: Ref
    cause_id: UUID
    occurred_at: datetime | None
    received_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What was new: how many things, and which activities."""

    count: int
    activities: Sequence[Stored]


def take_in(tx: Tx, arrivals: Sequence[Arrival]) -> Taken:
    """Store what came in, each once."""
    by_key = {(a.connection, a.what.id): a for a in arrivals}
    ordered = sorted(by_key)
    rows = tx.execute(
        _RECEIPTS,
        {
            "connections": [c for c, _ in ordered],
            "keys": [k for _, k in ordered],
            "causes": [by_key[key].cause_id for key in ordered],
        },
    )
    fresh = [by_key[row.connection, row.key] for row in rows]
    came: dict[str, list[Activity]] = {}
    causes: dict[str, dict[str, UUID]] = {}
    for one in fresh:
        if isinstance(one.what, Activity):
            came.setdefault(one.connection, []).append(one.what)
            causes.setdefault(one.connection, {})[one.what.id] = one.cause_id
    added: list[Stored] = []
    for connection, items in came.items():
        added += activities.add(tx, connection, items, causes[connection])
    unscored.add(tx, added)
    hints = [(a.connection, a.what, a.cause_id) for a in fresh if isinstance(a.what, Hint)]
    for connection, hint, _ in hints:
        if hint.erased:
            tombstones.ask(tx, connection, hint.ref)
    add_hints(tx, [(c, h.ref, cause, h.at) for c, h, cause in hints])
    return Taken(len(fresh), added)


def add_hints(tx: Tx, hints: Collection[tuple[str, Ref, UUID, datetime | None]]) -> None:
    """Ask for a look at each (connection, ref, cause, occurred at); asking again is one look."""
    by_ref = {(connection, ref.kind, ref.id): (cause, at) for connection, ref, cause, at in hints}
    if not by_ref:
        return
    ordered = sorted(by_ref)
    tx.execute(
        _HINTS,
        {
            "connections": [key[0] for key in ordered],
            "kinds": [key[1] for key in ordered],
            "ids": [key[2] for key in ordered],
            "causes": [by_ref[key][0] for key in ordered],
            "times": [by_ref[key][1] for key in ordered],
        },
    )


def due_hints(tx: Tx, connection: str, limit: int) -> tuple[Kind, dict[str, DueHint]] | None:
    """The hints to look at now, of one kind: external id -> hint."""
    rows = tx.execute(_DUE, {"connection": connection, "limit": limit}).all()
    if not rows:
        return None
    kind: Kind = rows[0].kind
    hints = {
        row.external_id: DueHint(
            Ref(kind, row.external_id), row.cause_id, row.occurred_at, row.received_at, row.attempts
        )
        for row in rows
    }
    return kind, hints


def finish_hints(tx: Tx, connection: str, kind: str, ids: Sequence[str], *, started: int) -> None:
    """Drop hints that the look begun at `started` has answered; a newer one of the same stays."""
    what: Mapping[str, Any] = {"connection": connection, "kind": kind, "ids": list(ids)}
    tx.execute(_LOCK, what)
    tx.execute(_DONE, {**what, "started": started})


def delay_hints(tx: Tx, connection: str, kind: str, ids: Sequence[str], *, wait_s: float) -> None:
    """Look at these again in a while."""
    what: Mapping[str, Any] = {"connection": connection, "kind": kind, "ids": list(ids)}
    tx.execute(_LOCK, what)
    tx.execute(_LATER, {**what, "wait_s": wait_s})
