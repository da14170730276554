"""Read-only views of what happened: activities with their deliveries, alerts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Select, exists, func, literal, select, tuple_

from app.store.db import Tx
from app.store.fact_tables import activity, activity_key, alert, delivery, digest
from app.store.tables import link

Place: TypeAlias = tuple[datetime, int]
Asked: TypeAlias = Literal["open", "late", "accepted", "snoozed", "rejected", "handled", "held"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which activities, or alerts; what is None (or empty) does not matter. `links`: of one of
    these people. `state`: of any delivery, or of the alert.
    """

    link_id: UUID | None = None
    connection: str | None = None
    types: Sequence[str] = ()
    state: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    links: Sequence[UUID] | None = None
    standing: Asked | None = None
    owner: str | None = None
    rule: str | None = None


def activities(tx: Tx, wanted: Wanted, after: Place | None, limit: int) -> list[dict[str, Any]]:
    """Activities, newest first, each with its `deliveries`."""
    query = select(activity)
    if wanted.types:
        query = query.where(activity.c.type.in_(list(wanted.types)))
    if wanted.state is not None:
        own = (delivery.c.activity_id == activity.c.id) & (delivery.c.at == activity.c.at)
        query = query.where(exists().where(own, delivery.c.state == wanted.state))
    return _with_deliveries(tx, _newest(tx, query, activity.c.at, wanted, after=after, limit=limit))


def activity_of(tx: Tx, activity_id: int) -> dict[str, Any] | None:
    """One activity with its `deliveries`."""
    row = tx.execute(select(activity).where(activity.c.id == activity_id)).one_or_none()
    return None if row is None else _with_deliveries(tx, [dict(row._mapping)])[0]  # noqa: SLF001  SQLAlchemy's public name


def activity_id_of(tx: Tx, connection: str, external_id: str) -> int | None:
    """The number of the activity that is known by an id where it came from."""
    key = func.md5(f"{connection}/{external_id}").cast(activity_key.c.key.type)
    return tx.scalar(select(activity_key.c.activity_id).where(activity_key.c.key == key))


def alerts(tx: Tx, wanted: Wanted, after: Place | None, limit: int) -> list[dict[str, Any]]:
    """Alerts, newest first, each with the `email` of whom it is about."""
    query = _alerts()
    if wanted.state is not None:
        query = query.where(alert.c.state == wanted.state)
    if wanted.owner is not None:
        query = query.where(func.lower(alert.c.owner) == wanted.owner.lower())
    if wanted.rule is not None:
        query = query.where(alert.c.rule == wanted.rule)
    if wanted.standing is not None:
        query = query.where(_stands(wanted.standing))
    return _newest(tx, query, alert.c.created_at, wanted, after=after, limit=limit)


def _stands(asked: Asked) -> ColumnElement[bool]:
    """How an alert stands now: a snooze that has ended is open again."""
    over = (alert.c.reaction == "snoozed") & (alert.c.snoozed_until <= func.now())
    waits = (alert.c.reaction.is_(None) | over) & alert.c.state.not_in(["held", "dropped"])
    match asked:
        case "open":
            return waits
        case "late":
            return waits & (alert.c.react_by < func.now())
        case "held":
            return alert.c.state == "held"
        case "snoozed":
            return (alert.c.reaction == "snoozed") & (alert.c.snoozed_until > func.now())
        case _:
            return alert.c.reaction == asked


def alert_of(tx: Tx, alert_id: int) -> dict[str, Any] | None:
    """One alert."""
    row = tx.execute(_alerts().where(alert.c.id == alert_id)).one_or_none()
    return None if row is None else dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name


def newest_alert(tx: Tx, link_id: UUID) -> dict[str, Any] | None:
    """The alert of the latest time that somebody became hot."""
    query = _alerts().where(alert.c.link_id == link_id)
    row = tx.execute(query.order_by(alert.c.crossing.desc(), alert.c.id.desc()).limit(1)).first()
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
    if wanted.links is not None:
        query = query.where(own.link_id.in_(list(wanted.links)))
    if wanted.connection is not None:
        query = query.where(own.connection == wanted.connection)
    if wanted.since is not None:
        query = query.where(at >= wanted.since)
    if wanted.until is not None:
        query = query.where(at < wanted.until)
    if after is not None:
        query = query.where(
            at <= after[0],  # by itself: it keeps the months after it from being looked into
            tuple_(at, own.id) < tuple_(literal(after[0]), literal(after[1])),
        )
    rows = tx.execute(query.order_by(at.desc(), own.id.desc()).limit(limit))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


def _with_deliveries(tx: Tx, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where each activity went, or why not; `digest` is the one that it is told in."""
    by_id = {row["id"]: row for row in rows}
    for row in rows:
        row["deliveries"] = []
    if not rows:
        return rows
    times = [row["at"] for row in rows]
    told = {name: digest.c[name].label(f"digest_{name}") for name in _DIGEST}
    query = (
        select(delivery, *told.values())
        .outerjoin(digest, digest.c.id == delivery.c.digest_id)
        .where(
            delivery.c.activity_id.in_(list(by_id)),
            delivery.c.at.between(min(times), max(times)),  # the months that are looked into
        )
        .order_by(delivery.c.connection)
    )
    for found in tx.execute(query).mappings():
        by_id[found["activity_id"]]["deliveries"].append(_delivery(found))
    return rows


_DIGEST = ("starts_at", "ends_at", "count", "state", "code", "reason", "external_id")


def _delivery(found: Any) -> dict[str, Any]:
    own = {name: found[name] for name in delivery.c.keys()}  # noqa: SIM118  columns, no mapping
    held = None
    if found["digest_id"] is not None:
        held = {"id": found["digest_id"], **{name: found[f"digest_{name}"] for name in _DIGEST}}
    return {**own, "digest": held}
