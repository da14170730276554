"""Links with their sides: found by what identifies them, locked, saved."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.domain.link import Link, Side
from app.store.db import Tx
from app.store.tables import NOW, link, side
from app.store.work_tables import OPEN, job

LINK_COLUMNS = tuple(f.name for f in fields(Link) if f.name != "sides")
SIDE_COLUMNS = tuple(f.name for f in fields(Side))
LINK_KEYS = {"id"}
SIDE_KEYS = {"link_id", "connection"}


_LOOK_AT_MUDDLED = text("""
    INSERT INTO hint (connection, kind, external_id, cause_id)
    SELECT connection, kind, external_id, gen_random_uuid() FROM side
    WHERE connection = :connection AND external_id IS NOT NULL AND jsonb_array_length(problems) > 0
    ORDER BY connection, kind, external_id
    ON CONFLICT (connection, kind, external_id) DO UPDATE SET seq = nextval('tick'), due_at = now()
""")
# Of links made in one transaction the one whose record came first; vendors' ids grow.
_FIRST_RECORD = text("""
    (SELECT min(lpad(external_id, 32, '0') COLLATE "C") FROM side WHERE side.link_id = link.id)
""")


def by_external_id(
    tx: Tx, connection: str, kind: str, external_ids: Collection[str]
) -> dict[str, UUID]:
    """External id -> link, for those that are known at this connection."""
    query = select(side.c.external_id, side.c.link_id).where(
        side.c.connection == connection,
        side.c.kind == kind,
        side.c.external_id.in_(list(external_ids)),
    )
    return {row.external_id: row.link_id for row in tx.execute(query)}


def by_email(tx: Tx, kind: str, emails: Collection[str]) -> dict[str, list[UUID]]:
    """E-mail -> links, oldest first."""
    query = (
        select(link.c.email, link.c.id)
        .where(link.c.kind == kind, link.c.email.in_(list(emails)))
        .order_by(link.c.created_at, _FIRST_RECORD, link.c.id)
    )
    found: dict[str, list[UUID]] = {}
    for row in tx.execute(query):
        found.setdefault(row.email, []).append(row.id)
    return found


def existing(tx: Tx, ids: Collection[UUID]) -> set[UUID]:
    """Those of `ids` that are links."""
    return set(tx.scalars(select(link.c.id).where(link.c.id.in_(list(ids)))))


def guard_identities(tx: Tx, kind: str, emails: Iterable[str]) -> None:
    """Keep others from making links of the same e-mails until this transaction ends."""
    for email in sorted(set(emails)):
        tx.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 1))"),
            {"key": f"{kind}:{email}"},
        )


def lock(tx: Tx, ids: Collection[UUID]) -> dict[UUID, Link]:
    """Load links with their sides, locked until the transaction ends (always in one order)."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = tx.execute(
        select(*(link.c[name] for name in LINK_COLUMNS))
        .where(link.c.id.in_(wanted))
        .order_by(link.c.id)
        .with_for_update(key_share=True)  # rows that only refer to a link need not wait
    )
    links = {row.id: Link(**row._mapping) for row in rows}  # noqa: SLF001  SQLAlchemy's public name
    _attach_sides(tx, links)
    return links


def read(tx: Tx, ids: Collection[UUID]) -> dict[UUID, Link]:
    """Load links with their sides, without locks."""
    rows = tx.execute(select(*(link.c[n] for n in LINK_COLUMNS)).where(link.c.id.in_(list(ids))))
    links = {row.id: Link(**row._mapping) for row in rows}  # noqa: SLF001  SQLAlchemy's public name
    _attach_sides(tx, links)
    return links


def _attach_sides(tx: Tx, links: Mapping[UUID, Link]) -> None:
    query = select(*(side.c[name] for name in SIDE_COLUMNS)).where(side.c.link_id.in_(list(links)))
    for row in tx.execute(query.order_by(side.c.link_id, side.c.connection)):
        links[row.link_id].sides[row.connection] = Side(**row._mapping)  # noqa: SLF001  as above


