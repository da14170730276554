"""Which links to rehearse a mapping with."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.store.db import Tx
from app.store.tables import link, side
from connectors.base import Kind


def newest(tx: Tx, kind: Kind, connections: Sequence[str], limit: int) -> list[UUID]:
    """The links at these connections that changed last."""
    return _some(tx, kind, connections, limit, link.c.updated_at.desc())


def random(tx: Tx, kind: Kind, connections: Sequence[str], limit: int) -> list[UUID]:
    """Any links at these connections."""
    return _some(tx, kind, connections, limit, func.random())


def _some(
    tx: Tx, kind: Kind, connections: Sequence[str], limit: int, order: ColumnElement[Any]
) -> list[UUID]:
    there = select(side.c.link_id).where(
        side.c.link_id == link.c.id,
        side.c.connection.in_(list(connections)),
        side.c.external_id.is_not(None),
    )
    query = select(link.c.id).where(link.c.kind == kind, there.exists())
    return list(tx.scalars(query.order_by(order, link.c.id).limit(limit)))
