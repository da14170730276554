"""Lanes: which have due work, and which must wait (a vendor that is busy, a back-off)."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from app.store.db import Tx
from app.store.tables import lane

# Every lane that has something due. Each branch reads a partial index of due rows.
_DUE = text("""
    WITH due (name) AS (
        SELECT DISTINCT 'fetch:' || connection FROM hint WHERE due_at <= now()
        UNION SELECT DISTINCT 'deliver:' || connection || ':' || kind FROM side
              WHERE due_at IS NOT NULL AND due_at <= now()
        UNION SELECT DISTINCT 'deliver:' || connection || ':' || kind FROM side
              WHERE write_state = 'flying'
        UNION SELECT DISTINCT 'log:' || connection FROM delivery
              WHERE due_at IS NOT NULL AND due_at <= now() AND NOT history
        UNION SELECT DISTINCT 'log:' || connection || '\\:history' FROM delivery
              WHERE due_at IS NOT NULL AND due_at <= now() AND history
        UNION SELECT DISTINCT 'log:' || connection FROM digest
              WHERE due_at IS NOT NULL AND due_at <= now()
        UNION SELECT DISTINCT 'alert:' || connection FROM alert
              WHERE due_at IS NOT NULL AND due_at <= now()
        UNION SELECT DISTINCT 'tell:' || connection FROM alert_message WHERE due_at <= now()
        UNION SELECT DISTINCT 'tell:' || connection FROM alert_message WHERE state = 'flying'
        UNION SELECT DISTINCT 'look:' || connection FROM alert WHERE look_at <= now()
        UNION SELECT 'escalate' WHERE EXISTS (SELECT FROM alert WHERE wake_at <= now())
        UNION SELECT DISTINCT 'read:' || connection || ':' || name FROM feed
              WHERE due_at <= now() AND name NOT LIKE 'hints:%'
        UNION SELECT 'job:' || id FROM job WHERE due_at <= now()
        UNION SELECT DISTINCT 'remove:' || connection FROM removal WHERE due_at <= now()
        UNION SELECT DISTINCT 'members:' || connection FROM campaign WHERE due_at <= now()
        UNION SELECT DISTINCT 'members:' || connection FROM campaign_credit WHERE due_at <= now()
        UNION SELECT DISTINCT 'members:' || connection FROM nurture WHERE due_at <= now()
        UNION SELECT DISTINCT 'members:' || connection FROM membership_place
              WHERE due_at <= now()
        UNION SELECT DISTINCT 'members:' || connection FROM membership_place
              WHERE write_state = 'flying'
        UNION SELECT 'hook:' || name FROM hook WHERE due_at <= now() AND state = 'active'
        UNION SELECT 'events' WHERE EXISTS (SELECT FROM event WHERE seq IS NULL)
        UNION SELECT DISTINCT 'handoff:' || entry.connection FROM handoff_entry AS entry
              JOIN handoff ON handoff.id = entry.handoff_id
              JOIN side ON side.link_id = handoff.link_id AND side.connection = entry.connection
              WHERE entry.due_at <= now() AND side.external_id IS NOT NULL
        UNION SELECT 'erase' WHERE EXISTS (SELECT FROM tombstone WHERE due_at <= now())
        UNION SELECT 'score' WHERE EXISTS (
              SELECT FROM link WHERE next_score_at IS NOT NULL AND next_score_at <= now())
        UNION SELECT 'score' WHERE EXISTS (SELECT FROM unscored)
        UNION SELECT 'clocks' WHERE EXISTS (SELECT FROM unclocked)
              OR EXISTS (SELECT FROM sla_clock WHERE next_at <= now())
              OR EXISTS (SELECT FROM sla_step WHERE due_at <= now() AND connection IS NULL)
        UNION SELECT DISTINCT 'remind:' || step.connection FROM sla_step AS step
              JOIN sla_clock ON sla_clock.id = step.clock_id
              JOIN side ON side.link_id = sla_clock.link_id AND side.connection = step.connection
              WHERE step.due_at <= now() AND side.external_id IS NOT NULL
    )
    SELECT due.name FROM due
    LEFT JOIN lane ON lane.name = due.name
    LEFT JOIN connection ON connection.name = split_part(due.name, ':', 2)
    WHERE (lane.not_before IS NULL OR lane.not_before <= now())
      AND (due.name IN ('score', 'erase', 'clocks', 'events', 'escalate') OR due.name LIKE 'job:%'
           OR due.name LIKE 'hook:%'
           OR connection.state = 'active')
    ORDER BY due.name
