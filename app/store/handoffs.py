"""Hand-offs: found, locked, changed; their messages."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update

from app.domain.handoff import Handoff
from app.domain.handoff_moves import ENDED
from app.store.db import Tx
from app.store.handoff_tables import handoff, handoff_message
from app.store.tables import NOW
from connectors.base import Value

STANDING = tuple(one.name for one in fields(Handoff))


@dataclass(frozen=True, slots=True)
class Kept:
    """A hand-off as it is stored. `version` counts its changes."""

    id: int
    link_id: UUID
    flow: str
    version: int
    rules: int
    memo: Mapping[str, Value]
    ticks: Mapping[str, Mapping[str, str]]
    quality: int
    band: str
    giver: str | None
    shown: str | None
    created_by: str
    created_at: datetime
    changed_at: datetime
    state_at: datetime
    delivered_at: datetime | None
    accepted_at: datetime | None
    outcome: str | None
    opportunity: Mapping[str, Any] | None
    cause_id: UUID | None
    standing: Handoff


COLUMNS = tuple(name for name in Kept.__annotations__ if name != "standing")
_LATEST = text("""
    SELECT DISTINCT ON (link_id) * FROM handoff WHERE link_id = ANY(:ids ::uuid[])
    ORDER BY link_id, id DESC
""")
# Of two open ones of a flow, the one of the link that ends is withdrawn.
_MOVE = text("""
    UPDATE handoff SET link_id = :new, changed_at = now(), version = version + 1,
           state = CASE WHEN state NOT IN
               ('won', 'lost', 'done', 'rejected', 'recycled', 'withdrawn') AND EXISTS (
               SELECT FROM handoff AS there WHERE there.link_id = :new AND there.flow = handoff.flow
               AND there.state NOT IN
                   ('won', 'lost', 'done', 'rejected', 'recycled', 'withdrawn'))
           THEN 'withdrawn' ELSE state END
    WHERE link_id = :old
""")


def _kept(row: Any) -> Kept:
    found = row._mapping  # noqa: SLF001  SQLAlchemy's public name
    standing = Handoff(**{name: found[name] for name in STANDING})
    return Kept(**{name: found[name] for name in COLUMNS}, standing=standing)


def add(tx: Tx, link_id: UUID, flow: str, **values: Any) -> int | None:
    """Begin a hand-off; None where one of this flow is open already. The link is locked."""
    open_ = select(handoff.c.id).where(
        handoff.c.link_id == link_id, handoff.c.flow == flow, handoff.c.state.not_in(ENDED)
    )
    if tx.scalar(open_) is not None:
        return None
    new = insert(handoff).values(link_id=link_id, flow=flow, **values)
    return int(tx.execute(new.returning(handoff.c.id)).scalar_one())


def get(tx: Tx, handoff_id: int) -> Kept | None:
    """A hand-off without a lock."""
    row = tx.execute(select(handoff).where(handoff.c.id == handoff_id)).one_or_none()
    return None if row is None else _kept(row)


def lock(tx: Tx, handoff_id: int) -> Kept | None:
    """A hand-off, so that nobody else changes it meanwhile. Its link is locked before."""
    query = select(handoff).where(handoff.c.id == handoff_id).with_for_update()
    row = tx.execute(query).one_or_none()
    return None if row is None else _kept(row)


def open_of(tx: Tx, link_id: UUID, flow: str) -> int | None:
    """The open hand-off of a link."""
    query = select(handoff.c.id).where(
        handoff.c.link_id == link_id, handoff.c.flow == flow, handoff.c.state.not_in(ENDED)
    )
    return tx.scalar(query)


def latest(tx: Tx, link_ids: Collection[UUID]) -> dict[UUID, Kept]:
    """The newest hand-off of each of these links that has one."""
    rows = tx.execute(_LATEST, {"ids": list(link_ids)})
    return {row.link_id: _kept(row) for row in rows}


def change(tx: Tx, kept: Kept, after: Handoff, **values: Any) -> None:
    """Store what became of a hand-off that is locked; its version goes up by one."""
    new: dict[str, Any] = {name: getattr(after, name) for name in STANDING} | values
    new |= {"version": kept.version + 1, "changed_at": NOW}
    if after.state != kept.standing.state:
        new["state_at"] = NOW
    tx.execute(update(handoff).where(handoff.c.id == kept.id).values(**new))


def judge(tx: Tx, handoff_id: int, quality: int, band: str, rules: int) -> None:
    """How good one is by other rules: no act of anybody."""
    values = {"quality": quality, "band": band, "rules": rules}
    tx.execute(update(handoff).where(handoff.c.id == handoff_id).values(**values))


def note_shown(tx: Tx, handoff_id: int, shown: str | None) -> None:
    """What the SFA's field shows now: no act of anybody."""
    tx.execute(update(handoff).where(handoff.c.id == handoff_id).values(shown=shown))


def move(tx: Tx, old: UUID, new: UUID) -> None:
    """Two links turned out to be one person."""
    tx.execute(_MOVE, {"old": old, "new": new})


def say(tx: Tx, handoff_id: int, what: str, by: str, words: str) -> None:
    """Add to the thread."""
    row = {"handoff_id": handoff_id, "what": what, "by": by, "text": words}
    tx.execute(insert(handoff_message).values(**row))


def thread(tx: Tx, handoff_id: int) -> list[dict[str, Any]]:
    """What was said, oldest first: id, at, what, by, text."""
    query = select(handoff_message).where(handoff_message.c.handoff_id == handoff_id)
    rows = tx.execute(query.order_by(handoff_message.c.id))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


def meetings(tx: Tx, until: datetime) -> list[int]:
    """Hand-offs whose meeting is set for before `until`, the soonest first."""
    query = select(handoff.c.id).where(
        handoff.c.state == "meeting_set", handoff.c.meeting_at <= until
    )
    return list(tx.scalars(query.order_by(handoff.c.meeting_at)))
