"""Serving a sandbox: for good in its own process, or inside a test on a free loopback port."""

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
        self._server = _Announcing(_config(app), self._started.set)
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
        self._server.should_exit = True
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
