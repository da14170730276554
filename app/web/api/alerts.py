"""Alerts: hot leads that reps were told of, and what reps say to them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from app.domain.alerting import seconds
from app.domain.reaction import LONGEST_REASON, Reaction, Standing
from app.domain.reaction import standing as standing_of
from app.flows import react as reacting
from app.flows.react import NoSuchAlert, NotPossible
from app.store import alert_messages, happenings
from app.store.db import Tx
from app.store.happenings import Asked
from app.web.api.listing import ListingDep, WantedDep
from app.web.deps import OPERATOR, VIEWER, CallerDep, TxDep
from app.web.paging import Page
from app.web.problems import Problem

routes = APIRouter(tags=["alerts"])


AlertId = Annotated[int, Path(ge=1, lt=2**63)]


class MessageView(BaseModel):
    """One thing that somebody was told. `why`: raised, escalated or again (after a snooze)."""

    connection: str = Field(examples=["slack"])
    channel: str = Field(examples=["message"], description="message, notification, mention or task")
    recipient: str
    why: str
    step: int
    state: str = Field(
        examples=["sent"], description="pending, flying, sent, failed, in_doubt or dropped"
    )
    code: str | None
    reason: str | None
    due_at: datetime | None
    sent_at: datetime | None


class AlertView(BaseModel):
    """One alert: its task (`state`), its bell (`notice`), why, and by when to react.

    `standing`: open, accepted, snoozed, due_again (a snooze that has ended), rejected, or handled
    (the SFA shows that somebody has reacted).
    """

    id: int
    link_id: UUID
    email: str | None
    rule: str
    connection: str
    state: str = Field(examples=["sent"])
    notice: str = Field(examples=["sent"])
    title: str
    body: str
    reasons: list[dict[str, Any]]
    owner: str | None
    score: int
    code: str | None
    reason: str | None
    attempts: int
    task_id: str | None
    cause_id: UUID | None
    caused_at: datetime
    created_at: datetime
    react_by: datetime
    task_at: datetime | None
    notified_at: datetime | None
    standing: Standing
    reaction: str | None
    reaction_reason: str | None
    reacted_by: str | None
    reacted_at: datetime | None
    snoozed_until: datetime | None
    answered_at: datetime | None = Field(description="the first reaction of a person")
    system_delay_s: float | None = Field(description="from the cause to the task in the SFA")
    human_delay_s: float | None = Field(description="from the task to the first reaction")
    task_state: str | None = Field(description="the task's status in the SFA, as last seen")
    step: int = Field(description="how often it was escalated since it was raised or came back")
    escalates_at: datetime | None = Field(description="when the next one is told")
    repeats: int = Field(description="how often it became hot again within the cool-down")
    storm_id: int | None = Field(description="the storm that holds, or held, it")
    messages: list[MessageView] = Field(default=[], description="what was told besides, to whom")


class Snooze(BaseModel):
    """Until when the alert is put off."""

    model_config = ConfigDict(extra="forbid")

    until: AwareDatetime = Field(examples=["2026-12-01T00:00:00Z"])


class Reject(BaseModel):
    """Why it is no hot lead."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=LONGEST_REASON, examples=["a competitor"])


class Only(BaseModel):
    """Which alerts."""

    state: str | None = Field(None, max_length=200, description="of its task")
    standing: Asked | None = None
    owner: str | None = Field(None, max_length=254, description="whom it was for")
    rule: str | None = Field(None, max_length=200)


@routes.get(
    "/alerts", openapi_extra=VIEWER, summary="Alerts, newest first", response_model=Page[AlertView]
)
def list_alerts(
    tx: TxDep, wanted: WantedDep, listing: ListingDep, only: Annotated[Only, Query()]
) -> dict[str, Any]:
    asked = replace(wanted, **only.model_dump())
    found = listing.page(
        lambda after, limit: happenings.alerts(tx, asked, after, limit),
        lambda row: (row["created_at"], row["id"]),
        datetime,
        int,
    )
    told = alert_messages.of_alerts(tx, [row["id"] for row in found["items"]])
    return {**found, "items": [_stands(row, told[row["id"]]) for row in found["items"]]}


@routes.get("/alerts/{alert_id}", openapi_extra=VIEWER, summary="One alert")
def get_alert(alert_id: AlertId, tx: TxDep) -> AlertView:
    return _view(tx, alert_id)


@routes.post("/alerts/{alert_id}/accept", openapi_extra=OPERATOR, summary="Take care of it")
def accept_alert(alert_id: AlertId, tx: TxDep, caller: CallerDep) -> AlertView:
    """Final. Accepting again changes nothing."""
    return _reacted(tx, alert_id, reacting.accept(caller.by))


@routes.post("/alerts/{alert_id}/snooze", openapi_extra=OPERATOR, summary="Put it off")
def snooze_alert(alert_id: AlertId, body: Snooze, tx: TxDep, caller: CallerDep) -> AlertView:
    """At its time it is due again. At most 30 days."""
    return _reacted(tx, alert_id, reacting.snooze(caller.by, body.until))


@routes.post("/alerts/{alert_id}/reject", openapi_extra=OPERATOR, summary="It is no hot lead")
def reject_alert(alert_id: AlertId, body: Reject, tx: TxDep, caller: CallerDep) -> AlertView:
    """Final, with the reason."""
    return _reacted(tx, alert_id, reacting.reject(caller.by, body.reason))


def _reacted(tx: Tx, alert_id: int, new: Reaction) -> AlertView:
    try:
        reacting.react(tx, alert_id, new, now=datetime.now(UTC))
    except NoSuchAlert as error:
        raise Problem(404, str(error)) from None
    except NotPossible as error:
        raise Problem(409, str(error)) from None
    return _view(tx, alert_id)


def _view(tx: Tx, alert_id: int) -> AlertView:
    row = happenings.alert_of(tx, alert_id)
    if row is None:
        raise Problem(404, f"there is no alert {alert_id}")
    told = alert_messages.of_alerts(tx, [alert_id])
    return AlertView.model_validate(_stands(row, told[alert_id]))


def _stands(row: dict[str, Any], told: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        **row,
        "standing": standing_of(row["reaction"], row["snoozed_until"], datetime.now(UTC)),
        "system_delay_s": seconds(row["caused_at"], row["task_at"]),
        "human_delay_s": seconds(row["task_at"], row["answered_at"]),
        "escalates_at": row["wake_at"] if row["back_at"] is None else None,
        "messages": [{**one, "why": one["reason_for"]} for one in told],
    }
