"""SLA clocks for people: lists with filters, and how well the agreement is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.store.db import Tx

_COLUMNS = """
    clock.id, clock.link_id, clock.name, clock.subject, clock.state, clock.document,
    clock.version, clock.calendar, clock.owner, clock.began_at, clock.known_at, clock.shown_at,
    clock.due_at, clock.warn_at, clock.ended_at, clock.heard_at, clock.ended_by, clock.pauses,
    clock.minutes_left, clock.minutes, clock.human_minutes, clock.system_s, clock.next_at,
    link.email, link.agreed,
    coalesce((SELECT jsonb_agg(jsonb_build_object(
        'step', step, 'at', at, 'act', act, 'to', whom, 'state', sla_step.state, 'code', code,
        'reason', reason) ORDER BY sla_step.id)
     FROM sla_step WHERE clock_id = clock.id), '[]'::jsonb) AS steps
"""
_WHERE = """
    (:clock ::text IS NULL OR clock.name = :clock)
    AND (:state ::text IS NULL OR clock.state = :state)
    AND (:open ::boolean IS NULL OR (clock.ended_at IS NULL) = :open)
    AND (:link_id ::uuid IS NULL OR clock.link_id = :link_id)
    AND (:owner ::text IS NULL OR lower(clock.owner) = lower(:owner))
    AND (:since ::timestamptz IS NULL OR clock.began_at >= :since)
    AND (:until ::timestamptz IS NULL OR clock.began_at < :until)
"""
_LIST = text(f"""
    SELECT {_COLUMNS} FROM sla_clock AS clock JOIN link ON link.id = clock.link_id
    WHERE {_WHERE}
      AND (:at ::timestamptz IS NULL OR (clock.began_at, clock.id) < (:at, :id ::bigint))
    ORDER BY clock.began_at DESC, clock.id DESC LIMIT :limit
""")  # noqa: S608  the parts are this module's own
_URGENT = text(f"""
    SELECT {_COLUMNS} FROM sla_clock AS clock JOIN link ON link.id = clock.link_id
    WHERE {_WHERE} AND clock.ended_at IS NULL
    ORDER BY clock.due_at NULLS LAST, clock.id LIMIT :limit
""")  # noqa: S608  as above
_ONE = text(f"""
    SELECT {_COLUMNS} FROM sla_clock AS clock JOIN link ON link.id = clock.link_id
    WHERE clock.id = :id
""")  # noqa: S608  as above
_FIGURES = text(f"""
    SELECT name,
           count(*) FILTER (WHERE state = 'running') AS running,
           count(*) FILTER (WHERE state = 'paused') AS paused,
           count(*) FILTER (WHERE state = 'met') AS met,
           count(*) FILTER (WHERE state = 'breached' AND ended_at IS NULL) AS overdue,
           count(*) FILTER (WHERE state = 'breached' AND ended_at IS NOT NULL) AS late,
           count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes)
               FILTER (WHERE state IN ('met', 'breached')) AS median_minutes,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY minutes)
               FILTER (WHERE state IN ('met', 'breached')) AS p90_minutes,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY human_minutes)
               FILTER (WHERE state IN ('met', 'breached')) AS median_human_minutes,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY system_s)
               FILTER (WHERE state IN ('met', 'breached')) AS median_system_s
    FROM sla_clock AS clock WHERE {_WHERE} GROUP BY name ORDER BY name
""")  # noqa: S608  as above
_OPEN = text("""
    SELECT name, state, count(*) AS n FROM sla_clock WHERE ended_at IS NULL GROUP BY 1, 2
""")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which clocks; what is None does not matter. The span is that in which they began."""

    clock: str | None = None
    state: str | None = None
    open: bool | None = None
    link_id: UUID | None = None
    owner: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """How well one clock is kept. `met_rate` is of all that were due: None where none was."""

    name: str
    running: int
    paused: int
    met: int
    overdue: int
    late: int
    cancelled: int
    median_minutes: float | None
    p90_minutes: float | None
    median_human_minutes: float | None
    median_system_s: float | None

    @property
    def met_rate(self) -> float | None:
        judged = self.met + self.late + self.overdue
        return self.met / judged if judged else None


def listed(
    tx: Tx, wanted: Wanted, after: tuple[datetime, int] | None, limit: int
) -> list[dict[str, Any]]:
    """Clocks, those that began last first."""
    at, number = (None, None) if after is None else after
    rows = tx.execute(_LIST, {**_of(wanted), "at": at, "id": number, "limit": limit})
    return [dict(row) for row in rows.mappings()]


def urgent(tx: Tx, wanted: Wanted, limit: int) -> list[dict[str, Any]]:
    """Clocks that have not ended, the first due first."""
    rows = tx.execute(_URGENT, {**_of(wanted), "limit": limit})
    return [dict(row) for row in rows.mappings()]


def one(tx: Tx, clock_id: int) -> dict[str, Any] | None:
    """One clock as the list shows it."""
    row = tx.execute(_ONE, {"id": clock_id}).mappings().one_or_none()
    return None if row is None else dict(row)


def figures(tx: Tx, wanted: Wanted) -> list[Figures]:
    """How well each clock is kept, by name."""
    return [Figures(**row) for row in tx.execute(_FIGURES, _of(wanted)).mappings()]


def open_counts(tx: Tx) -> dict[tuple[str, str], int]:
    """(clock, state) -> how many have not ended."""
    return {(row.name, row.state): row.n for row in tx.execute(_OPEN)}


def _of(wanted: Wanted) -> Mapping[str, Any]:
    return {name: getattr(wanted, name) for name in Wanted.__slots__}
