"""Hand-offs between teams: list, begin, read, write the memo, tick the checklist."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from app.domain.handoff_document import FlowName
from app.domain.handoff_moves import State
from app.flows import handoffs_acts
from app.flows.handoffs_acts import Opening, Who
from app.flows.handoffs_known import Seen
from app.store import handoffs_listing
from app.store.db import Tx
from app.store.handoffs_listing import Wanted
from app.web.api.handoffs_views import HandoffBrief, HandoffView, brief, refusals, view
from app.web.api.listing import ListingDep, Text
from app.web.deps import OPERATOR, VIEWER, CallerDep, PartsDep, TxDep, transacted
from app.web.paging import Page
from app.web.parts import Parts

routes = APIRouter(tags=["handoffs"])
HandoffId = Annotated[int, Path(ge=1, lt=2**63)]
Version = Annotated[
    int | None,
    Field(ge=1, description="as you saw it: 409 where it was changed since", examples=[3]),
]
Email = Annotated[str | None, Field(max_length=320, examples=["fs@example.jp"])]


class NewHandoff(BaseModel):
    """Whom to hand over. The memo begins with what is known; `memo` is put over it."""

    model_config = ConfigDict(extra="forbid")

    link_id: UUID = Field(examples=["3f6f4a0e-0a1b-4c53-9d7e-2b1d8c1f0a11"])
    flow: FlowName = "is_fs"
    giver: Email = None
    receiver: Email = Field(None, max_length=320, description="else the record's owner")
    memo: dict[str, Any] = Field(
        default_factory=dict, examples=[{"problem": "見積作成に月40時間", "budget": "secured"}]
    )


class MemoChange(BaseModel):
    """Fields of the memo by name; null empties one."""

    model_config = ConfigDict(extra="forbid")

    memo: dict[str, Any] = Field(
        default_factory=dict,
        examples=[{"budget": "secured", "meeting_at": "2026-12-08T10:00:00+09:00", "notes": None}],
    )
    giver: Email = None
    version: Version = None


class ChecklistTick(BaseModel):
    """An item of the checklist that a person ticks."""

    model_config = ConfigDict(extra="forbid")

    done: bool = True
    version: Version = None


class HandoffCounts(BaseModel):
    """How many hand-offs there are, by state."""

    states: dict[str, int] = Field(examples=[{"delivered": 3, "accepted": 5}])


@routes.get(
    "/handoffs",
    openapi_extra=VIEWER,
    summary="Hand-offs, the latest change first",
    response_model=Page[HandoffBrief],
)
def list_handoffs(
    tx: TxDep,
    listing: ListingDep,
    *,
    state: State | None = None,
    flow: FlowName | None = None,
    person: UUID | None = None,
    receiver: Text = None,
    giver: Text = None,
    band: Text = None,
    open_: Annotated[bool | None, Query(alias="open", description="not ended")] = None,
    overdue: Annotated[bool | None, Query(description="somebody should have reacted")] = None,
) -> dict[str, Any]:
    wanted = Wanted(state, flow, band, person, giver, receiver, open_, overdue)
    found = listing.page(
        lambda after, limit: handoffs_listing.listed(tx, wanted, after, limit),
        lambda row: (row["changed_at"], row["id"]),
        datetime,
        int,
    )
    return {**found, "items": [brief(row) for row in found["items"]]}


@routes.get("/handoffs/counts", openapi_extra=VIEWER, summary="How many, by state")
def count_handoffs(tx: TxDep) -> HandoffCounts:
    return HandoffCounts(states=handoffs_listing.by_state(tx))


@routes.post("/handoffs", openapi_extra=OPERATOR, status_code=201, summary="Begin a hand-off")
def begin_handoff(body: NewHandoff, parts: PartsDep, caller: CallerDep) -> HandoffView:
    """A draft, with a memo that is filled from fields and history. One that is open stands in the
    way (409).
    """
    opening = Opening(body.link_id, body.flow, body.giver, body.receiver, body.memo)
    who = Who(caller.by, caller.role)
    return acted(parts, lambda tx: handoffs_acts.begin(tx, opening, who, now=_now()))


@routes.get("/handoffs/{handoff_id}", openapi_extra=VIEWER, summary="One hand-off")
def get_handoff(handoff_id: HandoffId, tx: TxDep) -> HandoffView:
    """With its memo, quality part by part, gate, checklist, thread, and what may be done now."""
    with refusals():
        return view(tx, handoffs_acts.look(tx, handoff_id, now=_now()))


@routes.patch("/handoffs/{handoff_id}", openapi_extra=OPERATOR, summary="Write the memo")
def write_memo(
    handoff_id: HandoffId, body: MemoChange, parts: PartsDep, caller: CallerDep
) -> HandoffView:
    """Only the fields given change. What can't be kept is named, and then nothing changes."""
    who = Who(caller.by, caller.role)
    return acted(
        parts,
        lambda tx: handoffs_acts.write(
            tx, handoff_id, body.memo, who, now=_now(), version=body.version, giver=body.giver
        ),
    )


@routes.put(
    "/handoffs/{handoff_id}/checklist/{item}",
    openapi_extra=OPERATOR,
    summary="Tick an item",
)
def tick_item(
    handoff_id: HandoffId,
    item: Annotated[str, Path(max_length=60)],
    body: ChecklistTick,
    parts: PartsDep,
    caller: CallerDep,
) -> HandoffView:
    """Only what is not checked from data can be ticked."""
    who = Who(caller.by, caller.role)
    return acted(
        parts,
        lambda tx: handoffs_acts.tick(
            tx, handoff_id, item, who, done=body.done, now=_now(), version=body.version
        ),
    )


def acted(parts: Parts, act: Any) -> HandoffView:
    """Do something in a transaction, wake the lanes that got work, and show the hand-off.

    `act(tx)` answers the hand-off and lanes.
    """

    def once(tx: Tx) -> tuple[HandoffView, set[str]]:
        seen: Seen
        seen, wakes = act(tx)
        return view(tx, seen), wakes

    with refusals():
        shown, wakes = transacted(parts, once)
    parts.wake(wakes)
    return shown


def _now() -> datetime:
    return datetime.now(UTC)
