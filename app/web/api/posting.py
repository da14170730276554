"""Posting an activity by hand, and sending one on its way again."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from app.flows import receive
from app.flows import replay as replaying
from app.flows import rules as rules_
from app.flows.replay import NobodyKnown, NoSuchActivity
from app.store import connections, happenings
from app.store.db import Tx
from app.store.inbox import Arrival
from app.web.api.activities import ActivityId, ActivityView, view_of
from app.web.deps import OPERATOR, CallerDep, PartsDep, transacted
from app.web.problems import Problem
from connectors import activity_reading
from connectors.activity_shapes import schema
from connectors.base import Activity
from connectors.flawed import Flawed

routes = APIRouter(tags=["activities"])


class Taken(BaseModel):
    """A posted activity as it is kept. `new` is false where it was there already."""

    id: int | None = Field(description="null where its person was erased: nothing is kept then")
    external_id: str
    new: bool


class TakenList(BaseModel):
    """What was posted, in its order."""

    items: list[Taken]


def _inlined(part: Any, named: Mapping[str, Any]) -> Any:
    """A JSON Schema that refers to nothing: its own names mean nothing in the API's document."""
    match part:
        case {"$ref": str(ref)}:
            return _inlined(named[ref.rpartition("/")[2]], named)
        case dict():
            kept = {name: one for name, one in part.items() if name not in {"$defs", "$schema"}}
            return {name: _inlined(one, named) for name, one in kept.items()}
        case list():
            return [_inlined(one, named) for one in part]
    return part


SCHEMA = _inlined(schema(), schema()["$defs"])


async def _body(request: Request) -> bytes:
    return await request.body()


@routes.post(
    "/activities",
    openapi_extra={
        **OPERATOR,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": SCHEMA}},
        },
    },
    summary="Post an activity, or several",
)
def post_activities(
    parts: PartsDep,
    body: Annotated[bytes, Depends(_body)],
    connection: Annotated[str, Query(max_length=200, description="under which it is kept")],
) -> TakenList:
    """The same body as the generic webhook takes: one activity, or `{"activities": […]}`. All of it
    is taken or nothing, each id of a connection once; it is scored and routed as any other.
    """

    def store(tx: Tx) -> tuple[list[Taken], set[str]]:
        those = _read(tx, connection, body)
        known = {one.id: happenings.activity_id_of(tx, connection, one.id) for one in those}
        cause = uuid4()
        wakes = receive.store(tx, [[Arrival(connection, cause, one) for one in those]])
        taken = [
            Taken(
                id=known[one.id] or happenings.activity_id_of(tx, connection, one.id),
                external_id=one.id,
                new=known[one.id] is None,
            )
            for one in those
        ]
        return taken, wakes

    taken, wakes = transacted(parts, store)
    parts.wake(wakes)
    return TakenList(items=taken)


def _read(tx: Tx, connection: str, body: bytes) -> Sequence[Activity]:
    """The activities of a body. Raises: Problem (404, 400, 413)."""
    found = connections.get(tx, connection)
    if found is None:
        raise Problem(404, f'there is no connection "{connection}"')
    region: Any = found.settings.get("default_region")
    try:
        return activity_reading.activities(body, datetime.now(UTC), region)
    except Flawed as flawed:
        raise Problem(flawed.status, str(flawed), errors=flawed.places) from None


@routes.post(
    "/activities/{activity_id}/replay",
    openapi_extra=OPERATOR,
    summary="Route an activity anew, and deliver it again",
)
def replay_activity(activity_id: ActivityId, parts: PartsDep, caller: CallerDep) -> ActivityView:
    """By the rules of now. What is logged already is found again by its key and not doubled."""

    def again(tx: Tx) -> tuple[ActivityView, set[str]]:
        now = datetime.now(UTC)
        try:
            wakes = replaying.replay(tx, rules_.load(tx), activity_id, caller.by, now=now)
        except NoSuchActivity as error:
            raise Problem(404, str(error)) from None
        except NobodyKnown as error:
            raise Problem(409, str(error)) from None
        return view_of(tx, activity_id), wakes

    view, wakes = transacted(parts, again)
    parts.wake(wakes)
    return view
