"""Sending outbound messages: batches, acknowledgement, retries, duplicates and disorder.

Source: SOAP API guide, "Outbound Messaging", and the vendor's help: up to 100 notifications in a
message, exponential back-off to two hours, dropped after 24 hours, retried out of order, delivered
at least once. The first wait (30 s) is from one third-party source.
"""

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

from connectors.salesforce.sandbox.config import Config
from connectors.salesforce.sandbox.events.notification import Sender, acknowledged, envelope
from connectors.salesforce.sandbox.events.settings import OutboundMessage
from connectors.salesforce.sandbox.org import Happened, Org
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.soql.select import condition
from connectors.sandbox.calling import caller
from connectors.sandbox.sending import Sending

NOTIFICATION, ACTION = "04l", "04k"
HEADERS = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""', "Accept": "text/xml"}


@dataclass(frozen=True, slots=True)
class Notification:
    id: str
    record_id: str
    rule: OutboundMessage


@dataclass(slots=True)
class Message:
    """One message to one listener. A status of 0 is an attempt without an answer."""

    rule: OutboundMessage
    notifications: list[Notification]
    attempts: list[dict[str, Any]] = field(default_factory=list)
    state: Literal["pending", "delivered", "dead"] = "pending"

    def as_json(self) -> dict[str, Any]:
        return {
            "at": self.attempts[0]["at"] if self.attempts else None,
            "outbound_message": self.rule.name,
            "url": self.rule.url,
            "state": self.state,
            "attempts": self.attempts,
            "notifications": [{"id": n.id, "record": n.record_id} for n in self.notifications],
        }


class Outbox:
    """Notifications on their way. Lives in one event loop; `run` sends while the server is up.

    `org` and `base_url` are asked at each attempt, so that a message carries the latest data.
    """

    def __init__(
        self,
        config: Callable[[], Config],
        rules: Callable[[], Sequence[OutboundMessage]],
        org: Callable[[], Org],
        base_url: Callable[[], str],
    ) -> None:
        self._config = config
        self._rules = rules
        self._org = org
        self._base_url = base_url
        self.messages: list[Message] = []
        self._waiting: list[Notification] = []
        self._held_back: list[Notification] = []
        self._sending = Sending()
        self._actions: dict[str, str] = {}
        self._chance = random.Random(config().event_seed)  # noqa: S311  repeatable, no secret

    def add(self, org: Org, happened: Sequence[Happened]) -> None:
        """Queue a notification for every change that a rule wants."""
        rules = self._rules()
        for one in happened:
            for rule in rules:
                if wants(org, rule, one):
                    id_ = org.ids.next(NOTIFICATION)
                    self._waiting.append(Notification(id_, one.row.id, rule))
        if self._waiting:
            self._sending.ring()

    def counts(self) -> dict[str, int]:
        """Notifications waiting or in an unfinished message, and notifications dropped."""
        pending = len(self._waiting) + len(self._held_back)
        pending += sum(len(m.notifications) for m in self.messages if m.state == "pending")
        dead = sum(len(m.notifications) for m in self.messages if m.state == "dead")
        return {"pending_webhooks": pending, "dead_webhooks": dead}

    def clear(self) -> None:
        self._sending.cancel()
        self._waiting.clear()
        self._held_back.clear()
        self.messages.clear()
        self._actions.clear()
        self._chance = random.Random(self._config().event_seed)  # noqa: S311  repeatable, no secret

    async def run(self) -> None:
        """Send until cancelled."""
        http = caller()
        await self._sending.run(http, lambda: self._config().outbound_flush_ms / 1000, self._flush)

    async def _flush(self, http: httpx.AsyncClient) -> None:
        size = self._config().outbound_batch
        for batch in _by_rule(self._in_disorder()):
            for start in range(0, len(batch), size):
                message = Message(batch[0].rule, batch[start : start + size])
                self.messages.append(message)
                self._sending.start(self._deliver(http, message))
        if self._held_back:
            self._sending.ring()

    def _in_disorder(self) -> list[Notification]:
        """What is sent now: all that waits, but for the shares held back or sent twice."""
        config = self._config()
        late, self._held_back = self._held_back, []
        waiting, self._waiting = self._waiting, []
        sent = []
        for one in waiting:
            if self._chance.random() < config.outbound_reorder_share:
                self._held_back.append(one)
                continue
            sent.append(one)
            if self._chance.random() < config.outbound_duplicate_share:
                self._held_back.append(one)
        return sent + late

    async def _deliver(self, http: httpx.AsyncClient, message: Message) -> None:
        """Try until acknowledged or too old."""
        waited_s, pause_s = 0.0, self._config().outbound_first_retry_s
        while True:
            if await self._attempt(http, message):
                message.state = "delivered"
                return
            config = self._config()
            pause_s = min(pause_s, config.outbound_longest_retry_s)
            waited_s += pause_s
            if pause_s <= 0 or waited_s >= config.outbound_life_s:
                message.state = "dead"
                return
            await asyncio.sleep(pause_s * config.event_time_scale)
            pause_s *= 2

    async def _attempt(self, http: httpx.AsyncClient, message: Message) -> bool:
        started = time.time()
        status, error, acked = 0, None, False
        try:
            async with asyncio.timeout(self._config().outbound_timeout_s):
                answer = await http.post(
                    message.rule.url, content=self._body(message), headers=HEADERS, timeout=None
                )
            status, acked = answer.status_code, acknowledged(answer.status_code, answer.content)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as failure:
            error = type(failure).__name__
        message.attempts.append({
            "at": int(started * 1000),
            "number": len(message.attempts),
            "status": status,
            "acked": acked,
            "error": error,
            "took_ms": round((time.time() - started) * 1000),
        })  # fmt: skip
        return acked

    def _body(self, message: Message) -> bytes:
        org, rule = self._org(), message.rule
        action_id = self._actions.get(rule.name)
        if action_id is None:
            action_id = self._actions[rule.name] = org.ids.next(ACTION)
        base, version = self._base_url(), f"{self._config().outbound_version}.0"
        urls = [f"{base}/services/Soap/{kind}/{version}/{org.id}" for kind in "cu"]
        items = [(one.id, one.record_id) for one in message.notifications]
        return envelope(org, Sender(org.id, action_id, *urls), rule.object, rule.fields, items)


def wants(org: Org, rule: OutboundMessage, one: Happened) -> bool:
    """Tell whether a rule sends its message for what happened to a record."""
    made = one.row.object
    if made.name != rule.object or one.kind.lower() not in rule.on:
        return False
    is_update = one.kind == "UPDATE"
    if is_update and rule.changed:
        new = {name for name, value in one.changes.items() if one.before.get(name) != value}
        if new.isdisjoint(rule.changed):
            return False
    if rule.when is None:
        return True
    try:
        holds = condition(org, made, rule.when)
    except Problem:  # a field that a reset took away
        return False
    now = Row(made, one.row.id, {**one.before, **one.changes})
    if not holds(now):
        return False
    return not (is_update and rule.newly and holds(Row(made, one.row.id, dict(one.before))))


def _by_rule(notifications: Iterable[Notification]) -> Iterable[list[Notification]]:
    groups: dict[str, list[Notification]] = {}
    for one in notifications:
        groups.setdefault(one.rule.name, []).append(one)
    return groups.values()
