"""Events: what happened that others may want to hear of, such as a person who became an MQL.

They are written in the transaction that decides, so none is told that did not happen. Who hears
of them is another matter (outgoing webhooks).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.store import bulk
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


COLUMNS = tuple(one.name for one in fields(Happening))
_OF = attrgetter(*COLUMNS)
_TELL = text(f"""
    WITH told AS ({bulk.adding(event, COLUMNS, "RETURNING id, link_id, type").text})
    INSERT INTO unclocked (link_id, event_id)
    SELECT link_id, id FROM told
    WHERE link_id IS NOT NULL AND NOT starts_with(type, '{OF_CLOCKS}')
      AND (EXISTS (SELECT FROM document WHERE kind = 'sla' AND active)
           OR EXISTS (SELECT FROM sla_clock
                      WHERE sla_clock.link_id = told.link_id AND ended_at IS NULL))
    ORDER BY id
""")  # noqa: S608  names of our own tables


def tell(tx: Tx, those: Sequence[Happening]) -> None:
    """Store what happened, in this order, and whose clocks that may move."""
    if those:
        bulk.run(tx, _TELL, [dict(zip(COLUMNS, _OF(one), strict=True)) for one in those])
