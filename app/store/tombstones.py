"""Tombstones: who was erased, as keyed digests, so that no feed makes them anew; and receipts.

A digest is an HMAC-SHA256 under a key derived from `BATON_SECRET_KEY`: whoever has the database
alone can't test whether somebody is in it.
"""

import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, LargeBinary, bindparam, func, insert, select, text, update

from app.store.db import DIGEST_KEYS, Tx
from app.store.tables import NOW
from app.store.work_tables import tombstone
from connectors.base import Kind, Ref

Source: TypeAlias = Literal["api", "webhook"]
_KNOWN = text("""
    SELECT DISTINCT ON (digest) tombstone.id, digest FROM tombstone, unnest(digests) AS digest
    WHERE digests && :wanted AND digest = ANY(:wanted)
""").bindparams(bindparam("wanted", type_=ARRAY(LargeBinary)))


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One erasure. `sides`: connection -> how it stands there (`state`, `records`, `reason`);
    `digests`: what they are remembered by, in hexadecimal.
    """

    id: UUID
    kind: Kind
    digests: tuple[str, ...]
    source: Source
    by: str
    sides: Mapping[str, Mapping[str, Any]]
    at: datetime
    completed_at: datetime | None


COLUMNS = tuple(tombstone.c[one.name] for one in fields(Tombstone))


def by_ref(connection: str, ref: Ref) -> str:
    """What a record at a vendor is remembered by."""
    return f"{ref.kind}:ref:{connection}:{ref.id}"


def by_email(kind: Kind, email: str) -> str:
    """What an address is remembered by."""
    return f"{kind}:email:{email.strip().lower()}"


def by_phone(kind: Kind, phone: str) -> str:
    """What a number (E.164) is remembered by."""
    return f"{kind}:phone:{phone}"


def by_key(key: str) -> str:
    """What a link is remembered by, whose id vendors keep as our key."""
    return f"key:{key}"


def add(
    tx: Tx,
    kind: Kind,
    marks: Iterable[str],
    *,
    source: Source,
    by: str,
    sides: Mapping[str, Mapping[str, Any]],
    due: bool = False,
) -> UUID:
    """Remember somebody by these marks. With `due` the rest of the erasure is still to be done."""
    tombstone_id = uuid4()
    digests = sorted({_digest(_keys(tx)[0], mark) for mark in marks})
    row = {
        "id": tombstone_id, "kind": kind, "digests": digests, "source": source, "by": by,
        "sides": dict(sides),
    }  # fmt: skip
    tx.execute(insert(tombstone).values(**row, due_at=NOW if due else None))
    return tombstone_id


def ask(tx: Tx, connection: str, ref: Ref) -> None:
    """A vendor erased somebody: remembered at once, the rest is due. Once, however often it says
    so, and not where that was our own doing.
    """
    mark = by_ref(connection, ref)
    if not known(tx, [mark]):
        sides = {connection: {"state": "erased", "external_id": ref.id}}
        add(tx, ref.kind, [mark], source="webhook", by=connection, sides=sides, due=True)


def extend(
    tx: Tx, tombstone_id: UUID, marks: Iterable[str], sides: Mapping[str, Mapping[str, Any]]
) -> None:
    """Remember them by these too, and what is to be done at these connections."""
    digests = sorted({_digest(_keys(tx)[0], mark) for mark in marks})
    row = tx.execute(
        select(tombstone.c.digests, tombstone.c.sides)
        .where(tombstone.c.id == tombstone_id)
        .with_for_update()
    ).one()
    tx.execute(
        update(tombstone)
        .where(tombstone.c.id == tombstone_id)
        .values(
            digests=sorted({bytes(one) for one in row.digests} | set(digests)),
            sides={**row.sides, **sides},
            due_at=None,
        )
    )


def known(tx: Tx, marks: Collection[str]) -> dict[str, UUID]:
    """Of these marks, those of erased people: mark -> tombstone."""
    if not marks:
        return {}
    by_digest = {_digest(key, mark): mark for mark in marks for key in _keys(tx)}
    rows = tx.execute(_KNOWN, {"wanted": list(by_digest)})
    return {by_digest[bytes(row.digest)]: row.id for row in rows}


def due(tx: Tx, limit: int) -> list[UUID]:
    """Erasures of which only the request is stored."""
    query = select(tombstone.c.id).where(tombstone.c.due_at <= func.now())
    query = query.order_by(tombstone.c.due_at).limit(limit)
    return list(tx.scalars(query.with_for_update(skip_locked=True)))


def done_at(tx: Tx, tombstone_id: UUID, connection: str, outcome: Mapping[str, Any]) -> None:
    """How it stands at a connection now; completed once it is erased at all of them."""
    row = tx.execute(
        select(tombstone.c.sides).where(tombstone.c.id == tombstone_id).with_for_update()
    ).one_or_none()
    if row is None:
        return
    sides = {**row.sides, connection: {**row.sides.get(connection, {}), **outcome}}
    _set_sides(tx, tombstone_id, sides)


def _set_sides(tx: Tx, tombstone_id: UUID, sides: Mapping[str, Mapping[str, Any]]) -> None:
    open_ = any(one["state"] != "erased" for one in sides.values())
    tx.execute(
        update(tombstone)
        .where(tombstone.c.id == tombstone_id)
        .values(sides=dict(sides), completed_at=None if open_ else NOW)
    )


def settle(tx: Tx, tombstone_id: UUID) -> None:
    """Completed, where nothing is left to be done at any vendor."""
    sides = tx.scalar(select(tombstone.c.sides).where(tombstone.c.id == tombstone_id))
    _set_sides(tx, tombstone_id, sides or {})


def get(tx: Tx, tombstone_id: UUID) -> Tombstone | None:
    row = tx.execute(select(*COLUMNS).where(tombstone.c.id == tombstone_id)).one_or_none()
    return None if row is None else _tombstone(row)


def listed(tx: Tx, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[Tombstone]:
    """Erasures, newest first."""
    query = select(*COLUMNS).order_by(tombstone.c.at.desc(), tombstone.c.id.desc()).limit(limit)
    if after is not None:
        at, last = after
        same = (tombstone.c.at == at) & (tombstone.c.id < last)
        query = query.where((tombstone.c.at < at) | same)
    return [_tombstone(row) for row in tx.execute(query)]


def lift(tx: Tx, tombstone_id: UUID) -> bool:
    """Forget that somebody was erased: they may come again. False where there is none such."""
    result = tx.execute(tombstone.delete().where(tombstone.c.id == tombstone_id))
    return bool(result.rowcount)


def _tombstone(row: Any) -> Tombstone:
    digests = tuple(bytes(one).hex() for one in row.digests)
    return Tombstone(**{**row._mapping, "digests": digests})  # noqa: SLF001  SQLAlchemy's public name


def _keys(tx: Tx) -> tuple[bytes, ...]:
    found: tuple[bytes, ...] = tx.get_execution_options()[DIGEST_KEYS]
    return found


def _digest(key: bytes, mark: str) -> bytes:
    return hmac.new(key, mark.encode(), "sha256").digest()
