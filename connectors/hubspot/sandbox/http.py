"""From request to answer: sign-in, limits, scopes, JSON, and HubSpot's error bodies and headers."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeAlias

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.hubspot.sandbox import scopes
from connectors.hubspot.sandbox.errors import (
    AUTH_NOT_FOUND,
    ApiError,
    invalid_json,
    too_many_inputs,
)
from connectors.hubspot.sandbox.limits import Limit, TooMany
from connectors.hubspot.sandbox.moments import iso
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.records import Actor
from connectors.hubspot.sandbox.tokens import Caller
from connectors.sandbox import strict_json
from connectors.sandbox.digits import is_whole
from connectors.sandbox.faults import vendor_fault

VERSIONS = ("2026-03", "2026-09")
JSON = "application/json;charset=utf-8"
EXPIRE = "expire_token"  # vendor fault: the token of this request is expired from now on
Answer: TypeAlias = tuple[int, Any]
Access: TypeAlias = Literal["read", "write"]


@dataclass(slots=True)
class Call:
    """One signed-in request. `body` is its JSON (None where there is none)."""

    portal: Portal
    method: str
    path: str
    params: Mapping[str, str]
    query: QueryParams
    raw: bytes
    body: Any
    caller: Caller
    base_url: str = ""  # of the sandbox, as the caller sees it
    content_type: str = ""

    @property
    def kind(self) -> ObjectType:
        return self.portal.kind(self.params["type"])

    def kind_of(self, key: str) -> ObjectType:
        """The object type that another part of the path names. Raises: ApiError."""
        return self.portal.kind(self.params[key])

    @property
    def actor(self) -> Actor:
        """How our writes show in history."""
        config = self.portal.config
        app = str(config.app_id)
        if self.caller.kind == "oauth":
            return Actor("INTEGRATION", app, who=f"app {app}")
        source_id = config.private_app_source_id
        return Actor(config.private_app_source, app if source_id is None else source_id,
                     who=f"private app {app}")  # fmt: skip

    @property
    def version(self) -> str | None:
        return next((v for v in VERSIONS if v in self.path), None)

    def names(self, key: str) -> list[str]:
        """A list parameter: repeated, comma-separated, or both."""
        return [n for part in self.query.getlist(key) for n in part.split(",") if n]

    def whole(self, key: str, default: int, most: int) -> int:
        """A number between 1 and `most`. Raises: ApiError."""
        raw = self.query.get(key, str(default))
        if not is_whole(raw) or not 1 <= int(raw) <= most:
            message = f"{key} must be a number between 1 and {most}; was {raw}"
            raise ApiError(400, message, "VALIDATION_ERROR")
        return int(raw)

    def mapping(self, *required: str) -> dict[str, Any]:
        """The body as an object that has these fields. Raises: ApiError."""
        if not isinstance(self.body, dict):
            raise invalid_json("line 1, column 1: Cannot deserialize value")
        return self.with_fields(self.body, *required)

    def rows(self, most: int, *required: str) -> list[dict[str, Any]]:
        """The `inputs` of a batch. Raises: ApiError."""
        rows = self.items(self.mapping("inputs")["inputs"])
        if len(rows) > most:
            raise too_many_inputs(most)
        return [self.with_fields(row, *required) for row in rows]

    def items(self, part: Any) -> list[Any]:
        """A part of the body that must be a list (nothing: empty). Raises: ApiError."""
        if part is None:
            return []
        if not isinstance(part, list):
            raise invalid_json(
                "line 1, column 1: Cannot deserialize value of type `java.util.ArrayList"
                "<java.lang.Object>` from Object value (token `JsonToken.START_OBJECT`)"
            )
        return part

    def number(self, part: Any) -> int:
        """A whole number in the body or the query. Raises: ApiError."""
        try:
            return int(part)
        except (TypeError, ValueError):
            raise invalid_json(
                f"line 1, column 1: Cannot deserialize value of type `int` from {part!r}"
            ) from None

    def with_fields(self, part: Any, *required: str) -> dict[str, Any]:
        """A part of the body, an object that has these fields. Raises: ApiError."""
        if not isinstance(part, dict):
            raise invalid_json("line 1, column 1: Cannot deserialize value")
        if missing := [name for name in required if part.get(name) is None]:
            column = len(self.raw)
            raise invalid_json(
                f"line 1, column {column}. Some required fields were not set:"
                f" [{', '.join(missing)}]"
            )
        return part


Handle: TypeAlias = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`scope` names the scope it takes (or some, any of which will do), `{type}` standing for
    the object type's own. `signed_in`: no for what the public may call.
    """

    method: str
    paths: tuple[str, ...]
    handle: Handle
    limit: Limit = "default"
    scope: str | tuple[str, ...] | None = None
    developer: bool = False  # the developer's `hapikey` signs in too
    signed_in: bool = True
    text: str = "text/csv"  # the type of an answer that is not JSON

    @property
    def any_scope(self) -> tuple[str, ...]:
        if self.scope is None:
            return ()
        return (self.scope,) if isinstance(self.scope, str) else self.scope

    def routes(self) -> tuple[Route, ...]:
        """Its routes, for any application whose state names its `portal`."""
        return _routes(self)


