"""Faults on request: rules that make a vendor's API misbehave as real ones do.

    status        answer `status`, `headers`, `body`; the request is not handled
    latency       wait `ms`, then go on (further rules still apply)
    drop_request  cut the connection before handling
    drop_answer   handle, then cut the connection without answering
    truncate      handle, then answer the first half of the body, correctly framed
    html          answer 200 with an HTML page; the request is not handled
    slow          handle, then drip the answer over `ms`

Further values of `do` are the vendor's own: the handler finds the rule with `vendor_fault`.
"""

import asyncio
import random
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COMMON = frozenset({"status", "latency", "drop_request", "drop_answer", "truncate", "html", "slow"})
CUT = "sandbox.cut"  # ASGI extension of our server: a callable that closes the connection
VENDOR_FAULT = "sandbox.fault"
DRIPS = 20
PAGE = "<!doctype html><html><body><h1>We'll be back soon</h1></body></html>"


class Spec(BaseModel):
    """A rule as it is asked for. Skips the first `after` matching requests, then fires for a
    `share` (0..1) of them, at most `times` times (None: for ever).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    do: str
    method: str = "*"
    path: str = ".*"
    times: int | None = Field(default=None, ge=1)
    after: int = Field(default=0, ge=0)
    share: float = Field(default=1.0, ge=0, le=1)
    ms: float = Field(default=1000, ge=0)
    status: int = Field(default=500, ge=200, le=599)
    headers: dict[str, str] = Field(default_factory=dict)
    body: Any = None

    @field_validator("path")
    @classmethod
    def _compiles(cls, path: str) -> str:
        try:
            re.compile(path)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return path


@dataclass(slots=True)
class Rule:
    """A rule at work: `seen` requests matched it, `hits` of them it spoiled."""

    spec: Spec
    seen: int = 0
    hits: int = 0

    def fires(self, method: str, path: str, chance: random.Random) -> bool:
        spec = self.spec
        if spec.times is not None and self.hits >= spec.times:
            return False
        if spec.method not in {"*", method} or not re.fullmatch(spec.path, path):
            return False
        self.seen += 1
        if self.seen <= spec.after or chance.random() >= spec.share:
            return False
        self.hits += 1
        return True

    def as_json(self) -> dict[str, Any]:
        return {**self.spec.model_dump(), "seen": self.seen, "hits": self.hits}


DefaultAnswer = Callable[[int], tuple[Any, Mapping[str, str]]]


def empty_answer(status: int) -> tuple[Any, Mapping[str, str]]:
    """Body and headers of a `status` fault that brings none."""
    return {"status": status}, {}


@dataclass(slots=True)
class Faults:
    """The rules in force. `vendor` names the further values of `do` that handlers know."""

    vendor: Collection[str] = ()
    default_answer: DefaultAnswer = empty_answer
    seed: int = 0
    rules: list[Rule] = field(default_factory=list)
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311  repeatable chance, not a secret

    def add(self, specs: list[Spec]) -> None:
        known = COMMON | set(self.vendor)
        for spec in specs:
            if spec.do not in known:
                raise ValueError(f"unknown fault {spec.do!r}; known: {', '.join(sorted(known))}")
        self.rules.extend(Rule(spec) for spec in specs)

    def clear(self) -> None:
        self.rules.clear()
        self._chance = random.Random(self.seed)  # noqa: S311  repeatable chance, not a secret

    def take(self, method: str, path: str) -> list[Spec]:
        """The faults for this request: every latency that fires, and the first other one."""
        taken: list[Spec] = []
        for rule in self.rules:
            if rule.fires(method, path, self._chance):
                taken.append(rule.spec)
                if rule.spec.do != "latency":
                    break
        return taken

    async def run(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request with whatever faults it draws."""
        if not self.rules:
            await app(scope, receive, send)
            return
        for spec in self.take(scope["method"], scope["path"]):
            if spec.do == "latency":
                await asyncio.sleep(spec.ms / 1000)
            elif spec.do in COMMON:
                await self._spoil(spec, app, scope, receive, send)
                return
            else:
                scope[VENDOR_FAULT] = spec
        await app(scope, receive, send)

    async def _spoil(
        self, spec: Spec, app: ASGIApp, scope: Scope, receive: Receive, send: Send
    ) -> None:
        match spec.do:
            case "status":
                await self._answer(spec)(scope, receive, send)
            case "html":
                await HTMLResponse(PAGE)(scope, receive, send)
            case "drop_request":
                await _read_away(receive)
                await cut(scope, receive)
            case _:
                await _spoil_answer(spec, app, scope, receive, send)

    def _answer(self, spec: Spec) -> Response:
        body, headers = self.default_answer(spec.status)
        headers = {**headers, **spec.headers}
        body = body if spec.body is None else spec.body
        if isinstance(body, str):
            return Response(body, spec.status, headers)
        return JSONResponse(body, spec.status, headers)


def vendor_fault(request: Request) -> Spec | None:
    """The vendor's own fault that this request drew, for the handler to play."""
    found: Spec | None = request.scope.get(VENDOR_FAULT)
    return found


async def _read_away(receive: Receive) -> None:
    """Take the whole request, so that the client always sees the same: a close, never a reset."""
    while (await receive()).get("more_body"):
        pass


async def cut(scope: Scope, receive: Receive) -> None:
    """Cut the connection without a byte of answer."""
    close = scope.get("extensions", {}).get(CUT, {}).get("close")
    if close is None:  # another server, or an in-process client: it sees the request fail
        raise ConnectionAbortedError("the sandbox cut this connection")
    close()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _spoil_answer(
    spec: Spec, app: ASGIApp, scope: Scope, receive: Receive, send: Send
) -> None:
    """Handle the request, keep the answer, and give it back damaged."""
    head: Message = {}
    chunks: list[bytes] = []

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            head.update(message)
        else:
            chunks.append(message.get("body", b""))

    await app(scope, receive, keep)
    body = b"".join(chunks)
    if spec.do == "drop_answer":
        await cut(scope, receive)
        return
    if spec.do == "truncate":
        body = body[: len(body) // 2]
    size = str(len(body)).encode()
    kept = [(k, v) for k, v in head["headers"] if k.lower() != b"content-length"]
    await send({**head, "headers": [*kept, (b"content-length", size)]})
    step = max(1, len(body) // DRIPS) if spec.do == "slow" else max(1, len(body))
    for at in range(0, len(body), step):
        if spec.do == "slow":
            await asyncio.sleep(spec.ms / 1000 / DRIPS)
        await send({"type": "http.response.body", "body": body[at : at + step], "more_body": True})
    await send({"type": "http.response.body", "body": b""})
