"""What is done to a hand-off. What is not possible in its state is a 409 that says what is."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from app.domain.handoff import LONGEST, Act
from app.domain.handoff_document import Outcome
from app.domain.handoff_moves import Deed
from app.flows import handoffs_acts
from app.store import handoffs_entries
from app.store.db import Tx
from app.web.api.handoffs import HandoffId, Version, acted
from app.web.api.handoffs_views import HandoffView
from app.web.deps import OPERATOR, Caller, CallerDep, PartsDep
from app.web.parts import Parts

routes = APIRouter(tags=["handoffs"])
Words = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Note = Annotated[str | None, Field(max_length=LONGEST, examples=["Again in autumn"])]


class HandoffAct(BaseModel):
    """An act that needs no more."""

    model_config = ConfigDict(extra="forbid")

    version: Version = None


class HandoffSubmit(HandoffAct):
    """`override`: why it is handed over although the gate is closed; that needs a role."""

    override: Note = Field(None, max_length=LONGEST, examples=["the CEO asked for it"])


class HandoffWords(HandoffAct):
    """A question, an answer, or why it is returned."""

    note: Words = Field(examples=["Who signs the contract?"])


class HandoffRejection(HandoffAct):
    """`reason` is one of the document's list, by name or in words."""

    reason: str = Field(min_length=1, max_length=200, examples=["no_budget"])
    note: Note = None


class HandoffMeeting(HandoffAct):
    """When the meeting is."""

    at: AwareDatetime = Field(examples=["2026-12-08T10:00:00+09:00"])


class HandoffFeedback(HandoffAct):
    """Feedback on the meeting and on the hand-off: the next action, or why it stalls."""

    result: Literal["progress", "stalled", "no_show", "ended"]
    rating: int = Field(ge=1, le=5, description="of the hand-off")
    next_action: Note = Field(None, max_length=LONGEST, examples=["Send a quote by Friday"])
    stall_reason: Note = None
    useful: Note = Field(None, max_length=LONGEST, examples=["the problem in numbers"])
    missing: Note = Field(None, max_length=LONGEST, examples=["who decides"])


class HandoffEnd(HandoffAct):
    """How it ended. Won and lost need a reason of the document's lists."""

    outcome: Outcome
    reason: str | None = Field(None, max_length=200, examples=["competitor"])
    note: Note = None


class HandoffNote(HandoffAct):
    """An act, with a note if you like."""

    note: Note = None


class HandoffReceiver(HandoffAct):
    """The e-mail of another receiver."""

    to: str = Field(min_length=3, max_length=320, examples=["fs2@example.jp"])


@routes.post("/handoffs/{handoff_id}/submit", openapi_extra=OPERATOR, summary="Submit it")
def submit_handoff(
    handoff_id: HandoffId, body: HandoffSubmit, parts: PartsDep, caller: CallerDep
) -> HandoffView:
    """Through the gate: 422 names the conditions that are not met. To a manager, or to the receiver
    at once where none approves.
    """
    return _do(parts, caller, handoff_id, "submit", body, override=body.override)


@routes.post("/handoffs/{handoff_id}/approve", openapi_extra=OPERATOR, summary="Approve it")
def approve_handoff(
    handoff_id: HandoffId, body: HandoffAct, parts: PartsDep, caller: CallerDep
) -> HandoffView:
    """As a manager (the document says which role). It is registered, and the receiver is told."""
    return _do(parts, caller, handoff_id, "approve", body)


@routes.post("/handoffs/{handoff_id}/return", openapi_extra=OPERATOR, summary="Return it")
def return_handoff(
    handoff_id: HandoffId, body: HandoffWords, parts: PartsDep, caller: CallerDep
) -> HandoffView:
    """As a manager, with what is to be completed."""
    return _do(parts, caller, handoff_id, "return", body, note=body.note)


@routes.post("/handoffs/{handoff_id}/accept", openapi_extra=OPERATOR, summary="Accept it")
def accept_handoff(
    handoff_id: HandoffId, body: HandoffAct, parts: PartsDep, caller: CallerDep
) -> HandoffView:
    """The memo's meeting, if there is one, is set at once."""
    return _do(parts, caller, handoff_id, "accept", body)


@routes.post("/handoffs/{handoff_id}/ask", openapi_extra=OPERATOR, summary="Ask a question")
def ask_handoff(
    handoff_id: HandoffId, body: HandoffWords, parts: PartsDep, caller: CallerDep
) -> HandoffView:
    return _do(parts, caller, handoff_id, "ask", body, note=body.note)


