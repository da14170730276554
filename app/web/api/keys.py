"""API keys: shown once when made, kept as hashes."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from app.store import api_keys
from app.store.api_keys import UserRole
from app.web.deps import ADMIN, TxDep
from app.web.problems import Problem

routes = APIRouter(tags=["keys"])


class NewKey(BaseModel):
    """What a key is for, and what it may do."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100, examples=["nightly export"])
    role: UserRole = Field(examples=["viewer"])
    expires_at: AwareDatetime | None = None


class MadeKey(BaseModel):
    """A new key. It can't be shown again."""

    key: str = Field(examples=["baton_3f9c2a1b7d4e_…"])


class KeyView(BaseModel):
    """A key without itself."""

    id: str
    name: str
    role: UserRole
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None = Field(description="last use, to the minute")
    revoked_at: datetime | None


class KeysView(BaseModel):
    """All keys, newest first."""

    items: list[KeyView]


@routes.get("/keys", openapi_extra=ADMIN, summary="All keys")
def list_keys(tx: TxDep) -> KeysView:
    return KeysView(items=[KeyView.model_validate(row) for row in api_keys.every(tx)])


@routes.post("/keys", openapi_extra=ADMIN, status_code=201, summary="Make a key")
def make_key(body: NewKey, tx: TxDep) -> MadeKey:
    return MadeKey(key=api_keys.create(tx, body.name, body.role, body.expires_at))


@routes.delete("/keys/{key_id}", openapi_extra=ADMIN, status_code=204, summary="Revoke a key")
def revoke_key(key_id: str, tx: TxDep) -> None:
    if not api_keys.revoke(tx, key_id):
        raise Problem(404, "there is no live key of that id")
