"""The org's daily API calls: learned from every answer, held below a ceiling."""

import re
import time
from collections.abc import Callable, Mapping

from connectors.budget import Day, Heard, share
from connectors.wire import Budget

ALERT = "alert"  # the limit class of hot-lead work, which the ceiling never holds back
LOOK_AGAIN_S = 900.0  # beyond the ceiling one call each 15 min looks; the limit rolls over 24 h
_USAGE = re.compile(r"(?:^|[;\s])api-usage=(\d+)/(\d+)")


def hear(limit: str, headers: Mapping[str, str]) -> Heard:  # noqa: ARG001  the interface
    """What an answer says of the org's day. Salesforce tells of no shorter window."""
    usage = _USAGE.search(headers.get("Sforce-Limit-Info", ""))
    return Heard(day=None if usage is None else Day(int(usage[1]), int(usage[2])))


class Daily:
    """A budget that also keeps Baton from eating the calls of other integrations.

    `api-usage` counts the calls of everybody in the org over the last 24 hours.
    Source: REST API Developer Guide, "Limit Info Header" (`Sforce-Limit-Info`).
    """

    def __init__(
        self, inner: Budget, ceiling: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.used: int | None = None
        self.total: int | None = None
        self._inner = inner
        self._ceiling = ceiling
        self._clock = clock
        self._looked_at = 0.0

    def take(self, limit: str) -> float:
        if limit != ALERT and self._is_over():
            wait_s = self._looked_at + LOOK_AGAIN_S - self._clock()
            if wait_s > 0:
                return wait_s
            self._looked_at = self._clock()
        return self._inner.take(limit)

    def learn(self, limit: str, headers: Mapping[str, str]) -> None:
        if (day := hear(limit, headers).day) is not None:
            self.used, self.total = day.used, day.total
            self._looked_at = self._clock()
        self._inner.learn(limit, headers)

    def _is_over(self) -> bool:
        if self.used is None or not self.total:
            return False
        return self.used >= self.total * self._ceiling * share()
