"""Sending webhooks: batches, signatures, retries, concurrency, duplicates and disorder.

Source: HubSpot developer docs, "Webhooks API": JSON array of up to 100 events, 5 s timeout,
10 retries over 24 hours on no connection, timeout or any 4xx or 5xx, 10 requests in flight.
"""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

from connectors.hubspot.sandbox import signatures
from connectors.hubspot.sandbox.config import Config, Subscription
from connectors.sandbox.calling import caller
from connectors.sandbox.sending import Sending

JITTER = 0.2
AGENT = "HubSpot Connect 2.0 (http://dev.hubspot.com/) (namespace: webhooks-nio-http-client)"


@dataclass(slots=True)
class Delivery:
    """One batch. A status of 0 is an attempt without an answer."""

    url: str
    events: list[dict[str, Any]]
    attempts: list[dict[str, Any]] = field(default_factory=list)
    state: Literal["pending", "delivered", "dead"] = "pending"
    workflow: str | None = None  # the name of the workflow that sends a whole record

    def as_json(self) -> dict[str, Any]:
        at = self.attempts[0]["at"] if self.attempts else None
        shown = {
            "at": at, "url": self.url, "state": self.state, "attempts": self.attempts,
            "events": self.events,
        }  # fmt: skip
        return shown if self.workflow is None else {**shown, "workflow": self.workflow}


class Outbox:
    """Events on their way. Lives in one event loop; `run` sends while the server is up."""

    def __init__(self, config: Callable[[], Config]) -> None:
        self._config = config
        self.deliveries: list[Delivery] = []
        self._waiting: list[dict[str, Any]] = []
        self._held_back: list[dict[str, Any]] = []
        self._sending = Sending()
        self._slots = _Slots()
        self._chance = random.Random(config().seed)  # noqa: S311  repeatable, not a secret

    def add(
        self, event_type: str, at_ms: int, event: Mapping[str, Any], *, by_name_only: bool = False
    ) -> None:
        """Queue an event for every subscription that wants it. `by_name_only`: a property that
        subscriptions to any property do not hear of.
        """
        config = self._config()
        if config.target_url is None:
            return
        for subscription in config.subscriptions:
            if not wants(subscription, event_type, event):
                continue
            if by_name_only and subscription.propertyName is None:
                continue
            self._waiting.append({
                "eventId": self._chance.randrange(1, 2**32),
                "subscriptionId": subscription.id,
                "portalId": config.portal_id,
                "appId": config.app_id,
                "occurredAt": at_ms,
                "subscriptionType": event_type,
                "attemptNumber": 0,
                **event,
            })  # fmt: skip
            self._sending.ring()

    def counts(self) -> dict[str, int]:
        """Events waiting or in an unfinished delivery, and events given up."""
        pending = len(self._waiting) + len(self._held_back)
        pending += sum(len(d.events) for d in self.deliveries if d.state == "pending")
        dead = sum(len(d.events) for d in self.deliveries if d.state == "dead")
        return {"pending_webhooks": pending, "dead_webhooks": dead}

    def clear(self) -> None:
        self._sending.cancel()
        self._waiting.clear()
        self._held_back.clear()
        self.deliveries.clear()
        self._chance = random.Random(self._config().seed)  # noqa: S311  repeatable, not a secret

    async def run(self) -> None:
        """Send until cancelled."""
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=16)
        http = caller(limits)
        self._slots = _Slots()  # of this event loop
        await self._sending.run(http, lambda: self._config().webhook_flush_ms / 1000, self._flush)

    async def _flush(self, http: httpx.AsyncClient) -> None:
        config = self._config()
        events = self._in_disorder(config)
        for start in range(0, len(events), config.webhook_batch):
            batch = events[start : start + config.webhook_batch]
            delivery = Delivery(config.target_url or "", batch)
            self.deliveries.append(delivery)
            self._sending.start(self._deliver(http, delivery))
        if self._held_back:
            self._sending.ring()

    def _in_disorder(self, config: Config) -> list[dict[str, Any]]:
        """What is sent now: all that waits, but for the shares held back or sent twice."""
        late, self._held_back = self._held_back, []
        events, self._waiting = self._waiting, []
        sent = []
        for event in events:
            if self._chance.random() < config.reorder_share:
                self._held_back.append(event)
                continue
            sent.append(event)
            if self._chance.random() < config.duplicate_share:
                self._held_back.append(dict(event))
        return sent + late

    async def _deliver(self, http: httpx.AsyncClient, delivery: Delivery) -> None:
        delays = self._config().webhook_retry_delays_s
        for number in range(len(delays) + 1):
            async with self._slots.take(self._config().webhook_concurrency):
                status = await self._attempt(http, delivery, number)
            if status and status < 400:
                delivery.state = "delivered"
                return
            if number < len(delays):
                jitter = 1 + JITTER * (2 * self._chance.random() - 1)
                await asyncio.sleep(delays[number] * jitter * self._config().webhook_time_scale)
        delivery.state = "dead"

    async def _attempt(self, http: httpx.AsyncClient, delivery: Delivery, number: int) -> int:
        config = self._config()
        for event in delivery.events:
            event["attemptNumber"] = number
        body = json.dumps(delivery.events, separators=(",", ":")).encode()
        started = time.time()
        at_ms = int(started * 1000)
        signed = signatures.headers(
            list(config.webhook_signatures), config.client_secret, delivery.url, body, at_ms
        )
        headers = {"Content-Type": "application/json", "User-Agent": AGENT, **signed}
        status, error = 0, None
        try:
            async with asyncio.timeout(config.webhook_timeout_s):
                answer = await http.post(delivery.url, content=body, headers=headers, timeout=None)
            status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as failure:
            error = type(failure).__name__
        took_ms = round((time.time() - started) * 1000)
        delivery.attempts.append(
            {"at": at_ms, "number": number, "status": status, "error": error, "took_ms": took_ms}
        )
        return status


class _Slots:
    """A semaphore whose size is asked anew each time, so that settings take effect at once."""

    def __init__(self) -> None:
        self._taken = 0
        self._freed = asyncio.Condition()

    @contextlib.asynccontextmanager
    async def take(self, most: int) -> Any:
        async with self._freed:
            await self._freed.wait_for(lambda: self._taken < most)
            self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1
            async with self._freed:
                self._freed.notify()


def wants(subscription: Subscription, event_type: str, event: Mapping[str, Any]) -> bool:
    """Tell whether a subscription covers an event."""
    if not subscription.active or subscription.eventType != event_type:
        return False
    if subscription.objectTypeId not in {None, event.get("objectTypeId")}:
        return False
    return subscription.propertyName in {None, event.get("propertyName")}
