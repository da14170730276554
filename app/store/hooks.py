"""Hooks: who hears of events, and how far each has been told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.domain.hook import HOOK_FAILING, Health, State
from app.store import events_read
from app.store.db import Tx
from app.store.hook_tables import hook
from app.store.tables import NOW


@dataclass(frozen=True, slots=True)
class Hook:
    """One subscription. `secret` is sealed; `cursor` the number of the last event done with."""

    name: str
    url: str
    events: Sequence[str]
    description: str
    secret: bytes
    previous_until: datetime | None
    state: State
    code: str | None
    reason: str | None
    cursor: int
    attempts: int
    failing_since: datetime | None
    due_at: datetime | None
    created_at: datetime
    changed_at: datetime


def _hook(row: Any) -> Hook:
    return Hook(**row._mapping)  # noqa: SLF001  SQLAlchemy's public name


def get(tx: Tx, name: str) -> Hook | None:
    """One hook."""
    row = tx.execute(select(hook).where(hook.c.name == name)).one_or_none()
    return None if row is None else _hook(row)


def lock(tx: Tx, name: str) -> Hook | None:
    """One hook, so that nobody changes it meanwhile."""
    row = tx.execute(select(hook).where(hook.c.name == name).with_for_update()).one_or_none()
    return None if row is None else _hook(row)


def due(tx: Tx, name: str) -> Hook | None:
    """The same, where it is to be told something now."""
    ready = (hook.c.name == name, hook.c.state == "active", hook.c.due_at <= func.clock_timestamp())
    row = tx.execute(select(hook).where(*ready).with_for_update()).one_or_none()
    return None if row is None else _hook(row)


def every(tx: Tx) -> list[Hook]:
    """All hooks by name."""
    return [_hook(row) for row in tx.execute(select(hook).order_by(hook.c.name))]


def put(
    tx: Tx,
    name: str,
    *,
    url: str,
    events: Collection[str],
    description: str,
    state: State,
    secret: bytes,
) -> None:
    """Create or change a hook. A new one hears of what comes from now on; one that stood starts
    anew where it stopped.
    """
    values = {"url": url, "events": list(events), "description": description, "state": state}
    well = {"code": None, "reason": None, "attempts": 0, "failing_since": None, "due_at": NOW}
    new = insert(hook).values(name=name, cursor=events_read.last(tx), secret=secret, **values)
    again = values | well | {"secret": secret, "changed_at": NOW}
    tx.execute(new.on_conflict_do_update(index_elements=["name"], set_=again))


def keep_secret(tx: Tx, name: str, secret: bytes, previous_until: datetime | None) -> None:
    """Store the sealed secrets; until then the one before signs, too."""
    _set(tx, name, secret=secret, previous_until=previous_until)


def remove(tx: Tx, name: str) -> bool:
    """Delete a hook with its deliveries."""
    return bool(tx.execute(delete(hook).where(hook.c.name == name)).rowcount)


def resume(tx: Tx, name: str, *, skip: bool) -> None:
    """Let a hook hear again: what it missed first, unless that is to be skipped."""
    skipped = {"cursor": events_read.last(tx)} if skip else {}
    _set(
        tx, name, state="active", code=None, reason=None, attempts=0, failing_since=None,
        due_at=NOW, **skipped,
    )  # fmt: skip


def went(tx: Tx, name: str, cursor: int, health: Health, wait_s: float) -> None:
    """How far it is, how it stands, and in how many seconds to go on."""
    due_at = func.clock_timestamp() + timedelta(seconds=wait_s)
    _set(
        tx, name, cursor=cursor, attempts=health.attempts, failing_since=health.failing_since,
        due_at=due_at,
    )  # fmt: skip


def fail(tx: Tx, name: str, code: str, reason: str) -> None:
    """Switch it off: a person must look."""
    _set(tx, name, state="failed", code=code, reason=reason, due_at=None)


def rest(tx: Tx, name: str, cursor: int) -> None:
    """Nothing is to be told up to here."""
    _set(tx, name, cursor=cursor, due_at=None)


def _set(tx: Tx, name: str, **values: Any) -> None:
    tx.execute(update(hook).where(hook.c.name == name).values(changed_at=NOW, **values))


def rouse(tx: Tx, names: Collection[str] | None = None) -> set[str]:
    """Have idle hooks (all, or those named) look for events; answer the lanes to wake. One that
    waits after a failure goes on waiting.
    """
    idle = update(hook).where(hook.c.state == "active", hook.c.due_at.is_(None))
    if names is not None:
        idle = idle.where(hook.c.name.in_(list(names)))
    roused = idle.values(due_at=func.clock_timestamp()).returning(hook.c.name)
    return {f"hook:{name}" for name in tx.scalars(roused)}


_BACKLOG = text("""
    SELECT hook.name, (SELECT count(*) FROM (
        SELECT FROM event WHERE event.seq > hook.cursor AND event.type = ANY(:types ::text[])
        LIMIT 1000) AS waiting) AS n
    FROM hook WHERE hook.name = :name
""")


def backlog(tx: Tx, name: str, types: Sequence[str]) -> int:
    """How many events of these types wait, counted up to a thousand."""
    row = tx.execute(_BACKLOG, {"name": name, "types": list(types)}).one_or_none()
    return 0 if row is None else int(row.n)


# For the list of what needs a person (`app/store/attention.py`). Key: `hook:{name}`.
ITEMS = f"""
    UNION ALL
    SELECT 'hook', format('hook:%s', name), coalesce(code, '{HOOK_FAILING}'), NULL, NULL::uuid,
           format('%s: %s', name, reason), changed_at
      FROM hook WHERE state = 'failed'
"""  # noqa: S608  a constant of ours
RETRY: Mapping[str, str] = {
    "hook": """
        UPDATE hook SET state = 'active', code = NULL, reason = NULL, attempts = 0,
               failing_since = NULL, due_at = now(), changed_at = now()
        WHERE state = 'failed' AND format('hook:%s', name) = ANY(:keys)
        RETURNING format('hook:%s', name)
    """,
}
