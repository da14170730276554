"""The Salesforce sandbox as an ASGI app: sign-in, REST, SOAP, and the control routes."""

import json
import re
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from connectors.salesforce.sandbox import oauth, soap
from connectors.salesforce.sandbox.bulk import ingest
from connectors.salesforce.sandbox.bulk import query as bulk_query
from connectors.salesforce.sandbox.bulk import v1 as bulk_v1
from connectors.salesforce.sandbox.compressed import Unpacked
from connectors.salesforce.sandbox.config import Config
from connectors.salesforce.sandbox.events.origin import rest_origin
from connectors.salesforce.sandbox.org import Actor, Clock
from connectors.salesforce.sandbox.problems import Problem, not_found
from connectors.salesforce.sandbox.rest import (
    actions,
    chatter,
    collections,
    composite,
    deploy,
    metadata,
    pages,
    query,
    search,
    sobjects,
    tree,
)
from connectors.salesforce.sandbox.rest.call import Answer, Call, Router, with_options
from connectors.salesforce.sandbox.slashes import OneSlash
from connectors.salesforce.sandbox.tokens import unauthorized
from connectors.salesforce.sandbox.world import World
from connectors.sandbox.calls import Calls
from connectors.sandbox.control import Shell, control_route, control_routes
from connectors.sandbox.faults import Faults, vendor_fault
from connectors.sandbox.openapi import document, operations
from connectors.sandbox.state_file import StateFile

JSON = "application/json;charset=UTF-8"
VENDOR_FAULTS = ("row_lock", "expire_token", "request_limit", "unavailable")
ROUTER = Router(
    [
        *metadata.TABLE,
        *pages.TABLE,
        *search.TABLE,
        *deploy.TABLE,
        *collections.TABLE,
        *composite.TABLE,
        *tree.TABLE,
        *query.TABLE,
        *actions.TABLE,
        *chatter.TABLE,
        *ingest.TABLE,
        *bulk_query.TABLE,
        *sobjects.TABLE,
    ]
)
QUERY = ("q", "fields", "start", "end", "updateOnly", "ids", "locator", "maxRecords")
METHODS = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"]


def create(config: Config | None = None, *, clock: Clock = time.time) -> Starlette:
    """A fresh org. `clock` gives epoch seconds."""
    world = World(config or Config(), clock)
    faults = Faults(vendor=VENDOR_FAULTS, default_answer=default_answer)
    world.events.server.service.faults = faults
    calls = Calls(shown=("object",))
    front = Front(world)
    state = StateFile("salesforce", world, lambda: world.config.state_file)
    state.load()
    others = [*front.routes(), *bulk_v1.routes(lambda: world.state)]
    openapi = control_route("GET", "/openapi.json", lambda _: described(others), "OpenAPI")
    app = Starlette(
        lifespan=state.lifespan(world.events.running),
        exception_handlers={HTTPException: _refused},
        routes=[
            *control_routes(world, faults, calls, more=[*world.routes(), openapi], state=state),
            Route("/services/data/{rest:path}", front.data, methods=METHODS),
            *others,
        ],
    )
    app.add_middleware(Shell, faults=faults, calls=calls)
    app.add_middleware(OneSlash)
    app.add_middleware(Unpacked)
    return app


def described(others: Sequence[Route]) -> dict[str, Any]:
    """OpenAPI, made from the routes."""
    data = [(m, f"/services/data/v{{version}}{path}") for m, path in ROUTER.operations()]
    listed = [*data, *operations(others)]
    return document("Salesforce sandbox", listed, query=QUERY, forms="/oauth2/", xml="/Soap/")


def no_route(status: int) -> Response:
    """What is said where nothing is."""
    problem = not_found()
    if status == 405:
        problem = Problem("METHOD_NOT_ALLOWED", "HTTP Method not allowed", status=405)
    return respond(problem.status, problem.body())


async def _refused(_: Request, error: Exception) -> Response:
    return no_route(error.status_code if isinstance(error, HTTPException) else 404)


def default_answer(status: int) -> tuple[Any, Mapping[str, str]]:
    """The body of a `status` fault, as Salesforce would send it."""
    problem = {
        401: unauthorized(),
        403: request_limit(),
        429: request_limit(),
        503: unavailable(),
    }.get(status, Problem("UNKNOWN_EXCEPTION", "An unexpected error occurred."))
    return problem.body(), {"Content-Type": JSON, **problem.headers}


def request_limit() -> Problem:
    return Problem("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", status=403)


