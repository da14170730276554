"""Places: the records of the same links at another connection."""

from collections.abc import Collection

from sqlalchemy import text

from app.store.db import Tx
from connectors.base import Ref

_AT = text("""
    SELECT wanted.connection, wanted.kind, wanted.id, there.kind AS there_kind,
           there.external_id AS there_id
    FROM unnest(:connections ::text[], :kinds ::text[], :ids ::text[])
         AS wanted (connection, kind, id)
    JOIN side ON side.connection = wanted.connection AND side.kind = wanted.kind
             AND side.external_id = wanted.id
    JOIN side AS there ON there.link_id = side.link_id AND there.connection = :there
                      AND there.external_id IS NOT NULL AND there.state <> 'gone'
""")


def at(tx: Tx, connection: str, wanted: Collection[tuple[str, Ref]]) -> dict[tuple[str, Ref], Ref]:
    """(Connection, record) -> the record at `connection` of the same link, where there is one."""
    ordered = sorted(wanted, key=lambda one: (one[0], one[1].kind, one[1].id))
    values = {
        "connections": [name for name, _ in ordered],
        "kinds": [ref.kind for _, ref in ordered],
        "ids": [ref.id for _, ref in ordered],
        "there": connection,
    }
    return {
        (row.connection, Ref(row.kind, row.id)): Ref(row.there_kind, row.there_id)
        for row in tx.execute(_AT, values)
    }
