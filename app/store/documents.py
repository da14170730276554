"""Documents: numbered, immutable versions of rules; one of them active."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on, insert

from app.store.db import Tx
from app.store.fact_tables import document


@dataclass(frozen=True, slots=True)
class Document:
    """One version. `body` is what the admin wrote, checked."""

    kind: str
    name: str
    version: int
    body: dict[str, Any]
    active: bool
    note: str
    created_by: str
    created_at: datetime


def _document(row: Any) -> Document:
    return Document(**row._mapping)  # noqa: SLF001  SQLAlchemy's public name


_READ = text("SELECT pg_advisory_xact_lock_shared(hashtextextended('rules', 4))")
_CHANGE = text("SELECT pg_advisory_xact_lock(hashtextextended('rules', 4))")


@dataclass(frozen=True, slots=True)
class Version:
    """Names one version of a document, once and for all databases."""

    kind: str
    name: str
    version: int
    created_at: datetime


def hold(tx: Tx) -> None:
    """The active versions stay the active ones until this transaction ends: `activate` waits."""
    tx.execute(_READ)


def active(tx: Tx) -> list[Version]:
    """The active version of every document, without its body. They are held."""
    hold(tx)
    columns = (document.c.kind, document.c.name, document.c.version, document.c.created_at)
    query = select(*columns).where(document.c.active)
    return [Version(*row) for row in tx.execute(query.order_by(document.c.kind, document.c.name))]


def body(tx: Tx, version: Version) -> dict[str, Any]:
    """The body of one version."""
    query = select(document.c.body).where(
        document.c.kind == version.kind,
        document.c.name == version.name,
        document.c.version == version.version,
    )
    found: dict[str, Any] = tx.execute(query).scalar_one()
    return found


def get(tx: Tx, kind: str, name: str, version: int | None = None) -> Document | None:
    """One version; the active one (else the newest) where none is named."""
    query = select(document).where(document.c.kind == kind, document.c.name == name)
    if version is not None:
        query = query.where(document.c.version == version)
    order = query.order_by(document.c.active.desc(), document.c.version.desc()).limit(1)
    row = tx.execute(order).one_or_none()
    return None if row is None else _document(row)


def versions(tx: Tx, kind: str, name: str) -> list[Document]:
    """All versions, newest first."""
    query = select(document).where(document.c.kind == kind, document.c.name == name)
    return [_document(row) for row in tx.execute(query.order_by(document.c.version.desc()))]


def names(tx: Tx, kind: str | None = None) -> list[Document]:
    """The active or newest version of every document, by kind and name."""
    query = select(document).ext(distinct_on(document.c.kind, document.c.name))
    if kind is not None:
        query = query.where(document.c.kind == kind)
    order = (document.c.kind, document.c.name, document.c.active.desc(), document.c.version.desc())
    return [_document(row) for row in tx.execute(query.order_by(*order))]


def latest_version(tx: Tx, kind: str, name: str) -> int:
    """The highest version number, 0 where there is none; locks out other writers of it."""
    tx.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 2))"), {"key": f"{kind}/{name}"}
    )
    query = select(func.max(document.c.version)).where(
        document.c.kind == kind, document.c.name == name
    )
    return tx.scalar(query) or 0


def add(
    tx: Tx, kind: str, name: str, version: int, body: dict[str, Any], *, note: str, by: str
) -> None:
    """Store a new version, not yet active."""
    tx.execute(
        insert(document).values(
            kind=kind, name=name, version=version, body=body, note=note, created_by=by
        )
    )


def activate(tx: Tx, kind: str, name: str, version: int) -> None:
    """Make one version the active one, once nobody decides by the others any more."""
    tx.execute(_CHANGE)
    same = (document.c.kind == kind, document.c.name == name)
    tx.execute(update(document).where(*same, document.c.active).values(active=False))
    tx.execute(update(document).where(*same, document.c.version == version).values(active=True))
