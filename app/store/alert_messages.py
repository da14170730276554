"""What people are told by channels: one row for each channel, person, escalation step and round."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.store.alert_tables import alert_message
from app.store.db import Tx
from connectors.base import Kind

Told: TypeAlias = Literal["task", "notification", "mention", "message"]
ReasonFor: TypeAlias = Literal["raised", "escalated", "again", "storm", "notice"]


@dataclass(frozen=True, slots=True)
class NewMessage:
    """Something to be told at a connection from `due_at` on. `recipient`: an e-mail address, a
    queue's name, or "".
    """

    connection: str
    channel: Told
    recipient: str
    due_at: datetime
    reason_for: ReasonFor = "raised"
    step: int = 0
    round: int = 0


@dataclass(frozen=True, slots=True)
class Topic:
    """What else than an alert people are told of. `about` (at most 50 characters) names it for
    ever; `said` are its words by language, `path` its page.
    """

    about: str
    link_id: UUID
    said: Mapping[str, Any]
    path: str
    cause_id: UUID | None


@dataclass(frozen=True, slots=True)
class DueMessage:
    """A message to be sent now, with what it is about. `person_id`: at its connection."""

    id: int
    alert_id: int | None
    storm_id: int | None
    connection: str
    channel: Told
    recipient: str
    reason_for: ReasonFor
    step: int
    round: int
    attempts: int
    link_id: UUID | None
    crossing: int | None
    content: dict[str, Any] | None
    title: str | None
    body: str | None
    created_at: datetime | None
    react_by: datetime | None
    cause_id: UUID | None
    person_id: str | None
    person_kind: Kind | None
    owner_id: str | None
    held: int
    about: str | None
    path: str | None


def add(tx: Tx, alert_id: int, messages: Sequence[NewMessage]) -> None:
    """Store what is to be told; what was planned already stays as it is."""
    _insert(tx, messages, alert_id=alert_id)


def add_summary(tx: Tx, storm_id: int, messages: Sequence[NewMessage]) -> None:
    """Store the one message of each channel about what is held."""
    _insert(tx, messages, storm_id=storm_id)


def add_topic(tx: Tx, topic: Topic, messages: Sequence[NewMessage]) -> None:
    """Store what is told of something else, each once for ever."""
    said = {**topic.said, "path": topic.path}
    whose = {"about": topic.about, "link_id": topic.link_id, "cause_id": topic.cause_id}
    _insert(tx, messages, said=said, **whose)


def _insert(tx: Tx, messages: Sequence[NewMessage], **whose: Any) -> None:
    rows = [{n: getattr(one, n) for n in NewMessage.__slots__} | whose for one in messages]
    if rows:
        tx.execute(insert(alert_message).values(rows).on_conflict_do_nothing())


# A message into a system of records waits for its person's record there; the task of a storm is
# on the record of the first whose alert it holds.
_DUE = text("""
    SELECT m.id, m.alert_id, m.storm_id, m.connection, m.channel, m.recipient, m.reason_for,
           m.step, m.round, m.attempts, alert.crossing,
           coalesce(alert.link_id, m.link_id, first.link_id) AS link_id,
           coalesce(alert.content, m.said) AS content, alert.title, alert.body,
           alert.created_at, alert.react_by, coalesce(alert.cause_id, m.cause_id) AS cause_id,
           side.external_id AS person_id, side.kind AS person_kind,
           owner.external_id AS owner_id, m.about, m.said ->> 'path' AS path,
           (SELECT count(*) FROM alert AS held WHERE held.storm_id = m.storm_id) AS held
    FROM alert_message AS m
    LEFT JOIN alert ON alert.id = m.alert_id
    LEFT JOIN LATERAL (
        SELECT held.link_id FROM alert AS held
        JOIN side ON side.link_id = held.link_id AND side.connection = m.connection
                 AND side.external_id IS NOT NULL AND side.state <> 'gone'
        WHERE held.storm_id = m.storm_id AND m.channel <> 'message'
        ORDER BY held.id LIMIT 1) AS first ON true
    LEFT JOIN side ON side.connection = m.connection
                  AND side.link_id = coalesce(alert.link_id, m.link_id, first.link_id)
    LEFT JOIN LATERAL (
        SELECT external_id FROM owner
        WHERE owner.connection = m.connection AND owner.active
          AND (owner.email = m.recipient OR (owner.is_queue AND owner.name = m.recipient))
        ORDER BY external_id LIMIT 1) AS owner ON true
    WHERE m.connection = :connection AND m.state = 'pending' AND m.due_at <= :now
      AND (m.channel = 'message' OR side.external_id IS NOT NULL)
    ORDER BY m.due_at, m.id
    LIMIT :limit
