"""Links with activities that their score does not know yet.

A list that is only added to, not a mark on the link: who takes activities in never waits for
whoever has the link in hand.
"""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from sqlalchemy import text

from app.store.db import Tx

_ADD = text("INSERT INTO unscored (link_id) SELECT unnest(:ids ::uuid[])")
_TAKE = text("""
    WITH chosen AS (SELECT DISTINCT link_id FROM (
        SELECT link_id FROM unscored ORDER BY id LIMIT :rows) AS oldest LIMIT :limit),
    gone AS (DELETE FROM unscored USING chosen WHERE unscored.link_id = chosen.link_id)
    SELECT link_id FROM chosen
""")
ROWS_READ = 20  # for each link that is wanted: the busy ones are listed often


class Attached(Protocol):
    """An activity and whose it is."""

    @property
    def link_id(self) -> UUID | None: ...


def add(tx: Tx, those: Sequence[Attached]) -> None:
    """Have the links of these activities scored soon."""
    ids = sorted({one.link_id for one in those if one.link_id is not None})
    if ids:
        tx.execute(_ADD, {"ids": ids})


def take(tx: Tx, limit: int) -> list[UUID]:
    """The next links, which are scored in this transaction. One at a time may do that."""
    return list(tx.scalars(_TAKE, {"limit": limit, "rows": ROWS_READ * limit}))
