"""The ledger of writes, and taking writes back."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, Field

from app.configuring.work import start_job
from app.flows.work import undo
from app.store import ledger, work
from app.store.ledger import Scope
from app.web.api.listing import ListingDep, Text
from app.web.deps import OPERATOR, VIEWER, CallerDep, PartsDep, TxDep
from app.web.paging import Page

routes = APIRouter(tags=["ledger"])


class EntryView(BaseModel):
    """One write that a vendor confirmed: canonical field -> [value before, value written]."""

    id: int
    at: AwareDatetime
    link_id: UUID
    connection: str
    kind: str
    external_id: str
    created: bool = Field(description="the record was made by it")
    changes: dict[str, list[Any]] = Field(examples=[{"phone": ["+81312345678", "+81387654321"]}])
    mapping: str | None = Field(examples=["main"])
    version: int | None = Field(examples=[3])
    job_id: int | None = Field(description="the undo that asked for it")
    cause_id: UUID | None
    undone_by: int | None = Field(description="the job that put back what this changed")


class Undo(undo.Arguments):
    """Which writes to take back: all that fit all of these. With `dry_run` nothing is done."""

    dry_run: bool = False


class Sample(BaseModel):
    """A value that would stand again (`then`) in place of what stands there `now`."""

    link_id: UUID
    connection: str
    field: str
    now: Any
    then: Any


class SkippedSample(BaseModel):
    """A value that would be left, and why."""

    link_id: UUID
    connection: str
    field: str
    why: str = Field(examples=["changed_since"])


class UndoView(BaseModel):
    """What an undo would do, or the job that does it (`/api/v1/jobs/{id}`).

    `skipped`: created (the record was made by this write, and stays), changed_since, pending (a
    change of it is on its way), gone, not_written (the active mapping does not write the field).
    """

    job: int | None = None
    links: int = Field(description="people, companies and opportunities with such writes")
    complete: bool = Field(description="all of them were judged for this preview")
    records: int = Field(description="records with something to put back")
    fields: dict[str, int] = Field(examples=[{"phone": 12}])
    skipped: dict[str, int] = Field(examples=[{"changed_since": 1}])
    samples: list[Sample]
    skipped_samples: list[SkippedSample]


@routes.get(
    "/ledger",
    openapi_extra=VIEWER,
    summary="Writes that vendors confirmed, newest first",
    response_model=Page[EntryView],
)
def list_ledger(
    tx: TxDep,
    listing: ListingDep,
    *,
    mapping: Text = None,
    version: int | None = None,
    job: int | None = None,
    cause: UUID | None = None,
    connection: Text = None,
    link: UUID | None = None,
    field: Text = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> dict[str, Any]:
    """`job`: what a job made or caused; `cause`: what one event led to."""
    fields = () if field is None else (field,)
    scope = Scope(mapping, version, job, cause, connection, link, since, until, fields)
    return listing.page(
        lambda after, limit: ledger.page(tx, scope, None if after is None else after[0], limit),
        lambda row: [row["id"]],
        int,
    )


@routes.post("/undo", openapi_extra=OPERATOR, summary="Take writes back", response_model=UndoView)
def undo_writes(
    body: Undo, parts: PartsDep, caller: CallerDep, response: Response
) -> dict[str, Any]:
    """Old values stand again where what was written still stands, newest write first. What was
    changed since is left, and so are records that were created. Sync leaves the old values
    alone until one side changes or another version of the mapping is activated. An undo can be
    undone by its `job`. Preview it with `dry_run`.
    """
    plain = body.model_dump(mode="json", exclude={"dry_run"}, exclude_none=True)
    arguments = undo.Arguments(**plain)
    job: int | None = None
    with parts.database.begin() as tx:
        found = undo.preview(tx, arguments)
        if not body.dry_run:
            job = start_job(tx, "undo", plain, by=caller.by, share=None).id
    if job is not None:
        response.status_code = 202
        response.headers["Location"] = f"/api/v1/jobs/{job}"
        parts.wake({work.lane_of(job)})
    names = ("links", "complete", "records", "fields", "skipped", "samples", "skipped_samples")
    return {"job": job, **{name: getattr(found, name) for name in names}}