""")


_LISTENED = text("""
    SELECT due.name
    FROM (SELECT connection, 'read:' || connection || ':' || name AS name FROM feed
          WHERE name LIKE 'hints:%' AND due_at <= now()) AS due
    JOIN connection ON connection.name = due.connection AND connection.state = 'active'
    LEFT JOIN lane ON lane.name = due.name
    WHERE lane.not_before IS NULL OR lane.not_before <= now()
    ORDER BY 1
""")


def due(tx: Tx) -> list[str]:
    """Names of the lanes that have work now and may run, but for those that are listened to."""
    return list(tx.scalars(_DUE))


def listened(tx: Tx) -> list[str]:
    """Names of the lanes of feeds of hints that are to be listened to now: they may wait for news,
    so each has a thread of its own.
    """
    return list(tx.scalars(_LISTENED))


_MAY_RUN = text("""
    SELECT (:connection ::text IS NULL
            OR EXISTS (SELECT FROM connection WHERE name = :connection AND state = 'active'))
       AND NOT EXISTS (SELECT FROM lane WHERE name = :name AND not_before > now())
""")


def may_run(tx: Tx, name: str, connection: str | None) -> bool:
    """Whether a lane's connection (if it has one) is active, and the lane not waiting."""
    return bool(tx.scalar(_MAY_RUN, {"name": name, "connection": connection}))


def looks_due(tx: Tx, connection: str, most: int) -> int:
    """How many looks are due at a connection, counted up to `most`."""
    query = text("""
        SELECT count(*) FROM (SELECT FROM hint WHERE connection = :connection AND due_at <= now()
                              LIMIT :most) AS due
    """)
    return int(tx.scalar(query, {"connection": connection, "most": most}) or 0)


def may_gather(tx: Tx, connection: str, link_ids: Sequence[UUID], most: timedelta) -> bool:
    """Whether none of these links' due writes is hot, and none has been due for longer."""
    query = text("""
        SELECT NOT EXISTS (
            SELECT FROM side WHERE connection = :connection AND link_id = ANY(:ids)
              AND (hot OR due_at < clock_timestamp() - :most ::interval))
    """)
    return bool(tx.scalar(query, {"connection": connection, "ids": list(link_ids), "most": most}))


def wait(tx: Tx, name: str, seconds: float, reason: str) -> None:
    """Keep a lane from running for some time."""
    until = func.now() + timedelta(seconds=seconds)
    statement = insert(lane).values(name=name, not_before=until, failures=1, reason=reason)
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"not_before": until, "failures": lane.c.failures + 1, "reason": reason},
        )
    )


def failures(tx: Tx, name: str) -> int:
    """How often in a row this lane had to wait."""
    return tx.scalar(select(lane.c.failures).where(lane.c.name == name)) or 0


def well(tx: Tx, name: str) -> bool:
    """The lane got through; answer whether it had been waiting."""
    result = tx.execute(
        lane.update()
        .where(lane.c.name == name, lane.c.failures > 0)
        .values(not_before=None, failures=0, reason=None)
    )
    return bool(result.rowcount)


def queue_depths(tx: Tx) -> dict[str, dict[str, int]]:
    """How much waits per connection: hints, writes, activities, alerts, failures."""
    statement = text("""
        SELECT connection, 'hints' AS what, count(*) AS n FROM hint GROUP BY 1
        UNION ALL SELECT connection, 'writes', count(*) FROM side
            WHERE due_at IS NOT NULL OR write_state <> 'idle' GROUP BY 1
        UNION ALL SELECT connection, 'activities', count(*) FROM delivery
            WHERE due_at IS NOT NULL GROUP BY 1
        UNION ALL SELECT connection, 'digests', count(*) FROM digest
            WHERE due_at IS NOT NULL GROUP BY 1
        UNION ALL SELECT connection, 'alerts', count(*) FROM alert
            WHERE due_at IS NOT NULL GROUP BY 1
        UNION ALL SELECT connection, 'failed', count(*) FROM side WHERE state = 'failed' GROUP BY 1
        UNION ALL SELECT connection, 'failed_activities', count(*) FROM delivery
            WHERE state = 'failed' GROUP BY 1
    """)
    depths: dict[str, dict[str, int]] = {}
    for row in tx.execute(statement):
        depths.setdefault(row.connection, {})[row.what] = row.n
    return depths