@cache
def _routes(endpoint: Endpoint) -> tuple[Route, ...]:
    """Made once: some hundred paths to compile would be most of what a fresh account takes."""

    async def respond(request: Request) -> Response:
        return await answer(request.app.state.portal, endpoint, request)

    return tuple(Route(path, respond, methods=[endpoint.method]) for path in endpoint.paths)


def dated(classic: str, dated_path: str) -> tuple[str, ...]:
    """The classic path and its dated ones; `{version}` in `dated_path` is filled in."""
    return (classic, *(dated_path.replace("{version}", v) for v in VERSIONS))


def objects(rest: str = "") -> tuple[str, ...]:
    """Paths of the object API."""
    classic = tuple(f"/crm/{version}/objects/{{type}}{rest}" for version in ("v3", "v4"))
    dated_ones = tuple(f"/crm/objects/{version}/{{type}}{rest}" for version in VERSIONS)
    return (*classic, *dated_ones)


async def answer(portal: Portal, endpoint: Endpoint, request: Request) -> Response:
    correlation_id = str(uuid.uuid4())
    headers = {"X-HubSpot-Correlation-Id": correlation_id}
    raw = await request.body()
    try:
        caller = _caller(portal, endpoint, request)
        try:
            portal.meters.take(portal.config, caller, endpoint.limit, portal.now_ms())
        finally:
            headers |= portal.meters.headers(portal.config, caller, endpoint.limit, portal.now_ms())
        scopes.check(portal, endpoint.any_scope, request.path_params, caller)
        call = Call(
            portal, request.method, request.url.path, request.path_params,
            request.query_params, raw, None if _multipart(request) else _json(raw), caller,
            str(request.base_url).rstrip("/"), request.headers.get("content-type", ""),
        )  # fmt: skip
        status, body = endpoint.handle(call)
    except TooMany as limit:
        body = {**limit.body, "correlationId": correlation_id}
        return JSONResponse(body, 429, headers, JSON)
    except ApiError as error:
        return JSONResponse(error.body(correlation_id), error.status, headers, JSON)
    if body is None:
        return Response(status_code=status, headers=headers)
    if isinstance(body, str):
        return Response(body, status, headers, endpoint.text)
    return JSONResponse(body, status, headers, JSON)


def _multipart(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("multipart/")


def _json(raw: bytes) -> Any:
    if not raw:
        return None
    try:
        return strict_json.read(raw)
    except ValueError as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        raise invalid_json(f"line {line}, column {column}: Unexpected character") from error


def _caller(portal: Portal, endpoint: Endpoint, request: Request) -> Caller:
    """Raises: ApiError (401)."""
    if not endpoint.signed_in:
        return Caller("private", "anybody", frozenset(), "")
    return _developer(portal, endpoint, request) or authenticate(portal, request)


def _developer(portal: Portal, endpoint: Endpoint, request: Request) -> Caller | None:
    """Who signs in with a developer's API key, where that is a way in."""
    key = request.query_params.get("hapikey")
    if not endpoint.developer or not key:
        return None
    if portal.config.developer_api_key not in {None, key}:
        message = "This hapikey doesn't exist."
        raise ApiError(401, message, "INVALID_AUTHENTICATION")
    return Caller("private", "developer", frozenset(portal.config.scopes), key)


def authenticate(portal: Portal, request: Request) -> Caller:
    """Raises: ApiError (401)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    config = portal.config
    now_ms = portal.now_ms()
    fault = vendor_fault(request)
    if fault is not None and fault.do == EXPIRE:
        portal.tokens.expire(token, now_ms)
        raise _expired(now_ms, now_ms)
    if scheme.lower() != "bearer" or not token:
        raise ApiError(401, AUTH_NOT_FOUND, "INVALID_AUTHENTICATION")
    if token == config.private_app_token:
        scopes = frozenset(config.scopes)
        return Caller("private", f"private:{config.app_id}", scopes, token)
    grant = portal.tokens.access.get(token)
    if grant is None:
        raise ApiError(401, AUTH_NOT_FOUND, "INVALID_AUTHENTICATION")
    if grant.expires_ms is not None and grant.expires_ms <= now_ms:
        raise _expired(grant.expires_ms, now_ms)
    return Caller("oauth", f"oauth:{grant.client_id}", frozenset(grant.scopes), token)


def _expired(expired_ms: int, now_ms: int) -> ApiError:
    ago = (now_ms - expired_ms) // 1000
    return ApiError(
        401,
        f"The OAuth token used to make this call expired {ago} second(s) ago.",
        "EXPIRED_AUTHENTICATION",
        context={"expire time": [iso(expired_ms)]},
    )
