"""Wake-ups: a job in the database's queue that says only "this lane has work"."""

from collections.abc import Iterable
from dataclasses import dataclass

import procrastinate
import structlog
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from psycopg import OperationalError as PsycopgUnavailable
from psycopg_pool import PoolTimeout

from app.store.db import Database, Unavailable

log = structlog.get_logger(__name__)
DOWN = (ConnectorException, Unavailable, PsycopgUnavailable, PoolTimeout, OSError)


@dataclass(slots=True)
class Wakes:
    """Defers the job that drains a lane. For any thread; open while the process works."""

    app: procrastinate.App

    def __call__(self, names: Iterable[str]) -> None:
        """Wake lanes: after the commit of the rows, never inside it."""
        for name in sorted(names):
            try:
                self.app.configure_task(
                    "drain", queue="lanes", queueing_lock=name, priority=_priority(name)
                ).defer(lane=name)
            except AlreadyEnqueued:
                continue
            except DOWN as error:
                log.warning("wake_up_lost", lane=name, error=type(error).__name__)
                return  # the sweep finds the rows


def _priority(lane: str) -> int:
    """Hot leads first: what an alert needs goes before activities and polling; jobs go last."""
    order = {
        "alert": 40, "tell": 38, "escalate": 36, "fetch": 30, "deliver": 20, "score": 15, "log": 10,
        "job": -10,
    }  # fmt: skip
    return order.get(lane.partition(":")[0], 0)


def queue(database: Database) -> procrastinate.App:
    """The job queue of a database, for deferring."""
    connector = procrastinate.SyncPsycopgConnector(conninfo=database.dsn, min_size=1, max_size=4)
    return procrastinate.App(connector=connector)
