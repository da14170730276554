"""Alerts: hot leads that reps were told of."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from app.store import happenings
from app.web.api.listing import ListingDep, Text, WantedDep
from app.web.deps import VIEWER, TxDep
from app.web.paging import Page
from app.web.problems import Problem

routes = APIRouter(tags=["alerts"])


class AlertView(BaseModel):
    """One alert: its task (`state`), its bell (`notice`), why, and by when to react."""

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


@routes.get(
    "/alerts", openapi_extra=VIEWER, summary="Alerts, newest first", response_model=Page[AlertView]
)
def list_alerts(
    tx: TxDep, wanted: WantedDep, listing: ListingDep, state: Text = None
) -> dict[str, Any]:
    return listing.page(
        lambda after, limit: happenings.alerts(tx, replace(wanted, state=state), after, limit),
        lambda row: (row["created_at"], row["id"]),
        datetime,
        int,
    )


@routes.get("/alerts/{alert_id}", openapi_extra=VIEWER, summary="One alert")
def get_alert(alert_id: Annotated[int, Path(ge=1, lt=2**63)], tx: TxDep) -> AlertView:
    row = happenings.alert_of(tx, alert_id)
    if row is None:
        raise Problem(404, f"there is no alert {alert_id}")
    return AlertView.model_validate(row)
