"""The facts that SLA clocks go by: events, activities, and changes of agreed fields."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.domain.sla_facts import Happened, moment_of
from app.store.db import Tx

_EVENTS = text("""
    SELECT event.* FROM unnest(:ids ::uuid[], :sinces ::timestamptz[]) AS wanted (id, since)
    JOIN event ON event.link_id = wanted.id
    WHERE event.at >= wanted.since OR event.id = ANY(:own ::bigint[]) ORDER BY event.id
""")
_ACTIVITIES = text("""
    SELECT done.*, connection.role
    FROM unnest(:ids ::uuid[], :sinces ::timestamptz[]) AS wanted (id, since)
    CROSS JOIN LATERAL (
        SELECT link_id, type, at, received_at, detail, connection AS source FROM activity
        WHERE link_id = wanted.id AND at >= wanted.since AND type LIKE ANY(:types ::text[])
        ORDER BY at, activity.id LIMIT :limit) AS done
    LEFT JOIN connection ON connection.name = done.source
""")
_CHANGES = text("""
    SELECT journal.link_id, journal.at, journal.detail -> 'fields' AS fields
    FROM unnest(:ids ::uuid[], :sinces ::timestamptz[]) AS wanted (id, since)
    JOIN journal ON journal.link_id = wanted.id AND journal.at >= wanted.since
    WHERE journal.event = 'changed' ORDER BY journal.id
""")
_OLDEST = text("""
    SELECT link_id, min(at) AS at FROM event WHERE id = ANY(:ids ::bigint[]) GROUP BY link_id
""")
_STARTS = text("""
    SELECT * FROM event
    WHERE type LIKE ANY(:types ::text[]) AND at >= :since AND at < :until
      AND link_id IS NOT NULL AND id > :after ORDER BY id LIMIT :limit
""")
MOST = 1_000  # activities of a link, the first ones: a clock ends with the first


def known(
    tx: Tx,
    since: Mapping[UUID, datetime],
    activities: Collection[str],
    own: Collection[int] = (),
) -> dict[UUID, list[Happened]]:
    """What happened to each link from its time on: events (also those with the ids `own`),
    activities of these types (globs), changes of fields.
    """
    found: dict[UUID, list[Happened]] = {link_id: [] for link_id in since}
    wanted = {
        "ids": list(since), "sinces": list(since.values()), "own": sorted(own), "limit": MOST,
        "types": sorted({_like(glob) for glob in activities}),
    }  # fmt: skip
    for row in tx.execute(_EVENTS, wanted):
        found[row.link_id].append(event(row))
    for row in tx.execute(_ACTIVITIES, wanted):
        at = min(row.at, row.received_at)  # a meeting that was booked happened when we heard
        done = Happened("activity", row.type, at, row.received_at, "", row.detail, row.role)
        found[row.link_id].append(done)
    for row in tx.execute(_CHANGES, wanted):
        for name in row.fields or ():
            found[row.link_id].append(Happened("change", name, row.at, row.at))
    return found


def oldest(tx: Tx, event_ids: Collection[int]) -> dict[UUID, datetime]:
    """When the first of these events of each link was told."""
    return {row.link_id: row.at for row in tx.execute(_OLDEST, {"ids": sorted(event_ids)})}


def event(row: Any) -> Happened:
    """An event counts from when its data say that it happened."""
    at = min(moment_of(row.data.get("at")) or row.at, row.at).astimezone(UTC)
    return Happened(
        "event", row.type, at, row.at, row.subject, row.data, seq=row.id, cause_id=row.cause_id
    )


def starts(
    tx: Tx, globs: Collection[str], since: datetime, until: datetime, *, after: int, limit: int
) -> list[tuple[UUID, Happened]]:
    """Events of these types (globs) in a span of time, in their order, from an id on."""
    types = sorted({_like(glob) for glob in globs})
    span: Mapping[str, Any] = {
        "types": types, "since": since, "until": until, "after": after, "limit": limit,
    }  # fmt: skip
    return [(row.link_id, event(row)) for row in tx.execute(_STARTS, span)]


def _like(glob: str) -> str:
    """A glob as LIKE has it; what is more than `*` and `?` is sorted out by who asks."""
    for letter, meant in (("\\", "\\\\"), ("%", r"\%"), ("_", r"\_"), ("*", "%"), ("?", "_")):
        glob = glob.replace(letter, meant)
    return glob.partition("[")[0] + ("%" if "[" in glob else "")
