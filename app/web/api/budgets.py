"""Budgets: how much of a vendor's allowance is used, and whether the day will last."""

from dataclasses import asdict
from datetime import UTC, datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.budget import outlook
from app.store import connections
from app.web.api.connections import Slug
from app.web.deps import VIEWER, TxDep
from app.web.problems import Problem

routes = APIRouter(tags=["connections"])
EXAMPLE = "2026-11-20T09:00:00Z"


class WindowView(BaseModel):
    """A limit class: at most `calls` in any `per_s` seconds, and how many are booked now."""

    limit: str = Field(examples=["default", "search"])
    calls: int | None = Field(description="None: only the day is limited")
    per_s: float | None
    heard: bool = Field(description="the vendor's own answer told it")
    booked: int


class HourView(BaseModel):
    """Our calls of an hour."""

    hour: datetime = Field(examples=[EXAMPLE])
    calls: int


class BudgetView(BaseModel):
    """What an account allows and what is used of it."""

    windows: list[WindowView]
    used: int | None = Field(description="everybody's calls of the day, as the vendor last told")
    total: int | None = Field(description="the account's daily allowance")
    ceiling: int | None = Field(description="where Baton stops, but for hot leads")
    ours_24h: int
    per_hour: float = Field(description="our pace in the last three hours")
    day_at_pace: int = Field(description="a whole day at this pace")
    ceiling_at: datetime | None = Field(description="when the ceiling is reached at this pace")
    hours: list[HourView]


@routes.get(
    "/connections/{name}/budget",
    openapi_extra=VIEWER,
    summary="Calls used and left, with a forecast",
)
def get_budget(name: Slug, tx: TxDep) -> BudgetView:
    found = connections.get(tx, name)
    if found is None:
        raise Problem(404, f"there is no connection {name!r}")
    seen = outlook(tx, found, now=datetime.now(UTC))
    windows = [
        WindowView(
            limit=one.limit,
            calls=one.rate.calls if one.rate else None,
            per_s=one.rate.per_s if one.rate else None,
            heard=one.is_heard,
            booked=one.booked,
        )
        for one in seen.windows
    ]
    return BudgetView(
        windows=windows,
        **asdict(seen.forecast),
        hours=[HourView(hour=one.hour, calls=one.calls) for one in seen.hours],
    )
