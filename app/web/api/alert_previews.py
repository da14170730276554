"""Preview of hot-lead rules: who would have been alerted lately."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from app import configuring
from app.configuring import Missing
from app.configuring.documents import check_document, parsed_document
from app.domain.hot_lead_document import HotLeadDocument
from app.flows import alert_preview
from app.store import documents
from app.store.db import Tx
from app.web.deps import OPERATOR, TxDep

routes = APIRouter(tags=["documents"])
Name = Annotated[str, Path(pattern=configuring.SLUG)]


class AlertDraft(BaseModel):
    """What to try: a body, or a stored version; without both the active one."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"days": 7}]})

    body: dict[str, Any] | None = None
    version: int | None = Field(None, ge=1)
    days: int = Field(7, ge=1, le=31)


class WouldView(BaseModel):
    """An alert that would have been raised; `rung_at`: in the recipient's working hours."""

    link_id: UUID
    name: str = Field(examples=["ada@example.com"])
    at: datetime
    rule: str
    score: int
    grade: str
    reasons: tuple[str, ...]
    recipient: str | None
    rung_at: datetime


class AlertPreviewView(BaseModel):
    """`people` of `of` to whom something happened were looked at, the latest first. `raised`: how
    many alerts there really were.
    """

    since: datetime
    people: int
    of: int
    alerts: list[WouldView]
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
    body = draft.body if draft.body is not None else _stored(tx, name, draft.version)
    found = check_document(tx, "hot_lead", name, body)
    document = parsed_document("hot_lead", name, body)
    assert isinstance(document, HotLeadDocument)  # noqa: S101  its kind says so
    trial = alert_preview.preview(tx, document, days=draft.days, now=datetime.now(UTC))
    warnings = [f"{one.pointer}: {one.message}" for one in found]
    return AlertPreviewView.model_validate({**asdict(trial), "warnings": warnings})


def _stored(tx: Tx, name: str, version: int | None) -> dict[str, Any]:
    found = documents.get(tx, "hot_lead", name, version)
    if found is None:
        raise Missing(f'there is no such version of hot_lead "{name}"')
    return found.body
