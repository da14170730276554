"""The rate budgets of connections, shared by all processes, and what was used of each account."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.domain.forecast import Spent
from app.store.db import Tx
from app.store.work_tables import budget, usage
from connectors.budget import Day, Ledger, Rate, Remaining, tighter

NOW_S = text("extract(epoch FROM clock_timestamp())::float8 AS now_s")
_USED = text("""
    INSERT INTO usage (connection, hour, calls, day_used, day_total, heard_at)
    VALUES (:connection, date_trunc('hour', now()), :calls, :used, :total,
            CASE WHEN :total ::bigint IS NULL THEN NULL ELSE now() END)
    ON CONFLICT (connection, hour) DO UPDATE SET
        calls = usage.calls + excluded.calls,
        day_used = coalesce(excluded.day_used, usage.day_used),
        day_total = coalesce(excluded.day_total, usage.day_total),
        heard_at = coalesce(excluded.heard_at, usage.heard_at)
""")


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a connection's settings allow it: the part of the account's daily calls that everybody
    together may have used before Baton stops, and the rate of each limit class.
    """

    ceiling: float = 1.0
    rates: Mapping[str, Rate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """One limit class: the rate that counts, whether the vendor told it, and what is booked."""

    limit: str
    rate: Rate | None
    is_heard: bool
    booked: int


def take(
    tx: Tx, connection: str, limit: str, stated: Rate | None, *, part: float, longest_wait_s: float
) -> float:
    """Book one call of a limit class; answer the seconds to wait before making it.

    The row is locked for the moment, so that all processes stand in one queue. Times are the
    database's, so that no two clocks are compared.
    """
    ledger, now = _locked(tx, connection, limit, stated)
    wait_s = ledger.take(now, part, longest_wait_s)
    if wait_s <= longest_wait_s:
        _save(tx, connection, limit, booked=ledger.booked, left_calls=ledger.left)
    return wait_s


def learn(
    tx: Tx, connection: str, limit: str, *, rate: Rate | None, remaining: Remaining | None
) -> None:
    """Remember what the vendor said of a limit class."""
    ledger, now = _locked(tx, connection, limit, None)
    if rate is not None:
        _save(tx, connection, limit, heard_calls=rate.calls, heard_per_s=rate.per_s)
    if remaining is not None:
        ledger.learn(remaining, now)
        _save(tx, connection, limit, left_calls=ledger.left, left_until=ledger.left_until)


def _locked(tx: Tx, connection: str, limit: str, stated: Rate | None) -> tuple[Ledger, float]:
    """A limit class as it stands, held against others, and the database's time."""
    which = (budget.c.connection == connection, budget.c.limit_class == limit)
    query = select(budget, NOW_S).where(*which).with_for_update()
    row = tx.execute(query).one_or_none()
    if row is None:
        new = insert(budget).values(connection=connection, limit_class=limit)
        tx.execute(new.on_conflict_do_nothing())
        row = tx.execute(query).one()
    heard = None if row.heard_calls is None else _heard(row)
    until = float("-inf") if row.left_until is None else row.left_until
    return Ledger(tighter(stated, heard), list(row.booked), row.left_calls, until), row.now_s


def _save(tx: Tx, connection: str, limit: str, **values: object) -> None:
    which = (budget.c.connection == connection, budget.c.limit_class == limit)
    tx.execute(update(budget).where(*which).values(**values))


def used(tx: Tx, connection: str, calls: int, day: Day | None) -> None:
    """Count calls that were made, and the vendor's own count where it told."""
    heard = {"used": day.used if day else None, "total": day.total if day else None}
    tx.execute(_USED, {"connection": connection, "calls": calls, **heard})


def forget(tx: Tx, connection: str) -> None:
    """Drop what is known of a connection that is no more."""
    for table in (budget, usage):
        tx.execute(delete(table).where(table.c.connection == connection))


def windows(tx: Tx, connection: str, stated: Mapping[str, Rate]) -> list[Window]:
    """The limit classes of a connection that are stated or were used."""
    query = select(budget, NOW_S).where(budget.c.connection == connection)
    rows = {row.limit_class: row for row in tx.execute(query)}
    found: list[Window] = []
    for limit in sorted({*stated, *rows}):
        row = rows.get(limit)
        heard = None if row is None or row.heard_calls is None else _heard(row)
        rate = tighter(stated.get(limit), heard)
        since = row.now_s - rate.per_s if row is not None and rate is not None else 0.0
        booked = 0 if row is None else sum(1 for at in row.booked if at > since)
        found.append(Window(limit, rate, heard is not None and rate == heard, booked))
    return found


def _heard(row: Any) -> Rate:
    return Rate(row.heard_calls, row.heard_per_s)


def hours(tx: Tx, connection: str, since: datetime) -> list[Spent]:
    """What was used since then, hour by hour, oldest first."""
    rows = tx.execute(
        select(usage)
        .where(usage.c.connection == connection, usage.c.hour >= func.date_trunc("hour", since))
        .order_by(usage.c.hour)
    )
    return [Spent(row.hour, row.calls, row.day_used, row.day_total) for row in rows]
