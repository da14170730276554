"""Events: what happened that others may want to hear of, such as a person who became an MQL.

They are written in the transaction that decides, so none is told that did not happen. Who hears
of them is another matter (outgoing webhooks).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from app.store import unclocked
from app.store.db import Tx
from app.store.event_tables import event

OF_CLOCKS = "sla."  # what clocks tell starts, ends and pauses none


@dataclass(frozen=True, slots=True)
class Happening:
    """One event: `type` is one of the catalogue (`stage.changed`), `subject` what it is about
    besides the person (`handoff:12`), `data` its facts as JSON holds them.
    """

    type: str
    link_id: UUID | None
    subject: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    cause_id: UUID | None = None


def tell(tx: Tx, those: Sequence[Happening]) -> None:
    """Store what happened, in this order."""
    if those:
        rows = [
            {
                "type": one.type,
                "link_id": one.link_id,
                "subject": one.subject,
                "data": dict(one.data),
                "cause_id": one.cause_id,
            }
            for one in those
        ]
        statement = insert(event).returning(event.c.id, sort_by_parameter_order=True)
        numbers = zip(tx.scalars(statement, rows).all(), those, strict=True)
        heard = {number: one.link_id for number, one in numbers if _may_move_clocks(one)}
        unclocked.told(tx, {number: link for number, link in heard.items() if link is not None})


def _may_move_clocks(one: Happening) -> bool:
    return not one.type.startswith(OF_CLOCKS)
