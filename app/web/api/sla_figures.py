"""How well the agreement is kept, and how it would be by another one."""

from datetime import UTC, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from app.configuring.documents import parsed_document
from app.domain.sla_document import Limit, SlaDocument
from app.domain.sla_forecast import Outcome
from app.flows import sla_rules, sla_what_if
from app.flows.sla_what_if import Compared
from app.store import sla_listing
from app.store.db import Tx
from app.store.sla_listing import Wanted
from app.web.api.listing import Text
from app.web.deps import VIEWER, TxDep
from app.web.problems import Problem

routes = APIRouter(tags=["sla"])
MONTH = timedelta(days=30)


class FiguresView(BaseModel):
    """How well one clock is kept. `overdue` still wait, `late` ended after their time."""

    name: str
    running: int
    paused: int
    met: int
    overdue: int
    late: int
    cancelled: int
    met_rate: float | None = Field(description="met of all that were due", examples=[0.86])
    median_minutes: float | None
    p90_minutes: float | None
    median_human_minutes: float | None
    median_system_s: float | None


class Summary(BaseModel):
    """All clocks that began in a span of time."""

    since: datetime
    until: datetime
    items: list[FiguresView]


class WhatIf(BaseModel):
    """Another limit for one clock, or a whole other document (a body, or a stored version)."""

    model_config = ConfigDict(extra="forbid")

    clock: str | None = Field(default=None, max_length=100, examples=["first-contact"])
    limit: Limit | None = Field(default=None, examples=[{"minutes": 240}])
    document: dict[str, Any] | None = None
    version: int | None = Field(default=None, ge=1)
    since: AwareDatetime | None = Field(default=None, description="30 days ago where not given")
    until: AwareDatetime | None = Field(default=None, description="now where not given")

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        ways = (self.limit, self.document, self.version)
        if sum(one is not None for one in ways) != 1:
            raise ValueError("give one of limit, document, version")
        if self.limit is not None and self.clock is None:
            raise ValueError("limit needs the clock that it is for")
        return self


class OutcomeView(BaseModel):
    """How the runs of a clock are judged."""

    runs: int
    met: int
    breached: int
    open: int
    cancelled: int
    met_rate: float | None
    median_minutes: float | None


class ComparedView(BaseModel):
    """One clock, as agreed and as it would be. `difference`: breaches more (less, below 0)."""

    clock: str
    before: OutcomeView | None
    after: OutcomeView | None
    difference: int
    worse: list[UUID] = Field(description="people with a run that would be breached; at most 50")
    better: list[UUID] = Field(description="people with one that would not be any more")


class WhatIfView(BaseModel):
    since: datetime
    until: datetime
    items: list[ComparedView]


@routes.get("/sla/figures", openapi_extra=VIEWER, summary="How well each clock is kept")
def get_figures(
    tx: TxDep,
    clock: Text = None,
    owner: Text = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> Summary:
    """Of what began in the span: the last 30 days where none is given."""
    span = _span(since, until)
    found = sla_listing.figures(tx, Wanted(clock, owner=owner, since=span[0], until=span[1]))
    items = [FiguresView.model_validate(one, from_attributes=True) for one in found]
    return Summary(since=span[0], until=span[1], items=items)


@routes.post("/sla/what-if", openapi_extra=VIEWER, summary="The same facts by another agreement")
def what_if(body: WhatIf, tx: TxDep) -> WhatIfView:
    """Reads stored facts only: it also works before the first document is published."""
    span, now = _span(body.since, body.until), datetime.now(UTC)
    agreement = sla_rules.active(tx)
    before = None if agreement is None else agreement.document
    after = _other(tx, body, before)
    found = sla_what_if.compare(tx, before, after, span, now=now, clock=body.clock)
    return WhatIfView(since=span[0], until=span[1], items=[_compared(one) for one in found])


def _other(tx: Tx, body: WhatIf, before: SlaDocument | None) -> SlaDocument:
    if body.document is not None:
        parsed = parsed_document(sla_rules.KIND, "what-if", body.document)
        assert isinstance(parsed, SlaDocument)  # noqa: S101  its kind says so
        return parsed
    if body.version is not None:
        agreement = sla_rules.active(tx)
        stored = sla_rules.of(tx, agreement.name if agreement else "main", body.version)
        if stored is None:
            raise Problem(404, f"there is no version {body.version} of the agreement")
        return stored.document
    if before is None:
        raise Problem(409, "no agreement is published yet: send a document")
    try:
        return sla_what_if.with_limit(before, str(body.clock), body.limit or Limit(minutes=1))
    except sla_what_if.NoSuchClock as error:
        raise Problem(404, str(error)) from None


def _span(since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    end = until or datetime.now(UTC)
    return since or end - MONTH, end


def _compared(one: Compared) -> ComparedView:
    return ComparedView(
        clock=one.clock,
        before=_outcome(one.before),
        after=_outcome(one.after),
        difference=one.difference,
        worse=list(one.worse),
        better=list(one.better),
    )


def _outcome(one: Outcome | None) -> OutcomeView | None:
    return None if one is None else OutcomeView.model_validate(one, from_attributes=True)
