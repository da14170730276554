"""What a comparison of two systems needs of the database: what was sighted, and who is who."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.store.db import Tx
from app.store.tables import hint, link, side
from app.store.work_tables import sighting


@dataclass(frozen=True, slots=True)
class Sighting:
    """A record that a vendor listed, in a look that began at counter `started`. `differs` names
    the fields that are not as we hold them; None where it was not compared. `erased`: somebody
    whom nobody may know any more.
    """

    external_id: str
    started: int
    differs: Sequence[str] | None = None
    erased: bool = False


_SEEN = (sighting.c.external_id, sighting.c.started, sighting.c.differs, sighting.c.erased)


def sight(tx: Tx, job_id: int, connection: str, seen: Sequence[Sighting]) -> int:
    """Remember what was listed; answer how many were new (lists may show a record again)."""
    rows = {
        one.external_id: {
            "job_id": job_id, "connection": connection, "external_id": one.external_id,
            "started": one.started, "erased": one.erased,
            "differs": None if one.differs is None else list(one.differs),
        }
        for one in seen
    }  # fmt: skip
    if not rows:
        return 0
    before = len(sighted(tx, job_id, connection, list(rows)))
    statement = insert(sighting)
    changes = {name: statement.excluded[name] for name in ("started", "differs", "erased")}
    keys = ["job_id", "connection", "external_id"]
    tx.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=changes), list(rows.values())
    )
    return len(rows) - before


def sighted(
    tx: Tx, job_id: int, connection: str, external_ids: Collection[str]
) -> dict[str, Sighting]:
    """External id -> what was seen of it."""
    query = select(*_SEEN).where(
        sighting.c.job_id == job_id,
        sighting.c.connection == connection,
        sighting.c.external_id.in_(list(external_ids)),
    )
    return {row.external_id: Sighting(*row) for row in tx.execute(query)}


def strangers(
    tx: Tx, job_id: int, where: tuple[str, str], after: str, limit: int
) -> list[Sighting]:
    """What was sighted and belongs to no link, in the order of ids behind `after`; `where` is a
    connection and a kind.
    """
    connection, kind = where
    ours = select(side.c.link_id).where(
        side.c.connection == connection,
        side.c.kind == kind,
        side.c.external_id == sighting.c.external_id,
    )
    query = (
        select(*_SEEN)
        .where(
            sighting.c.job_id == job_id,
            sighting.c.connection == connection,
            sighting.c.external_id > after,
            ~ours.exists(),
        )
        .order_by(sighting.c.external_id)
        .limit(limit)
    )
    return [Sighting(*row) for row in tx.execute(query)]


def forget(tx: Tx, job_id: int) -> None:
    """What was sighted has been judged."""
    tx.execute(delete(sighting).where(sighting.c.job_id == job_id))


def hinted(tx: Tx, connection: str, kind: str, external_ids: Collection[str]) -> set[str]:
    """Those of these records at which a look is due anyway."""
    query = select(hint.c.external_id).where(
        hint.c.connection == connection,
        hint.c.kind == kind,
        hint.c.external_id.in_(list(external_ids)),
    )
    return set(tx.scalars(query))


def links_at(
    tx: Tx, kind: str, connections: Sequence[str], after: UUID | None, limit: int
) -> list[UUID]:
    """Ids of the links of a kind that have a side at one of these connections, in their order."""
    there = select(side.c.link_id).where(
        side.c.link_id == link.c.id, side.c.connection.in_(list(connections))
    )
    query = select(link.c.id).where(link.c.kind == kind, there.exists()).order_by(link.c.id)
    if after is not None:
        query = query.where(link.c.id > after)
    return list(tx.scalars(query.limit(limit)))


def count_at(tx: Tx, kind: str, connection: str) -> int:
    """How many records of a kind we know at a connection."""
    query = select(func.count()).where(
        side.c.connection == connection, side.c.kind == kind, side.c.external_id.is_not(None)
    )
    return int(tx.scalar(query) or 0)


def count_links(tx: Tx, kind: str, connections: Sequence[str]) -> int:
    """How many links of a kind have a side at one of these connections."""
    query = select(func.count(side.c.link_id.distinct())).where(
        side.c.kind == kind, side.c.connection.in_(list(connections))
    )
    return int(tx.scalar(query) or 0)
