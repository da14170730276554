"""Connections, their feeds (cursors), owners and schemas."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.domain.merge import Role
from app.store.db import Tx
from app.store.tables import NOW, connection, feed, owner, schema
from connectors.base import Cursor, Field, Kind, Owner


@dataclass(frozen=True, slots=True)
class Connection:
    """One configured account. `state`: active, paused (by a person), needs_attention."""

    name: str
    vendor: str
    role: Role
    settings: Mapping[str, Any]
    options: Mapping[str, Any]
    capabilities: Sequence[str]
    secret: bytes | None
    state: str
    reason: str | None
    account: Mapping[str, Any] | None
    created_at: datetime
    updated_at: datetime
    checked_at: datetime | None


def _connection(row: Any) -> Connection:
    return Connection(**row._mapping)  # noqa: SLF001  SQLAlchemy's public name


def get(tx: Tx, name: str) -> Connection | None:
    """One connection."""
    row = tx.execute(select(connection).where(connection.c.name == name)).one_or_none()
    return None if row is None else _connection(row)


def every(tx: Tx) -> list[Connection]:
    """All connections by name."""
    return [_connection(row) for row in tx.execute(select(connection).order_by(connection.c.name))]


def version(tx: Tx, name: str) -> datetime | None:
    """When settings or secrets of a connection last changed."""
    return tx.scalar(select(connection.c.updated_at).where(connection.c.name == name))


def put(
    tx: Tx,
    name: str,
    *,
    vendor: str,
    role: Role,
    settings: Mapping[str, Any],
    options: Mapping[str, Any],
    capabilities: Sequence[str],
    secret: bytes | None,
) -> None:
    """Create or replace a connection; without a `secret` the stored one stays."""
    values: dict[str, Any] = {
        "vendor": vendor,
        "role": role,
        "settings": dict(settings),
        "options": dict(options),
        "capabilities": list(capabilities),
    }
    if secret is not None:
        values["secret"] = secret
    tx.execute(
        insert(connection)
        .values(name=name, **values)
        .on_conflict_do_update(index_elements=["name"], set_=values | {"updated_at": NOW})
    )


def keep_secret(tx: Tx, name: str, secret: bytes) -> None:
    """Store secrets that the vendor changed. The open connector knows them already."""
    tx.execute(update(connection).where(connection.c.name == name).values(secret=secret))


def set_state(tx: Tx, name: str, state: str, reason: str | None) -> bool:
    """Pause, resume or mark; False where it was in that state already."""
    result = tx.execute(
        update(connection)
        .where(connection.c.name == name, connection.c.state != state)
        .values(state=state, reason=reason)
    )
    return bool(result.rowcount)


def checked(tx: Tx, name: str, account: Mapping[str, Any]) -> None:
    """Remember what the last successful test showed."""
    tx.execute(
        update(connection)
        .where(connection.c.name == name)
        .values(account=dict(account), checked_at=NOW)
    )


def remove(tx: Tx, name: str) -> bool:
    """Delete a connection with its cursors. Links keep what they know."""
    return bool(tx.execute(delete(connection).where(connection.c.name == name)).rowcount)


# -- feeds ---------------------------------------------------------------------------------


def ensure_feeds(tx: Tx, name: str, feeds: Sequence[str]) -> None:
    """Have exactly these feeds; cursors of those that were there stay."""
    for one in feeds:
        tx.execute(insert(feed).values(connection=name, name=one).on_conflict_do_nothing())
    tx.execute(delete(feed).where(feed.c.connection == name, feed.c.name.not_in(list(feeds))))


def feeds(tx: Tx, name: str) -> list[dict[str, Any]]:
    """All feeds of a connection with cursor, next and last read, and trouble."""
    rows = tx.execute(select(feed).where(feed.c.connection == name).order_by(feed.c.name))
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
) -> None:
    """Go on from here, in `next_in_s` seconds; at once where it was hurried since `planned_at`.

    Not where the feed no longer stands where it was `asked` from: it was made to start anew.
    """
    later = func.now() + timedelta(seconds=next_in_s)
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


def mark_caught_up(tx: Tx, name: str, feed_name: str) -> None:
    """Go on as if this feed had been read once."""
    same = (feed.c.connection == name, feed.c.name == feed_name)
    tx.execute(update(feed).where(*same).values(caught_up=True))


def hurry(tx: Tx, name: str, kind: str, only: Sequence[str] | None) -> list[str]:
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


# -- owners and schema -----------------------------------------------------------------------


_OWNER_FACTS = select(owner.c.external_id, owner.c.email, owner.c.active)


def save_owners(tx: Tx, name: str, owners: Sequence[Owner]) -> bool:
    """Replace what is known of a connection's users and queues; answer whether that changed."""
    facts = _OWNER_FACTS.where(owner.c.connection == name)
    before = {tuple(row) for row in tx.execute(facts)}
    tx.execute(delete(owner).where(owner.c.connection == name))
    rows = [
        {
            "connection": name,
            "external_id": one.id,
            "name": one.name,
            "active": one.active,
            "email": one.email.lower() if one.email else None,
            "is_queue": one.is_queue,
        }
        for one in owners
    ]
    if rows:
        tx.execute(insert(owner), rows)
    return before != {
        tuple(row) for row in tx.execute(_OWNER_FACTS.where(owner.c.connection == name))
    }


def owner_emails(tx: Tx) -> tuple[dict[str, dict[str, str]], dict[str, frozenset[str]]]:
    """Connection -> owner id -> e-mail, and connection -> ids of owners that are inactive."""
    found: dict[str, dict[str, str]] = {}
    inactive: dict[str, set[str]] = {}
    query = select(owner).where(owner.c.email.is_not(None)).order_by(owner.c.external_id)
    for row in tx.execute(query):
        found.setdefault(row.connection, {})[row.external_id] = row.email
        if not row.active:
            inactive.setdefault(row.connection, set()).add(row.external_id)
    return found, {name: frozenset(ids) for name, ids in inactive.items()}


def owners_known(tx: Tx, names: Sequence[str]) -> bool:
    """Whether the owners of these connections were read once (those that list them)."""
    unread = select(feed.c.name).where(
        feed.c.connection.in_(list(names)), feed.c.name == "owners", ~feed.c.caught_up
    )
    return tx.execute(unread.limit(1)).one_or_none() is None


def save_schema(tx: Tx, name: str, kind: Kind, fields: Sequence[Field]) -> None:
    """Remember the fields that a vendor described."""
    values = {"fields": [asdict(one) for one in fields], "read_at": NOW}
    tx.execute(
        insert(schema)
        .values(connection=name, kind=kind, **values)
        .on_conflict_do_update(index_elements=["connection", "kind"], set_=values)
    )


def described(tx: Tx, name: str, kind: Kind) -> list[Field] | None:
    """The fields as described last; None where they never were."""
    rows = tx.scalar(
        select(schema.c.fields).where(schema.c.connection == name, schema.c.kind == kind)
    )
    if rows is None:
        return None
    return [Field(**{**row, "choices": tuple(row["choices"])}) for row in rows]
