"""Links with their sides: found by what identifies them, locked, saved."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update

from app.domain.link import Link, Side
from app.store import bulk
from app.store.bulk import among
from app.store.db import Tx
from app.store.tables import NOW, link, side
from app.store.work_tables import OPEN, job

LINK_COLUMNS = tuple(f.name for f in fields(Link) if f.name != "sides")
SIDE_COLUMNS = tuple(f.name for f in fields(Side))
_OF_LINK, _OF_SIDE = attrgetter(*LINK_COLUMNS), attrgetter(*SIDE_COLUMNS)
_SAVE_LINKS = bulk.saving(link, LINK_COLUMNS, ("id",), "updated_at")
_SAVE_SIDES = bulk.saving(side, SIDE_COLUMNS, ("link_id", "connection"), "changed_at")
_GUARD = text("""
    SELECT pg_advisory_xact_lock(hashtextextended(key, 1))
    FROM unnest(:keys ::text[]) WITH ORDINALITY AS wanted (key, place) ORDER BY place
""")
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
        among(side.c.external_id, external_ids),
    )
    return {row.external_id: row.link_id for row in tx.execute(query).all()}


def by_email(tx: Tx, kind: str, emails: Collection[str]) -> dict[str, list[UUID]]:
    """E-mail -> links, oldest first."""
    query = (
        select(link.c.email, link.c.id)
        .where(link.c.kind == kind, among(link.c.email, emails))
        .order_by(link.c.created_at, _FIRST_RECORD, link.c.id)
    )
    found: dict[str, list[UUID]] = {}
    for row in tx.execute(query):
        found.setdefault(row.email, []).append(row.id)
    return found


def existing(tx: Tx, ids: Collection[UUID]) -> set[UUID]:
    """Those of `ids` that are links."""
    return set(tx.scalars(select(link.c.id).where(among(link.c.id, ids)))) if ids else set()


def guard_identities(tx: Tx, kind: str, emails: Iterable[str]) -> None:
    """Keep others from making links of the same e-mails until this transaction ends."""
    if keys := [f"{kind}:{email}" for email in sorted(set(emails))]:
        tx.execute(_GUARD, {"keys": keys})


def lock(tx: Tx, ids: Collection[UUID]) -> dict[UUID, Link]:
    """Load links with their sides, locked until the transaction ends (always in one order)."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    found = tx.execute(
        select(*(link.c[name] for name in LINK_COLUMNS))
        .where(among(link.c.id, wanted))
        .order_by(link.c.id)
        .with_for_update(key_share=True)  # rows that only refer to a link need not wait
    )
    return _with_sides(tx, found.all())


def read(tx: Tx, ids: Collection[UUID]) -> dict[UUID, Link]:
    """Load links with their sides, without locks."""
    found = tx.execute(select(*(link.c[n] for n in LINK_COLUMNS)).where(among(link.c.id, ids)))
    return _with_sides(tx, found.all())


def _with_sides(tx: Tx, rows: Iterable[Sequence[Any]]) -> dict[UUID, Link]:
    """Links of rows of `LINK_COLUMNS`, each with its sides."""
    links = {one.id: one for one in (Link(*row) for row in rows)}
    query = select(*(side.c[name] for name in SIDE_COLUMNS)).where(among(side.c.link_id, links))
    for row in tx.execute(query.order_by(side.c.link_id, side.c.connection)).all():
        links[row.link_id].sides[row.connection] = Side(*row)
    return links


def save(tx: Tx, links: Collection[Link]) -> None:
    """Insert or update links and all their sides."""
    sides = [one for item in links for one in item.sides.values()]
    bulk.run(
        tx, _SAVE_LINKS, (dict(zip(LINK_COLUMNS, _OF_LINK(one), strict=True)) for one in links)
    )
    bulk.run(
        tx, _SAVE_SIDES, (dict(zip(SIDE_COLUMNS, _OF_SIDE(one), strict=True)) for one in sides)
    )


def hold(tx: Tx, ids: Collection[UUID]) -> None:
    """Lock links as `lock` does, without loading them."""
    _hold(tx, among(link.c.id, ids))


def to_be_created(tx: Tx, connection: str, link_ids: Collection[UUID]) -> None:
    """These links, which are held, were sought at a connection and are not there."""
    here = (side.c.connection == connection) & side.c.external_id.is_(None)
    absent = {"write": None, "write_id": None, "write_state": "idle"}
    chosen = update(side).where(here, among(side.c.link_id, link_ids))
    tx.execute(chosen.values(sought=True, due_at=NOW, **absent))


def stamp_sides(tx: Tx, connection: str, link_ids: Collection[UUID], stamp: int) -> None:
    """These sides were looked at, beginning at counter `stamp`, and showed nothing new."""
    if link_ids:
        tx.execute(
            update(side)
            .where(side.c.connection == connection, among(side.c.link_id, link_ids))
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
        .where(urgent | ~among(cause, spared))
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
    _hold(tx, link.c.id.in_(select(side.c.link_id).where(*chosen)))


def _hold(tx: Tx, those: Any) -> None:
    query = select(link.c.id).where(those).order_by(link.c.id)
    tx.execute(query.with_for_update(key_share=True))


def count(tx: Tx, kind: str) -> int:
    """How many links of a kind there are."""
    return tx.scalar(select(func.count()).where(link.c.kind == kind)) or 0


def page_ids(tx: Tx, kind: str, after: UUID | None, limit: int) -> list[UUID]:
    """Ids of links of a kind in id order, for work that goes over all of them."""
    query = select(link.c.id).where(link.c.kind == kind).order_by(link.c.id).limit(limit)
    if after is not None:
        query = query.where(link.c.id > after)
    return list(tx.scalars(query))


def retry_unmapped(tx: Tx, connection: str) -> None:
    """What could not be expressed at a connection may be now (its owners changed)."""
    chosen = (side.c.connection == connection, side.c.code.in_(["unmapped", "awaits"]))
    _lock_of(tx, *chosen)
    tx.execute(
        update(side)
        .where(*chosen)
        .values(state="pending", due_at=NOW, write=None, code=None, reason=None)
    )
    tx.execute(_LOOK_AT_MUDDLED, {"connection": connection})
