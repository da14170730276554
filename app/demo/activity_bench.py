"""How many activities come in, and what telling the SFA of them costs, by the sandboxes' counts.

A tool of another kind sends what people did by the generic webhook: at a steady rate, to see that
nothing is lost on the whole way to the SFA's tasks; then a thousand that are logged one by one,
and a thousand that are digests, to count the calls.
"""

import base64
import hashlib
import hmac
import json
import math
import re
import secrets
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from app.demo.children import DemoFailed
from app.demo.performance import Performance
from app.demo.script import write
from app.demo.show import Show, percentile
from app.demo.stage import Stage, folder, set_up
from app.demo.told import api

TOOL = "tool"
AT_ONCE = 100  # activities of a request: a tool sends what has gathered in a tenth of a second
WRITES = 200  # tasks that one call of Salesforce takes
THOUSAND = 1_000
SENDERS = 12  # connections that the tool keeps
GATHER_MINUTES = 0.25
WITHIN_S = 300.0
RULES: Mapping[str, Any] = {
    "gather_minutes": GATHER_MINUTES,
    "routes": [
        {"name": "noise", "activity": ["page_view", "email_open"], "keep": "digest"},
        {"name": "alone", "activity": "*"},
    ],
}


@dataclass(slots=True)
class Tool:
    """A tool that signs its requests by Standard Webhooks."""

    url: str
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    sent: int = 0
    refused: int = 0
    took_ms: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30, trust_env=False))

    def send(self, activities: Sequence[Mapping[str, Any]]) -> None:
        """Send until it is taken, as such tools do."""
        body = json.dumps({"activities": list(activities)}).encode()
        id_ = f"msg_{secrets.token_hex(8)}"
        while True:
            begun = time.monotonic()
            answer = self.http.post(self.url, content=body, headers=self._signed(id_, body))
            with self.lock:
                self.took_ms.append(1000 * (time.monotonic() - begun))
                if answer.is_success:
                    self.sent += len(activities)
                    return
                self.refused += 1
            if answer.is_client_error:
                raise DemoFailed(f"the webhook was refused: {answer.text[:300]}")
            time.sleep(0.5)

    def _signed(self, id_: str, body: bytes) -> dict[str, str]:
        at = str(int(time.time()))
        signed = hmac.new(self.secret, f"{id_}.{at}.".encode() + body, hashlib.sha256).digest()
        return {
            "webhook-id": id_,
            "webhook-timestamp": at,
            "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
        }


