"""Preview of hot-lead rules: who would have been alerted lately."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from app import configuring
from app.configuring.alert_drafts import Draft, Tried, try_draft
from app.web.deps import OPERATOR, TxDep

routes = APIRouter(tags=["documents"])
Name = Annotated[str, Path(pattern=configuring.SLUG)]


class AlertDraft(BaseModel):
    """What to try: a body, or a stored version; without both the active one."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"days": 7}]})

    body: dict[str, Any] | None = None
    version: int | None = Field(None, ge=1)
    days: int = Field(7, ge=1, le=31)


class WayView(BaseModel):
    """By what somebody would be told, where, and when: all but the task waits for their hours."""

    connection: str = Field(examples=["salesforce"])
    channel: str = Field(
        description="task, notification, mention, or message (of a channel)", examples=["task"]
    )
    at: datetime


class WouldView(BaseModel):
    """An alert that would have been raised; `rung_at`: in the recipient's working hours."""

    link_id: UUID
    name: str = Field(examples=["ada@example.com"])
    at: datetime
    rule: str
    score: int
    grade: str
    reasons: tuple[str, ...]
    reasons_ja: tuple[str, ...]
    recipient: str | None
    rung_at: datetime
    ways: list[WayView] = Field(description="empty: the SFA can't hold the task of an alert")
    react_by: datetime
    escalates_at: datetime | None = Field(description="when the next is told if nobody reacts")
    hot_since: datetime | None = Field(description="since when the person really is hot")


class AlertPreviewView(BaseModel):
    """`people` of `of` to whom something happened were looked at, the latest first. `raised`: how
    many alerts there really were.
    """

    since: datetime
    people: int
    of: int
    alerts: list[WouldView]
    now: list[WouldView] = Field(
        description="those of them who meet a rule right now, as if something happened to them"
    )
    scored: bool = Field(description="false: no scoring rules are active, so nobody is judged")
    per_day: dict[str, int]
    per_recipient: dict[str, int]
    per_rule: dict[str, int]
    held: int = Field(description="one too many for their recipient within a minute")
    raised: int
    warnings: list[str]


@routes.post(
    "/documents/hot_lead/{name}/preview",
    openapi_extra=OPERATOR,
    summary="Try hot-lead rules on the last days",
)
def preview_hot_lead(name: Name, draft: AlertDraft, tx: TxDep) -> AlertPreviewView:
    """Who would have been alerted, by which rule, and whom that would have reached when. Nothing is
    written, nobody is told. Scores are by the active scoring rules; fields are as they are now.
    """
    wanted = Draft(name, draft.body, draft.version, draft.days)
    return preview_view(try_draft(tx, wanted, now=datetime.now(UTC)))


def preview_view(tried: Tried) -> AlertPreviewView:
    """As the API and the command line show it."""
    warnings = [f"{one.pointer}: {one.message}" for one in tried.warnings]
    return AlertPreviewView.model_validate({**asdict(tried.trial), "warnings": warnings})
