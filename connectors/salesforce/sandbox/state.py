"""All that the sandbox keeps in memory: the org, who is signed in, what was used and shown."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.salesforce.sandbox.bulk.jobs import Shelf
from connectors.salesforce.sandbox.bulk.v1_jobs import Jobs
from connectors.salesforce.sandbox.config import Config
from connectors.salesforce.sandbox.ids import IdMaker
from connectors.salesforce.sandbox.metadata.store import Store
from connectors.salesforce.sandbox.org import Clock, Org
from connectors.salesforce.sandbox.tokens import Tokens

HOUR_S = 3600
DAY_S = 24 * HOUR_S


class Usage:
    """How often something happened in a rolling period, counted by the minute."""

    def __init__(self, period_s: float, now: Clock) -> None:
        self._period_s = period_s
        self._now = now
        self.minutes: list[list[int]] = []  # [minute, count], the oldest first

    @property
    def count(self) -> int:
        oldest = (self._now() - self._period_s) // 60
        while self.minutes and self.minutes[0][0] < oldest:
            self.minutes.pop(0)
        return sum(count for _, count in self.minutes)

    def add(self, count: int = 1) -> None:
        minute = int(self._now() // 60)
        if self.minutes and self.minutes[-1][0] == minute:
            count += self.minutes.pop()[1]
        self.minutes.append([minute, count])


@dataclass(slots=True)
class Cursor:
    """A query that is read page by page."""

    total: int
    rows: Sequence[Any]
    show: Callable[[Any], dict[str, Any]]
    opened_at: float


@dataclass(slots=True)
class State:
    org: Org
    tokens: Tokens
    calls: Usage
    notified: Usage
    posted: Usage
    bulk: Shelf
    metadata: Store
    async_jobs: Jobs  # of Bulk API 1.0
    codes: dict[str, dict[str, str]] = field(default_factory=dict)  # authorization codes
    cursors: dict[str, Cursor] = field(default_factory=dict)
    notifications: list[dict[str, Any]] = field(default_factory=list)
    ids: IdMaker = field(default_factory=IdMaker)

    @property
    def config(self) -> Config:
        return self.org.config


def start(config: Config, now: Clock = time.time) -> State:
    org = Org(config, now)
    calls, notified, posted = (Usage(period_s, now) for period_s in (DAY_S, HOUR_S, HOUR_S))
    shelf, store = Shelf(now, org.ids), Store(now, org.ids)
    jobs = Jobs(org.ids)
    return State(org, Tokens(org), calls, notified, posted, shelf, store, jobs)
