"""The stages of one person: where they stand, how they got there, and moving them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.domain.lifecycle import LONGEST_REASON
from app.domain.lifecycle_document import LifecycleDocument, StageName
from app.flows import stage_shown as showing
from app.flows.moving import NotAllowed, OvertakenError, Wanted, move
from app.store import people, stages
from app.store.db import Tx
from app.web.api.listing import ListingDep
from app.web.api.people import KnownPerson, nobody
from app.web.deps import OPERATOR, VIEWER, CallerDep, PartsDep, TxDep, transacted
from app.web.paging import Page
from app.web.problems import Problem

routes = APIRouter(tags=["stages"])


class StageMoveView(BaseModel):
    """One move. `source` is null for the first stage; `moved_by`: rule, person, handoff, ma or sfa
    (an edit there), `who` by name; `why`: what was found; the score at that time.
    """

    model_config = ConfigDict(from_attributes=True)

    id: int
    at: datetime
    source: str | None = Field(examples=["lead"])
    target: str = Field(examples=["mql"])
    moved_by: str = Field(examples=["rule"])
    who: str
    reason: str | None
    why: list[dict[str, Any]]
    version: int = Field(description="of the lifecycle")
    score: int | None
    grade: str | None
    cause_id: UUID | None


class FollowsView(BaseModel):
    """A stage to which a person may move somebody, and whether that needs a reason and a role."""

    stage: str
    needs_reason: bool
    role: str


class ListedView(BaseModel):
    """A list of the marketing system: whether the person shall be on it, and whether that is so."""

    connection: str
    list_id: str
    wanted: bool
    state: str = Field(description="pending, done or failed", examples=["done"])
    code: str | None
    reason: str | None


class StandingView(BaseModel):
    """Where a person stands. `late_at` is when the stage's aim ends."""

    stage: str
    since: datetime | None
    late_at: datetime | None
    cycle_since: datetime | None
    reason: str | None = Field(description="why the last cycle ended")
    follows: list[FollowsView]
    lists: list[ListedView]


class StageMoveBody(BaseModel):
    """Where to; why, where the lifecycle asks for it; and the stage that was seen (`seen`), so that
    nobody is moved who has moved meanwhile.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"stage": "recycled", "reason": "No budget this year", "seen": "mql"}]
        },
    )

    stage: StageName
    reason: str | None = Field(None, max_length=LONGEST_REASON)
    seen: StageName | None = None


@routes.get(
    "/people/{person_id}/stages",
    openapi_extra=VIEWER,
    summary="How somebody moved, newest first",
    response_model=Page[StageMoveView],
)
def get_changes(person_id: KnownPerson, tx: TxDep, listing: ListingDep) -> dict[str, Any]:
    return listing.page(
        lambda after, limit: stages.trail(
            tx, person_id, None if after is None else after[0], limit
        ),
        lambda row: [row["id"]],
        int,
    )


@routes.get("/people/{person_id}/stage", openapi_extra=VIEWER, summary="Where somebody stands")
def get_standing(person_id: KnownPerson, tx: TxDep) -> StandingView:
    return _standing(tx, person_id)


@routes.post("/people/{person_id}/stage", openapi_extra=OPERATOR, summary="Move somebody")
def move_person(
    person_id: UUID, body: StageMoveBody, parts: PartsDep, caller: CallerDep
) -> StandingView:
    """Both systems are told. 409 where the lifecycle does not allow it (the text says why), or the
    stage is not the one that was seen.
    """
    wanted = Wanted(body.stage, "person", caller.by, caller.role, body.reason, seen=body.seen)

    def act(tx: Tx) -> tuple[StandingView, set[str]]:
        _, wakes = move(tx, person_id, wanted, now=datetime.now(UTC))
        return _standing(tx, person_id), wakes

    try:
        view, wakes = transacted(parts, act)
    except LookupError:
        raise nobody(person_id) from None
    except (NotAllowed, OvertakenError) as error:
        raise Problem(409, str(error)) from None
    parts.wake(wakes)
    return view


def _standing(tx: Tx, person_id: UUID) -> StandingView:
    row = people.one(tx, person_id)
    if row is None:
        raise nobody(person_id)
    lifecycle, since = showing.in_force(tx), row["stage_since"]
    document = None if lifecycle is None else lifecycle[0]
    return StandingView(
        stage=row["stage"],
        since=since,
        late_at=None if document is None else showing.late_at(document, row["stage"], since),
        cycle_since=row["cycle_since"],
        reason=row["stage_reason"],
        follows=[] if document is None else _follows(document, row["stage"]),
        lists=[ListedView.model_validate(one) for one in stages.lists_of(tx, person_id)],
    )


def _follows(document: LifecycleDocument, stage: StageName) -> list[FollowsView]:
    return [
        FollowsView(stage=target, needs_reason=reason, role=role)
        for target, reason, role in showing.follows(document, stage)
    ]
