"""What campaigns cost, and what came of them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from app.configuring import campaigns as configuring
from app.domain.campaign_cost import CostRow
from app.domain.cost_file import Unreadable, costs_of
from app.flows import campaigns_funnel
from app.store import campaigns_costs
from app.store.campaigns_costs import Funnel
from app.store.db import Tx
from app.web.api.campaigns import Taken, terms_of
from app.web.api.listing import ListingDep
from app.web.deps import OPERATOR, VIEWER, Caller, CallerDep, TxDep
from app.web.paging import Page
from app.web.problems import Problem

routes = APIRouter(tags=["campaigns"])


class CostView(BaseModel):
    """An amount. `source` is the connection that it was read from, api or upload."""

    id: int
    source: str
    key: str
    kind: str
    amount: Decimal
    currency: str
    spent_on: date | None
    note: str
    changed_at: datetime


class NewCosts(BaseModel):
    """Costs to add; one that is known by the same key (else date, kind and note) is changed."""

    model_config = ConfigDict(extra="forbid")

    costs: list[CostRow] = Field(min_length=1, max_length=1_000)


class Spent(BaseModel):
    """Costs in one currency, and what one member, response, opportunity and won deal cost."""

    currency: str
    actual: Decimal | None
    budget: Decimal | None
    per_member: Decimal | None
    per_response: Decimal | None
    per_opportunity: Decimal | None
    per_won: Decimal | None
    per_stage: dict[str, Decimal | None] = Field(description="for each who came that far")


class Amount(BaseModel):
    """Opportunities in one currency."""

    currency: str
    won: Decimal | None
    open: Decimal | None


class FunnelView(BaseModel):
    """From spend to won. `influenced`: opportunities that name a member or a member's company,
    whatever campaign they stand under; `opportunities`: those that stand under this one in the SFA.
    """

    members: int
    responded: int
    mql: int = Field(description="members who are, or were, hot")
    influenced: int
    opportunities: int
    won: int
    stages: dict[str, int] = Field(
        description="members who are, or were, in a stage of the lifecycle or beyond, in its order",
        examples=[{"lead": 120, "mql": 30, "sql": 12, "sao": 6, "won": 2}],
    )
    amounts: list[Amount]
    costs: list[Spent]


async def _body(request: Request) -> bytes:
    return await request.body()


BodyDep = Annotated[bytes, Depends(_body)]
Day = Annotated[date | None, Query()]


@routes.get(
    "/campaigns/{name}/costs",
    openapi_extra=VIEWER,
    summary="Costs, oldest entry first",
    response_model=Page[CostView],
)
def list_costs(name: str, tx: TxDep, listing: ListingDep) -> dict[str, Any]:
    terms_of(tx, name)
    return listing.page(
        lambda after, limit: campaigns_costs.listed(tx, name, after[0] if after else None, limit),
        lambda row: [row["id"]],
        int,
    )


@routes.post("/campaigns/{name}/costs", openapi_extra=OPERATOR, summary="Add costs")
def add_costs(name: str, body: NewCosts, tx: TxDep, caller: CallerDep) -> Taken:
    return _keep(tx, name, "api", body.costs, caller)


@routes.post(
    "/campaigns/{name}/costs/upload",
    openapi_extra={
        **OPERATOR,
        "requestBody": {
            "required": True,
            "content": {"text/csv": {"schema": {"type": "string"}}},
        },
    },
    summary="Add costs from a CSV file",
)
def upload_costs(name: str, body: BodyDep, tx: TxDep, caller: CallerDep) -> Taken:
    """Columns: amount, and as wanted date, currency, kind, note, key. UTF-8, Shift_JIS or UTF-16;
    commas, tabs or semicolons. Importing a file again changes nothing.
    """
    try:
        rows = costs_of(body)
    except Unreadable as error:
        raise Problem(400, str(error)) from None
    return _keep(tx, name, "upload", rows, caller)


@routes.delete(
    "/campaigns/{name}/costs/{cost_id}",
    openapi_extra=OPERATOR,
    summary="Forget a cost",
    status_code=204,
)
def remove_cost(name: str, cost_id: int, tx: TxDep) -> None:
    """One that was read from a system comes back as long as it is there."""
    terms_of(tx, name)
    if not campaigns_costs.remove(tx, name, cost_id):
        raise Problem(404, f"there is no cost {cost_id}")


@routes.get("/campaigns/{name}/funnel", openapi_extra=VIEWER, summary="From spend to won")
def get_funnel(name: str, tx: TxDep, since: Day = None, until: Day = None) -> FunnelView:
    """`since` and `until` (exclusive) choose among the costs by their day."""
    terms = terms_of(tx, name)
    return funnel_view(campaigns_funnel.funnel(tx, terms, since, until))


def funnel_view(found: Funnel) -> FunnelView:
    """The figures with what each step cost."""

    def each(actual: Decimal | None, n: int) -> Decimal | None:
        return None if actual is None or n == 0 else round(actual / n, 2)

    costs = [
        Spent(
            **row,
            per_member=each(row["actual"], found.members),
            per_response=each(row["actual"], found.responded),
            per_opportunity=each(row["actual"], found.opportunities),
            per_won=each(row["actual"], found.won),
            per_stage={name: each(row["actual"], n) for name, n in found.stages.items()},
        )
        for row in found.costs
    ]
    return FunnelView(
        members=found.members, responded=found.responded, mql=found.mql,
        influenced=found.influenced, opportunities=found.opportunities, won=found.won,
        stages=dict(found.stages),
        amounts=[Amount(**row) for row in found.amounts], costs=costs,
    )  # fmt: skip


def _keep(tx: Tx, name: str, source: str, rows: Sequence[CostRow], caller: Caller) -> Taken:
    terms_of(tx, name)
    by = {"by": caller.name, "key": caller.id}
    return Taken(n=configuring.add_costs(tx, name, source, rows, by))
