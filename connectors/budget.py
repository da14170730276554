"""A rate budget inside one process: the limits that a vendor states, and what its headers say.

Every instance keeps its own count; a host with several processes shares one in its database.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `calls` in any `per_s` seconds."""

    calls: int
    per_s: float


@dataclass(frozen=True, slots=True)
class Remaining:
    """What an answer's headers say is left: `calls` more until `resets_in_s` from now."""

    calls: int
    resets_in_s: float


Learn: TypeAlias = Callable[[str, Mapping[str, str]], Remaining | None]


def learn_nothing(limit: str, headers: Mapping[str, str]) -> None:
    """For a vendor whose answers carry no limits."""


@dataclass(slots=True)
class _Ledger:
    """One limit class: when its last calls go (or went), and the vendor's own count."""

    rate: Rate | None
    booked: deque[float]
    left: int = 0
    left_until: float = float("-inf")

    def wait_s(self, now: float) -> float:
        ours = 0.0
        if self.rate is not None and len(self.booked) == self.rate.calls:
            ours = self.booked[0] + self.rate.per_s - now
        theirs = self.left_until - now if self.left <= 0 else 0.0
        return max(ours, theirs, 0.0)

    def book(self, at: float) -> None:
        if self.rate is not None:
            self.booked.append(at)
        if at < self.left_until:
            self.left -= 1

    def learn(self, said: Remaining, now: float) -> None:
        """Inside one window the lower count holds: answers may arrive out of order."""
        if now >= self.left_until:
            self.left, self.left_until = said.calls, now + said.resets_in_s
        else:
            self.left = min(self.left, said.calls)
            if said.calls <= 0:
                self.left_until = max(self.left_until, now + said.resets_in_s)


@dataclass(slots=True)
class LocalBudget:
    """`connectors.wire.Budget` as a sliding window per limit class, safe for several threads.

    A class without a `Rate` is held back only by what the vendor's headers say. A wait longer
    than `longest_wait_s` books nothing, since the caller gives up then (`Wire.longest_wait_s`).
    """

    limits: Mapping[str, Rate]
    remaining: Learn = learn_nothing
    clock: Callable[[], float] = time.monotonic
    longest_wait_s: float = 2.0
    _ledgers: dict[str, _Ledger] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, limit: str) -> float:
        """Book one call; answer the seconds to wait before making it."""
        with self._lock:
            ledger, now = self._ledger(limit), self.clock()
            wait_s = ledger.wait_s(now)
            if wait_s <= self.longest_wait_s:
                ledger.book(now + wait_s)
            return wait_s

    def learn(self, limit: str, headers: Mapping[str, str]) -> None:
        """Hear what the vendor counts; others may use the same account."""
        said = self.remaining(limit, headers)
        if said is not None:
            with self._lock:
                self._ledger(limit).learn(said, self.clock())

    def _ledger(self, limit: str) -> _Ledger:
        if limit not in self._ledgers:
            rate = self.limits.get(limit)
            self._ledgers[limit] = _Ledger(rate, deque(maxlen=rate.calls if rate else 0))
        return self._ledgers[limit]
