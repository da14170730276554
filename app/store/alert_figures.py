"""How fast alerts are: our part (until the task stood) and people's (until somebody reacted)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from app.store.db import Tx


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds; None where nothing was measured. `p90`: nine of ten were at most so slow."""

    alerts: int
    system_s: float | None
    system_p90_s: float | None
    human_s: float | None
    human_p90_s: float | None
    reacted: int
    open: int


_DELAYS = text("""
    SELECT count(*) AS alerts, count(answered_at) AS reacted,
           count(*) FILTER (WHERE answered_at IS NULL AND state <> 'held') AS open,
           percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (
               ORDER BY extract(epoch FROM task_at - caused_at)) AS system,
           percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (
               ORDER BY extract(epoch FROM answered_at - task_at)) AS human
    FROM alert
    WHERE created_at >= :since AND (:connection ::text IS NULL OR connection = :connection)
""")


def delays(tx: Tx, since: datetime, connection: str | None = None) -> Delays:
    """The delays of the alerts since a time."""
    row = tx.execute(_DELAYS, {"since": since, "connection": connection}).one()
    system, human = _pair(row.system), _pair(row.human)
    return Delays(
        row.alerts, system[0], system[1], human[0], human[1], reacted=row.reacted, open=row.open
    )


def _pair(found: Sequence[Any] | None) -> tuple[float | None, float | None]:
    median, p90 = found or (None, None)
    return None if median is None else float(median), None if p90 is None else float(p90)
