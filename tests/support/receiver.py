"""Somebody else's server that takes webhooks, and answers as a test wishes."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.patience import PATIENCE_S


@dataclass(slots=True)
class Receiver:
    """`got` are requests in their order: headers and JSON body. `answers` are statuses for the
    next ones, by and by; then 204. `gate` holds answers back while it is cleared.
    """

    url: str = ""
    got: list[tuple[dict[str, str], dict[str, Any], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)

    @property
    def types(self) -> list[str]:
        return [body["type"] for _, body, _ in self.got]

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _, _ in self.got]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver at a local port."""
    one = Receiver()
    one.gate.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            one.gate.wait(PATIENCE_S)
            headers = {name.lower(): value for name, value in self.headers.items()}
            one.got.append((headers, json.loads(raw), raw))
            status = one.answers.pop(0) if one.answers else 204
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    one.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield one
    finally:
        one.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()
