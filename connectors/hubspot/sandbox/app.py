"""The HubSpot sandbox as an ASGI app."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from connectors.hubspot.sandbox import (
    account_api,
    association_schema_api,
    associations_api,
    associations_v3_api,
    attendance_api,
    batch_api,
    campaign_reports_api,
    event_definitions_api,
    events_api,
    exports_api,
    forms_api,
    imports_api,
    journal_api,
    journal_filters_api,
    journal_subscriptions,
    lead_scoring_api,
    legacy_account_api,
    legacy_companies_api,
    legacy_contacts_api,
    legacy_engagements_api,
    legacy_objects_api,
    limits_tracking_api,
    list_folders_api,
    lists_api,
    marketing_campaigns_api,
    marketing_event_links_api,
    marketing_events_api,
    memberships_api,
    oauth_api,
    objects_api,
    pipelines_api,
    properties_api,
    schemas_api,
    submissions_api,
    timeline_api,
    users_api,
    webhook_settings,
)
from connectors.hubspot.sandbox.config import Config
from connectors.hubspot.sandbox.http import EXPIRE, JSON
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.world import HubSpotWorld
from connectors.sandbox.calls import Calls
from connectors.sandbox.control import PREFIX, Shell, control_route, control_routes
from connectors.sandbox.faults import Faults
from connectors.sandbox.openapi import document, operations
from connectors.sandbox.state_file import StateFile

ENDPOINTS = (
    *batch_api.ENDPOINTS,
    *objects_api.ENDPOINTS,
    *associations_api.ENDPOINTS,
    *associations_v3_api.ENDPOINTS,
    *association_schema_api.ENDPOINTS,
    *events_api.ENDPOINTS,
    *properties_api.ENDPOINTS,
    *pipelines_api.ENDPOINTS,
    *schemas_api.ENDPOINTS,
    *list_folders_api.ENDPOINTS,
    *memberships_api.ENDPOINTS,
    *lists_api.ENDPOINTS,
    *forms_api.ENDPOINTS,
    *submissions_api.ENDPOINTS,
    *attendance_api.ENDPOINTS,
    *marketing_event_links_api.ENDPOINTS,
    *marketing_events_api.ENDPOINTS,
    *marketing_campaigns_api.ENDPOINTS,
    *campaign_reports_api.ENDPOINTS,
    *event_definitions_api.ENDPOINTS,
    *imports_api.ENDPOINTS,
    *exports_api.ENDPOINTS,
    *limits_tracking_api.ENDPOINTS,
    *account_api.ENDPOINTS,
    *timeline_api.ENDPOINTS,
    *users_api.ENDPOINTS,
    *legacy_account_api.ENDPOINTS,
    *legacy_contacts_api.ENDPOINTS,
    *legacy_companies_api.ENDPOINTS,
    *legacy_engagements_api.ENDPOINTS,
    *legacy_objects_api.ENDPOINTS,
    *lead_scoring_api.ENDPOINTS,
    *webhook_settings.ENDPOINTS,
    *journal_api.ENDPOINTS,
    *journal_filters_api.ENDPOINTS,
    *journal_subscriptions.ENDPOINTS,
)
SHOWN = {"type", "from_type", "to_type", "state"}
QUERY = (
    "limit", "after", "properties", "propertiesWithHistory", "associations", "archived",
    "idProperty", "hapikey",
)  # fmt: skip


def create(config: Config | None = None, *, clock: Callable[[], float] = time.time) -> Starlette:
    """A fresh account. `clock` gives epoch seconds."""
    portal = Portal(config or Config(), clock)
    world = HubSpotWorld(portal)
    calls = Calls(shown=SHOWN)
    faults = Faults(vendor={EXPIRE}, default_answer=_fault, seed=portal.config.seed)
    play = control_route("POST", "/play", world.play, "contacts behave; scores change")
    routes = [route for endpoint in ENDPOINTS for route in endpoint.routes()]
    routes += oauth_api.routes(portal)
    routes += journal_api.routes(portal)
    calls.routes = list(routes)
    enrol = control_route("POST", "/workflows", world.enrol, "a workflow sends a record")
    api = document("HubSpot sandbox", operations(routes), query=QUERY, forms="^/oauth/")
    openapi = control_route("GET", "/openapi.json", lambda _: api, "OpenAPI, made from the routes")
    state = StateFile("hubspot", world, lambda: portal.config.state_file)
    state.load()
    more = [play, enrol, openapi]
    routes += control_routes(world, faults, calls, more=more, state=state)

    @contextlib.asynccontextmanager
    async def sending(_: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(one.run()) for one in (portal.outbox, portal.workflows)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(TrailingSlash),
            Middleware(Shell, faults=faults, calls=calls),
        ],
        exception_handlers={HTTPException: _no_route},
        lifespan=state.lifespan(sending),
    )
    app.state.portal = portal
    return app


class TrailingSlash:
    """`/crm/v3/owners/` and `/crm/v3/owners` are the same, as the official SDK expects."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(PREFIX):
            scope["path"] = scope["path"].rstrip("/") or "/"
        await self._app(scope, receive, send)


async def _no_route(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    phrase = f"HTTP {status} {HTTPStatus(status).phrase}"
    message = "resource not found" if status == 404 else phrase
    body, headers = _error(message)
    return JSONResponse(body, status, headers, JSON)


def _fault(status: int) -> tuple[Any, Mapping[str, str]]:
    """What a `status` fault without a body of its own answers."""
    if status == 429:
        body, headers = _error("You have reached your ten_secondly_rolling limit.")
        more = {"errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING"}
        return {**body, **more}, headers
    return _error("internal error" if status >= 500 else "There was a problem with the request.")


def _error(message: str) -> tuple[dict[str, Any], dict[str, str]]:
    correlation_id = str(uuid.uuid4())
    body = {"status": "error", "message": message, "correlationId": correlation_id}
    return body, {"X-HubSpot-Correlation-Id": correlation_id}
