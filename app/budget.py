"""The rate budget that all processes share: every call to a vendor is booked in the database."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import ValidationError

from app.domain.forecast import DAY_H, Forecast, Spent, forecast
from app.store import budgets
from app.store.budgets import Allowance, Window
from app.store.connections import Connection
from app.store.db import Database, Tx, Unavailable
from connectors import registry
from connectors.base import Busy
from connectors.budget import Day, Hear, Heard, Rate, share

COUNT_EVERY_S = 5.0  # how long calls are counted in memory before they are stored


@dataclass(slots=True)
class SharedBudget:
    """`connectors.wire.Budget` of one connection, in the database.

    Only classes with a rate, stated or heard, are booked there: what knows no limit costs
    nothing. Calls are counted in memory and stored every few seconds, for figures and forecasts.
    """

    database: Database
    connection: str
    limits: Mapping[str, Rate]
    hear: Hear
    longest_wait_s: float = 2.0
    clock: Callable[[], float] = time.monotonic
    _calls: int = 0
    _day: Day | None = None
    _counted_at: float = float("-inf")
    _rates: dict[str, Rate] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def take(self, limit: str) -> float:
        """Book one call; answer the seconds to wait before making it. Raises: Busy."""
        stated = self.limits.get(limit)
        try:
            if stated is None and limit not in self._rates:
                return 0.0
            with self.database.begin() as tx:
                return budgets.take(
                    tx,
                    self.connection,
                    limit,
                    stated,
                    part=share(),
                    longest_wait_s=self.longest_wait_s,
                )
        except Unavailable as error:
            raise Busy("the shared rate budget is out of reach") from error

    def learn(self, limit: str, headers: Mapping[str, str]) -> None:
        """Hear what the vendor counts. What is not stored for once is heard with the next call."""
        heard = self.hear(limit, headers)
        with self._guard:
            self._calls += 1
            self._day = heard.day or self._day
            news = heard.remaining is not None or self._is_new(limit, heard)
            if self.clock() < self._counted_at + COUNT_EVERY_S and not news:
                return
            calls, self._calls, self._counted_at = self._calls, 0, self.clock()
        try:
            with self.database.begin() as tx:
                budgets.used(tx, self.connection, calls, self._day)
                if news:
                    budgets.learn(
                        tx, self.connection, limit, rate=heard.rate, remaining=heard.remaining
                    )
        except Unavailable:
            with self._guard:
                self._calls += calls

    def _is_new(self, limit: str, heard: Heard) -> bool:
        """Whether the vendor says of this class what it did not say before."""
        if heard.rate is None or self._rates.get(limit) == heard.rate:
            return False
        self._rates[limit] = heard.rate
        return True


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a connection's budget stands: its limit classes, the last day's hours, what to expect."""

    windows: Sequence[Window]
    hours: Sequence[Spent]
    forecast: Forecast


def allowance(connection: Connection) -> Allowance:
    """What a connection's settings allow it; all, where its connector can't say (any more)."""
    try:
        vendor = registry.vendor(connection.vendor)
        settings = vendor.settings.model_validate(dict(connection.settings))
    except (registry.UnknownVendor, ValidationError):
        return Allowance()
    return Allowance(vendor.ceiling(settings), vendor.rates(settings))


def outlook(tx: Tx, connection: Connection, *, now: datetime) -> Outlook:
    """What is booked and used of a connection's allowance, and whether the day will last."""
    allowed = allowance(connection)
    hours = budgets.hours(tx, connection.name, now - timedelta(hours=DAY_H))
    expected = forecast(hours, ceiling_share=allowed.ceiling, now=now)
    return Outlook(budgets.windows(tx, connection.name, allowed.rates), hours, expected)
