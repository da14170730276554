"""References: which records name which others, and where a link's records are."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, any_, delete, literal, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert

from app.domain.link import SideState
from app.store.db import Tx
from app.store.tables import side
from app.store.work_tables import reference
from connectors.base import Ref

_GUARD = text("""
    SELECT pg_advisory_xact_lock(hashtextextended(key, 2))
    FROM unnest(:keys ::text[]) WITH ORDINALITY AS wanted (key, place) ORDER BY place
""")


def guard(tx: Tx, connection: str, refs: Collection[Ref]) -> None:
    """Of whoever waits for one of these records, and whoever brings it, one comes after the other:
    until this transaction ends.
    """
    if keys := sorted({f"{connection}:{ref.kind}:{ref.id}" for ref in refs}):
        tx.execute(_GUARD, {"keys": keys})


def keep(tx: Tx, connection: str, named: Mapping[UUID, Collection[Ref]]) -> None:
    """What these links' records at a connection name now."""
    mine = _of(list(named), connection)
    rows = tx.execute(select(reference).where(mine)).all()
    old = {(row.link_id, row.kind, row.external_id) for row in rows}
    new = {(link_id, ref.kind, ref.id) for link_id, refs in named.items() for ref in refs}
    if gone := sorted(old - new):
        place = tuple_(reference.c.link_id, reference.c.kind, reference.c.external_id)
        tx.execute(delete(reference).where(mine, place.in_(gone)))
    if fresh := sorted(new - old):
        columns = ("link_id", "kind", "external_id")
        rows_ = [dict(zip(columns, row, strict=True), connection=connection) for row in fresh]
        tx.execute(insert(reference), rows_)


def _of(link_ids: Sequence[UUID], connection: str) -> Any:
    among = reference.c.link_id == any_(literal(list(link_ids), ARRAY(Uuid)))
    return among & (reference.c.connection == connection)


def move(tx: Tx, link_id: UUID, to: UUID) -> None:
    """What a link's records name, another link's do now."""
    columns = (reference.c.connection, reference.c.kind, reference.c.external_id)
    theirs = select(*columns, literal(to, Uuid)).where(reference.c.link_id == link_id)
    names = ["connection", "kind", "external_id", "link_id"]
    tx.execute(insert(reference).from_select(names, theirs).on_conflict_do_nothing())


def naming(tx: Tx, places: Collection[tuple[str, Ref]]) -> set[UUID]:
    """Links whose records name one of these records."""
    found: set[UUID] = set()
    for connection, kind in sorted({(name, ref.kind) for name, ref in places}):
        ids = [ref.id for name, ref in places if (name, ref.kind) == (connection, kind)]
        query = select(reference.c.link_id).where(
            reference.c.connection == connection,
            reference.c.kind == kind,
            reference.c.external_id == any_(literal(ids, ARRAY(Text))),
        )
        found |= set(tx.scalars(query))
    return found


class Place(NamedTuple):
    """Where a link's record is, and of which object of the vendor, None before it was seen."""

    connection: str
    ref: Ref
    link_id: UUID
    object: str | None


def places(tx: Tx, link_ids: Collection[UUID]) -> list[Place]:
    """Where links' records are."""
    if not link_ids:
        return []
    shown = (side.c.connection, side.c.kind, side.c.external_id, side.c.link_id, side.c.object)
    query = select(*shown).where(
        side.c.link_id == any_(literal(list(link_ids), ARRAY(Uuid))),
        side.c.external_id.is_not(None),
        side.c.state != SideState.GONE,
    )
    return [Place(c, Ref(kind, id_), i, name) for c, kind, id_, i, name in tx.execute(query)]
