"""Campaigns: who is in them, and how at each side."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from app.configuring import campaigns as configuring
from app.domain.campaign_document import Status
from app.domain.campaign_terms import Terms
from app.flows import campaigns as deciding
from app.store import campaigns_listing
from app.store.campaigns_listing import Wanted
from app.store.db import Tx
from app.web.api.listing import ListingDep
from app.web.deps import OPERATOR, VIEWER, CallerDep, PartsDep, TxDep, transacted
from app.web.paging import Page
from app.web.problems import Problem

routes = APIRouter(tags=["campaigns"])


class ReadingView(BaseModel):
    """How far the members at one connection are read."""

    connection: str
    read_at: datetime | None = Field(description="when all of them were read last")
    caught_up: bool
    reason: str | None = Field(description="why reading fails")


class CampaignView(BaseModel):
    """A campaign document, and what became of it."""

    name: str
    title: str
    ma: str
    sfa: str
    direction: str
    state: str = Field(description="pending, ready, failed or off")
    code: str | None
    reason: str | None
    external_id: str | None = Field(description="the SFA's campaign")
    made: bool = Field(description="Baton made that campaign")
    members: int
    statuses: dict[str, int] = Field(description="members by status")
    open: dict[str, int] = Field(description="memberships that are not in sync, by state")
    strangers: dict[str, int] = Field(description="members whom Baton does not know, by connection")
    held: int = Field(description="so many were taken out at once at `held_by`; a person decides")
    held_by: str | None
    readings: list[ReadingView]


class PlaceView(BaseModel):
    """A membership at one side. `state`: in_sync, pending, waiting (for the person), in_doubt or
    failed (`reason` says why).
    """

    connection: str
    external_id: str | None
    shows: str | None = Field(description="the side's own word; null for no member")
    at: datetime | None
    state: str
    code: str | None
    reason: str | None


class MemberView(BaseModel):
    """A person in a campaign. `status` is null once they are taken out."""

    link_id: UUID
    status: Status | None
    email: str | None
    score: int | None
    grade: str | None
    first_at: datetime | None
    last_at: datetime | None
    changed_at: datetime
    places: list[PlaceView]


class Taken(BaseModel):
    """How many it was about."""

    n: int


@routes.get(
    "/campaigns",
    openapi_extra=VIEWER,
    summary="Campaigns by name",
    response_model=Page[CampaignView],
)
def list_campaigns(tx: TxDep, listing: ListingDep) -> dict[str, Any]:
    """Those of which there is an active document."""
    found = listing.page(
        lambda after, limit: campaigns_listing.listed(tx, after[0] if after else None, limit),
        lambda row: [row["name"]],
        str,
    )
    terms = {one.name: one for one in deciding.every(tx)}
    shown = [_campaign(row, terms[row["name"]]) for row in found["items"] if row["name"] in terms]
    return {**found, "items": shown}


@routes.get("/campaigns/{name}", openapi_extra=VIEWER, summary="One campaign")
def get_campaign(name: str, tx: TxDep) -> CampaignView:
    terms = terms_of(tx, name)
    row = campaigns_listing.one(tx, name)
    if row is None:
        raise Problem(404, f'there is no campaign "{name}"')
    return CampaignView(**_campaign(row, terms))


@routes.get(
    "/campaigns/{name}/members",
    openapi_extra=VIEWER,
    summary="Members, with what each side shows",
    response_model=Page[MemberView],
)
def list_members(
    name: str,
    tx: TxDep,
    listing: ListingDep,
    *,
    status: Status | None = None,
    state: Annotated[str | None, Query(max_length=20, description="of either side")] = None,
    person: UUID | None = None,
    past: Annotated[bool, Query(description="also those who were taken out")] = False,
) -> dict[str, Any]:
    terms_of(tx, name)
    wanted = Wanted(status, state, person, past)
    found = listing.page(
        lambda after, limit: campaigns_listing.members(
            tx, name, wanted, after[0] if after else None, limit
        ),
        lambda row: [row["link_id"]],
        UUID,
    )
    return {**found, "items": [_member(row) for row in found["items"]]}


@routes.post("/campaigns/{name}/read", openapi_extra=OPERATOR, summary="Read all members now")
def read_campaign(name: str, parts: PartsDep) -> Taken:
    """At both sides, without waiting for the next time."""
    wakes = transacted(parts, lambda tx: configuring.read_now(tx, terms_of(tx, name)))
    parts.wake(wakes)
    return Taken(n=len(wakes))


@routes.post(
    "/campaigns/{name}/allow", openapi_extra=OPERATOR, summary="Let go who was taken out at once"
)
def allow_removal(name: str, parts: PartsDep, caller: CallerDep) -> Taken:
    """More were taken out on one side than the document allows: take them out on the other, too."""

    def allow(tx: Tx) -> tuple[int, set[str]]:
        terms_of(tx, name)
        return configuring.let_go(tx, name, {"by": caller.name, "key": caller.id})

    n, wakes = transacted(parts, allow)
    parts.wake(wakes)
    return Taken(n=n)


def terms_of(tx: Tx, name: str) -> Terms:
    """The campaign's terms, also where it is switched off. Raises: Problem (404)."""
    found = next((one for one in deciding.every(tx) if one.name == name), None)
    if found is None:
        raise Problem(404, f'there is no active campaign document "{name}"')
    return found


def _campaign(row: dict[str, Any], terms: Terms) -> dict[str, Any]:
    shown = {name: row[name] for name in CampaignView.model_fields if name in row}
    document = terms.document
    return {
        **shown,
        "title": terms.title,
        "ma": document.ma,
        "sfa": document.sfa,
        "direction": document.direction,
        "members": sum(row["statuses"].values()),
    }


def _member(row: dict[str, Any]) -> dict[str, Any]:
    email = row["person"].get("email")
    return {**row, "email": email if isinstance(email, str) else None}