def save(tx: Tx, links: Collection[Link]) -> None:
    """Insert or update links and all their sides."""
    link_rows = [{n: getattr(item, n) for n in LINK_COLUMNS} for item in links]
    if not link_rows:
        return
    tx.execute(_upsert(link, LINK_COLUMNS, LINK_KEYS, "updated_at"), link_rows)
    sides = [one for item in links for one in item.sides.values()]
    if sides:
        rows = [{n: getattr(one, n) for n in SIDE_COLUMNS} for one in sides]
        tx.execute(_upsert(side, SIDE_COLUMNS, SIDE_KEYS, "changed_at"), rows)


def _upsert(table: Any, columns: Iterable[str], keys: set[str], touched: str) -> Any:
    statement = insert(table)
    changes = {n: statement.excluded[n] for n in columns if n not in keys}
    return statement.on_conflict_do_update(
        index_elements=sorted(keys), set_=changes | {touched: NOW}
    )


def stamp_sides(tx: Tx, connection: str, link_ids: Collection[UUID], stamp: int) -> None:
    """These sides were looked at, beginning at counter `stamp`, and showed nothing new."""
    if link_ids:
        tx.execute(
            update(side)
            .where(side.c.connection == connection, side.c.link_id.in_(list(link_ids)))
            .values(stamp=stamp)
        )


def drop(tx: Tx, link_id: UUID) -> None:
    """Forget a link altogether, with its sides."""
    tx.execute(delete(link).where(link.c.id == link_id))


def due_sides(
    tx: Tx, connection: str, kind: str, limit: int, spared: Collection[UUID] = ()
) -> list[UUID]:
    """Links whose side at this connection is due to be told something, the hot ones first.

    What has one of the causes `spared` waits for a load, unless it is hot or must be sought.
    """
    cause = func.coalesce(side.c.cause_id, UUID(int=0))
    urgent = side.c.hot | (side.c.external_id.is_(None) & ~side.c.sought)
    query = (
        select(side.c.link_id)
        .where(side.c.connection == connection, side.c.kind == kind, side.c.due_at <= func.now())
        .where(urgent | cause.not_in(list(spared)))
        .order_by(side.c.hot.desc(), side.c.due_at)
        .limit(limit)
    )
    return list(tx.scalars(query))


def flying(tx: Tx, connection: str, kind: str) -> list[UUID]:
    """Links with a write in flight at this connection, but for those that a load carries."""
    carrier = select(job.c.id).where(job.c.id == side.c.carried_by, job.c.state.in_(OPEN))
    query = select(side.c.link_id).where(
        side.c.connection == connection,
        side.c.kind == kind,
        side.c.write_state == "flying",
        ~carrier.exists(),
    )
    return list(tx.scalars(query))


def due_scores(tx: Tx, limit: int) -> list[UUID]:
    """Links whose score may change by the clock alone."""
    query = select(link.c.id).where(link.c.next_score_at <= func.now())
    return list(tx.scalars(query.order_by(link.c.next_score_at).limit(limit)))


def wake_sides(tx: Tx, connection: str, states: Collection[str]) -> int:
    """Make sides in these states due at once (a connection resumed, a cause changed)."""
    chosen = (side.c.connection == connection, side.c.state.in_(list(states)))
    _lock_of(tx, *chosen)
    result = tx.execute(
        update(side).where(*chosen).values(due_at=NOW, state="pending", write=None, attempts=0)
    )
    return int(result.rowcount)


def _lock_of(tx: Tx, *chosen: Any) -> None:
    """Lock the links of these sides: whoever has a link in hand owns its sides."""
    ids = select(side.c.link_id).where(*chosen)
    locked = select(link.c.id).where(link.c.id.in_(ids)).order_by(link.c.id)
    tx.execute(locked.with_for_update(key_share=True))


def page_ids(tx: Tx, kind: str, after: UUID | None, limit: int) -> list[UUID]:
    """Ids of links of a kind in id order, for work that goes over all of them."""
    query = select(link.c.id).where(link.c.kind == kind).order_by(link.c.id).limit(limit)
    if after is not None:
        query = query.where(link.c.id > after)
    return list(tx.scalars(query))


def retry_unmapped(tx: Tx, connection: str) -> None:
    """What could not be expressed at a connection may be now (its owners changed)."""
    chosen = (side.c.connection == connection, side.c.code == "unmapped")
    _lock_of(tx, *chosen)
    tx.execute(
        update(side)
        .where(*chosen)
        .values(state="pending", due_at=NOW, write=None, code=None, reason=None)
    )
    tx.execute(_LOOK_AT_MUDDLED, {"connection": connection})
