"""Pages of lists: an opaque cursor, and the link to the next page."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Query, Request
from pydantic import BaseModel, Field

from app.web.problems import Problem

T = TypeVar("T")
MOST = 200
LONGEST_CURSOR = 500
Limit = Annotated[int, Query(ge=1, le=MOST, description="items on a page")]
CursorParam = Annotated[
    str | None,
    Query(max_length=LONGEST_CURSOR, description="where to read on: take it from `next`"),
]


class Page(BaseModel, Generic[T]):
    """A part of a list."""

    items: list[T]
    next: str | None = Field(None, description="address of the next page; null on the last")


def page(
    request: Request,
    rows: Sequence[Any],
    limit: int,
    after: Callable[[Any], Sequence[object]],
) -> dict[str, Any]:
    """A page of `rows`, of which there are one more than `limit` where there is more.

    `after` tells of the last row what the next page begins behind.
    """
    items = list(rows[:limit])
    if len(rows) <= limit:
        return {"items": items, "next": None}
    url = request.url.include_query_params(cursor=encode(after(items[-1])))
    return {"items": items, "next": f"{url.path}?{url.query}"}


def encode(values: Sequence[object]) -> str:
    """A place in a list as opaque text."""
    plain = json.dumps(
        [v.isoformat() if isinstance(v, datetime) else v for v in values], default=str
    )
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def decode(cursor: str | None, *types: type[Any]) -> tuple[Any, ...] | None:
    """The place that a cursor names; its values are of these types. Raises: Problem (400)."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(values, list) or len(values) != len(types):
            raise _bad_cursor()
        return tuple(_typed(v, t) for v, t in zip(values, types, strict=True))
    except (binascii.Error, ValueError, TypeError, AttributeError, RecursionError):
        raise _bad_cursor() from None


def _typed(value: Any, wanted: type[Any]) -> Any:
    if wanted is datetime:
        return datetime.fromisoformat(value)
    if wanted is UUID:
        return UUID(value)
    if type(value) is not wanted:
        raise TypeError(wanted.__name__)
    if isinstance(value, int) and abs(value) >= 2**63:
        raise ValueError("beyond what the database counts to")
    return value


def _bad_cursor() -> Problem:
    tip = "not a cursor of this list; take it from `next`"
    return Problem(400, tip, errors=[("/query/cursor", tip)])
