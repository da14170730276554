"""Jobs: long work that is started, watched, paused and resumed; and what it found."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from app.configuring import work as starting
from app.domain.activity import Label
from app.store import work
from app.store.db import Tx
from app.store.work import Finding, Job, JobState
from app.web import exports
from app.web.api.listing import ListingDep, Text
from app.web.deps import OPERATOR, VIEWER, CallerDep, PartsDep, TxDep, transacted
from app.web.fixes import finding_fix
from app.web.paging import Page
from app.web.parts import Parts

routes = APIRouter(tags=["jobs"])
JobId = Annotated[int, Path(ge=1, lt=2**63)]
Format = Annotated[Literal["csv", "ndjson"], Query(description="what the file is")]


class JobView(BaseModel):
    """One job. `done` of `total` records (or links) are dealt with; `counts` says to which end.

    `eta_s` counts from now, at its recent pace. `share` is the part of a vendor's allowance that
    the job may use.
    """

    model_config = ConfigDict(from_attributes=True)

    id: int
    kind: str = Field(examples=["backfill"])
    args: dict[str, Any] = Field(examples=[{"connection": "hubspot", "kind": "person"}])
    state: JobState
    reason: str | None
    done: int
    total: int | None
    counts: dict[str, int] = Field(examples=[{"new": 1800, "known": 200}])
    share: float | None
    rate: float | None = Field(description="records a second, lately")
    eta_s: float | None
    cause_id: UUID = Field(description="what journal and ledger know its work by")
    created_by: str
    created_at: datetime
    started_at: datetime | None
    updated_at: datetime
    finished_at: datetime | None


class NewJob(BaseModel):
    """What is to be done."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"kind": "backfill", "args": {"connection": "hubspot"}, "share": 0.5},
                {"kind": "reconcile", "args": {"mapping": "person", "repair": True}},
                {"kind": "retry", "args": {"code": "REQUIRED_FIELD_MISSING"}},
            ]
        },
    )

    kind: str = Field(
        max_length=40, description="backfill, reconcile, rehearse, resync, retry or undo"
    )
    args: dict[str, Any] = Field(default_factory=dict, description="as the kind wants them")
    share: float | None = Field(
        None, gt=0, le=1, description="part of a vendor's allowance that it may use; else all"
    )


class FindingView(BaseModel):
    """What a job found about one record, and what to do about it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    category: str = Field(examples=["missed"])
    code: str | None = Field(examples=["REQUIRED_FIELD_MISSING"])
    connection: str | None
    kind: str | None
    external_id: str | None
    link_id: UUID | None
    detail: dict[str, Any] = Field(examples=[{"fields": ["phone"]}])
    repaired: bool
    fix: Label


class FindingsView(Page[FindingView]):
    """A part of what a job found, and how many there are of each category in all."""

    counts: dict[str, int] = Field(examples=[{"missed": 3, "failed": 1}])


@routes.post("/jobs", openapi_extra=OPERATOR, summary="Start a job", status_code=201)
def start_job(body: NewJob, parts: PartsDep, caller: CallerDep, response: Response) -> JobView:
    """409 where the same is being done already."""
    made = transacted(
        parts,
        lambda tx: starting.start_job(tx, body.kind, body.args, by=caller.by, share=body.share),
    )
    parts.wake({work.lane_of(made.id)})
    response.headers["Location"] = f"/api/v1/jobs/{made.id}"
    return JobView.model_validate(made)


@routes.get(
    "/jobs", openapi_extra=VIEWER, summary="Jobs, newest first", response_model=Page[JobView]
)
def list_jobs(
    tx: TxDep, listing: ListingDep, kind: Text = None, state: JobState | None = None
) -> dict[str, Any]:
    states = None if state is None else [state]

    def read(after: tuple[int] | None, limit: int) -> list[Job]:
        before = None if after is None else after[0]
        return work.listed(tx, kind=kind, states=states, before=before, limit=limit)

    return listing.page(read, lambda job: (job.id,), int)


@routes.get("/jobs/{job_id}", openapi_extra=VIEWER, summary="One job")
def get_job(job_id: JobId, tx: TxDep) -> JobView:
    return JobView.model_validate(starting.known_job(tx, job_id))


@routes.post("/jobs/{job_id}/pause", openapi_extra=OPERATOR, summary="Pause a job")
def pause_job(job_id: JobId, tx: TxDep, caller: CallerDep) -> JobView:
    """It stops after the step that is being done."""
    return JobView.model_validate(starting.pause_job(tx, job_id, by=caller.by))


@routes.post("/jobs/{job_id}/resume", openapi_extra=OPERATOR, summary="Resume a job")
def resume_job(job_id: JobId, parts: PartsDep, caller: CallerDep) -> JobView:
    """From where it stopped, also after a failure whose cause is gone."""
    made = transacted(parts, lambda tx: starting.resume_job(tx, job_id, by=caller.by))
    parts.wake({work.lane_of(job_id)})
    return JobView.model_validate(made)


@routes.post("/jobs/{job_id}/cancel", openapi_extra=OPERATOR, summary="Cancel a job")
def cancel_job(job_id: JobId, tx: TxDep, caller: CallerDep) -> JobView:
    """For good; what it did stays."""
    return JobView.model_validate(starting.cancel_job(tx, job_id, by=caller.by))


@routes.get(
    "/jobs/{job_id}/findings",
    openapi_extra=VIEWER,
    summary="What a job found",
    response_model=FindingsView,
)
def list_findings(
    job_id: JobId, tx: TxDep, listing: ListingDep, category: Text = None
) -> dict[str, Any]:
    starting.known_job(tx, job_id)

    def read(after: tuple[int] | None, limit: int) -> list[Finding]:
        last = None if after is None else after[0]
        return work.findings(tx, job_id, category=category, after=last, limit=limit)

    found = listing.page(read, lambda one: (one.id,), int)
    views = [_view(one) for one in found["items"]]
    return {**found, "items": views, "counts": work.finding_counts(tx, job_id)}


@routes.get(
    "/jobs/{job_id}/findings/export",
    openapi_extra=VIEWER,
    summary="What a job found, as a file",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}, "application/x-ndjson": {}}}},
)
def export_findings(
    job_id: JobId,
    parts: PartsDep,
    format: Format = "csv",  # noqa: A002  the parameter's name
    category: Text = None,
) -> StreamingResponse:
    return found_file(parts, job_id, format, category)


def found_file(
    parts: Parts, job_id: int, format_: exports.Format, category: str | None
) -> StreamingResponse:
    """What a job found, as a download. Raises: Missing."""
    with parts.database.begin() as tx:
        starting.known_job(tx, job_id)

    def read(tx: Tx, after: int | None) -> list[Finding]:
        return work.findings(tx, job_id, category=category, after=after, limit=exports.AT_ONCE)

    pages = exports.paged(parts.database, read, lambda one: one.id)
    return exports.answer(map(_row, pages), format_, f"job-{job_id}-findings")


def _row(one: Finding) -> dict[str, Any]:
    view = _view(one)
    return view.model_dump(mode="json", exclude={"fix"}) | {"fix": view.fix.en}


def _view(one: Finding) -> FindingView:
    told: Iterable[str] = ("id", "category", "code", "connection", "kind", "external_id")
    facts = {name: getattr(one, name) for name in (*told, "link_id", "repaired")}
    return FindingView(**facts, detail=dict(one.detail), fix=finding_fix(one.category, one.code))
