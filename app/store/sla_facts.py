"""The facts that SLA clocks go by: events, activities, and changes of agreed fields."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.domain.sla_facts import Happened, moment_of
from app.store.db import Tx

_EVENTS = text("""
    SELECT link_id, id, type, at, subject, data FROM event
    WHERE link_id = ANY(:ids ::uuid[]) AND (at >= :since OR id = ANY(:own ::bigint[])) ORDER BY id
""")
_ACTIVITIES = text("""
    SELECT activity.link_id, activity.type, activity.at, activity.received_at, activity.detail,
           connection.role
    FROM activity LEFT JOIN connection ON connection.name = activity.connection
    WHERE activity.link_id = ANY(:ids ::uuid[]) AND activity.at >= :since
    ORDER BY activity.at, activity.id LIMIT :limit
""")
_CHANGES = text("""
    SELECT link_id, at, detail -> 'fields' AS fields FROM journal
    WHERE link_id = ANY(:ids ::uuid[]) AND event = 'changed' AND at >= :since ORDER BY id
""")
_STARTS = text("""
    SELECT link_id, id, type, at, subject, data FROM event
    WHERE type LIKE ANY(:types ::text[]) AND at >= :since AND at < :until
      AND link_id IS NOT NULL AND id > :after ORDER BY id LIMIT :limit
""")
MOST = 20_000  # activities of a batch of links


def known(
    tx: Tx, link_ids: Collection[UUID], since: datetime, own: Collection[int] = ()
) -> dict[UUID, list[Happened]]:
    """What happened to each link from a time on; of the events also those with the ids `own`."""
    found: dict[UUID, list[Happened]] = {link_id: [] for link_id in link_ids}
    wanted = {"ids": sorted(link_ids), "since": since, "own": sorted(own), "limit": MOST}
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


def event(row: Any) -> Happened:
    """An event counts from when its data say that it happened."""
    at = min(moment_of(row.data.get("at")) or row.at, row.at).astimezone(UTC)
    return Happened("event", row.type, at, row.at, row.subject, row.data, seq=row.id)


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
