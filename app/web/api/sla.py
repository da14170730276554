"""SLA clocks: how they stand, and pauses."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from app.flows import clock_pauses
from app.flows.clock_pauses import NoSuchClock, NotPossible
from app.store import sla_listing
from app.store.db import Tx
from app.store.sla_listing import Wanted
from app.web.api.listing import ListingDep, Text
from app.web.deps import OPERATOR, VIEWER, CallerDep, PartsDep, TxDep, transacted
from app.web.paging import Page
from app.web.problems import Problem

routes = APIRouter(tags=["sla"])
ClockId = Annotated[int, Path(ge=1, lt=2**63)]
State = Literal["running", "paused", "met", "breached", "cancelled"]


class PauseView(BaseModel):
    since: datetime
    until: datetime | None
    reason: str
    by: str


class StepView(BaseModel):
    """A step that was taken: `warn`, `breach`, `escalate:0`, `met`, `late`, `cancelled`."""

    step: str
    at: datetime
    act: str
    to: str | None
    state: str
    code: str | None
    reason: str | None


class ClockView(BaseModel):
    """One run of a clock. `breached` without `ended_at` still waits; with it, it ended late.

    `minutes` and `human_minutes` are in the clock's own time: from start to end, and from when
    people could see it. `system_s` is what Baton and the syncs added.
    """

    id: int
    link_id: UUID
    email: str | None
    name: str = Field(examples=["first-contact"])
    subject: str = Field(examples=["alert:12"])
    state: State
    document: str
    version: int
    calendar: str
    owner: str | None
    began_at: datetime
    known_at: datetime
    shown_at: datetime | None
    due_at: datetime | None = Field(description="null while a pause has no end")
    warn_at: datetime | None
    ended_at: datetime | None
    heard_at: datetime | None
    ended_by: str | None = Field(examples=["activity:call"])
    pauses: list[PauseView]
    minutes_left: float | None = Field(description="that were left when it last stood still")
    minutes: float | None
    human_minutes: float | None
    system_s: float | None
    next_at: datetime | None
    steps: list[StepView]


class PauseBody(BaseModel):
    """`reason`: one of the clock's reasons in the document."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=100, examples=["unreachable"])
    until: AwareDatetime | None = Field(default=None, examples=["2026-12-01T00:00:00Z"])


def _wanted(  # noqa: PLR0917  FastAPI gives them by name
    clock: Text = None,
    state: State | None = None,
    person: UUID | None = None,
    owner: Text = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    *,
    open_: Annotated[bool | None, Query(alias="open", description="not ended yet")] = None,
) -> Wanted:
    return Wanted(clock, state, open_, person, owner, since, until)


ClocksDep = Annotated[Wanted, Depends(_wanted)]


@routes.get(
    "/sla/clocks", openapi_extra=VIEWER, summary="Clocks, the latest first",
    response_model=Page[ClockView],
)  # fmt: skip
def list_clocks(tx: TxDep, wanted: ClocksDep, listing: ListingDep) -> dict[str, Any]:
    """The span is that in which they began."""
    return listing.page(
        lambda after, limit: sla_listing.listed(tx, wanted, after, limit),
        lambda row: (row["began_at"], row["id"]),
        datetime,
        int,
    )


@routes.get("/sla/clocks/{clock_id}", openapi_extra=VIEWER, summary="One clock")
def get_clock(clock_id: ClockId, tx: TxDep) -> ClockView:
    return _view(tx, clock_id)


@routes.get(
    "/people/{link_id}/clocks", openapi_extra=VIEWER, summary="One person's clocks",
    response_model=Page[ClockView],
)  # fmt: skip
def list_clocks_of_person(link_id: UUID, tx: TxDep, listing: ListingDep) -> dict[str, Any]:
    wanted = Wanted(link_id=link_id)
    return listing.page(
        lambda after, limit: sla_listing.listed(tx, wanted, after, limit),
        lambda row: (row["began_at"], row["id"]),
        datetime,
        int,
    )


@routes.post("/sla/clocks/{clock_id}/pause", openapi_extra=OPERATOR, summary="Let it stand still")
def pause_clock(
    clock_id: ClockId, body: PauseBody, parts: PartsDep, caller: CallerDep
) -> ClockView:
    """For one of the reasons of the document; until a time, or until it is resumed."""
    now = datetime.now(UTC)

    def act(tx: Tx) -> tuple[ClockView, set[str]]:
        reason, until = body.reason, body.until
        wakes = clock_pauses.pause(tx, clock_id, reason, caller.by, now=now, until=until)
        return _view(tx, clock_id), wakes

    return _acted(parts, act)


@routes.post("/sla/clocks/{clock_id}/resume", openapi_extra=OPERATOR, summary="Let it go on")
def resume_clock(clock_id: ClockId, parts: PartsDep, caller: CallerDep) -> ClockView:
    """The time that it stood still does not count."""
    now = datetime.now(UTC)

    def act(tx: Tx) -> tuple[ClockView, set[str]]:
        wakes = clock_pauses.resume(tx, clock_id, caller.by, now=now)
        return _view(tx, clock_id), wakes

    return _acted(parts, act)


def _acted(parts: PartsDep, act: Any) -> ClockView:
    try:
        view, wakes = transacted(parts, act)
    except NoSuchClock as error:
        raise Problem(404, str(error)) from None
    except NotPossible as error:
        raise Problem(409, str(error)) from None
    parts.wake(wakes)
    shown: ClockView = view
    return shown


def _view(tx: Tx, clock_id: int) -> ClockView:
    row = sla_listing.one(tx, clock_id)
    if row is None:
        raise Problem(404, f"there is no clock {clock_id}")
    return ClockView.model_validate(row)
