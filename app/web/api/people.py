"""People (companies, opportunities): found, explained, and what was decided about them."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from app.store import alerts, happenings, journal, links, people
from app.store.people import Sort, Wanted
from app.web.api import activities
from app.web.api.activities import ActivityView
from app.web.api.listing import Listing, ListingDep, Text
from app.web.deps import VIEWER, TxDep
from app.web.paging import Page
from app.web.problems import Problem
from connectors.base import KIND_PATTERN, Kind

routes = APIRouter(tags=["people"])
EXTERNAL = r"^[a-z][a-z0-9_-]*:.+$"


class SideBrief(BaseModel):
    """Where somebody is at one connection, and how that goes."""

    connection: str
    external_id: str | None = Field(examples=["00Q5g00000ABCDEEA4"])
    object: str | None = Field(examples=["Lead"])
    state: str = Field(examples=["in_sync"])
    code: str | None
    reason: str | None


class Brief(BaseModel):
    """One found."""

    id: UUID
    kind: str
    email: str | None
    name: str | None
    company: str | None
    stage: str
    score: int | None
    fit: int | None
    intent: int | None
    timing: int | None
    grade: str | None
    priority: int | None = Field(description="of the quadrant of fit x intent; 1 is first")
    hot_since: datetime | None
    conflicts: list[str] = Field(description="fields that a person must decide")
    sides: list[SideBrief]
    created_at: datetime
    updated_at: datetime


class SideView(SideBrief):
    """All about one side: `seen` are canonical values as last looked at."""

    write_state: str
    attempts: int
    due_at: datetime | None
    changed_at: datetime
    modified_at: datetime | None
    seen: dict[str, Any]
    problems: list[dict[str, Any]]
    bounces: dict[str, Any]


class PersonView(BaseModel):
    """All about one: what is agreed, why the score, what is open."""

    id: UUID
    kind: str
    email: str | None
    name: str | None
    company: str | None
    stage: str
    agreed: dict[str, Any]
    conflicts: dict[str, Any]
    score: int | None
    fit: int | None
    intent: int | None
    timing: int | None
    grade: str | None
    priority: int | None
    categories: dict[str, int] = Field(description="points by product category")
    reasons: list[dict[str, Any]]
    scored_at: datetime | None
    next_score_at: datetime | None
    hot_since: datetime | None
    last_alert_at: datetime | None
    sides: list[SideView]
    created_at: datetime
    updated_at: datetime


class LineView(BaseModel):
    """One decision. Lines with one `cause_id` come from the same event."""

    id: int
    at: datetime
    event: str = Field(examples=["told"])
    connection: str | None
    cause_id: UUID | None
    version: str | None = Field(description="the mapping version", examples=["person/main@3"])
    detail: dict[str, Any]


class ScoreView(BaseModel):
    """A score that changed, and why; `version` is that of the scoring document."""

    id: int
    at: datetime
    score: int
    fit: int
    intent: int
    timing: int
    grade: str
    priority: int | None
    categories: dict[str, int]
    reasons: list[dict[str, Any]]
    version: int
    cause_id: UUID | None


@routes.get("/people", openapi_extra=VIEWER, summary="Search", response_model=Page[Brief])
def search_people(
    tx: TxDep,
    listing: ListingDep,
    *,
    q: Text = None,
    email: Text = None,
    external: Annotated[
        str | None, Query(max_length=200, pattern=EXTERNAL, examples=["salesforce:00Q5g00000ABCDE"])
    ] = None,
    kind: Annotated[Kind, Query(pattern=KIND_PATTERN)] = "person",
    hot: bool | None = None,
    min_score: Annotated[int | None, Query(ge=0, le=100)] = None,
    state: Text = None,
    stage: Text = None,
    grade: Text = None,
    connection: Text = None,
    sort: Sort = "score",
) -> dict[str, Any]:
    """By parts of name, company or e-mail (`q`), or exactly by `email` or `external`
    (`connection:id`). `state` is that of any side: in_sync, pending, failed, gone.
    """
    wanted = Wanted(
        kind=kind,
        q=q,
        email=email,
        external=None if external is None else _split(external),
        hot=hot,
        min_score=min_score,
        state=state,
        stage=stage,
        grade=grade,
        connection=connection,
    )
    found = listing.page(
        lambda after, limit: people.search(tx, wanted, sort=sort, after=after, limit=limit),
        lambda row: people.place(row, sort),
        int if sort == "score" else datetime,
        UUID,
    )
    return {**found, "items": [brief(row) for row in found["items"]]}


@routes.get("/people/{person_id}", openapi_extra=VIEWER, summary="All about one")
def get_person(person_id: UUID, tx: TxDep) -> PersonView:
    row = people.one(tx, person_id)
    if row is None:
        raise nobody(person_id)
    return PersonView.model_validate(row | _called(row["agreed"]))


def _known(person_id: UUID, tx: TxDep) -> UUID:
    if not links.existing(tx, [person_id]):
        raise nobody(person_id)
    return person_id


KnownPerson = Annotated[UUID, Depends(_known)]


@routes.get(
    "/people/{person_id}/journal",
    openapi_extra=VIEWER,
    summary="What was decided, newest first",
    response_model=Page[LineView],
)
def get_journal(person_id: KnownPerson, tx: TxDep, listing: ListingDep) -> dict[str, Any]:
    return _by_id(listing, lambda before, limit: journal.trail(tx, person_id, before, limit))


@routes.get(
    "/people/{person_id}/scores",
    openapi_extra=VIEWER,
    summary="How the score went, newest first",
    response_model=Page[ScoreView],
)
def get_scores(person_id: KnownPerson, tx: TxDep, listing: ListingDep) -> dict[str, Any]:
    return _by_id(listing, lambda before, limit: alerts.scores(tx, person_id, before, limit))


@routes.get(
    "/people/{person_id}/activities",
    openapi_extra=VIEWER,
    summary="What they did, newest first",
    response_model=Page[ActivityView],
)
def get_activities(person_id: KnownPerson, tx: TxDep, listing: ListingDep) -> dict[str, Any]:
    return activities.page_of(tx, listing, happenings.Wanted(link_id=person_id))


def _by_id(
    listing: Listing, read: Callable[[int | None, int], list[dict[str, Any]]]
) -> dict[str, Any]:
    """A page of rows whose order is that of their ids."""
    return listing.page(
        lambda after, limit: read(None if after is None else after[0], limit),
        lambda row: [row["id"]],
        int,
    )


def nobody(person_id: UUID) -> Problem:
    """Nobody has this id."""
    return Problem(404, f"there is no person {person_id}")


def _split(external: str) -> tuple[str, str]:
    connection, _, id_ = external.partition(":")
    return connection, id_


def brief(row: dict[str, Any]) -> dict[str, Any]:
    """A row of `people.search` as a `Brief`."""
    return row | _called(row["agreed"]) | {"conflicts": sorted(row["conflicts"])}


def _called(agreed: dict[str, Any]) -> dict[str, str | None]:
    """How to call somebody in a list, by the canonical names of the presets."""
    parts = [agreed.get(n) for n in (people.FIRST, people.LAST)]
    name = agreed.get(people.WHOLE) or " ".join(str(p) for p in parts if p)
    company = agreed.get(people.COMPANY)
    return {"name": str(name) if name else None, "company": str(company) if company else None}
