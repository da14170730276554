"""The event bus: one log for all topics, read by many threads.

Replay ids are opaque, grow, and are not contiguous. A replay id is good as long as its event is
kept, and the newest one always is.
"""

import random
import struct
import threading
import uuid
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from connectors.salesforce.sandbox.events.settings import EventSettings
from connectors.salesforce.sandbox.org import Clock

PLAIN, TAILED = struct.Struct(">Q"), struct.Struct(">QH")  # recorded ids have two bytes more
FIRST = 1_000_000
MANY = 50_000  # an org restarted by a reset gives ids far from those before


class UnknownReplayId(ValueError):
    """A replay id that was never given out, or whose event is gone."""


class Written(Protocol):
    """A schema as far as the bus cares."""

    @property
    def id(self) -> str: ...

    def write(self, record: Mapping[str, Any]) -> bytes: ...


@dataclass(slots=True)
class Event:
    """One event. `make` gives its record when first read; published ones bring `encoded`."""

    topics: Collection[str]
    schema: Written
    make: Callable[[], dict[str, Any]]
    at_s: float
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    number: int = 0
    encoded: bytes | None = None

    @property
    def payload(self) -> bytes:
        if self.encoded is None:
            self.encoded = self.schema.write(self.make())
        return self.encoded

    @property
    def replay_id(self) -> bytes:
        return TAILED.pack(self.number, 0)

    def as_json(self) -> dict[str, Any]:
        return {
            "at": int(self.at_s * 1000),
            "topics": sorted(self.topics),
            "id": self.id,
            "replay_id": self.number,
            "schema_id": self.schema.id,
            "event": self.make(),
        }


class Bus:
    """Thread-safe. `generation` grows when all readers have to leave."""

    def __init__(self, settings: Callable[[], EventSettings], now: Clock) -> None:
        self._settings = settings
        self._now = now
        self.changed = threading.Condition()
        self.generation = 0
        self._chance = random.Random(settings().event_seed)  # noqa: S311  repeatable, no secret
        self.commits: dict[str, bytes] = {}  # managed subscription → committed replay id
        self._events: deque[Event] = deque()
        self._tip = FIRST
        self._start: int | None = FIRST  # the tip of the empty log, until an event was dropped

    def clear(self) -> None:
        """Forget everything, replay ids too, and send the readers away."""
        with self.changed:
            self._events.clear()
            self.commits.clear()
            self._tip += MANY
            self._start = self._tip
            self._leave()

    def cut(self) -> None:
        """Send the readers away."""
        with self.changed:
            self._leave()

    def _leave(self) -> None:
        self.generation += 1
        self.changed.notify_all()

    def publish(self, events: Collection[Event]) -> None:
        if not events:
            return
        step = self._settings().replay_id_step
        with self.changed:
            self._prune()
            for event in events:
                self._tip += self._chance.randint(1, step)
                event.number = self._tip
                self._events.append(event)
            self.changed.notify_all()

    @property
    def tip(self) -> int:
        with self.changed:
            return self._tip

    def oldest(self) -> int:
        """The position before all that is kept."""
        with self.changed:
            self._prune()
            return self._events[0].number - 1 if self._events else self._tip

    def position(self, replay_id: bytes) -> int:
        """Raises: UnknownReplayId."""
        try:
            number = (PLAIN if len(replay_id) == PLAIN.size else TAILED).unpack(replay_id)[0]
        except struct.error as error:
            raise UnknownReplayId("malformed") from error
        with self.changed:
            self._prune()
            known = number in {self._tip, self._start}
            if not known and all(event.number != number for event in self._events):
                raise UnknownReplayId("not kept")
        return int(number)

    def after(self, position: int, topic: str, most: int) -> tuple[list[Event], int]:
        """Up to `most` events of a topic after a position, and the position then reached."""
        with self.changed:
            self._prune()
            found: list[Event] = []
            for event in _newer(self._events, position):
                if topic in event.topics:
                    found.append(event)
                    if len(found) == most:
                        return found, event.number
            return found, max(position, self._tip)

    def place(self) -> dict[str, Any]:
        """Where the log stands, for the state file."""
        with self.changed:
            return {"tip": self._tip, "start": self._start, "commits": self.commits}

    def go_on(self, place: Mapping[str, Any]) -> None:
        with self.changed:
            self._tip, self._start = place["tip"], place["start"]
            self.commits = dict(place["commits"])

    def put_back(self, event: Event) -> None:
        """An event that was published before, with its number."""
        with self.changed:
            self._events.append(event)

    def kept(self) -> list[Event]:
        with self.changed:
            self._prune()
            return list(self._events)

    def _prune(self) -> None:
        settings = self._settings()
        kept_s = settings.event_retention_s * settings.event_time_scale
        oldest_s = self._now() - kept_s
        while self._events and self._events[0].at_s <= oldest_s:
            self._events.popleft()
            self._start = None


def _newer(events: deque[Event], position: int) -> list[Event]:
    """The events behind a position; readers mostly want the last few."""
    found: list[Event] = []
    for event in reversed(events):
        if event.number <= position:
            break
        found.append(event)
    return found[::-1]


def replay_id(number: int) -> bytes:
    return TAILED.pack(number, 0)
