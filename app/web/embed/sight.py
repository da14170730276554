"""What a panel shows of one record, read in one go: a page of the history, never all of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.touch import Touch
from app.store import handoffs, happenings, links, people, touches
from app.store.db import Tx
from app.store.handoffs import Kept
from app.store.happenings import Place, Wanted
from app.web.kinds import types_of
from connectors.base import Ref

SHOWN = 25


@dataclass(frozen=True, slots=True)
class Sight:
    """`older`: where the next page begins, None on the last."""

    person: Mapping[str, Any]
    touch: Touch | None
    alert: Mapping[str, Any] | None
    entries: Sequence[Mapping[str, Any]]
    older: Place | None
    handoff: Kept | None = None


def link_of(tx: Tx, connection: str, ref: Ref) -> UUID | None:
    """The link of a vendor's record, as it is now: it may have been joined with another one."""
    return links.by_external_id(tx, connection, ref.kind, [ref.id]).get(ref.id)


def read(tx: Tx, link_id: UUID, group: str | None, after: Place | None) -> Sight | None:
    """What there is to show; None where the link has gone."""
    person = people.one(tx, link_id)
    if person is None:
        return None
    wanted = Wanted(link_id=link_id, types=types_of(group))
    found = happenings.activities(tx, wanted, after, SHOWN + 1)
    shown = found[:SHOWN]
    older = (shown[-1]["at"], shown[-1]["id"]) if len(found) > SHOWN else None
    touch = touches.of(tx, [link_id]).get(link_id)
    handed = handoffs.latest(tx, [link_id]).get(link_id)
    return Sight(person, touch, happenings.newest_alert(tx, link_id), shown, older, handed)
