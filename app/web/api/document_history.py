"""When which version of a document became the active one, by whom and why."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app import configuring
from app.store import journal
from app.web.api.listing import ListingDep
from app.web.deps import VIEWER, TxDep
from app.web.paging import Page

routes = APIRouter(tags=["documents"])


class ActivationView(BaseModel):
    """One change of the active version, as the journal has it: forward, or back."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    version: int = Field(examples=[4])
    before: int | None = Field(description="active until then, where that is known", examples=[3])
    by: str = Field(examples=["ops (k_1)"])
    note: str = Field(description="why", examples=["too few MQLs"])


@routes.get(
    "/documents/{kind}/{name}/activations",
    openapi_extra=VIEWER,
    summary="Which version was active since when, and why",
    response_model=Page[ActivationView],
)
def list_activations(kind: str, name: str, tx: TxDep, listing: ListingDep) -> dict[str, Any]:
    """Newest first. Going back to an earlier version is one, too."""
    configuring.model_of(kind)

    def read(after: Any, limit: int) -> list[dict[str, Any]]:
        before = None if after is None else after[0]
        return journal.activations(tx, kind, name, before, limit)

    return listing.page(read, lambda row: [row["id"]], int)
