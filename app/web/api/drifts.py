"""Drift: what changed in a connection's schema, and which mappings it touches."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from app.configuring import InUse, Missing
from app.flows import drift as drift_
from app.store import connections, drift
from app.store.db import Tx
from app.store.drift import Drifted
from app.web.api.connections import Slug
from app.web.api.listing import ListingDep
from app.web.deps import OPERATOR, VIEWER, CallerDep, PartsDep, TxDep, transacted
from app.web.paging import Page

routes = APIRouter(tags=["connections"])
DriftId = Annotated[int, Path(ge=1, lt=2**63)]
All = Annotated[bool, Query(description="also those that are confirmed or over")]


class TouchView(BaseModel):
    """A place of an active mapping."""

    mapping: str = Field(examples=["person"])
    pointer: str = Field(examples=["/fields/3/ma"])


class DriftView(BaseModel):
    """One difference to the schema as it was read before."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    kind: str = Field(examples=["person"])
    object: str = Field(examples=["contacts"])
    field: str = Field(examples=["sales_region"])
    change: str = Field(
        description="added, deleted, type, length, choices, writable or required",
        examples=["deleted"],
    )
    before: Any
    after: Any
    touches: list[TouchView]
    paused: str | None = Field(
        description="all: neither read nor told; writes: not told; null: the field goes on"
    )
    at: datetime
    seen_at: datetime | None = Field(description="when it was confirmed, or was over by itself")
    seen_by: str | None


@routes.get(
    "/connections/{name}/drift",
    openapi_extra=VIEWER,
    summary="What changed in its schema, newest first",
    response_model=Page[DriftView],
)
def list_drift(name: Slug, tx: TxDep, listing: ListingDep, *, all: All = False) -> dict[str, Any]:  # noqa: A002  the parameter's name
    """Without `all`: what nobody has confirmed yet."""
    if connections.get(tx, name) is None:
        raise Missing(f'there is no connection "{name}"')

    def read(after: tuple[int] | None, limit: int) -> list[Drifted]:
        before = None if after is None else after[0]
        return drift.listed(tx, name, is_open=not all, before=before, limit=limit)

    return listing.page(read, lambda one: (one.id,), int)


@routes.post(
    "/connections/{name}/drift/{drift_id}/confirm",
    openapi_extra=OPERATOR,
    summary="Confirm that a change is all right",
)
def confirm_drift(name: Slug, drift_id: DriftId, parts: PartsDep, caller: CallerDep) -> DriftView:
    """A field that rested goes on with the values that it has now. 409 while an active mapping
    needs a field that is gone: restore it, or activate a version without it.
    """

    def confirm(tx: Tx) -> tuple[Drifted, set[str]]:
        return confirmed(tx, name, drift_id, caller.by)

    found, wakes = transacted(parts, confirm)
    parts.wake(wakes)
    return DriftView.model_validate(found)


def confirmed(tx: Tx, name: str, drift_id: int, by: str) -> tuple[Drifted, set[str]]:
    """Confirm one. Raises: Missing, InUse."""
    found = drift.get(tx, name, drift_id)
    if found is None:
        raise Missing(f'there is no difference {drift_id} of "{name}"')
    if drift_.is_missing(found):
        places = ", ".join(f"{one['mapping']} {one['pointer']}" for one in found.touches)
        raise InUse(
            f"{found.field} of {found.object} is still missing, and a mapping needs it ({places}): "
            "restore the field, or activate a version without it"
        )
    wakes = set() if found.seen_at is not None else drift_.confirm(tx, found, by)
    return drift.get(tx, name, drift_id) or found, wakes
