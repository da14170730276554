"""What the web page's live board shows: one read for all viewers. Nothing here writes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import func, or_, select, text

from app.domain.forecast import DAY_H, Forecast, forecast
from app.domain.reaction import Standing, standing
from app.store import attention, budgets, connections, feeds, lanes
from app.store.api_keys import UserRole
from app.store.attention import What
from app.store.budgets import Allowance
from app.store.connections import Connection
from app.store.db import Tx
from app.store.tables import api_key, link
from connectors.budget import Rate

LEADS_SHOWN = 50
Allowances: TypeAlias = Callable[[Connection], Allowance]

_LEADS = text("""
    SELECT link.id, link.agreed, link.score, link.grade, link.hot_since, link.reasons,
           coalesce(alert.owner, link.agreed ->> 'owner') AS owner, owner.name AS owner_name,
           alert.id AS alert_id, alert.connection, alert.state, alert.notice, alert.task_at,
           alert.notified_at, alert.react_by, alert.reason, alert.reaction, alert.reacted_by,
           alert.reaction_reason, alert.snoozed_until, now() AS now
    FROM link
    LEFT JOIN LATERAL (
        SELECT * FROM alert WHERE alert.link_id = link.id
        ORDER BY crossing DESC, alert.id DESC LIMIT 1) AS alert ON true
    LEFT JOIN LATERAL (
        SELECT name FROM owner
        WHERE email = lower(coalesce(alert.owner, link.agreed ->> 'owner')) AND NOT is_queue
        ORDER BY active DESC, connection, external_id LIMIT 1) AS owner ON true
    WHERE link.hot_since IS NOT NULL
    ORDER BY link.hot_since DESC, link.id
    LIMIT :limit
""")
_READS = text("""
    SELECT connection, max(read_at) AS read_at, bool_and(caught_up) AS caught_up,
           min(reason) AS reason,
           min(stands_at) FILTER (WHERE name ~ '^(changes|hints):') AS stands_at
    FROM feed GROUP BY connection
""")
_OLDEST = text("""
    SELECT connection, min(due_at) AS since FROM (
        SELECT connection, min(due_at) AS due_at FROM hint GROUP BY 1
        UNION ALL SELECT connection, min(due_at) FROM side WHERE due_at IS NOT NULL GROUP BY 1
        UNION ALL SELECT connection, min(due_at) FROM delivery WHERE due_at IS NOT NULL GROUP BY 1
        UNION ALL SELECT connection, min(due_at) FROM alert WHERE due_at IS NOT NULL GROUP BY 1
    ) AS waiting GROUP BY connection
""")
_WAITS = text("""
    SELECT split_part(name, ':', 2) AS connection, max(not_before) AS until, min(reason) AS reason
    FROM lane WHERE not_before > now() GROUP BY 1
""")


@dataclass(frozen=True, slots=True)
class LeadAlert:
    """The newest alert about a lead: task and bell, until when somebody should react, and what was
    said to it.
    """

    id: int
    connection: str
    state: str
    notice: str
    task_at: datetime | None
    notified_at: datetime | None
    react_by: datetime
    reason: str | None
    stands: Standing
    answered_by: str | None
    answer_reason: str | None
    snoozed_until: datetime | None


@dataclass(frozen=True, slots=True)
class HotLead:
    """Somebody to be called now. `fields` are the agreed values, `owner` an e-mail."""

    id: UUID
    fields: Mapping[str, Any]
    score: int | None
    grade: str | None
    hot_since: datetime
    reasons: tuple[Mapping[str, Any], ...]
    owner: str | None
    owner_name: str | None
    alert: LeadAlert | None


@dataclass(frozen=True, slots=True)
class Health:
    """How one connection is. `waiting_since` is when its oldest due work became due, `stands_at`
    how far its changes have been read (that feed which is behind most). `limits` has the rate of
    each limit class and whether the vendor told it.
    """

    name: str
    vendor: str
    role: str
    state: str
    reason: str | None
    account: Mapping[str, Any]
    checked_at: datetime | None
    read_at: datetime | None
    caught_up: bool
    feed_reason: str | None
    stands_at: datetime | None
    waiting_since: datetime | None
    waits_until: datetime | None
    wait_reason: str | None
    depths: Mapping[str, int]
    spent: Forecast
    limits: Mapping[str, tuple[Rate, bool]]


@dataclass(frozen=True, slots=True)
class FeedState:
    """How far one feed has got (`stands_at`), and how long its vendor keeps what was not read."""

    connection: str
    name: str
    caught_up: bool
    stands_at: datetime | None
    kept_s: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Key:
    """A live API key, as far as pages may know it."""

    id: str
    name: str
    role: UserRole


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the live pages show. Two equal boards look the same."""

    leads: tuple[HotLead, ...]
    hot: int
    health: tuple[Health, ...]
    feeds: tuple[FeedState, ...]
    attention: Mapping[What, int]
    keys: Mapping[str, Key]

    @property
    def troubles(self) -> int:
        return sum(self.attention.values())


