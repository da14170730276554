"""Lanes: the loop that turns due rows into vendor calls. One drain of a lane at a time, anywhere.

A lane's name says it all: `fetch:{connection}`, `deliver:{connection}:{kind}`, `job:{id}`, `score`
(ARCHITECTURE.md lists them). A drain plans in a transaction, calls outside of any, settles in a
second one, until nothing is due.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

import structlog

from app.crash import Point, crash_if
from app.crew import Crew
from app.flows import (
    alert_lanes,
    campaigns_lanes,
    clocks,
    deliver,
    erase,
    fetch,
    handoffs_lane,
    hooks,
    log_activities,
    read,
    remind,
    remove,
    rescore,
)
from app.flows.alert_links import Links
from app.flows.step import PART_OF, Step, pace_s
from app.flows.waiting import back_off_s
from app.flows.work import load, run
from app.metrics import DRAINED, STEP_SECONDS
from app.seats import Seats
from app.store import connections, lanes
from app.store.db import Database, Tx
from app.store.faults import untangled
from connectors.base import AuthLost, ConnectorError
from connectors.budget import within
from connectors.capabilities import Batches, FindsRecords, WritesInBulk

T = TypeVar("T")
log = structlog.get_logger(__name__)
SCORE_PACE_S = 0.15  # whoever does much at once is scored once for some of it
LONGEST_LANE_WAIT_S = 3600.0  # a vendor's "come back tomorrow" is asked about hourly
TURN_S = 2.0  # a job, or a hook, then lets others have its thread, and stops with its worker


class Opens(Protocol):
    def connector(self, name: str) -> object:
        """The open connector of a connection."""
        ...


@dataclass(slots=True)
class Lanes:
    """Drains lanes. `wake` is called with the names of lanes that got work, after each commit.
    `beside` makes the steps of lanes that need no connector, by verb.
    """

    database: Database
    accounts: Opens
    wake: Callable[[set[str]], None]
    public_url: str = ""
    signing_key: bytes = b""  # without one alerts carry no links that answer them
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    sleep: Callable[[float], None] = time.sleep
    beside: Mapping[str, Callable[[str, str], Step]] = field(default_factory=dict)
    crew: Crew | None = None  # None: long work is done here
    _seats: Seats = field(default_factory=Seats)

    def __post_init__(self) -> None:
        self.crew = self.crew or Crew(self.database)

    def drain(self, lane: str) -> int:
        """Do all that is due in a lane; answer the number of steps. 0 also if another has it.

        After letting go of the lock it looks once more: a row committed while the lock was held
        may have found its wake-up turned away. Looks are paced: what comes meanwhile shares the
        next call, so that a burst of webhooks does not use up the vendor's calls.
        """
        if (seat := self._seats.of(lane)) is not None:
            return self._take_turn(lane, seat)
        steps = 0
        while True:
            with self.database.lane_lock(lane) as got:
                done = 0
                while got and self.step(lane):
                    done += 1
                    self.sleep(pace_s(lane))
            steps += done
            if not done or not got:
                return steps

    def _take_turn(self, lane: str, seat: threading.Semaphore) -> int:
        """Go on for a while. The lane is woken again behind whatever is more urgent."""
        steps, began = 0, time.monotonic()
        if not seat.acquire(blocking=False):
            return 0  # the sweep comes back to it
        try:
            with self.database.lane_lock(lane) as got:
                while got and time.monotonic() - began < TURN_S and self.step(lane):
                    steps += 1
        finally:
            seat.release()
        self._seats.took(lane, time.monotonic() - began, steps)
        if steps:
            self.wake({lane})
        return steps

    def step(self, lane: str) -> bool:
        """One plan, call, settle of a lane; False when nothing was due or it must wait."""
        verb, _, rest = lane.partition(":")
        if verb == "score":
            return self._rescore()
        if verb == "erase":
            return self._erase()
        step = self.step_of(verb, rest)
        started = time.monotonic()
        ask = self._in_tx(
            lambda tx: step.plan(tx) if lanes.may_run(tx, lane, step.connection) else None
        )
        if ask is None:
            return False
        planned = time.monotonic()
        name = step.connection or ask.connection
        try:
            with within(PART_OF.get(verb)):
                answer = step.call(None if name is None else self.accounts.connector(name), ask)
        except ConnectorError as error:
            DRAINED.labels(verb, type(error).__name__.lower()).inc()
            self._failed(lane, step, ask, error, name)
            return False
        called = time.monotonic()
        wakes, recovered = self._in_tx(
            lambda tx: (step.settle(tx, ask, answer), lanes.well(tx, lane))
        )
        crash_if(Point.APPLIED)
        if recovered:
            log.info("recovered", lane=lane)
        DRAINED.labels(verb, "done").inc()
        STEP_SECONDS.labels(verb, "plan").observe(planned - started)
        STEP_SECONDS.labels(verb, "call").observe(called - planned)
        STEP_SECONDS.labels(verb, "settle").observe(time.monotonic() - called)
        log.debug("step", lane=lane, call_s=round(called - planned, 4))
        self._go_on(lane, wakes)
        return True

    def _in_tx(self, act: Callable[[Tx], T]) -> T:
        """Do something in a transaction, again where it clashed with another one."""

        def once() -> T:
            with self.database.begin() as tx:
                return act(tx)

        return untangled(once)

    def _erase(self) -> bool:
        done, wakes = self._in_tx(erase.asked)
        self._go_on("erase", wakes)
        return done > 0

    def _rescore(self) -> bool:
        done = self._in_tx(lambda tx: rescore.rescore(tx, now=self.now()))
        self._go_on("score", done.wakes)
        if done.busy:
            self.sleep(SCORE_PACE_S)
        return done.count > 0

    def _go_on(self, lane: str, wakes: set[str]) -> None:
        """Wake the lanes that got work. Alerts are raised at once, before anything else is."""
        alerts = {name for name in wakes if name.startswith("alert:")}
        self.wake(wakes - alerts - {lane})
        for name in sorted(alerts):
            self.drain(name)

    def _failed(
        self, lane: str, step: Step, ask: Any, error: ConnectorError, name: str | None
    ) -> None:
        """The call failed as a whole: settle that, and let the lane (or connection) wait."""

        def settle(tx: Tx) -> set[str]:
            wakes = set() if step.give_up is None else step.give_up(tx, ask, error)
            self._hold(tx, lane, error, name)
            return wakes

        self.wake(self._in_tx(settle) - {lane})

    def _hold(self, tx: Tx, lane: str, error: ConnectorError, name: str | None) -> None:
        if isinstance(error, AuthLost) and name is not None:
            if connections.set_state(tx, name, "needs_attention", str(error)):
                log.error("sign_in_lost", connection=name, reason=str(error))
            return
        failures = lanes.failures(tx, lane)
        wait_s = min(back_off_s(failures, error), LONGEST_LANE_WAIT_S)
        lanes.wait(tx, lane, wait_s, str(error))
        if failures == 0:
            log.warning("lane_waits", lane=lane, reason=str(error), wait_s=wait_s)

    def step_of(self, verb: str, rest: str) -> Step:
        name, _, what = rest.partition(":")
        builders: dict[str, Callable[[str, str], Step]] = {
            "fetch": self._fetch,
            "read": self._read,
            "deliver": self._deliver,
            "log": self._log,
            **alert_lanes.builders(Links(self.public_url, self.signing_key), self.now, self._batch),
            "remove": self._remove,
            "members": self._members,
            "job": self._job,
            "handoff": lambda name, _: handoffs_lane.step(name, self._batch(name), self.public_url),
            "clocks": lambda *_: clocks.step(self.now),
            "remind": lambda name, _: remind.step(name, self._batch(name), self.public_url),
            "events": lambda _, __: hooks.numbering(),
            **self.beside,
        }
        return builders[verb](name, what)

    def _batch(self, name: str, *, reads: bool = False) -> int:
        connector = self.accounts.connector(name)
        if not isinstance(connector, Batches):
            return 1
        return connector.read_batch if reads else connector.write_batch

    def _fetch(self, name: str, _: str) -> Step:
        limit = self._batch(name, reads=True)
        return Step(
            name,
            lambda tx: fetch.plan(tx, name, limit),
            fetch.call,
            lambda tx, ask, answer: fetch.settle(tx, ask, answer, now=self.now()),
        )

    def _members(self, name: str, _: str) -> Step:
        return campaigns_lanes.writing(name, self.accounts.connector(name), self.now)

    def _read(self, name: str, feed: str) -> Step:
        return campaigns_lanes.reading(name, feed) or Step(
            name,
            lambda tx: read.plan(tx, name, feed),
            read.call,
            lambda tx, ask, answer: read.settle(tx, ask, answer, now=self.now()),
            read.give_up,
        )

    def _deliver(self, name: str, kind: str) -> Step:
        limit = self._batch(name)
        connector = self.accounts.connector(name)
        finds = isinstance(connector, FindsRecords)
        least = connector.loads_from() if isinstance(connector, WritesInBulk) else None

        def plan(tx: Tx) -> deliver.Ask | None:
            spared = load.spared(tx, name, kind, least)
            return deliver.plan(tx, name, kind, limit, finds=finds, now=self.now(), spared=spared)

        return Step(
            name,
            plan,
            deliver.call,
            lambda tx, ask, answer: deliver.settle(tx, ask, answer, now=self.now()),
            lambda tx, ask, error: deliver.give_up(tx, ask, error, now=self.now()),
        )

    def _log(self, name: str, what: str) -> Step:
        limit, history = self._batch(name), what == "history"
        return Step(
            name,
            lambda tx: log_activities.plan(tx, name, limit, history=history),
            log_activities.call,
            lambda tx, ask, answer: log_activities.settle(tx, ask, answer, now=self.now()),
            lambda tx, ask, error: log_activities.give_up(tx, ask, error, now=self.now()),
        )

    def _remove(self, name: str, _: str) -> Step:
        limit = self._batch(name)
        return Step(
            name,
            lambda tx: remove.plan(tx, name, limit),
            remove.call,
            lambda tx, ask, answer: remove.settle(tx, ask, answer, now=self.now()),
            lambda tx, ask, error: remove.give_up(tx, ask, error, now=self.now()),
        )

    def _job(self, job_id: str, _: str) -> Step:
        return Step(
            None,
            lambda tx: run.plan(tx, int(job_id), now=self.now()),
            lambda connector, planned: run.call(connector or self.crew, planned),
            lambda tx, ask, answer: run.settle(tx, ask, answer, now=self.now()),
            run.give_up,
        )
