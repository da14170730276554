"""The clock: APScheduler in every worker process. A slot of time makes many clocks one run.

Any number of clocks may tick: each tick first takes its slot (`{job}`, number of the interval) in
the database, and whoever finds it taken does nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from app.flows import handoffs_clock, rescore
from app.flows.work import nightly
from app.store import housekeeping
from app.store.db import Database, Unavailable

log = structlog.get_logger(__name__)
HOUSEKEEPING_MIN = 10


@dataclass(slots=True)
class Clock:
    """Ticks for the jobs that run by time."""

    database: Database
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    _scheduler: BackgroundScheduler | None = None

    def start(self) -> None:
        """Begin ticking in a thread of its own."""
        self._scheduler = BackgroundScheduler(timezone=UTC, job_defaults={"coalesce": True})
        self._scheduler.add_job(self.tidy, "interval", minutes=HOUSEKEEPING_MIN, jitter=20)
        self._scheduler.add_job(self.compare, "interval", minutes=1)
        self._scheduler.add_job(self.remind, "interval", minutes=1)
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)

    def tidy(self) -> bool:
        """Clean up once a slot, whichever worker's clock is first; True where it was us."""
        slot = int(self.now().timestamp()) // (HOUSEKEEPING_MIN * 60)
        try:
            with self.database.begin() as tx:
                if not housekeeping.take_slot(tx, "housekeeping", slot):
                    return False
                swept = housekeeping.tidy(tx)
                swept |= rescore.reunite(tx, now=self.now())
        except Unavailable as error:
            log.warning("housekeeping_skipped", error=type(error).__name__)
            return False
        log.info("housekeeping", **swept)
        return True

    def compare(self) -> list[int]:
        """Queue the comparisons of both systems whose time has come, once whatever ticks."""
        try:
            with self.database.begin() as tx:
                started = nightly.start_due(tx, now=self.now())
                started += nightly.start_retention(tx, now=self.now())
        except Unavailable as error:
            log.warning("comparison_skipped", error=type(error).__name__)
            return []
        if started:
            log.info("comparisons_started", jobs=started)
        return started

    def remind(self) -> int:
        """Remind of hand-offs before their meetings, and have feedback due after them. Each is a
        transaction of its own, and is done once; the sweep finds the lanes that get work.
        """
        try:
            with self.database.begin() as tx:
                due = handoffs_clock.due(tx, self.now())
            done = 0
            for one in due:
                with self.database.begin() as tx:
                    done += bool(handoffs_clock.tick(tx, one, self.now()))
        except Unavailable as error:
            log.warning("reminders_skipped", error=type(error).__name__)
            return 0
        if done:
            log.info("handoffs_moved_on", n=done)
        return done
