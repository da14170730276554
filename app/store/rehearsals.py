"""Records of a rehearsal that wait for a counterpart, by digests of what they are recognised by.

They are nobody's links: what they show is read again when it is needed, and no value is kept.
"""

from collections.abc import Collection, Mapping
from hashlib import sha256

from sqlalchemy import ARRAY, ColumnElement, Text, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.store.db import Tx
from app.store.work_tables import rehearsed_alone

Keys = Mapping[str, str]  # key of the mapping -> value, comparable
_ID = rehearsed_alone.c.external_id


def keep(tx: Tx, job_id: int, those: Mapping[str, Keys]) -> None:
    """Have these wait: external id -> its keys."""
    rows = [
        {"job_id": job_id, "external_id": external_id, "keys": sorted(_digests(keys))}
        for external_id, keys in sorted(those.items())
    ]
    if rows:
        tx.execute(insert(rehearsed_alone).on_conflict_do_nothing(), rows)


def sharing(tx: Tx, job_id: int, keys: Collection[Keys], limit: int) -> list[str]:
    """Those that have a key in common with one of these."""
    wanted = sorted({one for own in keys for one in _digests(own)})
    if not wanted:
        return []
    shared = rehearsed_alone.c["keys"].op("&&")(bindparam(None, wanted, type_=ARRAY(Text)))
    query = select(_ID).where(_of(job_id), shared)
    return list(tx.scalars(query.order_by(_ID).limit(limit)))


def waiting(tx: Tx, job_id: int, among: Collection[str]) -> set[str]:
    """Which of these wait."""
    query = select(_ID).where(_of(job_id), _ID.in_(list(among)))
    return set(tx.scalars(query))


def first(tx: Tx, job_id: int, limit: int) -> list[str]:
    """Some of those that wait."""
    query = select(_ID).where(_of(job_id))
    return list(tx.scalars(query.order_by(_ID).limit(limit)))


def count(tx: Tx, job_id: int) -> int:
    """How many wait."""
    return tx.scalar(select(func.count()).select_from(rehearsed_alone).where(_of(job_id))) or 0


def drop(tx: Tx, job_id: int, those: Collection[str]) -> None:
    """These wait no more."""
    tx.execute(delete(rehearsed_alone).where(_of(job_id), _ID.in_(list(those))))


def _of(job_id: int) -> ColumnElement[bool]:
    return rehearsed_alone.c.job_id == job_id


def _digests(keys: Keys) -> set[str]:
    return {sha256(f"{key}:{value}".encode()).hexdigest() for key, value in keys.items()}
