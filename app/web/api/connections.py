"""Connections: configured accounts. Secrets go in and never come out."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from app import configuring
from app.configuring import MASK, ConnectionSpec, Missing
from app.flows.options import Options
from app.store import connections, feeds
from app.store.connections import Connection, ConnectionRole
from app.store.db import Tx
from app.vault import NoKeyError
from app.web.deps import ADMIN, OPERATOR, VIEWER, CallerDep, PartsDep, TxDep
from app.web.parts import Parts
from app.web.problems import Problem
from connectors.base import ConnectorError

routes = APIRouter(tags=["connections"])
Slug = Annotated[str, Path(pattern=configuring.SLUG)]


class FeedView(BaseModel):
    """One list of changes, activities, owners or fields that is read regularly."""

    name: str = Field(examples=["changes:person"])
    caught_up: bool
    read_at: datetime | None
    due_at: datetime
    stands_at: datetime | None = Field(
        description="what happened until then has been read, by the vendor's clock where it tells"
    )
    lag_s: float | None = Field(description="how long ago that is", examples=[1.5])
    kept_s: float | None = Field(
        description="how long the vendor keeps what was not read; null: for ever", examples=[259200]
    )
    reason: str | None = Field(description="why the last read failed")


class ConnectionView(BaseModel):
    """One configured account. Secrets are masked: send the mask back to keep what is stored."""

    name: str = Field(examples=["hubspot"])
    vendor: str
    role: ConnectionRole
    state: str = Field(examples=["active"], description="active, paused or needs_attention")
    reason: str | None
    settings: dict[str, Any]
    options: Options
    secrets: dict[str, str] = Field(examples=[{"access_token": MASK}])
    capabilities: list[str]
    account: dict[str, Any] | None = Field(description="what the last successful test showed")
    webhook_url: str | None = Field(description="where the vendor sends its webhooks")
    panel_url: str | None = Field(description="where the vendor's record pages find the panel")
    feeds: list[FeedView]
    created_at: datetime
    updated_at: datetime
    checked_at: datetime | None


class ConnectionsView(BaseModel):
    """All connections by name."""

    items: list[ConnectionView]


class ConnectionBody(BaseModel):
    """What an admin sets. Without `secrets`, and where one is masked, those stored stay."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"vendor": "hubspot", "role": "ma", "secrets": {"access_token": "pat-na1-…"}}
            ]
        },
    )

    vendor: str
    role: ConnectionRole
    settings: dict[str, Any] = {}
    options: Options = Options.model_validate({})
    secrets: dict[str, str] | None = Field(None, repr=False)


