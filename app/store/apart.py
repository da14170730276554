"""Records that a person took out of a link: they never join it again by themselves."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.store.bulk import among
from app.store.db import Tx
from app.store.work_tables import apart
from connectors.base import Ref


def keep(tx: Tx, connection: str, ref: Ref, link_id: UUID, *, by: str) -> None:
    """Keep a record out of a link from now on."""
    row = {
        "connection": connection, "kind": ref.kind, "external_id": ref.id, "link_id": link_id,
        "by": by,
    }  # fmt: skip
    tx.execute(insert(apart).values(**row).on_conflict_do_nothing())


def forget(tx: Tx, connection: str, ref: Ref, link_id: UUID) -> None:
    """A person put it back: they may be one again."""
    tx.execute(
        delete(apart).where(
            apart.c.connection == connection,
            apart.c.kind == ref.kind,
            apart.c.external_id == ref.id,
            apart.c.link_id == link_id,
        )
    )


def of(tx: Tx, connection: str, kind: str, ids: Collection[str]) -> set[tuple[str, UUID]]:
    """Which of these records must not join which links: (external id, link)."""
    if not ids:
        return set()
    query = select(apart.c.external_id, apart.c.link_id).where(
        apart.c.connection == connection, apart.c.kind == kind, among(apart.c.external_id, ids)
    )
    return {(row.external_id, row.link_id) for row in tx.execute(query)}