def read(tx: Tx, allowances: Allowances) -> Board:
    """Read the whole board. `allowances` answers what a connection's settings allow it."""
    hot = select(func.count()).select_from(link).where(link.c.hot_since.is_not(None))
    return Board(
        leads=tuple(_lead(row) for row in tx.execute(_LEADS, {"limit": LEADS_SHOWN})),
        hot=tx.execute(hot).scalar_one(),
        health=health(tx, allowances),
        feeds=tuple(_feed(row) for row in feeds.of(tx)),
        attention=attention.totals(tx),
        keys=live_keys(tx),
    )


def _feed(row: Mapping[str, Any]) -> FeedState:
    return FeedState(**{name: row[name] for name in FeedState.__dataclass_fields__})


def _lead(row: Any) -> HotLead:
    alert = None
    if row.alert_id is not None:
        alert = LeadAlert(
            row.alert_id,
            row.connection,
            row.state,
            row.notice,
            row.task_at,
            row.notified_at,
            row.react_by,
            row.reason,
            standing(row.reaction, row.snoozed_until, row.now),
            row.reacted_by,
            row.reaction_reason,
            row.snoozed_until,
        )
    return HotLead(
        row.id,
        row.agreed,
        row.score,
        row.grade,
        row.hot_since,
        tuple(row.reasons),
        row.owner,
        row.owner_name,
        alert,
    )


def health(tx: Tx, allowances: Allowances) -> tuple[Health, ...]:
    """How each connection is, by name."""
    reads = {row.connection: row for row in tx.execute(_READS)}
    oldest = {row.connection: row.since for row in tx.execute(_OLDEST)}
    waits = {row.connection: row for row in tx.execute(_WAITS)}
    depths = lanes.queue_depths(tx)
    now = tx.execute(select(func.now())).scalar_one()
    found = []
    for one in connections.every(tx):
        since = oldest.get(one.name)
        late = since if since is not None and since <= now else None
        rows = reads.get(one.name), waits.get(one.name)
        allowed = allowances(one)
        hours = budgets.hours(tx, one.name, now - timedelta(hours=DAY_H))
        found.append(
            _health(
                one,
                *rows,
                since=late,
                depths=depths.get(one.name, {}),
                spent=forecast(hours, ceiling_share=allowed.ceiling, now=now),
                limits=_limits(tx, one.name, allowed),
            )
        )
    return tuple(found)


def _limits(tx: Tx, name: str, allowed: Allowance) -> dict[str, tuple[Rate, bool]]:
    windows = budgets.windows(tx, name, allowed.rates)
    return {one.limit: (one.rate, one.is_heard) for one in windows if one.rate is not None}


def _health(
    one: Connection,
    reads: Any,
    waits: Any,
    *,
    since: datetime | None,
    depths: Mapping[str, int],
    spent: Forecast,
    limits: Mapping[str, tuple[Rate, bool]],
) -> Health:
    return Health(
        name=one.name,
        vendor=one.vendor,
        role=one.role,
        state=one.state,
        reason=one.reason,
        account=one.account or {},
        checked_at=one.checked_at,
        read_at=reads.read_at if reads else None,
        caught_up=reads.caught_up if reads else True,
        feed_reason=reads.reason if reads else None,
        stands_at=reads.stands_at if reads else None,
        waiting_since=since,
        waits_until=waits.until if waits else None,
        wait_reason=waits.reason if waits else None,
        depths=depths,
        spent=spent,
        limits=limits,
    )


def live_keys(tx: Tx) -> dict[str, Key]:
    """The API keys that are neither revoked nor expired, by id."""
    query = select(api_key.c.id, api_key.c.name, api_key.c.role).where(
        api_key.c.revoked_at.is_(None),
        or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > func.now()),
    )
    return {row.id: Key(row.id, row.name, row.role) for row in tx.execute(query)}


def live_key(tx: Tx, key_id: str) -> Key | None:
    """One live API key; None where it is unknown, revoked or expired."""
    return live_keys(tx).get(key_id)
