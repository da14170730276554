"""The ledger: every write that a vendor confirmed, field by field, with what stood there before.

Append-only but for `undone_by`. What an undo puts back, and what "who changed this" answers, is
read from here.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update

from app.store import bulk
from app.store.db import Tx
from app.store.work import cause_of
from app.store.work_tables import ledger
from connectors.base import Value


@dataclass(frozen=True, slots=True)
class Entry:
    """One confirmed write: canonical field -> [value before, value written].

    `created`: the record was made by it. `mapping` and `version` are those it was planned under,
    `job_id` the undo that asked for it.
    """

    link_id: UUID
    connection: str
    kind: str
    external_id: str
    changes: dict[str, list[Value]]
    created: bool = False
    mapping: str | None = None
    version: int | None = None
    job_id: int | None = None
    cause_id: UUID | None = None


COLUMNS = tuple(one.name for one in fields(Entry))
_ADD = bulk.adding(ledger, COLUMNS)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which writes; what is None (or empty) does not matter. `job` are those that a job made or
    caused; `upto` is the newest entry that counts.
    """

    mapping: str | None = None
    version: int | None = None
    job: int | None = None
    cause: UUID | None = None
    connection: str | None = None
    link: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    fields: tuple[str, ...] = ()
    upto: int | None = None


def move(tx: Tx, old: UUID, new: UUID) -> None:
    """What was written for a link was written for another one (the two turned out to be one)."""
    tx.execute(update(ledger).where(ledger.c.link_id == old).values(link_id=new))


def add(tx: Tx, entries: Sequence[Entry]) -> None:
    """Append entries, all in one statement."""
    bulk.run(tx, _ADD, [{n: getattr(one, n) for n in COLUMNS} for one in entries])


def newest(tx: Tx) -> int:
    """The id of the newest entry; 0 where there is none."""
    return int(tx.scalar(select(func.coalesce(func.max(ledger.c.id), 0))) or 0)


def page(tx: Tx, scope: Scope, before: int | None, limit: int) -> list[dict[str, Any]]:
    """Entries, newest first; `before` is the id to page on from."""
    query = select(ledger).where(*_chosen(scope)).order_by(ledger.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(ledger.c.id < before)
    return _rows(tx, query)


def links_of(tx: Tx, scope: Scope, after: UUID | None, limit: int) -> list[UUID]:
    """Links with entries that are not undone yet, in the order of their ids."""
    query = select(ledger.c.link_id).distinct().where(*_chosen(scope), _STANDS)
    if after is not None:
        query = query.where(ledger.c.link_id > after)
    return list(tx.scalars(query.order_by(ledger.c.link_id).limit(limit)))


def count_links(tx: Tx, scope: Scope) -> int:
    """How many links `links_of` answers in all."""
    query = select(func.count(ledger.c.link_id.distinct())).where(*_chosen(scope), _STANDS)
    return int(tx.scalar(query) or 0)


def of_links(tx: Tx, scope: Scope, ids: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """What is not undone yet, per link, newest first."""
    query = select(ledger).where(*_chosen(scope), _STANDS, ledger.c.link_id.in_(list(ids)))
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in _rows(tx, query.order_by(ledger.c.id.desc())):
        found.setdefault(row["link_id"], []).append(row)
    return found


def mark_undone(tx: Tx, ids: Collection[int], job_id: int) -> None:
    """What these entries wrote is being put back by a job."""
    if ids:
        tx.execute(update(ledger).where(ledger.c.id.in_(list(ids))).values(undone_by=job_id))


def last_writes(tx: Tx, ids: Collection[UUID]) -> dict[tuple[UUID, str, str], dict[str, Any]]:
    """(link, connection, field) -> the newest entry that wrote it."""
    query = select(ledger).where(ledger.c.link_id.in_(list(ids))).order_by(ledger.c.id)
    return {
        (row["link_id"], row["connection"], name): row
        for row in _rows(tx, query)
        for name in row["changes"]
    }


_STANDS = ledger.c.undone_by.is_(None)


def _chosen(scope: Scope) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    equal = {
        "mapping": scope.mapping, "version": scope.version, "cause_id": scope.cause,
        "connection": scope.connection, "link_id": scope.link,
    }  # fmt: skip
    found += [ledger.c[name] == value for name, value in equal.items() if value is not None]
    if scope.job is not None:
        found.append(or_(ledger.c.job_id == scope.job, ledger.c.cause_id == cause_of(scope.job)))
    if scope.since is not None:
        found.append(ledger.c.at >= scope.since)
    if scope.until is not None:
        found.append(ledger.c.at < scope.until)
    if scope.upto is not None:
        found.append(ledger.c.id <= scope.upto)
    if scope.fields:
        found.append(or_(*(ledger.c.changes.has_key(name) for name in scope.fields)))
    return found


def _rows(tx: Tx, query: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in tx.execute(query)]  # noqa: SLF001  SQLAlchemy's public name
