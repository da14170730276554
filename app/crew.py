"""Helpers: processes of a worker that decide about many people side by side.

Scores are arithmetic, and Python does one thing at a time in a process: with helpers the worker's
own threads stay free for webhooks, looks and alerts, and long work uses the other cores. They are
started when there is enough to do, and end after some idle time, or with their worker. Each portion
is a transaction of its own, and doing one again changes nothing.
"""

import gc
import os
import signal
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from uuid import UUID

import structlog

from app import log as logs
from app.flows import rescore
from app.flows.rescore import Rescored
from app.settings import Settings
from app.store.db import Database, connect
from app.store.faults import untangled

log = structlog.get_logger(__name__)
IDLE_S = 60.0  # they keep some memory each, and start within seconds
ORPHANED_S = 1.0  # how soon a helper sees that its worker was killed
GARBAGE = 50_000  # objects made until a search for cycles; a portion of people makes some thousands
_here: list[Database] = []  # in a helper: its database


@dataclass(slots=True)
class Crew:
    """`size` helpers; without any the work is done here. For any thread."""

    database: Database
    size: int = 0
    _pool: ProcessPoolExecutor | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _under_way: int = 0
    _used: float = 0.0
    _timer: threading.Timer | None = None

    def decided(self, portions: Sequence[Sequence[UUID]], *, now: datetime) -> Rescored:
        """Decide about these links, each portion in a transaction. Raises what a portion raises."""
        if self.size == 0 or len(portions) == 1:
            done = [_decide(self.database, part, now) for part in portions]
        else:
            done = self._by_helpers(portions, now)
        return Rescored(
            count=sum(one.count for one in done),
            busy=False,
            wakes=set().union(*(one.wakes for one in done)),
            changed=sum(one.changed for one in done),
        )

    def _by_helpers(self, portions: Sequence[Sequence[UUID]], now: datetime) -> list[Rescored]:
        pool = self._take()
        try:
            return list(pool.map(_portion, portions, [now] * len(portions)))
        except BrokenProcessPool:
            log.warning("helpers_lost")  # new ones are started for the next step
            self.close()
            return [_decide(self.database, part, now) for part in portions]
        finally:
            self._let_go()

    def _take(self) -> ProcessPoolExecutor:
        with self._lock:
            self._under_way += 1
            if self._pool is None:
                self._pool = self._started()
            return self._pool

    def _started(self) -> ProcessPoolExecutor:
        log.info("helpers_start", count=self.size)
        url = self.database.url.render_as_string(hide_password=False)
        return ProcessPoolExecutor(
            self.size,
            mp_context=get_context("spawn"),
            initializer=_begin,
            initargs=(url, self.database.digest_keys, os.getpid()),
        )

    def _let_go(self) -> None:
        with self._lock:
            self._under_way -= 1
            self._used = time.monotonic()
            self._look_later()

    def _look_later(self) -> None:
        if self._timer is None:
            self._timer = threading.Timer(IDLE_S, self._end_idle)
            self._timer.daemon = True
            self._timer.start()

    def _end_idle(self) -> None:
        with self._lock:
            self._timer = None
            busy = self._under_way > 0 or time.monotonic() - self._used < IDLE_S
            if busy:
                self._look_later()
        if not busy:
            self.close()

    def close(self) -> None:
        """End the helpers; what they do is ended first."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(cancel_futures=True)


def _decide(database: Database, ids: Sequence[UUID], now: datetime) -> Rescored:
    def once() -> Rescored:
        with database.begin() as tx:
            return rescore.decided(tx, ids, now=now)

    return untangled(once)


def _begin(url: str, digest_keys: tuple[bytes, ...], worker: int) -> None:
    """In a helper, first of all."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the worker ends it, after what it does
    logs.configure(Settings())
    gc.set_threshold(GARBAGE)
    _here.append(connect(url, pool=1, digest_keys=digest_keys))
    threading.Thread(target=_end_with, args=(worker,), daemon=True).start()


def _end_with(worker: int) -> None:
    while os.getppid() == worker:
        time.sleep(ORPHANED_S)
    os._exit(1)


def _portion(ids: Sequence[UUID], now: datetime) -> Rescored:
    """In a helper."""
    return _decide(_here[0], ids, now)
