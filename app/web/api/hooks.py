"""Outgoing webhooks: who hears of events, and what became of each there."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from app.configuring import SLUG
from app.configuring import hooks as configuring
from app.configuring.hooks import KEEP_H, HookSpec
from app.domain import events as catalogue
from app.flows import hooks as telling
from app.store import hook_deliveries, hooks
from app.store.hooks import Hook
from app.web.api.listing import ListingDep
from app.web.deps import ADMIN, OPERATOR, CallerDep, PartsDep, TxDep
from app.web.paging import Page
from connectors.outgoing import poster

routes = APIRouter(tags=["hooks"])
Name = Annotated[str, Path(pattern=SLUG)]
EventId = Annotated[str, Path(pattern=r"^evt_[0-9]{1,18}$", examples=["evt_4711"])]
DeliveryState = Literal["delivered", "waiting", "failed"]


class HookView(BaseModel):
    """A hook, and how it stands. `state`: active, off (by a person) or failed (`code` and
    `reason`; a person must look, and resume it).
    """

    name: str = Field(examples=["warehouse"])
    url: str = Field(examples=["https://hooks.example.com/baton"])
    events: list[str] = Field(examples=[["stage.changed", "handoff.*"]])
    types: list[str] = Field(description="what the globs mean now", examples=[["stage.changed"]])
    description: str
    state: str = Field(examples=["active"])
    code: str | None = Field(examples=["hook_failing"])
    reason: str | None
    backlog: int = Field(description="events that wait, counted up to 1000", examples=[0])
    attempts: int = Field(description="so far, of the event at its head")
    failing_since: datetime | None
    next_try_at: datetime | None
    delivered: int
    failed: int = Field(description="events that were set aside")
    delivered_at: datetime | None = Field(description="last success")
    previous_secret_until: datetime | None
    created_at: datetime
    changed_at: datetime


class MadeHook(HookView):
    """`secret`: shown once, where it was made just now."""

    secret: str | None = Field(examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"])


class HooksView(BaseModel):
    """All hooks by name."""

    items: list[HookView]


class Rotate(BaseModel):
    """How long messages are signed with the old secret, too."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"keep_hours": 24}]})

    keep_hours: float = Field(default=KEEP_H, ge=0, le=24 * 14)


class Resume(BaseModel):
    """Whether what was missed is left out."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"skip_backlog": False}]}
    )

    skip_backlog: bool = False


class Redeliver(BaseModel):
    """From when on. Without it: all that failed."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"since": "2026-11-30T00:00:00+09:00"}]}
    )

    since: AwareDatetime | None = None


class TestResult(BaseModel):
    """How a receiver answered a message of the type `baton.test`."""

    ok: bool
    status: int = Field(description="0: no answer", examples=[204])
    reason: str | None
    took_ms: int


class DeliveryView(BaseModel):
    """What became of an event at a hook."""

    event: str = Field(examples=["evt_4711"])
    type: str = Field(examples=["stage.changed"])
    person: UUID | None
    subject: str
    state: DeliveryState
    attempts: int
    status: int = Field(description="of the last answer; 0: none", examples=[204])
    reason: str | None
    took_ms: int
    first_at: datetime
    at: datetime = Field(description="of the last attempt")
    again: bool = Field(description="it is to be sent once more")


class Count(BaseModel):
    """How many it was about."""

    n: int


@routes.get("/hooks", openapi_extra=OPERATOR, summary="All hooks")
def list_hooks(tx: TxDep) -> HooksView:
    counts = hook_deliveries.counts(tx)
    return HooksView(
        items=[HookView(**shown(one, counts, backlog_of(tx, one))) for one in hooks.every(tx)]
    )


@routes.get("/hooks/{name}", openapi_extra=OPERATOR, summary="One hook")
def get_hook(name: Name, tx: TxDep) -> HookView:
    one = configuring.known(tx, name)
    return HookView(**shown(one, hook_deliveries.counts(tx), backlog_of(tx, one)))


@routes.put("/hooks/{name}", openapi_extra=ADMIN, summary="Make or change a hook")
def put_hook(
    name: Name, body: HookSpec, parts: PartsDep, caller: CallerDep, response: Response
) -> MadeHook:
    """A new hook hears of what happens from now on; its secret is in this answer and never again.
    Saving one that stands lets it go on where it stopped.
    """
    with parts.database.begin() as tx:
        new = hooks.get(tx, name) is None
        trusted = parts.settings.allow_hosts
        saved = configuring.save_hook(tx, parts.vault, name, body, trusted, by=caller.by)
        view = shown(saved.hook, hook_deliveries.counts(tx), backlog_of(tx, saved.hook))
    parts.wake(set(saved.wakes))
    response.status_code = 201 if new else 200
    return MadeHook(**view, secret=saved.secret)


@routes.delete("/hooks/{name}", openapi_extra=ADMIN, status_code=204, summary="Forget a hook")
def delete_hook(name: Name, tx: TxDep, caller: CallerDep) -> None:
    """With the list of what it was told."""
    configuring.remove_hook(tx, name, by=caller.by)


