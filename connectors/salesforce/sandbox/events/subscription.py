"""One Subscribe stream: what the client asked for, and what it is given.

Source: Pub/Sub API docs ("Subscribe RPC Method", "Pull Subscription and Flow Control",
"Allocations") and pubsub_api.proto.
"""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import grpc  # type: ignore[import-untyped]  # ships no types

from connectors.salesforce.sandbox.events import proto, refusals
from connectors.salesforce.sandbox.events.bus import Bus, Event, UnknownReplayId, replay_id
from connectors.salesforce.sandbox.events.settings import EventSettings


class Subscription:
    """Two threads: one reads the client's requests, the RPC's own gives events."""

    def __init__(
        self, bus: Bus, settings: EventSettings, topic: str, first: Any, rpc_id: str
    ) -> None:
        self._bus = bus
        self._settings = settings
        self._topic = topic
        self._rpc_id = rpc_id
        self._generation = bus.generation
        self._pending = 0
        self._asks = True  # the client may still ask for more
        self._refused: refusals.Refused | None = None
        self._position = self._start(first)
        self._take(first)

    def _start(self, first: Any) -> int:
        """Where to begin. Raises: Refused."""
        if first.replay_preset == proto.EARLIEST:
            return self._bus.oldest()
        if first.replay_preset != proto.CUSTOM:
            return self._bus.tip
        if not first.replay_id:
            raise refusals.no_replay_id()
        try:
            return self._bus.position(first.replay_id)
        except UnknownReplayId as error:
            raise refusals.bad_replay_id() from error

    def _take(self, request: Any) -> None:
        """Raises: Refused."""
        if request.topic_name not in {"", self._topic}:
            raise refusals.other_topic()
        if request.num_requested <= 0:
            raise refusals.bad_number()
        self._ask(request.num_requested)

    def _ask(self, number: int) -> None:
        most = self._settings.pubsub_outstanding
        self._pending = min(most, self._pending + max(0, number))

    def _has_answers(self) -> bool:
        """Whether something else than events waits for the client."""
        return False

    def _response(self, **shared: Any) -> Any:
        return proto.FetchResponse(**shared)

    def listen(self, requests: Iterator[Any]) -> None:
        """Take the client's further requests in a thread of their own, until it has none."""

        def read() -> None:
            try:
                for request in requests:
                    with self._bus.changed:
                        self._take(request)
                        self._bus.changed.notify_all()
            except refusals.Refused as refused:
                self._refused = refused
            except grpc.RpcError:  # the client is gone
                pass
            with self._bus.changed:
                self._asks = False
                self._bus.changed.notify_all()

        threading.Thread(target=read, name="pubsub-requests", daemon=True).start()

    def responses(self, active: Callable[[], bool]) -> Iterator[Any]:
        """What the client gets, until it leaves or asks for nothing more. Raises: Refused."""
        while (found := self._gather(active)) is not None:
            last = found[-1].number if found else self._position
            yield self._response(
                events=[_consumed(event) for event in found],
                latest_replay_id=replay_id(last),
                rpc_id=self._rpc_id,
                pending_num_requested=self._pending,
            )

    def _gather(self, active: Callable[[], bool]) -> list[Event] | None:
        """Events; none as a sign of life in time; None at the end. Raises: Refused."""
        with self._bus.changed:
            asked, until = self._pending > 0, self._until()
            while active():
                self._check()
                if (found := self._fetch()) or self._has_answers():
                    return found
                if not self._pending and not self._asks:
                    return None
                if asked != (self._pending > 0):
                    asked, until = self._pending > 0, self._until()
                left_s = until - time.monotonic()
                if left_s <= 0:
                    return [] if asked else None
                self._bus.changed.wait(left_s)
        return None

    def _fetch(self) -> list[Event]:
        if self._pending == 0:
            return []
        found, self._position = self._bus.after(self._position, self._topic, self._pending)
        self._pending -= len(found)
        return found

    def _until(self) -> float:
        """When the client must hear something, or must have asked for more."""
        settings = self._settings
        limit_s = settings.pubsub_keepalive_s if self._pending else settings.pubsub_idle_s
        return time.monotonic() + limit_s * settings.event_time_scale

    def _check(self) -> None:
        """Raises: Refused."""
        if self._refused is not None:
            raise self._refused
        if self._generation != self._bus.generation:
            raise refusals.unavailable()


def _consumed(event: Event) -> Any:
    produced = proto.ProducerEvent(id=event.id, schema_id=event.schema.id, payload=event.payload)
    return proto.ConsumerEvent(event=produced, replay_id=event.replay_id)