@routes.post("/handoffs/{handoff_id}/answer", openapi_extra=OPERATOR, summary="Answer it")
def answer_handoff(
    handoff_id: HandoffId, body: HandoffWords, parts: PartsDep, caller: CallerDep
) -> HandoffView:
    return _do(parts, caller, handoff_id, "answer", body, note=body.note)


@routes.post("/handoffs/{handoff_id}/reject", openapi_extra=OPERATOR, summary="Reject it")
def reject_handoff(
    handoff_id: HandoffId, body: HandoffRejection, parts: PartsDep, caller: CallerDep
) -> HandoffView:
    return _do(parts, caller, handoff_id, "reject", body, reason=body.reason, note=body.note)


@routes.post("/handoffs/{handoff_id}/meeting", openapi_extra=OPERATOR, summary="Set the meeting")
def set_meeting(
    handoff_id: HandoffId, body: HandoffMeeting, parts: PartsDep, caller: CallerDep
) -> HandoffView:
    """Or move it."""
    return _do(parts, caller, handoff_id, "meet", body, at=body.at)


@routes.post("/handoffs/{handoff_id}/held", openapi_extra=OPERATOR, summary="The meeting was held")
def meeting_held(
    handoff_id: HandoffId, body: HandoffAct, parts: PartsDep, caller: CallerDep
) -> HandoffView:
    """Before its time: feedback is due from now on. The clock does so by itself otherwise."""
    return _do(parts, caller, handoff_id, "hold", body)


@routes.post("/handoffs/{handoff_id}/feedback", openapi_extra=OPERATOR, summary="Give feedback")
def give_feedback(
    handoff_id: HandoffId, body: HandoffFeedback, parts: PartsDep, caller: CallerDep
) -> HandoffView:
    more = body.model_dump(exclude={"version"}, exclude_none=True)
    return _do(parts, caller, handoff_id, "feedback", body, more=more)


@routes.post("/handoffs/{handoff_id}/close", openapi_extra=OPERATOR, summary="Say how it ended")
def close_handoff(
    handoff_id: HandoffId, body: HandoffEnd, parts: PartsDep, caller: CallerDep
) -> HandoffView:
    given = {"reason": body.reason, "note": body.note, "more": {"outcome": body.outcome}}
    return _do(parts, caller, handoff_id, "close", body, **given)


@routes.post("/handoffs/{handoff_id}/recycle", openapi_extra=OPERATOR, summary="Back to marketing")
def recycle_handoff(
    handoff_id: HandoffId, body: HandoffNote, parts: PartsDep, caller: CallerDep
) -> HandoffView:
    """What was lost or rejected: the person goes to the stage `recycled`, and onto the nurturing
    list of the lifecycle document.
    """
    return _do(parts, caller, handoff_id, "recycle", body, note=body.note)


@routes.post("/handoffs/{handoff_id}/withdraw", openapi_extra=OPERATOR, summary="Take it back")
def withdraw_handoff(
    handoff_id: HandoffId, body: HandoffNote, parts: PartsDep, caller: CallerDep
) -> HandoffView:
    """Before it was accepted."""
    return _do(parts, caller, handoff_id, "withdraw", body, note=body.note)


@routes.post("/handoffs/{handoff_id}/reassign", openapi_extra=OPERATOR, summary="Another receiver")
def reassign_handoff(
    handoff_id: HandoffId, body: HandoffReceiver, parts: PartsDep, caller: CallerDep
) -> HandoffView:
    return _do(parts, caller, handoff_id, "reassign", body, to=body.to)


@routes.post("/handoffs/{handoff_id}/retry", openapi_extra=OPERATOR, summary="Tell it again")
def retry_handoff(handoff_id: HandoffId, parts: PartsDep) -> HandoffView:
    """The notes and tasks that a system refused."""

    def again(tx: Tx) -> tuple[Any, set[str]]:
        seen = handoffs_acts.look(tx, handoff_id, now=datetime.now(UTC))
        return seen, {f"handoff:{name}" for name in handoffs_entries.retry(tx, handoff_id)}

    return acted(parts, again)


def _do(
    parts: Parts, caller: Caller, handoff_id: int, deed: Deed, body: HandoffAct, **given: Any
) -> HandoffView:
    new = Act(deed, caller.by, caller.role, **given)
    now = datetime.now(UTC)
    return acted(
        parts, lambda tx: handoffs_acts.do(tx, handoff_id, new, now=now, version=body.version)
    )
