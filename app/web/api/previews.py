"""Previews: what a mapping would do to live records, and what activating it would cost."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from app import configuring
from app.configuring import previewing
from app.configuring import work as starting
from app.configuring.previewing import Cost, Draft, Preview
from app.domain.rehearsal import Rehearsed
from app.flows.sample import Pick, Wanted
from app.store import documents
from app.store.db import Tx
from app.store.work import Job, lane_of
from app.web.api.documents import FindingView
from app.web.api.jobs import JobView
from app.web.deps import OPERATOR, RANKS, Caller, CallerDep, PartsDep, transacted
from app.web.fields_read import fields_read
from app.web.problems import Problem
from connectors.base import AuthLost, Busy, ConnectorError

routes = APIRouter(tags=["documents"])
Emails = Annotated[list[str], Field(max_length=previewing.MOST)]


class PreviewBody(BaseModel):
    """What to rehearse: a draft (`body`), a stored `version`, or (neither) the active one. With
    which records: so many of the newest or any (`sample`, `pick`), those of some `emails` or `ids`,
    or all of them, as a job.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"version": 4, "sample": 20, "pick": "random"},
                {"version": 4, "emails": ["ada@example.com"]},
                {"version": 4, "sample": "all"},
            ]
        },
    )

    body: dict[str, Any] | None = None
    version: int | None = Field(None, ge=1, le=2**31 - 1)
    sample: Annotated[int, Field(ge=1, le=previewing.MOST)] | Literal["all"] = 20
    pick: Pick = "newest"
    emails: Emails = []
    ids: dict[str, Annotated[list[str], Field(max_length=previewing.MOST)]] = Field(
        default_factory=dict, examples=[{"hubspot": ["101"]}]
    )

    @model_validator(mode="after")
    def _one_draft(self) -> "PreviewBody":
        if self.body is not None and self.version is not None:
            raise ValueError("give a body or a version, not both")
        return self


class ChangeView(BaseModel):
    """One field that a side would be told: `source` is ma, sfa, baton, mapping or agreed."""

    model_config = ConfigDict(from_attributes=True)

    field: str = Field(examples=["phone"])
    before: Any
    after: Any
    source: str = Field(examples=["ma"])
    why: str = Field(
        description="changed, filled, policy, score, territory, put_back or pending",
        examples=["changed"],
    )


class TroubleView(BaseModel):
    """What would be refused, or can't be expressed."""

    model_config = ConfigDict(from_attributes=True)

    field: str
    code: str = Field(examples=["too_long"])
    message: str


class SideView(BaseModel):
    """What would become of a record at one connection."""

    model_config = ConfigDict(from_attributes=True)

    connection: str
    outcome: str = Field(examples=["updated"])
    external_id: str | None
    object: str | None
    fields: list[ChangeView]
    also: dict[str, Any] = Field(description="vendor fields with fixed values or defaults")
    troubles: list[TroubleView]
    filter: str | None = Field(
        description="the filter that keeps it out", examples=["/filters/ma/0"]
    )


class RehearsedView(BaseModel):
    """One record with both its sides."""

    link_id: str | None = Field(description="null: Baton has not seen it yet")
    label: str = Field(examples=["ada@example.com"])
    outcome: str = Field(examples=["updated"])
    sides: list[SideView]
    conflicts: dict[str, dict[str, Any]] = Field(description="what would wait for a person")


class CostView(BaseModel):
    """Calls at one connection, for all its records."""

    connection: str
    reads: int = Field(description="to read all records")
    looks: int = Field(description="to seek those to be created, and once more before changes")
    writes: int
    total: int
    left_today: int | None = Field(description="null: the vendor tells of no daily limit")
    fits: bool


