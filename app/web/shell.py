"""Around every request: its id, a size limit for its body, headers that keep browsers safe."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

import structlog
from fastapi import HTTPException
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.problems import Problem, response

log = structlog.get_logger(__name__)
MAX_BODY_BYTES = 2 * 1024 * 1024  # HubSpot's largest request is a hundred events, some 50 KB
GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
MACHINES = ("/api/", "/webhooks/", "/embed/", "/healthz", "/readyz", "/metrics")
SAFE: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NOTHING_LOADS = "default-src 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Shell:
    """The outermost layer of the application (ASGI)."""

    app: ASGIApp
    https: bool = False
    max_body_bytes: int = MAX_BODY_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(Request(scope).headers.get("x-request-id"))
        scope["baton.request_id"] = request_id
        answer = _Answer(scope, send, request_id, https=self.https)
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            if self._declared(scope) > self.max_body_bytes:
                problem = Problem(413, f"at most {self.max_body_bytes} bytes")
                await response(problem, request_id)(scope, receive, answer)
            else:
                await self.app(scope, _limited(receive, self.max_body_bytes), answer)
            _log(scope, answer.status, time.perf_counter() - started)

    @staticmethod
    def _declared(scope: Scope) -> int:
        length = Request(scope).headers.get("content-length", "")
        return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else 0  # noqa: PLR2004  no int is refused


@dataclass(slots=True)
class _Answer:
    """Sends the answer on with our headers; those that a page has set itself stay."""

    scope: Scope
    send: Send
    request_id: str
    https: bool
    status: int = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in {**SAFE, **self._by_path()}.items():
                headers.setdefault(name, value)
            headers["X-Request-ID"] = self.request_id
        await self.send(message)

    def _by_path(self) -> dict[str, str]:
        path = self.scope["path"]
        more: dict[str, str] = {}
        if self.https:
            more["Strict-Transport-Security"] = "max-age=31536000"
        if path.startswith(MACHINES):
            more["Content-Security-Policy"] = NOTHING_LOADS
            more["Cache-Control"] = "no-store"
        return more


def _request_id(given: str | None) -> str:
    """The id that a proxy gave, where it is one; else a new one."""
    return given if given and GIVEN_ID.fullmatch(given) else uuid4().hex


def _limited(receive: Receive, limit: int) -> Receive:
    """Stop reading a body that is longer than it may be, however it is sent."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > limit:
                raise HTTPException(413, f"at most {limit} bytes")
        return message

    return counted


def _log(scope: Scope, status: int, took_s: float) -> None:
    """One line per call of the API. The path is as sent (encoded); its query may be personal."""
    path = scope.get("raw_path", b"").partition(b"?")[0].decode("latin-1")
    level = log.info if path.startswith("/api/") else log.debug
    level("request", method=scope["method"], path=path, status=status, ms=round(took_s * 1000, 1))
