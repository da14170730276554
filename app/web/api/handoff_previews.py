"""Preview of a hand-off document: how the hand-offs that are there would be judged by it."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, model_validator

from app import configuring
from app.configuring.handoff_drafts import MOST, Sums, Tried, try_handoffs
from app.configuring.previewing import Draft
from app.domain.handoff_quality import Judged
from app.flows.handoff_preview import Would
from app.web.deps import OPERATOR, TxDep

routes = APIRouter(tags=["documents"])
Name = Annotated[str, Path(pattern=configuring.SLUG)]


class HandoffDraft(BaseModel):
    """What to try: a draft (`body`), a stored `version`, or (neither) the active one; on at most
    so many hand-offs, those that are open first.
    """

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"version": 2, "handoffs": 200}]}
    )

    body: dict[str, Any] | None = None
    version: int | None = Field(None, ge=1, le=2**31 - 1)
    handoffs: int = Field(200, ge=1, le=MOST)

    @model_validator(mode="after")
    def _one_draft(self) -> "HandoffDraft":
        if self.body is not None and self.version is not None:
            raise ValueError("give a body or a version, not both")
        return self


class SumsView(BaseModel):
    """Hand-offs together: how many were judged and pass the gate, mean quality, counts by band."""

    judged: int
    passing: int
    quality: float | None = Field(examples=[72.5])
    bands: dict[str, int] = Field(examples=[{"high": 3, "standard": 5, "low": 1}])


class JudgedView(BaseModel):
    """How one is judged: points, band, names of the gate's rules that are not met, what lacks."""

    quality: int
    band: str = Field(examples=["standard"])
    unmet: list[str] = Field(examples=[["bant"]])
    missing: list[dict[str, str]] = Field(description="in English and Japanese")


class WouldJudgeView(BaseModel):
    """One hand-off, by the document in force (null: there is none) and by the draft (null: it has
    no such flow).
    """

    id: int
    link_id: UUID
    name: str = Field(examples=["山田 綾"])
    flow: str = Field(examples=["is_fs"])
    state: str = Field(examples=["draft"])
    open: bool
    before: JudgedView | None
    after: JudgedView | None


class HandoffTriedView(BaseModel):
    """What a draft says of hand-offs. Nothing was written; nobody was told."""

    of: int = Field(description="so many hand-offs there are")
    before: SumsView
    after: SumsView
    changed: list[WouldJudgeView] = Field(description="those that would be judged differently")


@routes.post(
    "/documents/handoff/{name}/preview",
    openapi_extra=OPERATOR,
    summary="Try a hand-off document on the hand-offs there are",
)
def preview_handoff(name: Name, draft: HandoffDraft, tx: TxDep) -> HandoffTriedView:
    """Quality, band and gate of each, by the document in force and by the draft."""
    wanted = Draft(name, draft.body, draft.version)
    return tried_view(try_handoffs(tx, wanted, draft.handoffs, now=datetime.now(UTC)))


def tried_view(found: Tried) -> HandoffTriedView:
    """As the API and the command line show it."""
    return HandoffTriedView(
        of=found.of,
        before=_sums(found.before),
        after=_sums(found.after),
        changed=[_would(one) for one in found.changed],
    )


def _sums(one: Sums) -> SumsView:
    return SumsView(
        judged=one.judged, passing=one.passing, quality=one.quality, bands=dict(one.bands)
    )


def _would(one: Would) -> WouldJudgeView:
    kept = one.kept
    return WouldJudgeView(
        id=kept.id, link_id=one.link_id, name=one.name, flow=kept.flow,
        state=kept.standing.state, open=one.open,
        before=_judged(one.before), after=_judged(one.after),
    )  # fmt: skip


def _judged(said: Judged | None) -> JudgedView | None:
    if said is None:
        return None
    quality = said.quality
    return JudgedView(
        quality=quality.total,
        band=quality.band.name,
        unmet=[line.name for line in said.unmet],
        missing=[{"en": one.en, "ja": one.ja} for one in quality.missing],
    )
