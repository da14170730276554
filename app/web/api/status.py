"""How Baton is doing: connections, queues, lanes that wait."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.budget import allowance
from app.store import attention, board, revisiting
from app.web.deps import VIEWER, TxDep

routes = APIRouter(tags=["status"])


class ConnectionHealth(BaseModel):
    """One connection: its state and how much waits there."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    vendor: str
    role: str
    state: str
    reason: str | None
    checked_at: datetime | None
    stands_at: datetime | None = Field(
        description="changes until then have been read, by the feed that is behind most"
    )
    queues: dict[str, int] = Field(validation_alias="depths", examples=[{"hints": 3, "writes": 1}])


class WaitingLane(BaseModel):
    """Work that waits for its vendor."""

    name: str = Field(examples=["deliver:salesforce:person"])
    not_before: datetime | None
    failures: int
    reason: str | None


class StatusView(BaseModel):
    """All at a glance."""

    healthy: bool = Field(description="no connection is paused or in trouble, no lane waits")
    connections: list[ConnectionHealth]
    waiting: list[WaitingLane]
    attention: int = Field(description="how many things need a person")


@routes.get("/status", openapi_extra=VIEWER, summary="How Baton is doing")
def get_status(tx: TxDep) -> StatusView:
    found = [ConnectionHealth.model_validate(one) for one in board.health(tx, allowance)]
    waiting = [WaitingLane.model_validate(row) for row in revisiting.waiting_lanes(tx)]
    return StatusView(
        healthy=not waiting and all(one.state == "active" for one in found),
        connections=found,
        waiting=waiting,
        attention=sum(attention.totals(tx).values()),
    )