class PreviewView(BaseModel):
    """What a rehearsal showed. Nothing was written."""

    mapping: str
    version: int = Field(description="0 for a draft that is not stored")
    totals: dict[str, int] = Field(
        description="records of the sample by outcome", examples=[{"updated": 3, "unchanged": 17}]
    )
    records: dict[str, int] = Field(description="records that Baton knows, by connection")
    costs: list[CostView]
    lasts_s: float | None = Field(description="estimate for all records; null: unknown")
    warnings: list[FindingView]
    results: list[RehearsedView]
    job: JobView | None = Field(None, description="where all records are rehearsed")


@routes.post(
    "/documents/mapping/{name}/preview",
    openapi_extra=OPERATOR,
    summary="Rehearse a mapping with live records",
    responses={202: {"description": "A job rehearses all records", "model": PreviewView}},
)
def preview_mapping(
    name: str, body: PreviewBody, parts: PartsDep, caller: CallerDep, response: Response
) -> PreviewView:
    """Both systems are read, nothing is written. `sample: all` starts a job whose findings name
    fields and reasons; it needs a stored version: a draft is stored first, not activated, which
    needs the role admin.
    """
    draft = Draft(name, body.body, body.version)
    if body.sample == "all":
        fields_read(parts, "mapping", body.body or {})
        job = transacted(parts, lambda tx: start_rehearsal(tx, draft, caller))
        parts.wake({lane_of(job.id)})
        response.status_code = 202
        response.headers["Location"] = f"/api/v1/jobs/{job.id}"
        return PreviewView(
            mapping=name, version=job.args["version"], totals={}, records={}, costs=[],
            lasts_s=None, warnings=[], results=[], job=JobView.model_validate(job),
        )  # fmt: skip
    wanted = Wanted(body.sample, body.pick, body.emails, body.ids)
    try:
        return view(previewing.preview(parts.database, parts.accounts.connector, draft, wanted))
    except AuthLost as error:
        raise Problem(409, f"signing in no longer works: {error}") from None
    except Busy as error:
        again = int(error.retry_in_s or 5)
        raise Problem(503, f"the vendor is busy: {error}", retry_after_s=again) from None
    except ConnectorError as error:
        raise Problem(502, f"the vendor did not answer as expected: {error}") from None


def start_rehearsal(tx: Tx, draft: Draft, caller: Caller) -> Job:
    """A job for all records. Raises: Invalid, Missing, InUse, Problem (403)."""
    version = draft.version
    if draft.body is not None:
        if RANKS[caller.role] < RANKS["admin"]:
            raise Problem(403, "a draft is stored for this, which needs the role admin")
        saved = configuring.save_document(
            tx, "mapping", draft.name, draft.body, activate=False, note="preview", by=caller.by
        )
        version = saved.document.version
    elif version is None:
        found = documents.get(tx, "mapping", draft.name)
        version = None if found is None else found.version
    if version is None or documents.get(tx, "mapping", draft.name, version) is None:
        raise configuring.Missing(f'there is no such version of mapping "{draft.name}"')
    args = {"mapping": draft.name, "version": version}
    return starting.start_job(tx, "rehearse", args, by=caller.by)


def view(seen: Preview) -> PreviewView:
    """As the API and the command line show it."""
    return PreviewView(
        mapping=seen.mapping,
        version=seen.version,
        totals=dict(seen.totals),
        records=dict(seen.records),
        costs=[_cost(one) for one in seen.costs],
        lasts_s=seen.lasts_s,
        warnings=[FindingView(pointer=w.pointer, message=w.message) for w in seen.warnings],
        results=[_rehearsed(one) for one in seen.results],
    )


def _cost(one: Cost) -> CostView:
    spent = one.calls
    return CostView(
        connection=one.connection, reads=spent.reads, looks=spent.looks, writes=spent.writes,
        total=spent.total, left_today=one.left_today, fits=one.fits,
    )  # fmt: skip


def _rehearsed(one: Rehearsed) -> RehearsedView:
    return RehearsedView(
        link_id=None if one.link_id is None else str(one.link_id),
        label=one.label,
        outcome=one.outcome,
        sides=[SideView.model_validate(side) for side in one.sides],
        conflicts={name: dict(values) for name, values in one.conflicts.items()},
    )
