"""Scoring rules on trial: previews with real people, back-tests, and scores explained."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from app import configuring
from app.configuring import trials
from app.configuring import work as starting
from app.configuring.previewing import Draft
from app.configuring.trials import Trial, Wanted
from app.domain.notice_document import LOST, WON
from app.flows import scores
from app.store.db import Tx
from app.store.work import Job, lane_of
from app.web.api import score_views
from app.web.api import scoring_views as views
from app.web.api.jobs import JobId, JobView
from app.web.deps import OPERATOR, RANKS, VIEWER, Caller, CallerDep, PartsDep, TxDep, transacted
from app.web.parts import Parts
from app.web.problems import Problem
from connectors.base import ConnectorError

routes = APIRouter()
Emails = Annotated[list[str], Field(max_length=trials.MOST)]


class DraftBody(BaseModel):
    """A draft (`body`), a stored `version`, or (neither) the active one."""

    model_config = ConfigDict(extra="forbid")

    body: dict[str, Any] | None = None
    version: int | None = Field(None, ge=1, le=2**31 - 1)

    @model_validator(mode="after")
    def _one_draft(self) -> "DraftBody":
        if self.body is not None and self.version is not None:
            raise ValueError("give a body or a version, not both")
        return self

    def draft(self, name: str) -> Draft:
        return Draft(name, self.body, self.version)


class TrialBody(DraftBody):
    """What is tried, and on whom: so many of the newest or any, some `emails`, or all as a job.
    The last `days` are replayed; `capacity_per_day` says how many MQLs inside sales can work on.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"version": 4, "sample": 100, "pick": "random", "capacity_per_day": 20},
                {"version": 4, "sample": "all", "days": 30},
            ]
        },
    )

    sample: Annotated[int, Field(ge=1, le=trials.MOST)] | Literal["all"] = 50
    pick: Literal["newest", "random"] = "newest"
    emails: Emails = []
    days: int = Field(30, ge=1, le=365)
    capacity_per_day: float | None = Field(None, gt=0, le=1_000_000)

    def wanted(self) -> Wanted:
        sample = trials.MOST if self.sample == "all" else self.sample
        return Wanted(sample, self.pick == "random", self.emails, self.days, self.capacity_per_day)


class BackTestBody(DraftBody):
    """Whether it would have told who comes to `target`: against those who were lost, or everyone
    who had not come there. Scores are those `before_hours` before the end; of people without one,
    those `horizon_days` ago.
    """

    target: Literal["sao", "won"] = "won"
    against: Literal["lost", "everyone"] = "lost"
    before_hours: float = Field(24, ge=0, le=24 * 365)
    horizon_days: float = Field(90, gt=0, le=3650)
    won_stages: list[str] = Field(list(WON), max_length=50)
    lost_stages: list[str] = Field(list(LOST), max_length=50)


@routes.post(
    "/documents/scoring/{name}/preview",
    tags=["documents"],
    openapi_extra=OPERATOR,
    summary="Try scoring rules on real people",
    responses={202: {"description": "A job tries it on everybody", "model": views.TrialView}},
)
def preview_scoring(
    name: str, body: TrialBody, parts: PartsDep, caller: CallerDep, response: Response
) -> views.TrialView:
    """Who would change, how scores would spread, how many MQLs a day each threshold would bring.
    Nobody is changed. `sample: all` starts a job; a draft is stored for it, not activated, which
    needs the role admin.
    """
    draft, wanted = body.draft(name), body.wanted()
    if body.sample != "all":
        return views.trial_view(trials.try_on_some(parts.database, draft, wanted))

    def start(tx: Tx) -> tuple[Trial, Job]:
        _check_may(body, caller)
        job = trials.start_preview(tx, draft, wanted, by=caller.by)
        return trials.previewed(tx, job), job

    trial, job = transacted(parts, start)
    parts.wake({lane_of(job.id)})
    response.status_code = 202
    response.headers["Location"] = f"/api/v1/documents/scoring/{name}/previews/{job.id}"
    return views.trial_view(trial, JobView.model_validate(job))


