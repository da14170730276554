"""Figures of this machine, side by side in one run: Baton, and an endpoint that does nothing.

The HubSpot sandbox sends signed single-event webhooks as fast as it can, first to the endpoint
that does nothing, then to Baton, which has them on disk before it answers. Its own sending is
the limit of the first figure, so the ratio is a lower bound of Baton's share.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from app.demo.children import DemoFailed
from app.demo.performance import Performance
from app.demo.script import PRODUCT, SITE, write
from app.demo.show import Show, percentile
from app.demo.stage import Stage, folder, set_up
from app.demo.stores import MARK

WITHIN_S = 300.0
PAUSE_S = 0.25  # between two page views of the latency run
SENDER = {
    "webhook_batch": 1, "webhook_concurrency": 32, "webhook_flush_ms": 5, "duplicate_share": 0,
    "reorder_share": 0,
}  # fmt: skip


def bench(*, people: int, events: int, views: int) -> dict[str, Any]:
    """Measure; answer the figures. Raises: DemoFailed."""
    script = write(people, seed=1)
    emails = [one.email for one in script.people]
    with folder(None) as home, set_up(home, script, port=0, seed=1) as stage:
        show = Show(script)
        show.begin("first sync")
        acts = Performance(script, stage, show)
        if not acts.sync():
            raise DemoFailed("the first sync did not end")
        target = f"{stage.ports.url('baton')}/webhooks/hubspot"
        show.begin("webhooks to an endpoint that does nothing")
        with _nothing() as nothing:
            floor = _intake(stage, nothing, emails, events)
        show.begin("webhooks to Baton")
        intake = _intake(stage, target, emails, events)
        _settle(stage)
        show.begin("page view in HubSpot to task in Salesforce")
        latency = _latency(stage, emails, views)
    ratio = round(intake["per_s"] / floor["per_s"], 2)
    return {"floor": floor, "baton": intake, "ratio": ratio, "view_to_task_ms": latency}


@contextmanager
def _nothing() -> Iterator[str]:
    """The address of a server that takes everything and does nothing."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Nothing)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


class _Nothing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the interface
        """Say nothing."""


def _intake(stage: Stage, target: str, emails: Sequence[str], events: int) -> dict[str, Any]:
    """So many score changes, each a webhook of its own; how fast they were taken."""
    sandbox = stage.hubspot
    sandbox.configure({**SENDER, "target_url": target})
    before = len(sandbox.dump()["webhooks"])
    base = 1 if target.endswith("/") else 2  # both runs must change each score
    sandbox.play(
        [
            {"contact": emails[n % len(emails)], "score": base + 2 * (n // len(emails) % 20)}
            for n in range(events)
        ]
    )
    _settle(stage)
    sent = sandbox.dump()["webhooks"][before : before + events]  # later ones: echoes of writes
    tries = [attempt for one in sent for attempt in one["attempts"]]
    failed = sum(one["state"] != "delivered" for one in sent)
    took = [attempt["took_ms"] for attempt in tries]
    span_ms = max(a["at"] + a["took_ms"] for a in tries) - min(a["at"] for a in tries)
    return {
        "requests": len(sent),
        "failed": failed,
        "per_s": round(1000 * len(sent) / max(span_ms, 1), 1),
        "p50_ms": percentile(took, 0.5),
        "p99_ms": percentile(took, 0.99),
    }


def _settle(stage: Stage) -> None:
    """Wait till the sandbox has nothing more to send."""
    deadline = time.monotonic() + WITHIN_S
    while not stage.hubspot.quiet():
        if time.monotonic() > deadline:
            raise DemoFailed("the webhooks were not taken in time")
        time.sleep(0.2)


def _latency(stage: Stage, emails: Sequence[str], views: int) -> dict[str, int | None]:
    """From page views, one by one, to their tasks, by both sandboxes' clocks."""
    for number in range(views):
        url = f"{SITE}{PRODUCT}?visit={number:05d}."
        step = {"contact": emails[number % len(emails)], "event": "page_view"}
        stage.hubspot.play([{**step, "properties": {"url": url}}])
        time.sleep(PAUSE_S)
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        made = _marked(stage.salesforce.dump()["objects"]["Task"], "fields", "created_at")
        if len(made) >= views:
            seen = _marked(stage.hubspot.dump()["events"], "properties", "at")
            took = [made[mark] - seen[mark] for mark in made]
            return {f"p{share}": percentile(took, share / 100) for share in (50, 95, 99)}
        time.sleep(1)
    raise DemoFailed(f"only {len(made)} of {views} page views became tasks")


def _marked(rows: Sequence[dict[str, Any]], values: str, at: str) -> dict[str, int]:
    return {
        mark: row[at]
        for row in rows
        for mark in MARK.findall(" ".join(str(v) for v in row[values].values()))
    }