@routes.post("/hooks/{name}/rotate", openapi_extra=ADMIN, summary="Make a new secret")
def rotate_secret(name: Name, body: Rotate, parts: PartsDep, caller: CallerDep) -> MadeHook:
    """Until the old one ends, each message carries a signature by either."""
    with parts.database.begin() as tx:
        secret, one = configuring.rotate(tx, parts.vault, name, body.keep_hours, by=caller.by)
        view = shown(one, hook_deliveries.counts(tx), backlog_of(tx, one))
    return MadeHook(**view, secret=secret)


@routes.post("/hooks/{name}/resume", openapi_extra=OPERATOR, summary="Let it hear again")
def resume_hook(name: Name, body: Resume, parts: PartsDep, caller: CallerDep) -> HookView:
    """Also at once, where it waits after a failure."""
    with parts.database.begin() as tx:
        saved = configuring.resume_hook(tx, name, skip=body.skip_backlog, by=caller.by)
        view = shown(saved.hook, hook_deliveries.counts(tx), backlog_of(tx, saved.hook))
    parts.wake(set(saved.wakes))
    return HookView(**view)


@routes.post("/hooks/{name}/test", openapi_extra=OPERATOR, summary="Send a message to try it")
def test_hook(name: Name, parts: PartsDep) -> TestResult:
    """Signed as any other, of the type `baton.test`; it is not in the list of deliveries."""
    with parts.database.begin() as tx:
        letter = configuring.test_letter(tx, name, now=datetime.now(UTC))
    with poster(parts.settings.allow_hosts) as post:
        posted = telling.call(post, parts.vault.open, letter)
    return TestResult(
        ok=posted.taken,
        status=posted.status,
        reason=posted.reason,
        took_ms=round(posted.took_s * 1000),
    )


@routes.get(
    "/hooks/{name}/deliveries",
    openapi_extra=OPERATOR,
    summary="What became of each event, newest first",
    response_model=Page[DeliveryView],
)
def list_deliveries(
    name: Name,
    tx: TxDep,
    listing: ListingDep,
    *,
    state: Annotated[DeliveryState | None, Query()] = None,
) -> dict[str, Any]:
    configuring.known(tx, name)
    found = listing.page(
        lambda after, limit: hook_deliveries.listed(
            tx, name, state, after[0] if after else None, limit
        ),
        lambda row: [row["event_id"]],
        int,
    )
    return {**found, "items": [delivery(row) for row in found["items"]]}


@routes.post(
    "/hooks/{name}/deliveries/{event}/redeliver",
    openapi_extra=OPERATOR,
    summary="Send an event once more",
)
def redeliver_one(name: Name, event: EventId, parts: PartsDep, caller: CallerDep) -> Count:
    """With the same `webhook-id`, signed anew."""
    return _again(parts, caller, name, int(event.removeprefix("evt_")), None)


@routes.post(
    "/hooks/{name}/redeliver", openapi_extra=OPERATOR, summary="Send all that failed once more"
)
def redeliver_failed(name: Name, body: Redeliver, parts: PartsDep, caller: CallerDep) -> Count:
    return _again(parts, caller, name, None, body.since)


def _again(
    parts: PartsDep, caller: CallerDep, name: str, event_id: int | None, since: datetime | None
) -> Count:
    with parts.database.begin() as tx:
        n, wakes = configuring.redeliver(tx, name, event_id, since, by=caller.by)
    parts.wake(wakes)
    return Count(n=n)


def backlog_of(tx: TxDep, one: Hook) -> int:
    """How many events wait for a hook."""
    return hooks.backlog(tx, one.name, catalogue.matching(one.events))


def shown(one: Hook, counts: Mapping[str, Mapping[str, Any]], backlog: int) -> dict[str, Any]:
    """A hook as it is shown; its secrets never are."""
    own = counts.get(one.name, {})
    until = one.previous_until
    return {
        "name": one.name,
        "url": one.url,
        "events": list(one.events),
        "types": list(catalogue.matching(one.events)),
        "description": one.description,
        "state": one.state,
        "code": one.code,
        "reason": one.reason,
        "backlog": backlog,
        "attempts": one.attempts,
        "failing_since": one.failing_since,
        "next_try_at": one.due_at if one.attempts else None,
        "delivered": own.get("delivered", 0),
        "failed": own.get("failed", 0),
        "delivered_at": own.get("last"),
        "previous_secret_until": until if until and until > datetime.now(UTC) else None,
        "created_at": one.created_at,
        "changed_at": one.changed_at,
    }


def delivery(row: Mapping[str, Any]) -> dict[str, Any]:
    """A delivery as it is shown."""
    return {
        **{name: row[name] for name in DeliveryView.model_fields if name in row},
        "event": catalogue.public_id(row["event_id"]),
        "person": row["link_id"],
        "again": row["again_at"] is not None,
    }
