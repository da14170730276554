"""A rate budget inside one process: the limits that a vendor states, and what its headers say.

Every instance keeps its own count; a host with several processes shares one in its database.
"""

import threading
import time
from bisect import insort
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeAlias

_SHARE: ContextVar[float] = ContextVar("share", default=1.0)


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `calls` in any `per_s` seconds; if `assumed`, until the vendor is heard."""

    calls: int
    per_s: float
    assumed: bool = False


@contextmanager
def within(part: float | None) -> Iterator[None]:
    """Make calls that may use only this part of every allowance, and never more than outside
    (None: as much).
    """
    token = _SHARE.set(share() if part is None else min(part, share()))
    try:
        yield
    finally:
        _SHARE.reset(token)


def share() -> float:
    """The part of an allowance that the call about to be made may use."""
    return _SHARE.get()


@dataclass(frozen=True, slots=True)
class Remaining:
    """What an answer's headers say is left: `calls` more until `resets_in_s` from now."""

    calls: int
    resets_in_s: float


@dataclass(frozen=True, slots=True)
class Day:
    """The calls that everybody made of the account's daily allowance."""

    used: int
    total: int


@dataclass(frozen=True, slots=True)
class Heard:
    """What an answer's headers say: of the call's limit class its `rate` and what is left of it,
    of the account its `day`.
    """

    remaining: Remaining | None = None
    rate: Rate | None = None
    day: Day | None = None


Hear: TypeAlias = Callable[[str, Mapping[str, str]], Heard]


def hear_nothing(limit: str, headers: Mapping[str, str]) -> Heard:  # noqa: ARG001  the interface
    """For a vendor whose answers carry no limits."""
    return Heard()


def tighter(stated: Rate | None, heard: Rate | None) -> Rate | None:
    """The rate to keep to: the vendor's word where it allows less than an admin stated."""
    if stated is None or heard is None:
        return stated or heard
    if stated.assumed:
        return heard
    return min(stated, heard, key=lambda rate: rate.calls / rate.per_s)


@dataclass(slots=True)
class Ledger:
    """One limit class: when its last calls go (or went), and the vendor's own count.

    `booked` is sorted and holds the last `rate.calls` times. Whoever may use a `part` of the
    allowance waits as soon as that part is booked, by anybody: so the larger part never waits for
    the smaller one, and the smallest yields first.
    """

    rate: Rate | None = None
    booked: list[float] = field(default_factory=list)
    left: int = 0
    left_until: float = float("-inf")

    def take(self, now: float, part: float, longest_wait_s: float) -> float:
        """The seconds to wait before a call; it is booked unless they are too many."""
        wait_s = self._wait_s(now, part)
        if wait_s <= longest_wait_s:
            if self.rate is not None:
                insort(self.booked, now + wait_s)
                del self.booked[: -self.rate.calls]
            if now + wait_s < self.left_until:
                self.left -= 1
        return wait_s

    def learn(self, said: Remaining, now: float) -> None:
        """Inside one window the lower count holds: answers may arrive out of order."""
        if now >= self.left_until:
            self.left, self.left_until = said.calls, now + said.resets_in_s
        else:
            self.left = min(self.left, said.calls)
            if said.calls <= 0:
                self.left_until = max(self.left_until, now + said.resets_in_s)

    def _wait_s(self, now: float, part: float) -> float:
        ours = 0.0
        if self.rate is not None:
            calls = max(1, int(self.rate.calls * part))
            if len(self.booked) >= calls:
                ours = self.booked[-calls] + self.rate.per_s - now
        theirs = self.left_until - now if self.left <= 0 else 0.0
        return max(ours, theirs, 0.0)


@dataclass(slots=True)
class LocalBudget:
    """`connectors.wire.Budget` as a sliding window per limit class, safe for several threads.

    A class without a `Rate` is held back only by what the vendor's headers say. A wait longer
    than `longest_wait_s` books nothing, since the caller gives up then (`Wire.longest_wait_s`).
    """

    limits: Mapping[str, Rate]
    hear: Hear = hear_nothing
    clock: Callable[[], float] = time.monotonic
    longest_wait_s: float = 2.0
    _ledgers: dict[str, Ledger] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, limit: str) -> float:
        """Book one call; answer the seconds to wait before making it."""
        with self._lock:
            return self._ledger(limit).take(self.clock(), share(), self.longest_wait_s)

    def learn(self, limit: str, headers: Mapping[str, str]) -> None:
        """Hear what the vendor counts; others may use the same account."""
        heard = self.hear(limit, headers)
        with self._lock:
            ledger = self._ledger(limit)
            ledger.rate = tighter(self.limits.get(limit), heard.rate or ledger.rate)
            if heard.remaining is not None:
                ledger.learn(heard.remaining, self.clock())

    def _ledger(self, limit: str) -> Ledger:
        return self._ledgers.setdefault(limit, Ledger(self.limits.get(limit)))
