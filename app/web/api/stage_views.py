"""The shapes of stages: the funnel, drafts tried on people, deviations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.web.api.person_stages import StageMoveView


class StageView(BaseModel):
    """One stage with its rule and its figures. `moved_on`: of those who came in the period, how
    many got further, also later; `conversion` their share; hours in the middle of who left and of
    who is there; `late`: longer there than `aim_hours`.
    """

    name: str = Field(examples=["mql"])
    owner: str = Field(description="marketing, is, fs or cs", examples=["marketing"])
    to: list[str] = Field(description="the stages that may follow", examples=[["sql", "recycled"]])
    aim_hours: float | None
    reason: bool = Field(description="whoever moves somebody in must say why")
    now: int
    late: int
    now_hours: float | None
    entered: int
    left: int
    moved_on: int
    conversion: float | None = Field(examples=[0.25])
    median_hours: float | None
    next: dict[str, int] = Field(description="moves out in the period, by target")


class RaciView(BaseModel):
    """One piece of work, and each team's part: R, A, C, I."""

    work: dict[str, str]
    teams: dict[str, list[str]]


class StagesView(BaseModel):
    """The lifecycle in force with its figures of a period."""

    version: int = Field(description="of the lifecycle")
    since: datetime
    until: datetime
    stages: list[StageView]
    raci: list[RaciView]


class InsideView(BaseModel):
    """Somebody in a stage."""

    id: UUID
    email: str | None
    name: str | None
    company: str | None
    score: int | None
    grade: str | None
    since: datetime
    late: bool
    reason: str | None = Field(description="why the last cycle ended")


class PersonMovedView(StageMoveView):
    """One move, and whose."""

    link_id: UUID
    email: str | None


class StageTryBody(BaseModel):
    """What to try: a draft (`body`), a stored `version`, or (neither) the active one."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"version": 4, "people": 2000}]}
    )

    name: str = "main"
    body: dict[str, Any] | None = None
    version: int | None = Field(None, ge=1, le=2**31 - 1)
    people: int = Field(2_000, ge=1, le=20_000, description="at most so many are looked at")

    @model_validator(mode="after")
    def _one_draft(self) -> "StageTryBody":
        if self.body is not None and self.version is not None:
            raise ValueError("give a body or a version, not both")
        return self


class WouldMoveView(BaseModel):
    """What would become of one person."""

    link_id: UUID
    email: str | None
    before: str
    after: str
    why: list[dict[str, Any]]


class StageCountView(BaseModel):
    """How many would move from one stage to another."""

    before: str
    after: str
    n: int


class StageTriedView(BaseModel):
    """Who would move. Nothing was written."""

    people: int = Field(description="so many were looked at")
    of: int = Field(description="of so many")
    moves: list[StageCountView]
    stages: dict[str, int] = Field(description="people by stage afterwards")
    shown: list[WouldMoveView]


class DeviationView(BaseModel):
    """A lead whose score and outcome disagree. `kind`: high_but_bad, low_but_good, or missed (it
    never was in the reviewed stage).
    """

    link_id: UUID
    email: str | None
    name: str | None
    company: str | None
    kind: str
    score: int
    grade: str | None
    at: datetime
    outcome: str
    outcome_at: datetime
    reason: str | None


class ReviewView(BaseModel):
    """What outcomes say about the threshold: `advice` is too_few, no_difference, keep, raise or
    lower; `thresholds` are precision and recall at each.
    """

    entered: str
    threshold: int | None
    suggested: int | None
    advice: str = Field(examples=["raise"])
    cases: int
    good: int
    thresholds: list[dict[str, Any]]
    counts: dict[str, int] = Field(description="deviations by kind")
    items: list[DeviationView] = Field(description="the newest of them")
