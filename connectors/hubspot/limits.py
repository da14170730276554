"""The account's daily calls: learned from the answers, held below a share of them."""

import time
from collections.abc import Callable, Mapping

from connectors.budget import Day, Heard, Rate, share
from connectors.wire import Budget

DAILY, REMAINING = "x-hubspot-ratelimit-daily", "x-hubspot-ratelimit-daily-remaining"
MAX, INTERVAL_MS = "x-hubspot-ratelimit-max", "x-hubspot-ratelimit-interval-milliseconds"
MARGIN = 0.97  # of what HubSpot allows: calls do not arrive as evenly as they were made
LOOK_AGAIN_S = 900.0  # beyond the share one call each 15 min looks whether a new day has begun


class DailyShare:
    """A budget that leaves calls to the other integrations of the account. Who may use all of an
    allowance (alerts) is not held back by it.

    Private apps share one daily limit, and their answers say what is left of it; OAuth apps have
    none and are not held back. Source: HubSpot developer docs, "API usage guidelines".
    """

    def __init__(
        self, inner: Budget, share: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._inner = inner
        self._share = share
        self._clock = clock
        self._used = 0.0
        self._looked_at = 0.0

    def take(self, limit: str) -> float:
        if share() < 1 and self._used >= self._share * share():
            wait_s = self._looked_at + LOOK_AGAIN_S - self._clock()
            if wait_s > 0:
                return wait_s
            self._looked_at = self._clock()
        return self._inner.take(limit)

    def learn(self, limit: str, headers: Mapping[str, str]) -> None:
        if (day := hear(limit, headers).day) is not None:
            self._used, self._looked_at = day.used / day.total, self._clock()
        self._inner.learn(limit, headers)


def hear(limit: str, headers: Mapping[str, str]) -> Heard:  # noqa: ARG001  the interface
    """What an answer says of the limits. Searches carry no headers of a window.

    Source: recorded answers (README.md); "API usage guidelines".
    """
    calls, interval_ms = _number(headers.get(MAX)), _number(headers.get(INTERVAL_MS))
    total, left = _number(headers.get(DAILY)), _number(headers.get(REMAINING))
    rate = Rate(max(1, int(calls * MARGIN)), interval_ms / 1000) if calls and interval_ms else None
    return Heard(rate=rate, day=Day(total - left, total) if total and left is not None else None)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else None  # noqa: PLR2004  no count of calls is longer
