"""What needs a person: failures by code with their fix, and trying them again."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.domain.activity import Label
from app.store import attention, lanes
from app.store.attention import Item, Wanted, What
from app.store.db import Tx
from app.web.api.listing import ListingDep, Text
from app.web.deps import OPERATOR, VIEWER, CallerDep, PartsDep, TxDep, transacted
from app.web.fixes import fix
from app.web.paging import Page

routes = APIRouter(tags=["attention"])


class ItemView(BaseModel):
    """One thing that failed, is undecided or stands still, and what to do."""

    key: str = Field(examples=["side:5f0c…:salesforce"])
    what: What
    code: str = Field(examples=["REQUIRED_FIELD_MISSING"])
    connection: str | None
    link_id: UUID | None
    reason: str | None
    since: datetime
    fix: Label


class CountView(BaseModel):
    """How many there are of one sort."""

    what: What
    code: str
    connection: str | None
    n: int
    fix: Label


class CountsView(BaseModel):
    """All sorts, most first."""

    items: list[CountView]


class Retry(BaseModel):
    """One item (`key`), or all of a code (`code`, and where wanted `what` and `connection`)."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"code": "required"}]}
    )

    key: str | None = Field(None, max_length=300)
    code: str | None = Field(None, max_length=200)
    what: What | None = None
    connection: str | None = Field(None, max_length=200)

    @model_validator(mode="after")
    def _says_which(self) -> "Retry":
        if self.key is None and self.code is None:
            raise ValueError("name one item (key) or all of a code (code)")
        return self


class Retried(BaseModel):
    """How many are tried again, by what they are."""

    retried: dict[str, int] = Field(examples=[{"side": 12}])


@routes.get(
    "/attention",
    openapi_extra=VIEWER,
    summary="What needs a person, newest first",
    response_model=Page[ItemView],
)
def list_attention(
    tx: TxDep,
    listing: ListingDep,
    what: What | None = None,
    code: Text = None,
    connection: Text = None,
) -> dict[str, Any]:
    wanted = Wanted(what, code, connection)
    found = listing.page(
        lambda after, limit: attention.items(tx, wanted, after, limit),
        lambda item: (item.since, item.key),
        datetime,
        str,
    )
    return {**found, "items": [_view(item) for item in found["items"]]}


@routes.get("/attention/counts", openapi_extra=VIEWER, summary="How many, by code")
def count_attention(
    tx: TxDep, what: What | None = None, code: Text = None, connection: Text = None
) -> CountsView:
    rows = attention.counts(tx, Wanted(what, code, connection))
    return CountsView(items=[CountView(**row, fix=fix(row["what"], row["code"])) for row in rows])


@routes.post("/attention/retry", openapi_extra=OPERATOR, summary="Try again")
def retry_attention(body: Retry, parts: PartsDep, caller: CallerDep) -> Retried:
    """Conflicts and values are mended in one of the systems, and connections resumed; none of
    them is retried.
    """
    wanted = Wanted(body.what, body.code, body.connection, body.key)
    by = {"by": caller.name, "key": caller.id}

    def retry(tx: Tx) -> tuple[dict[str, int], set[str]]:
        return attention.retry(tx, wanted, by), set(lanes.due(tx))

    done, due = transacted(parts, retry)
    parts.wake(due)
    return Retried(retried=done)


def _view(item: Item) -> ItemView:
    return ItemView(**asdict(item), fix=fix(item.what, item.code))
