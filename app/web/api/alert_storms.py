"""Alerts that are held because they were too many in a minute; how fast alerts are."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from app.flows import storms as deciding
from app.store import alert_figures, storms
from app.store.db import Tx
from app.web.api.listing import Text
from app.web.deps import OPERATOR, VIEWER, CallerDep, PartsDep, TxDep
from app.web.problems import Problem

routes = APIRouter(tags=["alerts"])
StormId = Annotated[int, Path(ge=1, lt=2**63)]


class StormView(BaseModel):
    """Alerts that wait for a person. `recipient` is empty where it is a whole connection's."""

    id: int
    connection: str
    recipient: str = Field(examples=["rep@example.com"])
    state: str = Field(description="open, released or dropped", examples=["open"])
    alerts: int = Field(description="how many it held")
    started_at: datetime
    decided_at: datetime | None
    decided_by: str | None


class StormsView(BaseModel):
    """Storms, newest first."""

    items: list[StormView]


class DelaysView(BaseModel):
    """Seconds; null where nothing was measured. `p90`: nine of ten were at most so slow."""

    days: int
    alerts: int
    reacted: int
    open: int
    system_s: float | None = Field(description="from the cause to the task in the SFA, median")
    system_p90_s: float | None
    human_s: float | None = Field(description="from the task to the first reaction, median")
    human_p90_s: float | None


@routes.get("/alert-delays", openapi_extra=VIEWER, summary="How fast alerts are")
def get_delays(
    tx: TxDep, days: Annotated[int, Query(ge=1, le=365)] = 30, connection: Text = None
) -> DelaysView:
    """Our part and people's part apart."""
    since = datetime.now(UTC) - timedelta(days=days)
    return DelaysView(days=days, **asdict(alert_figures.delays(tx, since, connection)))


@routes.get("/alert-storms", openapi_extra=VIEWER, summary="Alerts that are held")
def list_storms(
    tx: TxDep, state: Literal["open", "released", "dropped", "all"] = "open"
) -> StormsView:
    rows = storms.listed(tx, None if state == "all" else state)
    return StormsView(items=[StormView.model_validate(row) for row in rows])


@routes.post("/alert-storms/{storm_id}/release", openapi_extra=OPERATOR, summary="Let them go")
def release_storm(storm_id: StormId, tx: TxDep, caller: CallerDep, parts: PartsDep) -> StormView:
    """Reps are told now; deadlines and escalation count from now."""
    with _asked():
        wakes = deciding.release(tx, storm_id, caller.by, now=datetime.now(UTC))
    parts.wake(wakes)
    return _view(tx, storm_id)


@routes.post("/alert-storms/{storm_id}/drop", openapi_extra=OPERATOR, summary="Tell nobody")
def drop_storm(storm_id: StormId, tx: TxDep, caller: CallerDep) -> StormView:
    """The people stay hot."""
    with _asked():
        deciding.drop(tx, storm_id, caller.by, now=datetime.now(UTC))
    return _view(tx, storm_id)


@contextmanager
def _asked() -> Iterator[None]:
    """Says what is not possible as a problem."""
    try:
        yield
    except deciding.NoSuchStorm as error:
        raise Problem(404, str(error)) from None
    except deciding.Decided as error:
        raise Problem(409, str(error)) from None


def _view(tx: Tx, storm_id: int) -> StormView:
    found = storms.lock(tx, storm_id)
    if found is None:
        raise Problem(404, f"there is no storm {storm_id}")
    return StormView.model_validate({**found, "alerts": storms.count(tx, storm_id)})
