"""Listening: feeds of hints, each in a thread of its own, since reading one may wait for news.

A worker's threads are for work that is there; a feed that waits would hold one for ever. Which
process listens to a feed the lane's lock says, as for every lane.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from app.store import lanes
from app.store.db import Database
from app.store.faults import DOWN

log = structlog.get_logger(__name__)
LOOK_S = 0.1  # how soon a feed is listened to again after it was silent


@dataclass(slots=True)
class Listener:
    """Drains the lanes of feeds of hints until stopped. `drain` catches its own errors."""

    database: Database
    drain: Callable[[str], None]
    _stop: threading.Event = field(default_factory=threading.Event)
    _ears: dict[str, threading.Thread] = field(default_factory=dict)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, in threads of its own."""
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)
        self._thread.start()

    def stop(self, grace_s: float) -> None:
        """Listen to nothing new; wait for who listens, at most the grace time."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(grace_s)
        for ear in self._ears.values():
            ear.join(grace_s)

    def _run(self) -> None:
        down = False
        while not self._stop.wait(LOOK_S):
            try:
                with self.database.begin() as tx:
                    due = lanes.listened(tx)
            except DOWN as error:
                if not down:
                    log.warning("listening_stopped", error=type(error).__name__)
                down = True
                continue
            down = False
            for lane in due:
                self._listen(lane)

    def _listen(self, lane: str) -> None:
        ear = self._ears.get(lane)
        if ear is not None and ear.is_alive():
            return
        ear = threading.Thread(target=self.drain, args=(lane,), name=lane, daemon=True)
        self._ears[lane] = ear
        ear.start()
