"""Addresses that begin with more than one slash, as an instance URL that ends in one makes them."""

from starlette.types import ASGIApp, Receive, Scope, Send


class OneSlash:
    """ASGI middleware: `//services/data` is `/services/data`, as the sf command line expects."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("//"):
            raw = b"/" + scope["raw_path"].lstrip(b"/")
            scope = {**scope, "path": "/" + scope["path"].lstrip("/"), "raw_path": raw}
        await self._app(scope, receive, send)