""")


def due(tx: Tx, connection: str, limit: int, *, now: datetime) -> list[DueMessage]:
    """Messages to send now, oldest first."""
    rows = tx.execute(_DUE, {"connection": connection, "limit": limit, "now": now})
    return [DueMessage(**row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


def change(tx: Tx, ids: Collection[int], *, wait_s: float | None = None, **values: Any) -> None:
    """Set columns of messages; due again in `wait_s` seconds, not at all where that is None."""
    wait = None if wait_s is None else func.now() + func.make_interval(0, 0, 0, 0, 0, 0, wait_s)
    own = alert_message.c.id.in_(list(ids))
    tx.execute(update(alert_message).where(own).values(due_at=wait, **values))


def in_flight(tx: Tx, connection: str) -> dict[Told, list[int]]:
    """Messages that a worker was sending when it died, by channel."""
    own = alert_message.c.connection == connection
    query = select(alert_message.c.channel, alert_message.c.id)
    found: dict[Told, list[int]] = {}
    for row in tx.execute(query.where(own, alert_message.c.state == "flying")):
        found.setdefault(row.channel, []).append(row.id)
    return found


def drop(tx: Tx, alert_id: int) -> None:
    """Somebody has reacted: what is not sent yet need not be."""
    tx.execute(
        update(alert_message)
        .where(alert_message.c.alert_id == alert_id, alert_message.c.state == "pending")
        .values(state="dropped", due_at=None)
    )


def drop_about(tx: Tx, link_id: UUID, what: str) -> None:
    """Something has ended: what was to be told of it (`handoff/12/`, `sla/8/`) need not be."""
    unsent = _about(link_id, what) & (alert_message.c.state == "pending")
    tx.execute(update(alert_message).where(unsent).values(state="dropped", due_at=None))


def overtake(tx: Tx, link_id: UUID, what: Collection[str], *, now: datetime) -> None:
    """What was to be told later is not of use any more: these need not be."""
    for one in what:
        later = _about(link_id, one) & (alert_message.c.state == "pending")
        later &= alert_message.c.due_at > now
        tx.execute(update(alert_message).where(later).values(state="dropped", due_at=None))


def about(tx: Tx, link_id: UUID, what: str) -> list[dict[str, Any]]:
    """What was told of something, oldest first."""
    query = select(alert_message).where(_about(link_id, what)).order_by(alert_message.c.id)
    return [dict(row) for row in tx.execute(query).mappings()]


def _about(link_id: UUID, what: str) -> ColumnElement[bool]:
    begins = alert_message.c.about.startswith(what, autoescape=True)
    return (alert_message.c.link_id == link_id) & begins


def move(tx: Tx, old: UUID, new: UUID) -> None:
    """Two links turned out to be one person."""
    own = alert_message.c.link_id == old
    tx.execute(update(alert_message).where(own).values(link_id=new))


def of_alerts(tx: Tx, alert_ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """What was told of each alert, oldest first."""
    query = select(alert_message).where(alert_message.c.alert_id.in_(list(alert_ids)))
    found: dict[int, list[dict[str, Any]]] = {one: [] for one in alert_ids}
    for row in tx.execute(query.order_by(alert_message.c.id)).mappings():
        found[row["alert_id"]].append(dict(row))
    return found


def recipient_of(tx: Tx, message_id: int) -> tuple[int | None, str] | None:
    """Which alert a message was about, and for whom."""
    query = select(alert_message.c.alert_id, alert_message.c.recipient)
    row = tx.execute(query.where(alert_message.c.id == message_id)).one_or_none()
    return None if row is None else (row.alert_id, row.recipient)
