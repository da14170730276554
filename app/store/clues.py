"""Clues: what links may be known by besides id and e-mail, and who shares one.

Keys are `domain:…`, `name:…`, `email:…` and `key:FIELD:…` (exact: one link), and those of
`app.domain.likeness.blocks` (`as:…`, `at:…`, `by:…`, `in:…`), under which likely ones are found.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from app.store.bulk import among
from app.store.db import Tx
from app.store.tables import link
from app.store.work_tables import clue
from mappings.identity import COMPARED, Key

MOST_ALIKE = 50  # links compared with one; a key that more share tells nobody apart
EMAIL = "email:"
_NEIGHBOURS = text("""
    SELECT wanted.id AS one, other.link_id AS two, count(*) AS shared
    FROM unnest(CAST(:ids AS uuid[])) AS wanted (id)
    CROSS JOIN LATERAL (
        SELECT found.link_id FROM clue AS own
        CROSS JOIN LATERAL (
            SELECT link_id FROM clue AS theirs
            WHERE theirs.kind = own.kind AND theirs.key = own.key AND theirs.link_id <> own.link_id
            LIMIT :most) AS found
        WHERE own.link_id = wanted.id AND own.key ~ '^(as|at|by|in):') AS other
    GROUP BY 1, 2 ORDER BY 1, 3 DESC
""").bindparams(bindparam("most", MOST_ALIKE))


def exact(key: Key, value: str) -> str:
    """The clue of a mapping's key: of `domain`, `name`, or a field that the mapping names."""
    return f"{key}:{value}" if key in COMPARED else f"key:{key}:{value}"


def of(tx: Tx, link_ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """Link -> its keys."""
    found: dict[UUID, set[str]] = {one: set() for one in link_ids}
    for row in tx.execute(select(clue).where(among(clue.c.link_id, link_ids))):
        found[row.link_id].add(row.key)
    return found


def replace(tx: Tx, kind: str, changed: Mapping[UUID, tuple[set[str], set[str]]]) -> None:
    """Link -> keys that go, keys that come."""
    gone = [(link_id, key) for link_id, (old, _) in changed.items() for key in old]
    new = [
        {"link_id": link_id, "kind": kind, "key": key}
        for link_id, (_, added) in sorted(changed.items())
        for key in sorted(added)
    ]
    for link_id, key in sorted(gone):
        tx.execute(delete(clue).where(clue.c.link_id == link_id, clue.c.key == key))
    if new:
        tx.execute(insert(clue).on_conflict_do_nothing(), new)


def owners(tx: Tx, kind: str, keys: Collection[str]) -> dict[str, list[UUID]]:
    """Key -> links that have it, oldest first."""
    if not keys:
        return {}
    query = (
        select(clue.c.key, clue.c.link_id)
        .join(link, link.c.id == clue.c.link_id)
        .where(clue.c.kind == kind, among(clue.c.key, keys))
        .order_by(link.c.created_at, link.c.id)
    )
    found: dict[str, list[UUID]] = {}
    for row in tx.execute(query):
        found.setdefault(row.key, []).append(row.link_id)
    return found


def by_phone(tx: Tx, kind: str, phones: Collection[str]) -> dict[str, list[UUID]]:
    """Phone (E.164) -> links."""
    if not phones:
        return {}
    query = select(link.c.phone, link.c.id).where(link.c.kind == kind, among(link.c.phone, phones))
    found: dict[str, list[UUID]] = {}
    for row in tx.execute(query.order_by(link.c.created_at, link.c.id)):
        found.setdefault(row.phone, []).append(row.id)
    return found


def neighbours(tx: Tx, link_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Link -> others that share a block with it, those that share most first."""
    found: dict[UUID, list[UUID]] = {}
    for row in tx.execute(_NEIGHBOURS, {"ids": list(link_ids)}):
        theirs = found.setdefault(row.one, [])
        if len(theirs) < MOST_ALIKE:
            theirs.append(row.two)
    return found
