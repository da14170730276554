"""API keys: only their hashes are kept."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from sqlalchemy import func, insert, select, update

from app.store.db import Tx
from app.store.tables import NOW, api_key

USE_NOTED_EVERY = timedelta(minutes=1)  # not a write for every request
UserRole: TypeAlias = Literal["viewer", "operator", "admin"]


def create(tx: Tx, name: str, role: UserRole, expires_at: datetime | None) -> str:
    """Make a key and answer it; it can't be shown again."""
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    tx.execute(
        insert(api_key).values(
            id=key_id, name=name, role=role, hash=_hash(secret), expires_at=expires_at
        )
    )
    return f"baton_{key_id}_{secret}"


def check(tx: Tx, key: str) -> Mapping[str, Any] | None:
    """The id, name and role behind a key; None where it is unknown, expired or revoked."""
    prefix, _, rest = key.partition("_")
    key_id, _, secret = rest.partition("_")
    if prefix != "baton" or not secret:
        return None
    row = tx.execute(select(api_key).where(api_key.c.id == key_id)).mappings().one_or_none()
    if row is None or not hmac.compare_digest(row["hash"], _hash(secret)):
        return None
    now = tx.execute(select(func.now())).scalar_one()
    if row["revoked_at"] or (row["expires_at"] and row["expires_at"] <= now):
        return None
    if row["used_at"] is None or now - row["used_at"] > USE_NOTED_EVERY:
        tx.execute(update(api_key).where(api_key.c.id == key_id).values(used_at=NOW))
    return {"id": row["id"], "name": row["name"], "role": row["role"]}


def every(tx: Tx) -> list[dict[str, Any]]:
    """All keys without their hashes, newest first."""
    columns = [c for c in api_key.c if c.name != "hash"]
    rows = tx.execute(select(*columns).order_by(api_key.c.created_at.desc(), api_key.c.id))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name


def revoke(tx: Tx, key_id: str) -> bool:
    """End a key's life; False where there is no such live key."""
    statement = update(api_key).where(api_key.c.id == key_id, api_key.c.revoked_at.is_(None))
    return bool(tx.execute(statement.values(revoked_at=NOW)).rowcount)


def _hash(secret: str) -> bytes:
    """A plain SHA-256: the secret is 256 random bits, so there is nothing to slow down."""
    return hashlib.sha256(secret.encode()).digest()
