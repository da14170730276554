"""Alerts that are held because they were too many in a minute, until a person decides."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, select, text, update

from app.store.alert_tables import alert_message, alert_storm
from app.store.db import Tx
from app.store.fact_tables import alert

WINDOW = timedelta(minutes=1)

_HOLD = text("""
    INSERT INTO alert_storm (connection, recipient, started_at)
    VALUES (:connection, :recipient, :now)
    ON CONFLICT (connection, recipient) WHERE state = 'open'
    DO UPDATE SET recipient = excluded.recipient
    RETURNING id, (xmax = 0) AS is_new
""")


def recent(
    tx: Tx, connections: Collection[str], *, now: datetime
) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    """How many alerts were raised in the last minute and not held: by connection, and by
    (connection, recipient).
    """
    recipient = func.coalesce(alert.c.owner, "")
    query = (
        select(alert.c.connection, recipient, func.count())
        .where(
            alert.c.created_at > now - WINDOW,
            alert.c.connection.in_(list(connections)),
            alert.c.storm_id.is_(None),
        )
        .group_by(alert.c.connection, recipient)
    )
    of_connection: dict[str, int] = {}
    of_recipient: dict[tuple[str, str], int] = {}
    for connection, who, count in tx.execute(query):
        of_connection[connection] = of_connection.get(connection, 0) + count
        of_recipient[connection, who] = count
    return of_connection, of_recipient


def hold(
    tx: Tx, connection: str, recipient: str, alert_id: int, *, now: datetime
) -> tuple[int, bool]:
    """Hold an alert; answer its storm's number, and whether the storm begins with it."""
    values = {"connection": connection, "recipient": recipient, "now": now}
    row = tx.execute(_HOLD, values).one()
    tx.execute(
        update(alert)
        .where(alert.c.id == alert_id)
        .values(state="held", notice="off", due_at=None, wake_at=None, storm_id=row.id)
    )
    return row.id, row.is_new


def listed(tx: Tx, state: str | None = "open", limit: int = 100) -> list[dict[str, Any]]:
    """Storms, newest first, each with how many alerts it holds."""
    count = select(func.count()).where(alert.c.storm_id == alert_storm.c.id).scalar_subquery()
    query = select(alert_storm, count.label("alerts")).order_by(alert_storm.c.id.desc())
    if state is not None:
        query = query.where(alert_storm.c.state == state)
    return [dict(row) for row in tx.execute(query.limit(limit)).mappings()]


def count(tx: Tx, storm_id: int) -> int:
    """How many alerts a storm held."""
    query = select(func.count()).where(alert.c.storm_id == storm_id)
    return tx.scalar(query) or 0


def lock(tx: Tx, storm_id: int) -> dict[str, Any] | None:
    """A storm, so that nobody else decides about it meanwhile."""
    query = select(alert_storm).where(alert_storm.c.id == storm_id).with_for_update()
    row = tx.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def decide(
    tx: Tx, storm_id: int, state: Literal["released", "dropped"], *, by: str, now: datetime
) -> None:
    """Close a storm. Its summary need not be sent any more."""
    own = alert_storm.c.id == storm_id
    values = {"state": state, "decided_by": by, "decided_at": now}
    tx.execute(update(alert_storm).where(own).values(values))
    unsent = (alert_message.c.storm_id == storm_id) & (alert_message.c.state == "pending")
    tx.execute(update(alert_message).where(unsent).values(state="dropped", due_at=None))


def held(tx: Tx, storm_id: int) -> list[dict[str, Any]]:
    """The alerts that a storm holds, oldest first."""
    query = select(alert).where(alert.c.storm_id == storm_id, alert.c.state == "held")
    rows = tx.execute(query.order_by(alert.c.id).with_for_update()).mappings()
    return [dict(row) for row in rows]


def change(tx: Tx, alert_id: int, **values: Any) -> None:
    """Set columns of a held alert."""
    tx.execute(update(alert).where(alert.c.id == alert_id).values(**values))
