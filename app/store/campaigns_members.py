"""Memberships with their places: loaded, saved, due. Whoever changes them holds the campaign."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, func, literal, select, text, update

from app.domain.campaign import Membership, Place
from app.store import bulk
from app.store.campaign_tables import membership, membership_place
from app.store.db import Tx
from app.store.tables import NOW

_OWN = tuple(f.name for f in fields(Membership) if f.name != "places")
_PLACE = tuple(f.name for f in fields(Place))
_PLACE_COLUMNS = ("campaign", "link_id", *_PLACE)
_SAVE = bulk.saving(membership, _OWN, ("campaign", "link_id"), "changed_at")
_SAVE_PLACES = bulk.saving(
    membership_place, _PLACE_COLUMNS, ("link_id", "campaign", "connection"), "changed_at"
)


def load(tx: Tx, campaign: str, link_ids: Collection[UUID]) -> dict[UUID, Membership]:
    """Memberships of these links, those that there are."""
    query = select(*(membership.c[name] for name in _OWN)).where(
        membership.c.campaign == campaign, _among(membership.c.link_id, link_ids)
    )
    found = {one.link_id: one for one in (Membership(*row) for row in tx.execute(query))}
    table = membership_place.c
    query = select(table.link_id, *(table[name] for name in _PLACE)).where(
        table.campaign == campaign, _among(table.link_id, found)
    )
    for row in tx.execute(query):
        found[row.link_id].places[row.connection] = Place(*row[1:])
    return found


def save(tx: Tx, found: Iterable[Membership]) -> None:
    """Insert or update memberships and all their places."""
    given = list(found)
    bulk.run(tx, _SAVE, [{name: getattr(one, name) for name in _OWN} for one in given])
    rows = [
        {"campaign": one.campaign, "link_id": one.link_id}
        | {name: getattr(place, name) for name in _PLACE}
        for one in given
        for place in one.places.values()
    ]
    bulk.run(tx, _SAVE_PLACES, rows)


def _among(column: Any, ids: Collection[UUID]) -> Any:
    return column == any_(literal(list(ids), ARRAY(Uuid)))


_HOLD = text("SELECT id FROM link WHERE id = ANY(:ids) ORDER BY id FOR KEY SHARE")


def hold_links(tx: Tx, link_ids: Collection[UUID]) -> set[UUID]:
    """Those of these links that are there, and stay until the transaction ends."""
    return set(tx.scalars(_HOLD, {"ids": list(link_ids)}))


_ABSENT = text("""
    SELECT link_id, shown, missed FROM membership_place
    WHERE campaign = :campaign AND connection = :connection AND round < :round
      AND (seen IS NOT NULL OR write_state = 'unknown') AND write_state <> 'flying'
      AND stamp < :round AND (seen IS NULL OR NOT :unsure)
    ORDER BY link_id
""")
_SEEN = text("""
    SELECT count(*) FROM membership_place
    WHERE campaign = :campaign AND connection = :connection AND seen IS NOT NULL
""")


def absent(
    tx: Tx, campaign: str, connection: str, round_: int, *, unsure: bool
) -> dict[UUID, tuple[bool, int]]:
    """Members whom a whole reading that began at counter `round_` did not show, and whom nothing
    was told since: whether the vendor ever showed them, and how often they were missed before.
    `unsure`: only those of whom it is not known whether they ever were told.
    """
    asked = {"campaign": campaign, "connection": connection, "round": round_, "unsure": unsure}
    return {row.link_id: (row.shown, row.missed) for row in tx.execute(_ABSENT, asked)}


def size(tx: Tx, campaign: str, connection: str) -> int:
    """How many members a connection has, for all that is known."""
    return int(tx.scalar(_SEEN, {"campaign": campaign, "connection": connection}) or 0)


def missed(tx: Tx, campaign: str, connection: str, link_ids: Collection[UUID]) -> None:
    """One reading did not show these; a second one decides."""
    table = membership_place.c
    tx.execute(
        update(membership_place)
        .where(table.campaign == campaign, table.connection == connection)
        .where(_among(table.link_id, link_ids))
        .values(missed=table.missed + 1)
    )


def release(tx: Tx, campaign: str) -> set[str]:
    """What was decided while members were read may be told now; answer the lanes to wake."""
    table = membership_place.c
    released = (
        update(membership_place)
        .where(table.campaign == campaign, table.state == "pending", table.write_state == "idle")
        .where(table.due_at.is_(None), table.code.is_(None))
        .values(due_at=NOW)
        .returning(table.connection)
    )
    return {f"members:{name}" for name in tx.scalars(released)}


def due(tx: Tx, connection: str, limit: int) -> tuple[str, list[UUID]] | None:
    """The campaign that has waited longest to be told something, and whose memberships."""
    table = membership_place.c
    at = (table.connection == connection, table.due_at <= func.now())
    first = select(table.campaign).where(*at).order_by(table.due_at, table.campaign).limit(1)
    name = tx.scalar(first)
    if name is None:
        return None
    query = select(table.link_id).where(*at, table.campaign == name)
    return name, list(tx.scalars(query.order_by(table.due_at, table.link_id).limit(limit)))


def flying(tx: Tx, connection: str) -> Mapping[str, list[UUID]]:
    """Memberships with a write in flight at a connection, by campaign."""
    table = membership_place.c
    query = select(table.campaign, table.link_id).where(
        table.connection == connection, table.write_state == "flying"
    )
    found: dict[str, list[UUID]] = {}
    for row in tx.execute(query):
        found.setdefault(row.campaign, []).append(row.link_id)
    return found


_ARRIVED = text("""
    UPDATE membership_place SET state = 'pending', due_at = now(), code = NULL, reason = NULL
    WHERE connection = :connection AND code = 'awaits_person' AND link_id = ANY(:ids)
""")
_WAKE = text("""
    UPDATE membership_place AS place SET state = 'pending', due_at = now(), code = NULL,
           reason = NULL
    FROM side
    WHERE place.campaign = :campaign AND place.code = 'awaits_person'
      AND side.link_id = place.link_id AND side.connection = place.connection
      AND side.external_id IS NOT NULL AND side.state <> 'gone'
    RETURNING place.connection
""")


def arrived(tx: Tx, connection: str, link_ids: Collection[UUID]) -> set[str]:
    """These people exist at a connection now; answer the lanes to wake."""
    told = tx.execute(_ARRIVED, {"connection": connection, "ids": list(link_ids)})
    return {f"members:{connection}"} if told.rowcount else set()


def wake(tx: Tx, campaign: str) -> set[str]:
    """Whoever waited for people that are there by now goes on; answer the lanes to wake."""
    return {f"members:{name}" for name in tx.scalars(_WAKE, {"campaign": campaign})}


def retell(tx: Tx, campaign: str) -> set[str]:
    """Another version of the document holds: look at all once more; answer the lanes to wake."""
    table = membership_place.c
    again = (
        update(membership_place)
        .where(table.campaign == campaign, table.write_state == "idle")
        .values(state="pending", due_at=NOW, write=None, attempts=0)
        .returning(table.connection)
    )
    return {f"members:{name}" for name in tx.scalars(again)}


def shown_again(
    tx: Tx, campaign: str, connection: str, link_ids: Collection[UUID], *, stamp: int, round_: int
) -> None:
    """A reading showed these as they were."""
    table = membership_place.c
    tx.execute(
        update(membership_place)
        .where(table.campaign == campaign, table.connection == connection)
        .where(_among(table.link_id, link_ids))
        .values(stamp=stamp, round=round_, missed=0, shown=True)
    )