@dataclass(slots=True)
class Bench:
    """One stage, the tool, and the people whom it tells of."""

    stage: Stage
    tool: Tool
    emails: Sequence[str]
    numbers: Iterator[int]

    def intake(self, per_s: int, for_s: float) -> dict[str, Any]:
        """Page views at a steady rate; how many are in the digests at the end."""
        begun, requests = time.monotonic(), math.ceil(per_s * for_s / AT_ONCE)
        with ThreadPoolExecutor(SENDERS) as pool:
            for number in range(requests):
                due = begun + number * AT_ONCE / per_s
                time.sleep(max(0.0, due - time.monotonic()))
                pool.submit(self.tool.send, [self._deed("page_view") for _ in range(AT_ONCE)])
        took_s = time.monotonic() - begun
        sent = self.tool.sent
        told = self._until_told(sent)
        return {
            "per_s": per_s,
            "sent": sent,
            "sent_per_s": round(sent / took_s),
            "told_in_digests": told,
            "lost": sent - told,
            "answered_5xx": self.tool.refused,
            "all_told_s": round(time.monotonic() - begun - took_s, 1),
            "answer_p50_ms": percentile([round(ms) for ms in self.tool.took_ms], 0.5),
            "answer_p99_ms": percentile([round(ms) for ms in self.tool.took_ms], 0.99),
        }

    def alone(self) -> dict[str, Any]:
        """A thousand that are tasks of their own."""
        before, tasks = self._writes(), self._tasks()
        self.tool.send([self._deed("form_submit") for _ in range(THOUSAND)])
        self._until(lambda: self._tasks() >= tasks + THOUSAND, "not all activities are tasks")
        return _ratio(self._writes() - before, math.ceil(THOUSAND / WRITES))

    def gathered(self) -> dict[str, Any]:
        """A thousand of yesterday, which make a digest for each of the people."""
        yesterday = datetime.now(UTC) - timedelta(days=1)
        before, already = self._writes(), self._told()
        self.tool.send([self._deed("email_open", yesterday) for _ in range(THOUSAND)])
        self._until(lambda: self._told() >= already + THOUSAND, "not all activities are told")
        return _ratio(self._writes() - before, math.ceil(len(self.emails) / WRITES))

    def _deed(self, type_: str, at: datetime | None = None) -> dict[str, Any]:
        number = next(self.numbers)
        moment = (at or datetime.now(UTC)).isoformat()
        return {
            "id": f"{type_}-{number}",
            "type": type_,
            "at": moment,
            "person": {"email": self.emails[number % len(self.emails)]},
            "title": f"Page {number % 20}",
            "detail": {"url": f"https://www.example.com/page-{number % 20}"},
        }

    def _until_told(self, number: int) -> int:
        self._until(lambda: self._told() >= number, "not all is told", fail=False)
        return self._told()

    def _told(self) -> int:
        """The numbers in the titles of all digests."""
        rows = self.stage.salesforce.rows("Task")
        found = (re.match(r"(\d+) activities, ", row["fields"]["Subject"] or "") for row in rows)
        return sum(int(one.group(1)) for one in found if one)

    def _tasks(self) -> int:
        return int(self.stage.salesforce.counts().get("Task", 0))

    def _writes(self) -> int:
        """Salesforce's calls that write tasks."""
        calls = self.stage.salesforce.calls()["by_endpoint"]
        return sum(n for name, n in calls.items() if "composite/sobjects/Task" in name)

    def _until(self, good: Any, otherwise: str, *, fail: bool = True) -> None:
        deadline = time.monotonic() + WITHIN_S
        while not good():
            if time.monotonic() > deadline:
                if fail:
                    raise DemoFailed(otherwise)
                return
            time.sleep(1.0)


def _ratio(calls: int, floor: int) -> dict[str, Any]:
    return {"activities": THOUSAND, "calls": calls, "floor": floor, "ratio": calls / floor}


def activity_bench(*, people: int, per_s: int, for_s: float) -> dict[str, Any]:
    """Measure; answer the figures. Raises: DemoFailed."""
    script = write(people, seed=1)
    with folder(None) as home, set_up(home, script, port=0, seed=1) as stage:
        show = Show(script)
        show.begin("first sync")
        if not Performance(script, stage, show).sync():
            raise DemoFailed("the first sync did not end")
        tool = Tool(f"{stage.ports.url('baton')}/webhooks/{TOOL}")
        _configure(stage, tool)
        bench = Bench(stage, tool, [one.email for one in script.people], iter(range(10**9)))
        show.begin(f"{per_s} activities a second for {for_s:g} s")
        figures = {"intake": bench.intake(per_s, for_s)}
        show.begin("a thousand tasks")
        figures["alone"] = bench.alone()
        show.begin("a thousand in digests")
        figures["digests"] = bench.gathered()
    return figures


def _configure(stage: Stage, tool: Tool) -> None:
    secret = f"whsec_{base64.b64encode(tool.secret).decode()}"
    connection = {"vendor": "generic", "role": "ma", "secrets": {"signing_secret": secret}}
    for path, body in ((f"connections/{TOOL}", connection), ("documents/activity/bench", RULES)):
        api(stage, "PUT", path, body)
    api(stage, "POST", "documents/activity/bench/activate", {"version": 1})
