"""`baton serve` and `baton work`: the processes that run for good."""

import contextlib
import socket
import threading
from typing import Annotated

import typer
import uvicorn

from app import log
from app.bootstrap import Baton, opened
from app.cli.context import read_settings
from app.cli.ending import stop_like_ctrl_c
from app.cli.output import say
from app.settings import Settings
from app.store import api_keys
from app.working import working
from connectors import registry

GOODBYE_S = 5  # for open requests; a browser's live page never ends by itself
NoWork = Annotated[bool, typer.Option("--no-work", help="Web only; run `baton work` beside it.")]
Host = Annotated[str | None, typer.Option(help="Address to listen on; else BATON_HOST.")]
Port = Annotated[
    int | None, typer.Option(min=0, max=65535, help="Else BATON_PORT; 0: any free one, printed.")
]


def serve(*, no_work: NoWork = False, host: Host = None, port: Port = None) -> None:
    """Serve webhooks, API and dashboard, and work, in one process, until interrupted."""
    stop_like_ctrl_c()
    settings = read_settings(host=host, port=port)
    log.configure(settings)
    listener = socket.create_server((settings.host, settings.port), backlog=2048)
    settings = _reachable(settings, listener.getsockname()[1])
    with contextlib.suppress(KeyboardInterrupt), listener:
        _serve(settings, listener, works=not no_work)


def _reachable(settings: Settings, port: int) -> Settings:
    """Unless a public address was set, it is the one that we listen on."""
    found = {"port": port}
    if "public_url" in settings.model_fields_set:
        return settings.model_copy(update=found)
    name = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host
    return settings.model_copy(update={**found, "public_url": f"http://{name}:{port}"})


def _serve(settings: Settings, listener: socket.socket, *, works: bool) -> None:
    from app.web.parts import Parts  # noqa: PLC0415  the web takes a second to import
    from app.web.server import create_app  # noqa: PLC0415  as said above

    registry.load()  # before there are threads: they would import the same modules at once
    with opened(settings) as baton, working(baton) if works else contextlib.nullcontext():
        parts = Parts(settings, baton.database, baton.vault, baton.accounts, baton.wake)
        config = uvicorn.Config(
            create_app(parts),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GOODBYE_S,
        )
        _hint_at_keys(baton)
        _Announcing(config, settings.public_url).run(sockets=[listener])


def _hint_at_keys(baton: Baton) -> None:
    """On the first start nobody can sign in yet."""
    with baton.database.begin() as tx:
        if not api_keys.every(tx):
            say("nobody can sign in yet: make a key with `baton keys create NAME`")


class _Announcing(uvicorn.Server):
    """Says where it is once it answers."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        say(f"Baton is up: {self._url}")


def work() -> None:
    """Work without web, until interrupted. Any number may run beside each other."""
    stop_like_ctrl_c()
    settings = read_settings()
    log.configure(settings)
    registry.load()  # as in `serve`
    with contextlib.suppress(KeyboardInterrupt), opened(settings) as baton, working(baton):
        say("Baton works")
        threading.Event().wait()


def add_to(cli: typer.Typer) -> None:
    cli.command()(serve)
    cli.command()(work)
