"""What needs a person: everything that failed, is undecided or stands still, and trying it again.

One list out of many tables, for the API, the pages and the command line. `key` names an item in
it: `side:{link}:{connection}`, `value:{link}:{connection}`, `delivery:{activity}:{connection}`,
`alert:{id}`, `notice:{id}`, `conflict:{link}`, `connection:{name}`, `feed:{connection}:{feed}`,
`lane:{lane}`, `job:{id}`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias, get_args
from uuid import UUID, uuid4

from sqlalchemy import text

from app.store import (
    alerts_attention,
    campaigns_attention,
    deliveries_attention,
    handoffs_attention,
    hooks,
    journal,
    sla_attention,
    stages_attention,
)
from app.store.db import Tx
from app.store.journal import Line

# In the order of their urgency: the first ones stop a whole connection.
What: TypeAlias = Literal[
    "connection", "schema", "removal", "feed", "lane", "job", "alert", "notice", "storm", "side",
    "delivery", "message",
    "sla", "reminder", "conflict", "value", "handoff", "member", "campaign", "credit",
    "nurture", "hook",
]  # fmt: skip

_ITEMS = """
    SELECT 'side' AS what, format('side:%s:%s', link_id, connection) AS key, coalesce(code, '')
           AS code, connection, link_id, reason, changed_at AS since
      FROM side WHERE state = 'failed'
    UNION ALL
    SELECT 'value', format('value:%s:%s', link_id, connection), 'value', connection, link_id,
           (SELECT string_agg(p ->> 'message', '; ') FROM jsonb_array_elements(problems) AS p),
           changed_at
      FROM side WHERE problems <> '[]'::jsonb
       AND EXISTS (SELECT FROM jsonb_array_elements(problems) AS p
                    WHERE p ->> 'code' IS DISTINCT FROM 'reference_unknown')
    UNION ALL
    SELECT 'conflict', format('conflict:%s', id), 'conflict', NULL, id,
           (SELECT string_agg(name, ', ' ORDER BY name) FROM jsonb_object_keys(conflicts) AS name),
           updated_at
      FROM link WHERE conflicts <> '{}'::jsonb
    UNION ALL
    SELECT 'removal', format('removal:%s', connection), 'held', connection, NULL,
           format('%s records wait to be deleted', count(*)), min(changed_at)
      FROM removal WHERE state = 'held' GROUP BY connection
    UNION ALL
    SELECT 'removal', format('removal:%s:%s', connection, id), coalesce(code, ''), connection,
           link_id, reason, changed_at
      FROM removal WHERE state = 'failed'
    UNION ALL
    SELECT 'connection', format('connection:%s', name), state, name, NULL::uuid, reason, updated_at
      FROM connection WHERE state <> 'active'
    UNION ALL
    SELECT 'schema', format('schema:%s:%s', connection, id), format('field_%s', change),
           connection, NULL::uuid,
           format('%s of %s%s: %s', field, object,
                  CASE WHEN change = 'choices' THEN format(' (gone: %s; new: %s)',
                            left((before - ARRAY(SELECT jsonb_array_elements_text(after)))::text,
                                 150),
                            left((after - ARRAY(SELECT jsonb_array_elements_text(before)))::text,
                                 150))
                       WHEN change IN ('added', 'deleted') THEN ''
                       ELSE format(' (%s -> %s)', coalesce(before #>> '{}', '-'),
                                   coalesce(after #>> '{}', '-')) END,
                  (SELECT string_agg(format('mapping "%s": %s', one ->> 'mapping',
                                            one ->> 'pointer'), '; ')
                   FROM jsonb_array_elements(touches) AS one)),
           at
      FROM drift WHERE seen_at IS NULL AND touches <> '[]'::jsonb
    UNION ALL
    SELECT 'feed', format('feed:%s:%s', connection, name), 'feed', connection, NULL::uuid, reason,
           least(coalesce(read_at, due_at), now())
      FROM feed WHERE reason IS NOT NULL
    UNION ALL
    SELECT 'feed', format('feed:%s:%s', connection, feed.name), 'behind', connection, NULL::uuid,
           format('read up to %s; the vendor keeps %s hours',
                  to_char(stands_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI UTC'),
                  round((kept_s / 3600)::numeric, 1)),
           stands_at
      FROM feed JOIN connection ON connection.name = feed.connection
     WHERE feed.reason IS NULL AND extract(epoch FROM now() - stands_at) > kept_s * coalesce(
           (connection.options ->> 'feed_alarm_share')::float8, :alarm_share)
    UNION ALL
    SELECT 'feed', format('feed:%s:%s', connection, feed.name), 'unread', connection, NULL::uuid,
           format('due since %s', to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI UTC')),
           due_at
      FROM feed JOIN connection ON connection.name = feed.connection
     WHERE feed.reason IS NULL AND connection.state = 'active'
       AND due_at < now() - make_interval(secs => :unread_s)
       AND NOT EXISTS (SELECT FROM lane WHERE lane.failures > 0
                       AND lane.name = format('read:%s:%s', feed.connection, feed.name))
    UNION ALL
    SELECT 'job', format('job:%s', id), 'job_failed', args ->> 'connection', NULL::uuid,
           format('job %s (%s): %s', id, kind, reason), finished_at
      FROM job WHERE state = 'failed'
    UNION ALL
    SELECT 'job', format('job:%s', id), 'differences', NULL, NULL::uuid,
           format('job %s (%s): ', id, args ->> 'mapping') || (
               SELECT string_agg(format('%s %s', n, replace(name, '_', ' ')), ', ' ORDER BY name)
               FROM jsonb_each_text(counts) AS c (name, n) WHERE name = ANY(:amiss ::text[])),
           finished_at
      FROM (SELECT DISTINCT ON (args ->> 'mapping') * FROM job
            WHERE kind = 'reconcile' AND state = 'done'
            ORDER BY args ->> 'mapping', id DESC) AS latest
     WHERE counts ?| :amiss ::text[] AND NOT coalesce((args ->> 'repair')::boolean, false)
    UNION ALL
    SELECT 'lane', format('lane:%s', name), 'waits', nullif(split_part(name, ':', 2), ''),
           NULL::uuid, reason, least(not_before, now())
      FROM lane WHERE failures >= :lasting
"""
_ITEMS += (
    alerts_attention.ITEMS + deliveries_attention.ITEMS + campaigns_attention.ITEMS + hooks.ITEMS
)
_ITEMS += sla_attention.ITEMS + handoffs_attention.ITEMS + stages_attention.ITEMS
_WHERE = """
    WHERE (:what ::text IS NULL OR what = :what) AND (:code ::text IS NULL OR code = :code)
      AND (:connection ::text IS NULL OR connection = :connection)
      AND (:key ::text IS NULL OR key = :key)
"""
_LIST = text(f"""
    SELECT * FROM ({_ITEMS}) AS item {_WHERE}
      AND (:at ::timestamptz IS NULL OR (since, key) < (:at ::timestamptz, :after ::text))
    ORDER BY array_position(:first ::text[], what), since DESC, key DESC LIMIT :limit
""")  # noqa: S608  the parts are this module's own
_COUNTS = text(f"""
    SELECT what, code, connection, count(*) AS n FROM ({_ITEMS}) AS item {_WHERE}
    GROUP BY 1, 2, 3 ORDER BY n DESC, 1, 2, 3
""")  # noqa: S608  the parts are this module's own
_ALL = text(f"SELECT * FROM ({_ITEMS}) AS item {_WHERE}")  # noqa: S608  as above
AMISS = ["missed", "in_doubt", "missing_here", "missing_there"]  # what a comparison calls for
ALARM_SHARE = 0.5  # of what the vendor keeps: time to mend it before anything is lost
UNREAD_S = 900.0  # a feed that is due for so long is read by nobody
LASTING = 3  # a lane that waited less often in a row is on its way by itself

_LOCK_LINKS = text("""
    SELECT id FROM link WHERE id IN (
        SELECT link_id FROM side
        WHERE state = 'failed' AND format('side:%s:%s', link_id, connection) = ANY(:keys))
    ORDER BY id FOR UPDATE
""")
_RETRY = {
    **alerts_attention.RETRY,
    **campaigns_attention.RETRY,
    **sla_attention.RETRY,
    **handoffs_attention.RETRY,
    **stages_attention.RETRY,
    **deliveries_attention.RETRY,
    **hooks.RETRY,
    "side": """
        UPDATE side SET state = 'pending', due_at = now(), write = NULL, attempts = 0
        WHERE state = 'failed' AND format('side:%s:%s', link_id, connection) = ANY(:keys)
        RETURNING format('side:%s:%s', link_id, connection)
    """,
    "removal": """
        WITH chosen AS (
            SELECT id, CASE state WHEN 'held' THEN format('removal:%s', connection)
                       ELSE format('removal:%s:%s', connection, id) END AS key
            FROM removal WHERE state IN ('held', 'failed') ORDER BY id FOR UPDATE),
        again AS (
            UPDATE removal SET state = 'pending', due_at = now(), attempts = 0, allowed = true
            FROM chosen WHERE removal.id = chosen.id AND chosen.key = ANY(:keys)
            RETURNING chosen.key)
        SELECT DISTINCT key FROM again
    """,
    "feed": """
        UPDATE feed SET due_at = now()
        WHERE format('feed:%s:%s', connection, name) = ANY(:keys)
        RETURNING format('feed:%s:%s', connection, name)
    """,
    "job": """
        UPDATE job SET state = 'queued', reason = NULL, finished_at = NULL, due_at = now()
        WHERE state = 'failed' AND format('job:%s', id) = ANY(:keys)
        RETURNING format('job:%s', id)
    """,
    "lane": """
        UPDATE lane SET not_before = NULL, failures = 0, reason = NULL
        WHERE format('lane:%s', name) = ANY(:keys)
        RETURNING format('lane:%s', name)
    """,
}
RETRIED = frozenset(_RETRY)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items; what is None does not matter."""

    what: What | None = None
    code: str | None = None
    connection: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that failed, is undecided or stands still, `since` when."""

    what: What
    key: str
    code: str
    connection: str | None
    link_id: UUID | None
    reason: str | None
    since: datetime

    @property
    def subject(self) -> str:
        """What it is about, within its connection: the name of a feed or lane, say."""
        return self.key.removeprefix(f"{self.what}:").removeprefix(f"{self.connection}:")


def items(
    tx: Tx,
    wanted: Wanted,
    after: tuple[datetime, str] | None,
    limit: int,
    *,
    urgent_first: bool = False,
) -> list[Item]:
    """What needs a person, newest first; `urgent_first` (of which there is no next page): what
    stops whole connections before the rest.
    """
    at, key = (None, None) if after is None else after
    first = list(get_args(What)) if urgent_first else []
    place = {"at": at, "after": key, "first": first, "limit": limit}
    return [_item(row) for row in tx.execute(_LIST, {**_parameters(wanted), **place})]


def counts(tx: Tx, wanted: Wanted = Wanted()) -> list[dict[str, Any]]:
    """How many there are of each (what, code, connection), as `n`, most first."""
    rows = tx.execute(_COUNTS, _parameters(wanted))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


def totals(tx: Tx) -> dict[What, int]:
    """How many there are of each `what`, those that there are, the most urgent first."""
    found: dict[What, int] = dict.fromkeys(get_args(What), 0)
    for row in counts(tx):
        found[row["what"]] += row["n"]
    return {what: n for what, n in found.items() if n}


def retry(tx: Tx, wanted: Wanted, by: Mapping[str, str]) -> dict[str, int]:
    """Try these again now; answer how many of each kind. `by`: who, for the journal.

    Conflicts, values and connections are not tried again: a person mends the first two in one of
    the systems, and resumes a connection.
    """
    return retry_items(tx, [_item(row) for row in tx.execute(_ALL, _parameters(wanted))], by)


def retry_items(tx: Tx, items: Sequence[Item], by: Mapping[str, str]) -> dict[str, int]:
    """Try those of these items again now that can be; answer how many of each kind."""
    chosen: dict[str, dict[str, Item]] = {}
    for item in items:
        chosen.setdefault(item.what, {})[item.key] = item
    done: dict[str, int] = {}
    cause = uuid4()
    for what in sorted(chosen.keys() & RETRIED):
        keys = {"keys": list(chosen[what])}
        if what == "side":  # who holds one of these links finishes first
            tx.execute(_LOCK_LINKS, keys)
        retried = [chosen[what][key] for key in tx.scalars(text(_RETRY[what]), keys)]
        done[what] = len(retried)
        lines = [Line("retried", i.link_id, i.connection, cause, dict(by)) for i in retried]
        journal.write(tx, lines)
    return done


def _parameters(wanted: Wanted) -> dict[str, Any]:
    return {
        "what": wanted.what,
        "code": wanted.code,
        "connection": wanted.connection,
        "key": wanted.key,
        "lasting": LASTING,
        "amiss": AMISS,
        "alarm_share": ALARM_SHARE,
        "unread_s": UNREAD_S,
    }


def _item(row: Any) -> Item:
    return Item(**row._mapping)  # noqa: SLF001  SQLAlchemy's public name
