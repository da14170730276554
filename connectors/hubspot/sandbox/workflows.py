"""Sending what workflows post: the whole record, signed (v2), with rules of its own for retries.

Source: HubSpot developer docs, "Using webhooks in workflows": 3 s to connect, 30 s to answer; no
retry on 4xx but for 429, which waits for `Retry-After` (milliseconds); 5xx is retried for three
days; up to 20 requests per second.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from connectors.hubspot.sandbox import signatures
from connectors.hubspot.sandbox.config import Config
from connectors.hubspot.sandbox.webhooks import AGENT, Delivery
from connectors.hubspot.sandbox.workflow_config import Workflow
from connectors.sandbox.calling import caller
from connectors.sandbox.digits import is_whole
from connectors.sandbox.sending import Sending

Body = Callable[[], Mapping[str, Any] | None]  # the record as it is when sent; None: gone
TOO_MANY = 429
USUAL_WAIT_MS = 1000.0


class Workflows:
    """Enrolments on their way. Lives in one event loop; `run` sends while the server is up."""

    def __init__(self, config: Callable[[], Config]) -> None:
        self._config = config
        self.deliveries: list[Delivery] = []
        self._waiting: dict[tuple[str, str, str], tuple[Workflow, Body]] = {}
        self._sending = Sending()

    def enrol(self, workflow: Workflow, kind: str, record_id: str, body: Body) -> None:
        """Send a record soon; one that waits already is sent once."""
        self._waiting[workflow.name, kind, record_id] = (workflow, body)
        self._sending.ring()

    def counts(self) -> dict[str, int]:
        pending = len(self._waiting) + sum(d.state == "pending" for d in self.deliveries)
        dead = sum(d.state == "dead" for d in self.deliveries)
        return {"pending_webhooks": pending, "dead_webhooks": dead}

    def clear(self) -> None:
        self._sending.cancel()
        self._waiting.clear()
        self.deliveries.clear()

    async def run(self) -> None:
        """Send until cancelled."""
        http = caller()
        await self._sending.run(http, lambda: self._config().webhook_flush_ms / 1000, self._flush)

    async def _flush(self, http: httpx.AsyncClient) -> None:
        while self._waiting:
            workflow, body = self._waiting.pop(next(iter(self._waiting)))
            record = body()
            if record is None:
                continue
            delivery = Delivery(workflow.url, [dict(record)], workflow=workflow.name)
            self.deliveries.append(delivery)
            self._sending.start(self._deliver(http, workflow, delivery))
            pace = 1 / self._config().workflow_per_second
            await asyncio.sleep(pace * self._config().webhook_time_scale)

    async def _deliver(
        self, http: httpx.AsyncClient, workflow: Workflow, delivery: Delivery
    ) -> None:
        delays = self._config().workflow_retry_delays_s
        for number in range(len(delays) + 1):
            status, retry_after = await self._attempt(http, workflow, delivery, number)
            if 200 <= status < 400:
                delivery.state = "delivered"
                return
            if 400 <= status < 500 and status != TOO_MANY:
                break
            if number < len(delays):
                wait_s = _milliseconds(retry_after) / 1000 if status == TOO_MANY else delays[number]
                await asyncio.sleep(wait_s * self._config().webhook_time_scale)
        delivery.state = "dead"

    async def _attempt(
        self, http: httpx.AsyncClient, workflow: Workflow, delivery: Delivery, number: int
    ) -> tuple[int, str | None]:
        """Status (0: no answer) and `Retry-After`."""
        config = self._config()
        content = b""
        if workflow.method == "POST":
            content = json.dumps(delivery.events[0], separators=(",", ":")).encode()
        started = time.time()
        limits = httpx.Timeout(config.workflow_timeout_s, connect=config.workflow_connect_timeout_s)
        status, error, retry_after = 0, None, None
        try:
            answer = await http.request(
                workflow.method, workflow.url, content=content, timeout=limits,
                headers=_headers(workflow, config.client_secret, content),
            )  # fmt: skip
            status, retry_after = answer.status_code, answer.headers.get("retry-after")
        except (httpx.HTTPError, httpx.InvalidURL) as failure:
            error = type(failure).__name__
        took_ms = round((time.time() - started) * 1000)
        at_ms = int(started * 1000)
        delivery.attempts.append(
            {"at": at_ms, "number": number, "status": status, "error": error, "took_ms": took_ms}
        )
        return status, retry_after


def _headers(workflow: Workflow, secret: str, content: bytes) -> dict[str, str]:
    headers = {"Content-Type": "application/json", "User-Agent": AGENT}
    if workflow.signed:
        signed = signatures.version_2(secret, workflow.method, workflow.url, content)
        headers |= {"X-HubSpot-Signature": signed, "X-HubSpot-Signature-Version": "v2"}
    return headers | workflow.headers


def _milliseconds(retry_after: str | None) -> float:
    """`Retry-After` counts milliseconds here."""
    if retry_after is None or not is_whole(retry_after):
        return USUAL_WAIT_MS
    return float(retry_after)
