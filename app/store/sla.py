"""SLA clocks as rows: what runs, how it stands, and which steps it has fired."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.store.db import Tx
from app.store.sla_tables import sla_clock, sla_step, unclocked

LOOKED_BACK = timedelta(days=30)  # how long after its end an earlier fact may still correct it


@dataclass(slots=True)
class Clock:
    """One run of a clock. Times are aware; `pauses` are those that a person made."""

    link_id: UUID
    name: str
    subject: str
    start_event: int
    document: str
    version: int
    calendar: str
    owner: str | None
    began_at: datetime
    known_at: datetime
    cause_id: UUID | None = None
    state: str = "running"
    shown_at: datetime | None = None
    due_at: datetime | None = None
    warn_at: datetime | None = None
    ended_at: datetime | None = None
    heard_at: datetime | None = None
    ended_by: str | None = None
    pauses: list[dict[str, Any]] = field(default_factory=list)
    minutes_left: float | None = None
    minutes: float | None = None
    human_minutes: float | None = None
    system_s: float | None = None
    next_at: datetime | None = None
    id: int = 0


COLUMNS = tuple(one.name for one in fields(Clock))
_CHANGING = COLUMNS[COLUMNS.index("state") : COLUMNS.index("id")]
_SHOWN = text("""
    SELECT coalesce(
        (SELECT task_at FROM alert WHERE :subject = 'alert:' || id),
        (SELECT min(ledger.at) FROM ledger JOIN connection ON connection.name = ledger.connection
         WHERE ledger.link_id = :link_id AND connection.role = 'sfa' AND ledger.at >= :since))
""")

_ANY_DUE = text("""
    SELECT EXISTS (SELECT FROM unclocked)
        OR EXISTS (SELECT FROM sla_clock WHERE next_at <= :now)
        OR EXISTS (SELECT FROM sla_step
                   WHERE connection IS NULL AND due_at <= greatest(:now, now()))
""")


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step that a clock takes. `act` is what is done about it, by the lane of `connection`."""

    clock_id: int
    step: str
    act: str = "none"
    whom: str | None = None
    connection: str | None = None
    is_due: bool = False


def any_due(tx: Tx, now: datetime) -> bool:
    """Whether a link has news, a clock's time has come, or a record is to be given away."""
    return bool(tx.scalar(_ANY_DUE, {"now": now}))


def due_links(tx: Tx, now: datetime, limit: int) -> list[UUID]:
    """Links of clocks whose time has come, the longest due first."""
    query = select(sla_clock.c.link_id).where(sla_clock.c.next_at <= now)
    return list(dict.fromkeys(tx.scalars(query.order_by(sla_clock.c.next_at).limit(limit))))


def of_links(tx: Tx, link_ids: Collection[UUID], now: datetime) -> dict[UUID, list[Clock]]:
    """The clocks of links that run or ended lately, locked, in the order in which they began."""
    found: dict[UUID, list[Clock]] = {link_id: [] for link_id in link_ids}
    lately = sla_clock.c.ended_at.is_(None) | (sla_clock.c.ended_at > now - LOOKED_BACK)
    query = select(*(sla_clock.c[name] for name in COLUMNS))
    query = query.where(sla_clock.c.link_id.in_(list(link_ids)), lately)
    for row in tx.execute(query.order_by(sla_clock.c.id).with_for_update()):
        found[row.link_id].append(_clock(row))
    return found


def get(tx: Tx, clock_id: int, *, lock: bool = False) -> Clock | None:
    """One clock."""
    query = select(*(sla_clock.c[name] for name in COLUMNS)).where(sla_clock.c.id == clock_id)
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _clock(row)


def _clock(row: Any) -> Clock:
    return Clock(**row._mapping)  # noqa: SLF001  SQLAlchemy's public name


def add(tx: Tx, one: Clock) -> bool:
    """Keep a new clock and give it its number; False where that start made one already."""
    values = {name: getattr(one, name) for name in COLUMNS if name != "id"}
    statement = insert(sla_clock).values(values).on_conflict_do_nothing().returning(sla_clock.c.id)
    number = tx.scalar(statement)
    one.id = number or 0
    return number is not None


def save(tx: Tx, one: Clock) -> None:
    """Keep how a clock stands."""
    values = {name: getattr(one, name) for name in _CHANGING}
    tx.execute(
        update(sla_clock).where(sla_clock.c.id == one.id).values(**values, changed_at=func.now())
    )


def fired(tx: Tx, clock_ids: Collection[int]) -> dict[int, set[str]]:
    """The steps that each clock has taken."""
    found: dict[int, set[str]] = {clock_id: set() for clock_id in clock_ids}
    query = select(sla_step.c.clock_id, sla_step.c.step)
    for row in tx.execute(query.where(sla_step.c.clock_id.in_(list(clock_ids)))):
        found[row.clock_id].add(row.step)
    return found


def take_steps(tx: Tx, those: Sequence[NewStep]) -> list[NewStep]:
    """Take steps, each once for ever; answer those that were not taken before."""
    taken = []
    for one in those:
        values = {
            "clock_id": one.clock_id,
            "step": one.step,
            "act": one.act,
            "whom": one.whom,
            "connection": one.connection,
            "state": "pending" if one.is_due else "done",
            "due_at": func.now() if one.is_due else None,
        }
        statement = insert(sla_step).values(values).on_conflict_do_nothing()
        if tx.execute(statement.returning(sla_step.c.id)).first() is not None:
            taken.append(one)
    return taken


def shown_at(tx: Tx, one: Clock) -> datetime | None:
    """When people could first see it in the SFA: the alert's task, else the first write there."""
    seen = {"subject": one.subject, "link_id": one.link_id, "since": one.known_at}
    found: datetime | None = tx.scalar(_SHOWN, seen)
    return found


def move(tx: Tx, old: UUID, new: UUID) -> None:
    """Give all clocks of a link to another one (two links turned out to be one person)."""
    for table in (sla_clock, unclocked):
        tx.execute(update(table).where(table.c.link_id == old).values(link_id=new))


def pauses_by_hand(tx: Tx, name: str, events: Collection[int]) -> Mapping[int, list[Any]]:
    """The pauses that people made, by the event that the clock started with."""
    query = select(sla_clock.c.start_event, sla_clock.c.pauses)
    rows = tx.execute(
        query.where(sla_clock.c.name == name, sla_clock.c.start_event.in_(list(events)))
    )
    return {row.start_event: row.pauses for row in rows}
