"""Alerts: hot leads that reps were told of, and what reps say to them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, BaseModel, Field

from app.domain.reaction import LONGEST_REASON, Reaction, Standing, standing
from app.flows import react as reacting
from app.flows.react import NoSuchAlert, NotPossible
from app.store import happenings
from app.store.db import Tx
from app.web.api.listing import ListingDep, Text, WantedDep
from app.web.deps import OPERATOR, VIEWER, CallerDep, TxDep
from app.web.paging import Page
from app.web.problems import Problem

routes = APIRouter(tags=["alerts"])


AlertId = Annotated[int, Path(ge=1, lt=2**63)]


class AlertView(BaseModel):
    """One alert: its task (`state`), its bell (`notice`), why, and by when to react.

    `standing`: open, accepted, snoozed, due_again (a snooze that has ended) or rejected.
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


class Snooze(BaseModel):
    """Until when the alert is put off."""

    until: AwareDatetime = Field(examples=["2026-12-01T00:00:00Z"])


class Reject(BaseModel):
    """Why it is no hot lead."""

    reason: str = Field(min_length=1, max_length=LONGEST_REASON, examples=["a competitor"])


@routes.get(
    "/alerts", openapi_extra=VIEWER, summary="Alerts, newest first", response_model=Page[AlertView]
)
def list_alerts(
    tx: TxDep, wanted: WantedDep, listing: ListingDep, state: Text = None
) -> dict[str, Any]:
    found = listing.page(
        lambda after, limit: happenings.alerts(tx, replace(wanted, state=state), after, limit),
        lambda row: (row["created_at"], row["id"]),
        datetime,
        int,
    )
    return {**found, "items": [_stands(row) for row in found["items"]]}


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
    return AlertView.model_validate(_stands(row))


def _stands(row: dict[str, Any]) -> dict[str, Any]:
    found = standing(row["reaction"], row["snoozed_until"], datetime.now(UTC))
    return {**row, "standing": found}