def unavailable() -> Problem:
    text = "The server is temporarily unavailable. Please try again later."
    return Problem("SERVER_UNAVAILABLE", text, status=503)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Names an endpoint for the call counts."""

    path_format: str


class Front:
    """HTTP in, HTTP out."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """All but the REST API's own."""
        return [
            Route("/services/data", self.versions, methods=["GET"]),
            Route("/services/oauth2/token", self.token, methods=["POST"]),
            Route("/services/oauth2/authorize", self.authorize, methods=["GET"]),
            Route("/services/oauth2/revoke", self.revoke, methods=["GET", "POST"]),
            Route("/services/oauth2/userinfo", self.userinfo, methods=["GET", "POST"]),
            Route("/id/{org}/{user}", self.userinfo, methods=["GET", "POST"]),
            Route("/services/Soap/{kind}/{version}", self.soap, methods=["POST"]),
            Route("/services/Soap/{kind}/{version}/{rest:path}", self.soap, methods=["POST"]),
        ]

    def base_url(self, request: Request) -> str:
        self._world.events.base_url = str(request.base_url).rstrip("/")
        return self._world.config.instance_url or self._world.events.base_url

    async def versions(self, _: Request) -> Response:
        return respond(200, metadata.versions(self._world.config.latest_version))

    async def data(self, request: Request) -> Response:
        """One REST call. 401 carries no limit header; everything else here does."""
        body = await request.body()
        state = self._world.state
        try:
            call = self._call(request, body)
            state.calls.add()
            answer = ROUTER.answer(call)
        except Problem as problem:
            answer = Answer(problem.status, problem.body(), problem.headers)
        state.org.commit()
        headers = {**answer.headers, "X-SFDC-Request-Id": uuid.uuid4().hex, "Server": "sfdcedge"}
        if answer.status != 401 and (answer.status != 403 or state.config.limit_info_on_403):
            used, most = state.calls.count, state.config.daily_api_requests
            headers["Sforce-Limit-Info"] = f"api-usage={used}/{most}"
        return respond(answer.status, answer.body, headers)

    def _call(self, request: Request, body: bytes) -> Call:
        """The call, signed in and within limits. Raises: Problem."""
        state = self._world.state
        raw_path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
        match = re.fullmatch(r"/services/data/v(\d+\.\d+)(/.*)?", raw_path)
        _name_endpoint(request, match.group(2) or "" if match else None)
        fault = vendor_fault(request)
        authorization = request.headers.get("authorization", "")
        if fault and fault.do == "expire_token":
            state.tokens.expire(authorization.partition(" ")[2])
            raise unauthorized()
        user_id = state.tokens.authenticate(authorization)
        if match is None or not metadata.known(match.group(1), state.config.latest_version):
            raise not_found()
        if state.calls.count >= state.config.daily_api_requests or _is(fault, "request_limit"):
            raise request_limit()
        if _is(fault, "unavailable"):
            raise unavailable()
        headers = {name.lower(): value for name, value in request.headers.items()}
        origin = rest_origin(match.group(1), headers, state.config)
        actor = Actor(user_id, row_locked=_is(fault, "row_lock"), origin=origin)
        query = dict(parse_qsl(request.url.query, keep_blank_values=True))
        return Call(
            method=_method(request.method, query),
            path=match.group(2) or "",
            version=match.group(1),
            state=state,
            actor=with_options(actor, headers),
            base_url=self.base_url(request),
            query=query,
            headers=headers,
            raw=body,
        )

    async def token(self, request: Request) -> Response:
        form = dict(
            parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True)
        )
        basic = request.headers.get("authorization", "")
        try:
            answer = oauth.grant(self._world.state, form, basic, self.base_url(request))
        except oauth.Denied as denied:
            return respond(400, denied.body)
        return respond(200, answer, {"Cache-Control": "no-cache, no-store"})

    async def authorize(self, request: Request) -> Response:
        """The web server flow's first half: everybody is signed in and agrees."""
        given = dict(request.query_params)
        redirect = given.get("redirect_uri", "")
        state = self._world.state
        code = state.tokens.issue_refresh(state.org.user_id)
        state.codes[code] = given
        joint = "&" if "?" in redirect else "?"
        place = f"{redirect}{joint}code={quote(code)}&state={quote(given.get('state', ''))}"
        return RedirectResponse(place, 302)

    async def revoke(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(errors="replace")))
        token = form.get("token") or request.query_params.get("token", "")
        if self._world.state.tokens.revoke(token):
            return Response(status_code=200)
        text = "this token type is not supported"
        return respond(400, {"error": "unsupported_token_type", "error_description": text})

    async def userinfo(self, request: Request) -> Response:
        authorization = request.headers.get("authorization", "")
        try:
            user_id = self._world.state.tokens.authenticate(authorization)
        except Problem:
            text = "Bad_OAuth_Token" if authorization else "Missing_OAuth_Token"
            return Response(text, 403)
        shown = oauth.identity(self._world.state, user_id, self.base_url(request))
        return respond(200, shown)

    async def soap(self, request: Request) -> Response:
        kind, version = request.path_params["kind"], request.path_params["version"]
        if kind not in soap.NAMESPACES:
            return no_route(404)
        body = await request.body()
        asked = soap.Request(self._world.state, kind, version, self.base_url(request), body)
        status, text = soap.answer(asked)
        self._world.org.commit()
        return Response(text, status, media_type="text/xml;charset=UTF-8")


def respond(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response:
    """JSON as Salesforce sends it, bytes as they are; no body means no content type either."""
    if isinstance(body, bytes):
        return Response(body, status, headers)
    if body is None:
        return Response(status_code=status, headers=dict(headers or {}))
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, {**(headers or {}), "Content-Type": JSON})


def _method(method: str, query: Mapping[str, str]) -> str:
    """A POST may name the method that its client cannot send. Source: REST API Developer Guide."""
    wanted = query.get("_HttpMethod", "").upper()
    return wanted if method == "POST" and wanted in METHODS else method


def _is(fault: Any, name: str) -> bool:
    return fault is not None and fault.do == name


def _name_endpoint(request: Request, path: str | None) -> None:
    found = ROUTER.template(path) if path is not None else None
    if found is None:
        return
    template, values = found
    request.scope["route"] = Endpoint(f"/services/data/v{{version}}{template}")
    request.scope["path_params"] = values
