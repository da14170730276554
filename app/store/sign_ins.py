"""Sign-in links that were used: each opens the door once."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from app.store.db import Tx
from app.store.tables import receipt

LINKS = ":sign-in"  # in place of a connection's name; no connection may have a colon in its name


def use(tx: Tx, link_id: UUID) -> bool:
    """Use up a sign-in link; False where it was used before.

    A receipt remembers it, for longer than any link is valid.
    """
    statement = (
        insert(receipt)
        .values(connection=LINKS, key=str(link_id), cause_id=link_id)
        .on_conflict_do_nothing()
        .returning(receipt.c.key)
    )
    return tx.scalar(statement) is not None
