"""Group commit: one writer flushes all waiting webhook requests in one transaction.

Requests wait until what they brought is on disk, and not a moment longer: a flush takes all that
came while the one before was under way.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.crash import Point, crash_if
from app.flows import receive
from app.store.db import Database
from app.store.faults import UNSTORABLE, untangled
from app.store.inbox import Arrival

MOST_EVENTS = 5_000  # in one transaction: some hundred milliseconds
MOST_WAITING = 10_000  # requests; more come only while the database is away


@dataclass(eq=False, slots=True)
class _Waiting:
    """One request that waits for its commit."""

    arrivals: Sequence[Arrival]
    done: "asyncio.Future[None]"

    def settle(self, error: BaseException | None) -> None:
        if self.done.done():  # its request gave up meanwhile
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


@dataclass(slots=True)
class Intake:
    """The way of webhooks to the database. Lives on one event loop."""

    database: Database
    wake: Callable[[set[str]], None]
    _waiting: list[_Waiting] = field(default_factory=list)
    _to_wake: set[str] = field(default_factory=set)
    _writer: "asyncio.Task[None] | None" = None
    _waker: "asyncio.Task[None] | None" = None

    async def store(self, arrivals: Sequence[Arrival]) -> None:
        """Return once these are committed. Raises: what the commit raised, TimeoutError."""
        if len(self._waiting) >= MOST_WAITING:
            raise TimeoutError("more requests wait than can be stored in time")
        one = _Waiting(arrivals, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await one.done

    async def _write(self) -> None:
        while self._waiting:
            batch = self._next()
            if not batch:
                return
            flush = asyncio.create_task(asyncio.to_thread(self._flush, batch))
            await asyncio.wait({flush})
            error = flush.exception()
            if isinstance(error, UNSTORABLE) and len(batch) > 1:
                await self._one_by_one(batch)
                continue
            self._settle(batch, flush)

    def _next(self) -> list[_Waiting]:
        """The requests of the next flush that still wait: not many more events than fit."""
        self._waiting = [one for one in self._waiting if not one.done.done()]
        events = count = 0
        for one in self._waiting:
            events, count = events + len(one.arrivals), count + 1
            if events >= MOST_EVENTS:
                break
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        return batch

    async def _one_by_one(self, batch: Sequence[_Waiting]) -> None:
        """One request holds what can't be stored; the others must not suffer for it."""
        for one in batch:
            flush = asyncio.create_task(asyncio.to_thread(self._flush, [one]))
            await asyncio.wait({flush})
            self._settle([one], flush)

    def _flush(self, batch: Sequence[_Waiting]) -> set[str]:
        crash_if(Point.RECEIVED)
        wakes = untangled(lambda: self._commit(batch))
        crash_if(Point.RECEIVED_COMMITTED)
        return wakes

    def _commit(self, batch: Sequence[_Waiting]) -> set[str]:
        with self.database.begin() as tx:
            return receive.store(tx, [one.arrivals for one in batch])

    def _settle(self, batch: Sequence[_Waiting], flush: "asyncio.Task[set[str]]") -> None:
        error = flush.exception()
        for one in batch:
            one.settle(error)
        if error is None:
            self._to_wake |= flush.result()
            if self._waker is None or self._waker.done():
                self._waker = asyncio.create_task(self._wake())

    async def _wake(self) -> None:
        """Off the path of requests, and once for all that came meanwhile."""
        while self._to_wake:
            names, self._to_wake = self._to_wake, set()
            await asyncio.to_thread(self.wake, names)
