"""The past of one field of a link: what the journal tells of it, and each write with its values."""

from collections.abc import Collection, Mapping
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import text

from app.store.db import Tx

Place: TypeAlias = tuple[UUID, str]

# The ledger has what the journal's line `told` has, and the values.
_PAST = text("""
    SELECT wanted.link_id, wanted.field, past.* FROM
        unnest(CAST(:links AS uuid[]), CAST(:fields AS text[])) AS wanted (link_id, field)
    CROSS JOIN LATERAL (
        SELECT at, event, connection, version,
               jsonb_build_object('kept', detail -> 'kept', 'lost', detail -> 'lost',
                                  'by', detail -> 'by') AS facts, id
          FROM journal
         WHERE journal.link_id = wanted.link_id AND event <> 'told'
           AND (detail ->> 'field' = wanted.field OR detail -> 'fields' ? wanted.field)
        UNION ALL
        SELECT at, 'told', connection,
               CASE WHEN mapping IS NOT NULL THEN format('%s/%s@%s', kind, mapping, version) END,
               jsonb_build_object('before', changes -> wanted.field -> 0,
                                  'after', changes -> wanted.field -> 1), id
          FROM ledger
         WHERE ledger.link_id = wanted.link_id AND changes ? wanted.field
        ORDER BY at DESC, id DESC LIMIT :most) AS past
    ORDER BY past.at DESC, past.id DESC
""")


def of(tx: Tx, places: Collection[Place], most: int) -> Mapping[Place, list[dict[str, Any]]]:
    """(link, field) -> what became of it, newest first: `at`, `event`, `connection`, `version` and
    `facts`: of a write (`told`) before and after, of a decision what was kept, lost, and by whom.
    """
    found: dict[Place, list[dict[str, Any]]] = {place: [] for place in places}
    wanted = {"links": [one for one, _ in places], "fields": [name for _, name in places]}
    for row in tx.execute(_PAST, {**wanted, "most": most}) if places else ():
        told = row.event == "told"  # also a blank counts
        facts = {name: one for name, one in row.facts.items() if told or one is not None}
        line = {"at": row.at, "event": row.event, "connection": row.connection}
        found[row.link_id, row.field].append({**line, "version": row.version, "facts": facts})
    return found
