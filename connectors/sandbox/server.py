"""Serving a sandbox: for good in its own process, or inside a test on a free loopback port."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from connectors.sandbox.faults import CUT

STARTS_WITHIN_S = 20.0


class CuttableProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which lets the app cut the connection without an answer."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {CUT: {"close": self.transport.close}}


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=CuttableProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )


def serve(
    app: ASGIApp,
    port: int,
    host: str = "127.0.0.1",
    *,
    up: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until interrupted (Ctrl+C or SIGTERM); port 0 is a free one.

    `up` is told the address once requests are answered there.
    """
    listener = socket.create_server((host, port), backlog=2048)
    url = f"http://{host}:{listener.getsockname()[1]}"
    with contextlib.suppress(KeyboardInterrupt), listener:
        _Announcing(_config(app), lambda: up(url)).run(sockets=[listener])


class Running:
    """Serve `app` in a thread: `with Running(create()) as sandbox: ... sandbox.url ...`.

    The socket listens before the block starts, so the first request can't be refused.
    """

    def __init__(self, app: ASGIApp, host: str = "127.0.0.1") -> None:
        self._socket = socket.create_server((host, 0))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{host}:{self.port}"
        self._started = threading.Event()
        self._server = _Prompt(_config(app), self._started.set)
        self._thread = threading.Thread(target=self._run, name=f"sandbox-{self.port}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._started.wait(STARTS_WITHIN_S) or not self._server.started:
            raise RuntimeError("the sandbox did not start; its log says why")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.leave()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._started.set()
            self._socket.close()


class _Announcing(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, up: Callable[[], None]) -> None:
        super().__init__(config)
        self._up = up

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._up()


class _Prompt(_Announcing):
    """Ends at once when told to: uvicorn looks ten times a second whether it shall end, and then
    waits a tenth of a second for requests, also where none is open.
    """

    _loop: asyncio.AbstractEventLoop
    _told: asyncio.Event

    def leave(self) -> None:
        """To be called from another thread, once it has started."""
        self.should_exit = True
        with contextlib.suppress(RuntimeError):  # it has ended by itself
            self._loop.call_soon_threadsafe(self._told.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop, self._told = asyncio.get_running_loop(), asyncio.Event()
        await super().startup(sockets=sockets)

    async def main_loop(self) -> None:
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), 0.1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self.server_state.tasks:
            await super().shutdown(sockets=sockets)
            return
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await self.lifespan.shutdown()
