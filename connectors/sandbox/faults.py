"""Faults on request: rules that make a vendor's API misbehave as real ones do.

    status        answer `status`, `headers`, `body`; the request is not handled
    latency       wait `ms`, then go on (further rules still apply)
    drop_request  cut the connection before handling
    drop_answer   handle, then cut the connection without answering
    truncate      handle, then answer the first half of the body, correctly framed
    html          answer 200 with an HTML page; the request is not handled
    slow          handle, then drip the answer over `ms`

Further values of `do` are the vendor's own: the handler finds the rule with `vendor_fault`.
The rules themselves are in `fault_rules.py`.
"""

import asyncio
import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connectors.sandbox.fault_rules import Rule, Spec

COMMON = frozenset({"status", "latency", "drop_request", "drop_answer", "truncate", "html", "slow"})
CUT = "sandbox.cut"  # ASGI extension of our server: a callable that closes the connection
VENDOR_FAULT = "sandbox.fault"
DRIPS = 20
PAGE = "<!doctype html><html><body><h1>We'll be back soon</h1></body></html>"


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
    _last_id: int = 0
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311  repeatable chance, not a secret

    def add(self, specs: list[Spec], seed: int | None = None) -> None:
        """Append rules; a `seed` starts the chance of all rules anew. Raises: ValueError."""
        known = COMMON | set(self.vendor)
        for spec in specs:
            for name in spec.named():
                if name not in known:
                    listed = ", ".join(sorted(known))
                    raise ValueError(f"unknown fault {name!r}; known: {listed}")
        if seed is not None:
            self._chance = random.Random(seed)  # noqa: S311  repeatable chance, not a secret
        for spec in specs:
            self._last_id += 1
            self.rules.append(Rule(self._last_id, spec))

    def remove(self, rule_id: str) -> bool:
        """Whether there was such a rule."""
        rest = [rule for rule in self.rules if str(rule.id) != rule_id]
        found = len(rest) < len(self.rules)
        self.rules[:] = rest
        return found

    def clear(self) -> None:
        self.rules.clear()
        self._last_id = 0
        self._chance = random.Random(self.seed)  # noqa: S311  repeatable chance, not a secret

    def take(self, method: str, path: str) -> list[Spec]:
        """The faults for this request: every latency that fires, and the first other one."""
        taken: list[Spec] = []
        for rule in self.rules:
            spec = rule.draw(method, path, self._chance)
            if spec is None:
                continue
            taken.append(spec)
            if spec.do != "latency":
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
