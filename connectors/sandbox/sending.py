"""The loop of everything that a sandbox sends out by itself: wait, gather a little, send."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass(slots=True)
class Sending:
    """What is under way in one event loop, and the bell that says there is more to send.

    A bell that rings while nobody runs is heard by the next run.
    """

    _tasks: "set[asyncio.Task[None]]" = field(default_factory=set)
    _bell: asyncio.Event | None = None
    _rung: bool = False

    def ring(self) -> None:
        """There is something to send."""
        self._rung = True
        if self._bell is not None:
            self._bell.set()

    def start(self, delivery: Coroutine[Any, Any, None]) -> None:
        """Deliver beside all that is under way already."""
        task = asyncio.create_task(delivery)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def cancel(self) -> None:
        """Give up all that is under way."""
        for task in list(self._tasks):
            task.cancel()

    async def run(
        self,
        http: httpx.AsyncClient,
        pause_s: Callable[[], float],
        flush: Callable[[httpx.AsyncClient], Awaitable[None]],
    ) -> None:
        """After each ring pause, for more to gather, and flush; until cancelled."""
        self._bell = asyncio.Event()
        if self._rung:
            self._bell.set()
        async with http:
            try:
                while True:
                    await self._bell.wait()
                    self._bell.clear()
                    await asyncio.sleep(pause_s())
                    self._rung = False
                    await flush(http)
            finally:
                self.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)
