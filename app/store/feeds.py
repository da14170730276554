"""Feeds: where each of a connection's lists is read on from, and how far it has got."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.store.db import Tx
from app.store.tables import NOW, feed, hint
from connectors.base import Cursor

# `lag_s` counts from the database's clock, also while nobody reads: it is the age of the backlog.
_OF = text("""
    SELECT connection, name, cursor, caught_up, due_at, read_at, stands_at, kept_s, reason,
           CASE WHEN stands_at IS NULL THEN NULL
           ELSE greatest(extract(epoch FROM now() - stands_at), 0)::float8 END AS lag_s
    FROM feed WHERE connection = coalesce(:connection, connection) ORDER BY connection, name
""")


def ensure_feeds(tx: Tx, name: str, feeds: Sequence[str]) -> None:
    """Have exactly these feeds; cursors of those that were there stay."""
    for one in feeds:
        tx.execute(insert(feed).values(connection=name, name=one).on_conflict_do_nothing())
    tx.execute(delete(feed).where(feed.c.connection == name, feed.c.name.not_in(list(feeds))))


def of(tx: Tx, name: str | None = None) -> list[dict[str, Any]]:
    """All feeds (of a connection) with cursor, next and last read, how far they stand, trouble."""
    rows = tx.execute(_OF, {"connection": name})
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


@dataclass(frozen=True, slots=True)
class DueFeed:
    """Where to read on. Until it has `caught_up` once, what a feed brings is history.

    `planned_at` is the database's time, to notice somebody who hurries the feed meanwhile.
    """

    cursor: Cursor | None
    caught_up: bool
    planned_at: datetime


def due_feed(tx: Tx, name: str, feed_name: str) -> DueFeed | None:
    """A feed that is to be read now; None where it is not due."""
    row = tx.execute(
        select(feed.c.cursor, feed.c.caught_up, func.clock_timestamp().label("now")).where(
            feed.c.connection == name, feed.c.name == feed_name, feed.c.due_at <= func.now()
        )
    ).one_or_none()
    if row is None:
        return None
    return DueFeed(None if row.cursor is None else Cursor(row.cursor), row.caught_up, row.now)


def save_cursor(
    tx: Tx,
    name: str,
    feed_name: str,
    cursor: Cursor | None,
    *,
    asked: Cursor | None,
    planned_at: datetime,
    caught_up: bool,
    next_in_s: float,
    stands_at: datetime | None = None,
    kept_s: float | None = None,
) -> None:
    """Go on from here, in `next_in_s` seconds; at once where it was hurried since `planned_at`.

    Not where the feed no longer stands where it was `asked` from: it was made to start anew.
    A feed that has caught up stands where the reading began, unless the vendor says otherwise.
    """
    later = func.now() + timedelta(seconds=next_in_s)
    stands_at = stands_at or (planned_at if caught_up else None)
    tx.execute(
        update(feed)
        .where(
            feed.c.connection == name,
            feed.c.name == feed_name,
            feed.c.cursor.is_not_distinct_from(asked),
        )
        .values(
            cursor=cursor,
            caught_up=feed.c.caught_up | caught_up,
            read_at=NOW,
            reason=None,
            kept_s=kept_s,
            stands_at=feed.c.stands_at if stands_at is None else stands_at,
            due_at=case((feed.c.due_at > planned_at, feed.c.due_at), else_=later),
        )
    )


def feed_failed(tx: Tx, name: str, feed_name: str, reason: str, *, next_in_s: float) -> None:
    """Reading failed for a reason that a person must see."""
    tx.execute(
        update(feed)
        .where(feed.c.connection == name, feed.c.name == feed_name)
        .values(reason=reason, due_at=func.now() + timedelta(seconds=next_in_s))
    )


def read_through(tx: Tx, name: str, kind: str) -> bool:
    """Whether a connection's records of a kind were all seen once, or are not read by a feed.

    Not while records that the first reading has glimpsed wait for their looks.
    """
    unread = (
        (feed.c.connection == name)
        & (feed.c.name == f"changes:{kind}")
        & feed.c.caught_up.is_(False)
    )
    history = func.to_timestamp(0)  # `app.flows.round.HISTORY`
    unlooked = (hint.c.connection == name) & (hint.c.kind == kind) & (hint.c.occurred_at == history)
    return not tx.scalar(select(exists().where(unread) | exists().where(unlooked)))


def mark_caught_up(tx: Tx, name: str, feed_name: str) -> None:
    """Go on as if this feed had been read once."""
    same = (feed.c.connection == name, feed.c.name == feed_name)
    tx.execute(update(feed).where(*same).values(caught_up=True))


def hurry(tx: Tx, name: str, kind: str, only: Sequence[str] | None = None) -> list[str]:
    """Make feeds `{kind}:…` due now, all or `only` some; answer their names.

    One that is being read at the moment is read again.
    """
    which = [feed.c.connection == name, feed.c.name.startswith(f"{kind}:")]
    if only is not None:
        which.append(feed.c.name.in_([f"{kind}:{one}" for one in only]))
    locked = select(feed.c.name).where(*which).order_by(feed.c.name).with_for_update()
    names = list(tx.scalars(locked))
    if names:
        chosen = (feed.c.connection == name, feed.c.name.in_(names))
        tx.execute(update(feed).where(*chosen).values(due_at=func.clock_timestamp()))
    return names


def refresh(tx: Tx, name: str, feed_name: str, *, older_than_s: float) -> bool:
    """Make a feed due now that was read longer ago than that; False where there is none."""
    old = feed.c.read_at < func.now() - timedelta(seconds=older_than_s)
    which = (feed.c.connection == name, feed.c.name == feed_name, old, feed.c.due_at > func.now())
    return bool(tx.execute(update(feed).where(*which).values(due_at=NOW)).rowcount)
