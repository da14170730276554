"""Activities: what people did, where it was logged, and why not."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from app.store import happenings, links
from app.store.db import Tx
from app.store.happenings import Wanted
from app.web.api.listing import Listing, ListingDep, WantedDep
from app.web.deps import VIEWER, TxDep
from app.web.paging import Page
from app.web.problems import Problem

routes = APIRouter(tags=["activities"])
State = Literal["left_out", "waiting", "gathered", "pending", "sent", "failed"]
ActivityId = Annotated[int, Path(ge=1, lt=2**63)]


class DigestView(BaseModel):
    """The one entry in which several activities of a person are told."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    count: int
    state: str = Field(examples=["sent"])
    code: str | None
    reason: str | None
    external_id: str | None = Field(description="the record that it is there")


class DeliveryView(BaseModel):
    """An activity at one of the other systems.

    `state`: left_out (`code` says why: no_route, kept_here, too_old), waiting (its person is not
    there yet), gathered (part of a digest that is not written yet), pending, sent, failed.
    """

    connection: str
    state: str = Field(examples=["sent"])
    route: str = Field(description="the route of the activity document that it took")
    code: str | None = Field(examples=["no_route"])
    reason: str | None
    external_id: str | None = Field(description="the record that it is there")
    attempts: int
    changed_at: datetime
    digest: DigestView | None = Field(description="where it is not an entry of its own")


class ActivityView(BaseModel):
    """One fact. `link_id` is null while its person is not known."""

    id: int
    connection: str
    external_id: str
    link_id: UUID | None
    person_id: str = Field(description="whose it is by its source: a record, email:… or phone:…")
    type: str = Field(examples=["form_submit"])
    at: datetime
    title: str
    detail: dict[str, Any]
    about: list[tuple[str, str]] = Field(description="what else it concerns: kind and record")
    history: bool = Field(description="it was no news when it came, and raised no alert")
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
    email: Annotated[str | None, Query(max_length=254, description="of the person")] = None,
    type: Annotated[list[str] | None, Query(max_length=50, description="one or more")] = None,  # noqa: A002  the name of the parameter
    delivery: Annotated[State | None, Query(description="of one of its deliveries")] = None,
) -> dict[str, Any]:
    if email is not None:
        address = email.strip().lower()
        theirs = links.by_email(tx, "person", [address]).get(address, [])
        wanted = replace(wanted, links=theirs)
    return page_of(tx, listing, replace(wanted, types=type or (), state=delivery))


@routes.get("/activities/{activity_id}", openapi_extra=VIEWER, summary="One activity")
def get_activity(activity_id: ActivityId, tx: TxDep) -> ActivityView:
    return view_of(tx, activity_id)


def view_of(tx: Tx, activity_id: int) -> ActivityView:
    """One activity. Raises: Problem (404)."""
    row = happenings.activity_of(tx, activity_id)
    if row is None:
        raise Problem(404, f"there is no activity {activity_id}")
    return ActivityView.model_validate(row)


def page_of(tx: Tx, listing: Listing, wanted: Wanted) -> dict[str, Any]:
    """A page of activities."""
    return listing.page(
        lambda after, limit: happenings.activities(tx, wanted, after, limit),
        lambda row: (row["at"], row["id"]),
        datetime,
        int,
    )