@routes.get(
    "/documents/scoring/{name}/previews/{job_id}",
    tags=["documents"],
    openapi_extra=VIEWER,
    summary="What a preview with everybody shows",
)
def get_preview(name: str, job_id: JobId, tx: TxDep) -> views.TrialView:
    """Also while it runs, of those it has come to. `findings` of the job name those who change."""
    job = _job(tx, "preview", name, job_id)
    return views.trial_view(trials.previewed(tx, job), JobView.model_validate(job))


@routes.post(
    "/documents/scoring/{name}/backtest",
    tags=["documents"],
    openapi_extra=OPERATOR,
    summary="Test scoring rules against outcomes",
    status_code=202,
)
def start_backtest(
    name: str, body: BackTestBody, parts: PartsDep, caller: CallerDep, response: Response
) -> views.BackTestView:
    """A job replays each person's history up to just before the outcome. A draft is stored for it,
    not activated, which needs the role admin.
    """
    asked = body.model_dump(exclude={"body", "version"})

    def start(tx: Tx) -> tuple[views.BackTestView, Job]:
        _check_may(body, caller)
        job = trials.start_backtest(tx, body.draft(name), asked, by=caller.by)
        return _backtest(tx, name, job), job

    view, job = transacted(parts, start)
    parts.wake({lane_of(job.id)})
    response.headers["Location"] = f"/api/v1/documents/scoring/{name}/backtests/{job.id}"
    return view


@routes.get(
    "/documents/scoring/{name}/backtests/{job_id}",
    tags=["documents"],
    openapi_extra=VIEWER,
    summary="What a back-test shows",
)
def get_backtest(name: str, job_id: JobId, tx: TxDep) -> views.BackTestView:
    """Also while it runs. `findings` of the job are people whose outcome the score did not tell."""
    return _backtest(tx, name, _job(tx, "backtest", name, job_id))


@routes.get(
    "/people/{person_id}/score",
    tags=["people"],
    openapi_extra=VIEWER,
    summary="A score explained, point by point",
)
def get_score(person_id: UUID, tx: TxDep) -> score_views.ExplainedView:
    """As of now, by the active rules: each line with what will become of it, in both languages;
    the points by product category, and the quadrant of fit x intent.
    """
    found = scores.explained(tx, person_id, now=datetime.now(UTC))
    if found is None:
        raise Problem(404, f"there is nobody {person_id}, or no scoring document is active")
    return score_views.explained_view(found)


@routes.get(
    "/people/{person_id}/score/vendors",
    tags=["people"],
    openapi_extra=OPERATOR,
    summary="What vendors say of their own scores",
)
def get_vendor_scores(person_id: UUID, parts: PartsDep) -> list[score_views.VendorScoreView]:
    """Asked now, of those that explain their scores (HubSpot: its lead-scoring API), which costs
    calls. What a vendor does not tell is in `problem`.
    """
    with parts.database.begin() as tx:
        asked = scores.askable(tx, person_id)
    return [_asked(parts, one) for one in asked]


def _asked(parts: Parts, one: scores.Asked) -> score_views.VendorScoreView:
    try:
        found = scores.ask(parts.accounts.connector(one.connection), one)
    except ConnectorError as error:
        return score_views.VendorScoreView(
            connection=one.connection, changes=[], problem=str(error)
        )
    changes = [score_views.ScoreChangeView.model_validate(each) for each in found]
    return score_views.VendorScoreView(connection=one.connection, changes=changes, problem=None)


def _backtest(tx: Tx, name: str, job: Job) -> views.BackTestView:
    document, result = trials.backtested(tx, job)
    return views.backtest_view(name, job, document, result)


def _check_may(body: DraftBody, caller: Caller) -> None:
    if body.body is not None and RANKS[caller.role] < RANKS["admin"]:
        raise Problem(403, "a draft is stored for this, which needs the role admin")


def _job(tx: Tx, kind: str, name: str, job_id: int) -> Job:
    job = starting.known_job(tx, job_id)
    if job.kind != kind or job.args.get("scoring") != name:
        raise configuring.Missing(f'job {job_id} is no {kind} of scoring "{name}"')
    return job
