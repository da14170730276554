"""The pages' app without a running NiceGUI: sign-in, sessions, and who is kept out."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.accounts import Accounts, client
from app.settings import Settings
from app.store.db import Database
from app.vault import Vault
from app.web import ui
from app.web.parts import Parts

ADDRESS = "https://baton.example.com"


@dataclass(frozen=True, slots=True)
class Inside(httpx.BaseTransport):
    """Calls the app in this process, each request in an event loop of its own."""

    app: FastAPI

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def asked() -> httpx.Response:
            answer = await httpx.ASGITransport(self.app).handle_async_request(request)
            return httpx.Response(
                answer.status_code, headers=answer.headers, content=await answer.aread()
            )

        return asyncio.run(asked())


@pytest.fixture
def parts(database: Database) -> Iterator[Parts]:
    vault = Vault((b"k" * 32,))
    with client() as http:
        accounts = Accounts(database, vault, http)
        settings = Settings(public_url=ADDRESS)
        yield Parts(settings, database, vault, accounts, lambda _: None)


@pytest.fixture
def app(parts: Parts) -> FastAPI:
    made = FastAPI()
    ui.mount(made, parts)
    return made


@pytest.fixture
def web(app: FastAPI) -> Iterator[httpx.Client]:
    """A browser without a session; it follows no redirects."""
    with httpx.Client(transport=Inside(app), base_url=ADDRESS) as http:
        yield http


def websocket_answer(app: FastAPI, headers: Mapping[str, str]) -> dict[str, Any]:
    """What the app says first to a websocket of the pages."""
    scope = {
        "type": "websocket", "path": "/_nicegui_ws/socket.io/", "root_path": "", "scheme": "wss",
        "raw_path": b"/_nicegui_ws/socket.io/", "query_string": b"EIO=4&transport=websocket",
        "headers": [(k.encode(), v.encode()) for k, v in headers.items()], "subprotocols": [],
    }  # fmt: skip
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        said.append(message)

    asyncio.run(app(scope, receive, send))
    return said[0]
