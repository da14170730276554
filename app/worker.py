"""The worker: procrastinate jobs as wake-ups, a sweep as the guarantee, supervision of both.

What shall happen is in our rows. A job only says "this lane has work"; a lost or refused one
costs at most the time to the next sweep.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import procrastinate
import structlog

from app.jobs import Lanes
from app.store import lanes as lane_rows
from app.store.db import Database
from app.wakes import DOWN

log = structlog.get_logger(__name__)
RESTART_S = 0.3  # PostgreSQL comes back in about that time after an immediate restart
BUG_WAIT_S = 15.0


@dataclass(slots=True)
class Worker:
    """Drains lanes in threads until stopped. Restarts itself whenever the database went away."""

    database: Database
    lanes: Lanes
    wake: Callable[[Iterable[str]], None]
    concurrency: int
    sweep_s: float
    grace_s: float
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop | None = None
    _task: "asyncio.Task[None] | None" = None

    def start(self) -> None:
        """Start working in threads of its own."""
        for target, name in ((self._run, "worker"), (self._sweep, "sweep")):
            thread = threading.Thread(target=target, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Claim nothing new; wait for what runs, at most the grace time."""
        self._stop.set()
        if self._loop is not None and self._task is not None:
            with contextlib.suppress(RuntimeError):  # the loop may have ended by itself
                self._loop.call_soon_threadsafe(self._task.cancel)
        for thread in self._threads:
            thread.join(self.grace_s + 5)

    def drain(self, lane: str) -> None:
        """Drain one lane. The only place that catches everything: a bug must stop one lane only."""
        try:
            self.lanes.drain(lane)
        except DOWN as error:
            log.warning("lane_interrupted", lane=lane, error=type(error).__name__)
        except Exception as error:
            log.exception("lane_failed", lane=lane)
            with contextlib.suppress(*DOWN), self.database.begin() as tx:
                reason = f"a fault of Baton's own: {type(error).__name__}"
                lane_rows.wait(tx, lane, BUG_WAIT_S, reason)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                asyncio.run(self._work())
            except DOWN as error:
                log.warning("worker_restarts", error=type(error).__name__)
            except asyncio.CancelledError:
                return
            self._stop.wait(RESTART_S)

    async def _work(self) -> None:
        connector = procrastinate.PsycopgConnector(
            conninfo=self.database.dsn, min_size=1, max_size=3
        )
        app = procrastinate.App(connector=connector)
        app.task(name="drain")(self.drain_job)
        self._loop = asyncio.get_running_loop()
        async with app.open_async():
            self._task = asyncio.create_task(
                app.run_worker_async(
                    queues=["lanes"],
                    concurrency=self.concurrency,
                    install_signal_handlers=False,
                    delete_jobs="always",
                    shutdown_graceful_timeout=self.grace_s,
                )
            )
            if self._stop.is_set():  # it came before there was a task to be cancelled
                self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def drain_job(self, lane: str) -> None:
        """The job: its argument is all it knows."""
        if not self._stop.is_set():
            self.drain(lane)

    def _sweep(self) -> None:
        down = False
        while not self._stop.wait(self.sweep_s):
            try:
                with self.database.begin() as tx:
                    due = lane_rows.due(tx)
                if down:
                    log.info("database_is_back")
                down = False
                self.wake(due)
            except DOWN as error:
                if not down:
                    log.warning("database_unavailable", error=type(error).__name__)
                down = True
