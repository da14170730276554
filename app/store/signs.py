"""What the SFA shows after an alert: activities that were logged there since."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from app.store.db import Tx
from app.store.fact_tables import alert


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An alert that nobody has answered for good; `watched`: fields as they were."""

    id: int
    link_id: UUID
    connection: str
    watched: dict[str, Any]


def unanswered(tx: Tx, link_ids: Collection[UUID]) -> list[Unanswered]:
    """Alerts of these people that wait for a reaction."""
    query = select(alert.c.id, alert.c.link_id, alert.c.connection, alert.c.watched).where(
        alert.c.link_id.in_(list(link_ids)),
        alert.c.reaction.is_(None) | (alert.c.reaction == "snoozed"),
        alert.c.state != "held",
    )
    return [Unanswered(*row) for row in tx.execute(query.order_by(alert.c.id))]


# Both times count: a meeting may lie ahead, and what happened before may be heard of late.
_LOGGED = text("""
    SELECT alert.id, activity.type, activity.at
    FROM alert
    JOIN activity ON activity.link_id = alert.link_id AND activity.connection = alert.connection
     AND activity.at > alert.created_at AND activity.received_at > alert.created_at
     AND NOT activity.history
    WHERE alert.id = ANY(:ids)
    ORDER BY activity.at, activity.id
""")


def logged(tx: Tx, alert_ids: Collection[int]) -> dict[int, list[tuple[str, datetime]]]:
    """Type and time of what was logged in the SFA after each alert, oldest first."""
    found: dict[int, list[tuple[str, datetime]]] = {}
    for row in tx.execute(_LOGGED, {"ids": list(alert_ids)}):
        found.setdefault(row.id, []).append((row.type, row.at))
    return found
