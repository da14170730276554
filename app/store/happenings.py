"""Read-only views of what happened: activities with their deliveries, alerts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Column, Select, exists, literal, select, tuple_

from app.store.db import Tx
from app.store.fact_tables import activity, alert, delivery
from app.store.tables import link

Place: TypeAlias = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which activities, or alerts; what is None does not matter. `state`: of any delivery, or of
    the alert.
    """

    link_id: UUID | None = None
    connection: str | None = None
    type: str | None = None
    state: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def activities(tx: Tx, wanted: Wanted, after: Place | None, limit: int) -> list[dict[str, Any]]:
    """Activities, newest first, each with its `deliveries`."""
    query = select(activity)
    if wanted.type is not None:
        query = query.where(activity.c.type == wanted.type)
    if wanted.state is not None:
        own = delivery.c.activity_id == activity.c.id
        query = query.where(exists().where(own, delivery.c.state == wanted.state))
    return _with_deliveries(tx, _newest(tx, query, activity.c.at, wanted, after=after, limit=limit))


def alerts(tx: Tx, wanted: Wanted, after: Place | None, limit: int) -> list[dict[str, Any]]:
    """Alerts, newest first, each with the `email` of whom it is about."""
    query = _alerts()
    if wanted.state is not None:
        query = query.where(alert.c.state == wanted.state)
    return _newest(tx, query, alert.c.created_at, wanted, after=after, limit=limit)


def alert_of(tx: Tx, alert_id: int) -> dict[str, Any] | None:
    """One alert."""
    row = tx.execute(_alerts().where(alert.c.id == alert_id)).one_or_none()
    return None if row is None else dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name


def _alerts() -> Select[Any]:
    return select(alert, link.c.email).join(link, link.c.id == alert.c.link_id)


def _newest(
    tx: Tx, query: Select[Any], at: Column[Any], wanted: Wanted, *, after: Place | None, limit: int
) -> list[dict[str, Any]]:
    """Rows of the table whose time is `at`, newest first: of whom, from where, between which
    times, behind a place.
    """
    own = at.table.c
    if wanted.link_id is not None:
        query = query.where(own.link_id == wanted.link_id)
    if wanted.connection is not None:
        query = query.where(own.connection == wanted.connection)
    if wanted.since is not None:
        query = query.where(at >= wanted.since)
    if wanted.until is not None:
        query = query.where(at < wanted.until)
    if after is not None:
        query = query.where(tuple_(at, own.id) < tuple_(literal(after[0]), literal(after[1])))
    rows = tx.execute(query.order_by(at.desc(), own.id.desc()).limit(limit))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


def _with_deliveries(tx: Tx, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_id = {row["id"]: row for row in rows}
    for row in rows:
        row["deliveries"] = []
    query = select(delivery).where(delivery.c.activity_id.in_(list(by_id)))
    for found in tx.execute(query.order_by(delivery.c.connection)):
        by_id[found.activity_id]["deliveries"].append(dict(found._mapping))  # noqa: SLF001  as above
    return rows
