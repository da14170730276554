"""Requests whose body is compressed, which the REST, SOAP and Bulk APIs take.

Source: REST API Developer Guide, "Using Compression".
"""

import contextlib
import zlib
from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

WINDOWS = {b"gzip": zlib.MAX_WBITS | 16, b"deflate": zlib.MAX_WBITS}
LARGEST = 256 * 2**20  # bytes when unpacked; a bulk upload has 150 MB


class Unpacked:
    """ASGI middleware: the app sees the body as it was before it was compressed.

    A body that is not what its `Content-Encoding` says goes on as it came.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        window = WINDOWS.get(_encoding(scope)) if scope["type"] == "http" else None
        if window is None:
            await self._app(scope, receive, send)
            return
        body, after = await _read(receive)
        with contextlib.suppress(zlib.error):
            body = _unpack(body, window)
        await self._app(scope, _once(body, after or receive), send)


def _encoding(scope: Scope) -> bytes:
    found = (value for name, value in scope.get("headers", ()) if name == b"content-encoding")
    return next(found, b"").strip().lower()


async def _read(receive: Receive) -> tuple[bytes, Receive | None]:
    """The whole body, and what answers from then on when the caller hung up in the middle."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":

            async def gone(message: Message = message) -> Message:
                return message

            return b"".join(parts), gone
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts), None


def _unpack(body: bytes, window: int) -> bytes:
    """Raises: zlib.error for what is damaged, cut short or too large."""
    unpacker = zlib.decompressobj(window)
    plain = unpacker.decompress(body, LARGEST)
    if not unpacker.eof:
        raise zlib.error("cut short or too large")
    return plain


def _once(body: bytes, after: Callable[[], Awaitable[Message]]) -> Receive:
    """The body in one piece, then whatever else comes."""
    given = iter([body])

    async def receive() -> Message:
        for part in given:
            return {"type": "http.request", "body": part, "more_body": False}
        return await after()

    return receive
