"""Gathering: in a burst a batch of writes waits a moment for those that are on their way to it."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from app.flows.rules import Plan
from app.store import lanes
from app.store.db import Tx

WITHIN = timedelta(seconds=1.5)  # how long a write waits for others, at most


def fills_up(tx: Tx, plan: Plan, connection: str, ids: Sequence[UUID], limit: int) -> bool:
    """Whether so many looks are due at the other side as this batch still has room for.

    Then it costs half the calls to wait for them, and each of them wakes the lane anew. Nobody
    who is hot waits, and nobody for long.
    """
    room = limit - len(ids)
    if room <= 0:
        return False
    others = (name for name in plan.connections if name != connection)
    burst = any(lanes.looks_due(tx, name, room) == room for name in others)
    return burst and lanes.may_gather(tx, connection, ids, WITHIN)
