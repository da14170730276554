"""The journal: append-only, what was decided and why, each line with the cause it came from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from app.store import bulk, events, heard
from app.store.db import Tx
from app.store.fact_tables import journal


@dataclass(frozen=True, slots=True)
class Line:
    """One decision. `detail` names fields, rules and vendor codes, and only for lost conflicts
    also values. `version` is the mapping version that it was made by, `person/main@3`; where a
    line about a link does not say, the one that is active at its connection.
    """

    event: str
    link_id: UUID | None = None
    connection: str | None = None
    cause_id: UUID | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    version: str | None = None


COLUMNS = tuple(one.name for one in fields(Line))
_WRITE = bulk.adding(journal, COLUMNS)
_IN_FORCE = text("""
    SELECT link.id, side.connection, format('%s/%s@%s', link.kind, name, version) AS label
    FROM link JOIN side ON side.link_id = link.id
    JOIN document ON document.kind = 'mapping' AND active AND body ->> 'kind' = link.kind
     AND side.connection IN (coalesce(body ->> 'ma', 'hubspot'),
                             coalesce(body ->> 'sfa', 'salesforce'))
    WHERE link.id = ANY(:ids)
""")
# Also of the links that this one, or one of those, took over.
_FORMER = text("""
    WITH RECURSIVE they (id) AS (
        SELECT CAST(:link_id AS uuid)
        UNION SELECT (detail ->> 'person')::uuid FROM journal JOIN they ON link_id = they.id
        WHERE event = 'absorbed')
    SELECT DISTINCT connection, detail ->> 'from' AS external_id
    FROM journal JOIN they ON link_id = they.id
    WHERE event = 'moved' AND connection IS NOT NULL AND detail ->> 'from' IS NOT NULL
    ORDER BY 1, 2
""")


def write(tx: Tx, lines: Sequence[Line]) -> None:
    """Append lines; those that others may want to hear of are told, too."""
    unsaid = {one.link_id for one in lines if one.version is None and one.link_id is not None}
    labels = _in_force(tx, unsaid) if unsaid else {}
    rows = [{n: getattr(line, n) for n in COLUMNS} for line in lines]
    for row in rows:
        if row["version"] is None:
            row["version"] = labels.get((row["link_id"], row["connection"]))
    bulk.run(tx, _WRITE, rows)
    events.tell(tx, heard.of(lines))


def _in_force(tx: Tx, link_ids: Collection[UUID]) -> Mapping[tuple[UUID, str | None], str]:
    """The mapping version that each link goes by, at each connection and as a whole."""
    found: dict[tuple[UUID, str | None], str] = {}
    for link_id, connection, label in tx.execute(_IN_FORCE, {"ids": list(link_ids)}):
        found[link_id, connection] = found[link_id, None] = label
    return found


def activations(
    tx: Tx, kind: str, name: str, before: int | None, limit: int
) -> list[dict[str, Any]]:
    """When a version of a document became the active one, newest first; `before` as in `trail`."""
    detail = journal.c.detail
    query = select(journal.c.id, journal.c.at, detail).where(journal.c.event == "activated")
    query = query.where(detail["kind"].astext == kind, detail["name"].astext == name)
    if before is not None:
        query = query.where(journal.c.id < before)
    rows = tx.execute(query.order_by(journal.c.id.desc()).limit(limit))
    return [{"note": "", "before": None, **row.detail, "id": row.id, "at": row.at} for row in rows]


def former(tx: Tx, link_id: UUID) -> list[tuple[str, str]]:
    """(connection, id) of the records that lived on as another one, by a merge or conversion."""
    rows = tx.execute(_FORMER, {"link_id": link_id})
    return [(row.connection, row.external_id) for row in rows]


def trail(tx: Tx, link_id: UUID, before: int | None, limit: int) -> list[dict[str, Any]]:
    """The newest lines about a link, newest first; `before` is the id to page on from."""
    query = select(journal).where(journal.c.link_id == link_id)
    if before is not None:
        query = query.where(journal.c.id < before)
    found = tx.execute(query.order_by(journal.c.id.desc()).limit(limit))
    return [dict(row._mapping) for row in found]  # noqa: SLF001  SQLAlchemy's public name
