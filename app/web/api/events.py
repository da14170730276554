"""Events: what happened, as hooks are told of it; and the catalogue of their types."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field

from app.domain import events as catalogue
from app.store import events_read
from app.store.events_read import Wanted
from app.web.api.listing import ListingDep, Text
from app.web.deps import VIEWER, TxDep
from app.web.paging import Page

routes = APIRouter(tags=["events"])
Globs = Annotated[
    list[str] | None,
    Query(max_length=50, description="types by globs, also several: `handoff.*`"),
]


class EventView(BaseModel):
    """One event. `data` has the facts of its type, as `/api/v1/event-types` names them."""

    id: str = Field(examples=["evt_4711"])
    type: str = Field(examples=["stage.changed"])
    at: datetime
    person: UUID | None
    subject: str | None = Field(examples=["handoff:12"])
    cause: UUID | None
    data: dict[str, Any] = Field(examples=[{"from": "lead", "to": "mql"}])


class FactView(BaseModel):
    """What a fact means, and what it may look like."""

    meaning: str
    example: Any


class EventTypeView(BaseModel):
    """A type of event: when it is told, with which facts, and a whole message."""

    type: str = Field(examples=["stage.changed"])
    when: str
    when_ja: str
    subject: str | None = Field(description="what it is about besides a person; an example")
    facts: dict[str, FactView]
    message: dict[str, Any] = Field(description="as a hook is told")


class EventTypesView(BaseModel):
    """The catalogue."""

    items: list[EventTypeView]


@routes.get(
    "/events",
    openapi_extra=VIEWER,
    summary="What happened",
    response_model=Page[EventView],
)
def list_events(
    tx: TxDep,
    listing: ListingDep,
    *,
    type: Globs = None,  # noqa: A002  it is the parameter's name
    person: UUID | None = None,
    subject: Text = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    order: Annotated[
        Literal["newest", "told"],
        Query(description="told: oldest first, as hooks hear it; follow `next` and miss none"),
    ] = "newest",
) -> dict[str, Any]:
    types = None if type is None else catalogue.matching(type)
    wanted = Wanted(types, person, subject, since, until)

    def read(after: Any, limit: int) -> list[Mapping[str, Any]]:
        if order == "told":
            return events_read.told(tx, wanted, after[0] if after else 0, limit)
        return events_read.newest(tx, wanted, after[0] if after else None, limit)

    place = "seq" if order == "told" else "id"
    found = listing.page(read, lambda row: [row[place]], int)
    return {**found, "items": [view(row) for row in found["items"]]}


@routes.get("/event-types", openapi_extra=VIEWER, summary="The catalogue of events")
def list_event_types() -> EventTypesView:
    return EventTypesView(items=[_type(one) for one in catalogue.CATALOGUE])


def view(row: Mapping[str, Any]) -> dict[str, Any]:
    """An event as it is shown."""
    return {
        "id": catalogue.public_id(row["id"]),
        "type": row["type"],
        "at": row["at"],
        "person": row["link_id"],
        "subject": row["subject"] or None,
        "cause": row["cause_id"],
        "data": row["data"],
    }


def _type(one: catalogue.EventType) -> EventTypeView:
    facts = {
        name: FactView(meaning=meaning, example=sample)
        for name, (meaning, sample) in one.facts.items()
    }
    return EventTypeView(
        type=one.name,
        when=one.when.en,
        when_ja=one.when.ja,
        subject=one.subject or None,
        facts=facts,
        message=catalogue.example(one),
    )