class NewConnection(ConnectionBody):
    """A connection with its name."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "hubspot",
                    "vendor": "hubspot",
                    "role": "ma",
                    "secrets": {"access_token": "pat-na1-…"},
                }
            ]
        }
    )

    name: str = Field(pattern=configuring.SLUG)


class TestView(BaseModel):
    """What a test of a connection showed."""

    ok: bool
    account: dict[str, Any] | None = None
    error: str | None = Field(None, examples=["AuthLost"])
    reason: str | None = None
    fields: dict[str, int] = Field(default={}, description="fields that are described, by kind")
    owners: int | None = None
    problems: list[str] = []


@routes.get("/connections", openapi_extra=VIEWER, summary="All connections")
def list_connections(tx: TxDep, parts: PartsDep) -> ConnectionsView:
    return ConnectionsView(items=[_view(tx, parts, one) for one in connections.every(tx)])


@routes.post("/connections", openapi_extra=ADMIN, status_code=201, summary="Add a connection")
def add_connection(
    body: NewConnection, tx: TxDep, parts: PartsDep, caller: CallerDep, response: Response
) -> ConnectionView:
    if connections.get(tx, body.name) is not None:
        raise Problem(409, f'there is a connection "{body.name}" already')
    response.headers["Location"] = f"/api/v1/connections/{body.name}"
    return _saved(tx, parts, body.name, body, caller.by)


@routes.get("/connections/{name}", openapi_extra=VIEWER, summary="One connection")
def get_connection(name: str, tx: TxDep, parts: PartsDep) -> ConnectionView:
    return _view(tx, parts, _known(tx, name))


@routes.put("/connections/{name}", openapi_extra=ADMIN, summary="Add or change a connection")
def put_connection(
    name: Slug, body: ConnectionBody, tx: TxDep, parts: PartsDep, caller: CallerDep
) -> ConnectionView:
    return _saved(tx, parts, name, body, caller.by)


@routes.delete(
    "/connections/{name}", openapi_extra=ADMIN, status_code=204, summary="Forget a connection"
)
def delete_connection(name: str, tx: TxDep, caller: CallerDep) -> None:
    """409 while an active mapping uses it. What is known of people there is kept."""
    configuring.remove_connection(tx, name, by=caller.by)


@routes.post("/connections/{name}/pause", openapi_extra=OPERATOR, summary="Stop using it for now")
def pause_connection(name: str, tx: TxDep, parts: PartsDep, caller: CallerDep) -> ConnectionView:
    """Nothing is read or sent any more; webhooks are still taken and kept."""
    return _view(tx, parts, configuring.pause(tx, name, f"paused by {caller.name}"))


@routes.post("/connections/{name}/resume", openapi_extra=OPERATOR, summary="Go on, drain all")
def resume_connection(name: str, parts: PartsDep) -> ConnectionView:
    with parts.database.begin() as tx:
        wakes = configuring.resume(tx, name)
        view = _view(tx, parts, _known(tx, name))
    parts.wake(wakes)
    return view


@routes.post("/connections/{name}/test", openapi_extra=OPERATOR, summary="Sign in and look around")
def test_connection(name: str, parts: PartsDep) -> TestView:
    """Calls the vendor and stores what it shows (account, fields, owners); `ok`: how it went."""
    try:
        connector = parts.accounts.connector(name)
    except ConnectorError as error:
        return TestView(ok=False, error=type(error).__name__, reason=str(error))
    tried = configuring.try_out(connector)
    with parts.database.begin() as tx:
        wakes = configuring.keep_tried(tx, name, tried)
    parts.wake(wakes)
    return TestView(
        ok=tried.ok,
        account=None if tried.account is None else asdict(tried.account),
        error=None if tried.error is None else type(tried.error).__name__,
        reason=None if tried.error is None else str(tried.error),
        fields={kind: len(fields) for kind, fields in tried.fields.items() if fields},
        owners=None if tried.owners is None else len(tried.owners),
        problems=list(tried.problems),
    )


def _saved(tx: Tx, parts: Parts, name: str, body: ConnectionBody, by: str) -> ConnectionView:
    """Save through the one place that checks. Its wake-ups are left to the sweep."""
    spec = ConnectionSpec(
        name=name,
        vendor=body.vendor,
        role=body.role,
        settings=body.settings,
        options=body.options,
        secrets=body.secrets,
    )
    return _view(tx, parts, configuring.save_connection(tx, parts.accounts, spec, by=by))


def _known(tx: Tx, name: str) -> Connection:
    found = connections.get(tx, name)
    if found is None:
        raise Missing(f'there is no connection "{name}"')
    return found


def _view(tx: Tx, parts: Parts, one: Connection) -> ConnectionView:
    hooks = "ParsesWebhooks" in one.capabilities
    return ConnectionView(
        name=one.name,
        vendor=one.vendor,
        role=one.role,
        state=one.state,
        reason=one.reason,
        settings=dict(one.settings),
        options=Options.of(one),
        secrets=_masked(parts, one),
        capabilities=list(one.capabilities),
        account=None if one.account is None else dict(one.account),
        webhook_url=f"{parts.settings.public_url}/webhooks/{one.name}" if hooks else None,
        panel_url=_panel_url(parts, one),
        feeds=[FeedView.model_validate(feed) for feed in feeds.of(tx, one.name)],
        created_at=one.created_at,
        updated_at=one.updated_at,
        checked_at=one.checked_at,
    )


def _masked(parts: Parts, one: Connection) -> dict[str, str]:
    """Which secrets are stored; none where their key is lost: they have to be given anew."""
    try:
        return dict.fromkeys(parts.vault.open(one.secret, one.name), MASK)
    except NoKeyError:
        return {}


def _panel_url(parts: Parts, one: Connection) -> str | None:
    """Where its pages find the panel: by a card, or by posting a signed request."""
    if "VerifiesEmbeds" not in one.capabilities:
        return None
    entry = "card" if "AnswersCards" in one.capabilities else "canvas"
    return f"{parts.settings.public_url}/embed/{one.name}/{entry}"
