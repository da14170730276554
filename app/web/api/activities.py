"""Activities: what people did, and where it was logged."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from app.store import happenings
from app.store.db import Tx
from app.store.happenings import Wanted
from app.web.api.listing import Listing, ListingDep, Text, WantedDep
from app.web.deps import VIEWER, TxDep
from app.web.paging import Page

routes = APIRouter(tags=["activities"])


class DeliveryView(BaseModel):
    """An activity at one of the other systems: waiting, pending, sent or failed, and why."""

    connection: str
    state: str = Field(examples=["sent"])
    code: str | None
    reason: str | None
    external_id: str | None = Field(description="the record that it is there")
    attempts: int
    changed_at: datetime


class ActivityView(BaseModel):
    """One fact. `link_id` is null while its person is not known."""

    id: int
    connection: str
    external_id: str
    link_id: UUID | None
    type: str = Field(examples=["form_submit"])
    at: datetime
    title: str
    detail: dict[str, Any]
    cause_id: UUID | None
    received_at: datetime
    deliveries: list[DeliveryView]


@routes.get(
    "/activities",
    openapi_extra=VIEWER,
    summary="Activities, newest first",
    response_model=Page[ActivityView],
)
def list_activities(
    tx: TxDep,
    wanted: WantedDep,
    listing: ListingDep,
    *,
    type: Text = None,  # noqa: A002  the name of the parameter
    delivery: Annotated[
        str | None, Query(max_length=40, description="waiting, pending, sent or failed")
    ] = None,
) -> dict[str, Any]:
    return page_of(tx, listing, replace(wanted, type=type, state=delivery))


def page_of(tx: Tx, listing: Listing, wanted: Wanted) -> dict[str, Any]:
    """A page of activities."""
    return listing.page(
        lambda after, limit: happenings.activities(tx, wanted, after, limit),
        lambda row: (row["at"], row["id"]),
        datetime,
        int,
    )
