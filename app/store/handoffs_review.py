"""Which hand-offs to try a draft on, and which to learn from. Only reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select

from app.domain.handoff_document import FlowName
from app.domain.handoff_moves import ENDED
from app.store.db import Tx
from app.store.handoff_tables import handoff
from app.store.handoffs import Kept, get

GOOD, BAD = ("won", "done"), ("lost", "rejected", "recycled")


def latest(tx: Tx, limit: int) -> Sequence[Kept]:
    """Those that are open first, of each the one that changed last first."""
    query = select(handoff.c.id).order_by(
        handoff.c.state.in_(ENDED), handoff.c.changed_at.desc(), handoff.c.id.desc()
    )
    return _kept(tx, query.limit(limit))


def earlier(tx: Tx, link_id: UUID, limit: int) -> Sequence[Kept]:
    """Somebody's hand-offs that came to an end after they were handed over, the latest first."""
    query = select(handoff.c.id).where(
        handoff.c.link_id == link_id, handoff.c.state.in_(ENDED),
        handoff.c.delivered_at.is_not(None),
    )  # fmt: skip
    return _kept(tx, query.order_by(handoff.c.id.desc()).limit(limit))


def count(tx: Tx) -> int:
    """How many hand-offs there are."""
    return tx.scalar(select(func.count()).select_from(handoff)) or 0


@dataclass(frozen=True, slots=True)
class Period:
    """Hand-offs of a flow that ended, or were rated, in a time."""

    flow: FlowName
    since: datetime
    until: datetime


def ended(tx: Tx, period: Period, limit: int) -> Sequence[Kept]:
    """Those that came to an end that says something, the latest first."""
    at = func.coalesce(handoff.c.ended_at, handoff.c.state_at)
    query = select(handoff.c.id).where(
        handoff.c.flow == period.flow, handoff.c.state.in_([*GOOD, *BAD]),
        at >= period.since, at < period.until,
    )  # fmt: skip
    return _kept(tx, query.order_by(at.desc(), handoff.c.id.desc()).limit(limit))


def _kept(tx: Tx, query: Select[int]) -> Sequence[Kept]:
    found = (get(tx, one) for one in list(tx.scalars(query)))
    return [one for one in found if one is not None]
