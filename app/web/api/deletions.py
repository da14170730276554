"""Deletions that spread from one system to the other: which wait, and whether they may go on."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.store import journal, removals
from app.store.db import Tx
from app.store.journal import Line
from app.store.removals import Removal, RemovalState
from app.web.api.listing import ListingDep, Text
from app.web.deps import OPERATOR, VIEWER, Caller, CallerDep, PartsDep, TxDep, transacted
from app.web.paging import Page

routes = APIRouter(tags=["deletions"])


class DeletionView(BaseModel):
    """A record that Baton deletes, because its counterpart was deleted or its person erased."""

    id: int
    connection: str
    kind: str
    external_id: str
    link_id: UUID | None
    erasure_id: UUID | None = Field(description="the receipt, where it is part of an erasure")
    state: RemovalState = Field(description="held: more at once than the mapping allows")
    code: str | None
    reason: str | None
    created_at: datetime


class OfConnection(BaseModel):
    """All that are held, or were refused by the vendor, at this connection."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"connection": "salesforce"}]}
    )

    connection: str = Field(max_length=200)


class Count(BaseModel):
    """How many it was about."""

    records: int


@routes.get(
    "/deletions",
    openapi_extra=VIEWER,
    summary="Deletions, newest first",
    response_model=Page[DeletionView],
)
def list_deletions(
    tx: TxDep, listing: ListingDep, connection: Text = None, state: RemovalState | None = None
) -> dict[str, Any]:
    """Those that are done are kept for two days."""
    found = listing.page(
        lambda after, limit: removals.listed(
            tx, connection, state, None if after is None else after[0], limit
        ),
        lambda one: [one.id],
        int,
    )
    return {**found, "items": [_view(one) for one in found["items"]]}


@routes.post("/deletions/allow", openapi_extra=OPERATOR, summary="Delete what was held")
def allow_deletions(body: OfConnection, parts: PartsDep, caller: CallerDep) -> Count:
    """Also tries again what the vendor refused."""

    def allow(tx: Tx) -> int:
        return _noted(tx, "deletions_allowed", removals.allow(tx, body.connection), caller)

    n = transacted(parts, allow)
    parts.wake({f"remove:{body.connection}"})
    return Count(records=n)


@routes.post("/deletions/refuse", openapi_extra=OPERATOR, summary="Keep what was held")
def refuse_deletions(body: OfConnection, parts: PartsDep, caller: CallerDep) -> Count:
    """The records stay, without their counterparts. Erasures are not refused here."""

    def refuse(tx: Tx) -> int:
        return _noted(tx, "deletions_refused", removals.refuse(tx, body.connection), caller)

    return Count(records=transacted(parts, refuse))


def _noted(tx: Tx, event: str, found: list[Removal], caller: Caller) -> int:
    cause, by = uuid4(), {"by": caller.name, "key": caller.id}
    lines = [Line(event, one.link_id, one.connection, cause, dict(by)) for one in found]
    journal.write(tx, lines)
    return len(found)


def _view(one: Removal) -> DeletionView:
    return DeletionView(
        id=one.id, connection=one.connection, kind=one.kind, external_id=one.external_id,
        link_id=one.link_id, erasure_id=one.tombstone_id, state=one.state, code=one.code,
        reason=one.reason, created_at=one.created_at,
    )  # fmt: skip
