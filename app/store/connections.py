"""Connections, their owners and schemas."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.domain.merge import Role
from app.store import budgets, events
from app.store.db import Tx
from app.store.events import Happening
from app.store.tables import NOW, connection, feed, owner, schema
from connectors.base import Field, Kind, Owner

ConnectionRole: TypeAlias = Role | Literal["out"]  # out: a channel, which is only told things


@dataclass(frozen=True, slots=True)
class Connection:
    """One configured account. `state`: active, paused (by a person), needs_attention."""

    name: str
    vendor: str
    role: ConnectionRole
    settings: Mapping[str, Any]
    options: Mapping[str, Any]
    capabilities: Sequence[str]
    forms: Mapping[str, bool]
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
    role: ConnectionRole,
    settings: Mapping[str, Any],
    options: Mapping[str, Any],
    capabilities: Sequence[str],
    secret: bytes | None,
    forms: Mapping[str, bool] | None = None,
) -> None:
    """Create or replace a connection; without a `secret` the stored one stays."""
    values: dict[str, Any] = {
        "vendor": vendor,
        "role": role,
        "settings": dict(settings),
        "options": dict(options),
        "capabilities": list(capabilities),
        "forms": dict(forms or {}),
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
    changed = bool(result.rowcount)
    if changed:
        data = {"connection": name, "state": state, "reason": reason}
        events.tell(tx, [Happening("connection.state_changed", None, f"connection:{name}", data)])
    return changed


def checked(tx: Tx, name: str, account: Mapping[str, Any]) -> None:
    """Remember what the last successful test showed."""
    tx.execute(
        update(connection)
        .where(connection.c.name == name)
        .values(account=dict(account), checked_at=NOW)
    )


def remove(tx: Tx, name: str) -> bool:
    """Delete a connection with its cursors. Links keep what they know."""
    budgets.forget(tx, name)
    return bool(tx.execute(delete(connection).where(connection.c.name == name)).rowcount)


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


def owner_left(tx: Tx, name: str, external_id: str) -> None:
    """Somebody may own nothing there any more, until the owners are read again."""
    here = (owner.c.connection == name) & (owner.c.external_id == external_id)
    tx.execute(update(owner).where(here).values(active=False))


def queue_names(tx: Tx) -> dict[str, dict[str, str]]:
    """Connection -> queue id -> name."""
    found: dict[str, dict[str, str]] = {}
    for row in tx.execute(select(owner).where(owner.c.is_queue).order_by(owner.c.external_id)):
        found.setdefault(row.connection, {})[row.external_id] = row.name
    return found


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


def described(tx: Tx, name: str, kind: Kind, *, for_update: bool = False) -> list[Field] | None:
    """The fields as described last; None where they never were."""
    query = select(schema.c.fields).where(schema.c.connection == name, schema.c.kind == kind)
    rows = tx.scalar(query.with_for_update() if for_update else query)
    if rows is None:
        return None
    lists = ("choices", "names")
    return [Field(**row | {name: tuple(row.get(name, ())) for name in lists}) for row in rows]


def described_since(tx: Tx, name: str, kind: Kind, age_s: float) -> bool:
    """Whether the fields were described within so many seconds."""
    since = func.now() - timedelta(seconds=age_s)
    query = select(schema.c.kind).where(
        schema.c.connection == name, schema.c.kind == kind, schema.c.read_at >= since
    )
    return tx.scalar(query) is not None
