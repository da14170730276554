"""Forgetting a link: every row that says something about it."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import text

from app.store import aging, links
from app.store.db import Tx
from connectors.base import Ref

# The journal is append-only but for this: that something was decided stays, what about does not.
_OF_LINK = (
    "UPDATE journal SET detail = '{}'::jsonb WHERE link_id = :link_id AND detail <> '{}'::jsonb",
    "DELETE FROM ledger WHERE link_id = :link_id",
    "DELETE FROM event WHERE link_id = :link_id",
    "DELETE FROM finding WHERE link_id = :link_id",
    "DELETE FROM removal WHERE link_id = :link_id AND tombstone_id IS NULL",
)
_OF_RECORD = (
    "DELETE FROM hint WHERE connection = :connection AND kind = :kind AND external_id = :id",
    "DELETE FROM finding WHERE connection = :connection AND kind = :kind AND external_id = :id",
)
_COUNTS = text("""
    SELECT (SELECT count(*) FROM activity WHERE link_id = :link_id) AS activities,
           (SELECT count(*) FROM alert WHERE link_id = :link_id) AS alerts,
           (SELECT count(*) FROM score_history WHERE link_id = :link_id) AS scores,
           (SELECT count(*) FROM journal WHERE link_id = :link_id) AS journal_lines,
           (SELECT count(*) FROM ledger WHERE link_id = :link_id) AS ledger_entries
""")


def forget(tx: Tx, link_id: UUID) -> None:
    """A link with its sides, activities, scores, alerts, candidates, and what was noted of it."""
    for statement in _OF_LINK:
        tx.execute(text(statement), {"link_id": link_id})
    aging.forget_link(tx, link_id)
    links.drop(tx, link_id)


def forget_record(tx: Tx, connection: str, ref: Ref) -> None:
    """What waits for a record's link, or names it otherwise."""
    for statement in _OF_RECORD:
        tx.execute(text(statement), {"connection": connection, "kind": ref.kind, "id": ref.id})
    aging.forget_record(tx, connection, ref)


def counts(tx: Tx, link_ids: Collection[UUID]) -> Mapping[str, int]:
    """How many rows there are about these."""
    total: dict[str, int] = {}
    for link_id in link_ids:
        for name, n in tx.execute(_COUNTS, {"link_id": link_id}).mappings().one().items():
            total[name] = total.get(name, 0) + n
    return total
