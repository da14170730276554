"""A tiny vendor: two routes and a world of one list, inside the real shell and server."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, ConfigDict
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.sandbox.calls import Calls
from connectors.sandbox.control import Refusal, Shell, changed, control_routes
from connectors.sandbox.faults import Faults, vendor_fault
from connectors.sandbox.server import Running
from tests.support.http import client as http_client


class TinyConfig(BaseModel):
    model_config = ConfigDict(extra="forbid")
    limit: int = 5


class TinyWorld:
    def __init__(self) -> None:
        self.config = TinyConfig()
        self.things: list[Mapping[str, Any]] = []

    def reconfigure(self, changes: Mapping[str, Any]) -> None:
        self.config = changed(self.config, changes)

    def reset(self) -> None:
        self.things.clear()

    def seed(self, records: Sequence[Mapping[str, Any]]) -> list[str]:
        self.things.extend(records)
        return [str(n) for n in range(len(records))]

    def edit(self, change: Mapping[str, Any]) -> Mapping[str, Any]:
        if "id" not in change:
            raise Refusal("id: missing")
        return change

    def dump(self, kind: str | None) -> Any:
        return {"kind": kind, "things": self.things}

    def ids(self, kind: str) -> Sequence[str]:
        return [str(n) for n in range(len(self.things))] if kind == "things" else []

    def raw(self, kind: str, record_id: str) -> Mapping[str, Any] | None:
        return self.things[int(record_id)] if record_id in self.ids(kind) else None

    def counts(self) -> Mapping[str, int]:
        return {"things": len(self.things)}

    def effects(self) -> Mapping[str, Any]:
        return {"webhooks": [], "notifications": []}

    def quiet(self) -> Mapping[str, Any]:
        return {"quiet": True, "pending_webhooks": 0, "dead_webhooks": 0}


def tiny_app() -> Starlette:
    world, calls = TinyWorld(), Calls(shown={"kind"})
    faults = Faults(vendor={"row_lock"})

    async def things(request: Request) -> Response:
        if fault := vendor_fault(request):
            return JSONResponse({"fault": fault.do}, 409)
        if request.method == "POST":
            world.things.append(await request.json())
        return JSONResponse({"things": world.things})

    routes = [
        *control_routes(world, faults, calls),
        Route("/{kind}", things, methods=["GET", "POST"]),
        Route("/{kind}/{id}", things),
    ]
    shell = Middleware(Shell, faults=faults, calls=calls)
    return Starlette(routes=routes, middleware=[shell])


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with Running(tiny_app()) as running:
        yield running


@pytest.fixture
def tiny(running: Running) -> Iterator[httpx.Client]:
    with http_client(base_url=running.url) as client:
        client.post("/_sandbox/reset", json={"config": {"limit": 5}})
        yield client
