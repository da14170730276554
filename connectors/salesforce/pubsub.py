"""The Pub/Sub API over gRPC: one open stream, read by a thread of its own, and event schemas.

A stream never has more events under way than `OUTSTANDING`, so what waits here is bounded. One
that nobody takes from for a while is let go; the next reading opens another.
Source: Pub/Sub API docs ("Subscribe RPC Method", "Pull Subscription and Flow Control").
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import grpc  # type: ignore[import-untyped]  # ships no types

from connectors.base import AuthLost, Busy, ConnectorError, Rejected
from connectors.salesforce import pubsub_proto as proto

Metadata: TypeAlias = tuple[tuple[str, str], ...]
OUTSTANDING = 100  # the most events that a stream may have asked for and not yet got
ASK_AT = OUTSTANDING // 2
IDLE_S = 60.0
DEAD_AFTER_S = 300.0  # a stream shows a sign of life at least every 270 s
ANSWER_WITHIN_S = 20.0
KEEPALIVE = (("grpc.keepalive_time_ms", 60_000), ("grpc.keepalive_timeout_ms", 15_000))
CODE = "error-code"
REPLAY_CODES = ("replayid.validation.failed", "replayid.corrupted")
SIGNED_OUT = "sfdc.platform.eventbus.grpc.service.auth"


class ReplayLost(Exception):
    """The replay id is too old, or of another org: what followed it can't be read any more."""


@dataclass(slots=True)
class Client:
    """The API of one org. `sign` answers the metadata of a call, anew for each."""

    endpoint: str
    sign: Callable[[], Metadata]
    insecure: bool = False
    _channel: Any = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def subscribe(self, topic: str, replay_id: bytes | None) -> "Stream":
        """Open a stream after a replay id, or at the latest event. Never fails by itself."""
        preset = proto.LATEST if replay_id is None else proto.CUSTOM
        first = proto.FetchRequest(
            topic_name=topic,
            replay_preset=preset,
            replay_id=replay_id or b"",
            num_requested=OUTSTANDING,
        )
        open_stream = self._connected().stream_stream(
            proto.SUBSCRIBE,
            request_serializer=proto.FetchRequest.SerializeToString,
            response_deserializer=proto.FetchResponse.FromString,
        )
        return Stream(open_stream, self.sign(), first)

    def schema(self, schema_id: str) -> str:
        """An event schema as JSON. Raises: Busy, AuthLost, Rejected (there is none)."""
        ask = self._connected().unary_unary(
            proto.GET_SCHEMA,
            request_serializer=proto.SchemaRequest.SerializeToString,
            response_deserializer=proto.SchemaInfo.FromString,
        )
        request = proto.SchemaRequest(schema_id=schema_id)
        try:
            answer = ask(request, timeout=ANSWER_WITHIN_S, metadata=self.sign())
        except grpc.RpcError as error:
            raise error_of(error) from error
        return str(answer.schema_json)

    def _connected(self) -> Any:
        with self._lock:
            if self._channel is None and self.insecure:
                self._channel = grpc.insecure_channel(self.endpoint, options=KEEPALIVE)
            elif self._channel is None:
                trusted = grpc.ssl_channel_credentials()
                self._channel = grpc.secure_channel(self.endpoint, trusted, options=KEEPALIVE)
            return self._channel


class Stream:
    """One Subscribe call. Only one thread may take from it."""

    def __init__(self, method: Any, metadata: Metadata, first: Any) -> None:
        self._asks: queue.Queue[int] = queue.Queue()
        self._came: queue.Queue[Any] = queue.Queue()
        self._outstanding = OUTSTANDING
        self._heard_at = time.monotonic()
        self._over = False
        self._call = method(self._requests(first), metadata=metadata)
        threading.Thread(target=self._read, name="pubsub", daemon=True).start()

    @property
    def is_open(self) -> bool:
        """Whether it can still be taken from, for all that is known."""
        return not self._over and time.monotonic() - self._heard_at < DEAD_AFTER_S

    def close(self) -> None:
        self._over = True
        self._asks.put(0)
        self._call.cancel()

    def take(self, wait_s: float) -> Sequence[Any]:
        """The responses that came; waits for the first one. Asks for as much again.

        Raises: ReplayLost, Busy, AuthLost, Rejected, each of which is the stream's end.
        """
        self._asks.put(0)
        found: list[Any] = []
        try:
            found.append(self._next(wait_s))
            while True:
                found.append(self._next(0))
        except queue.Empty:
            return found
        except (ConnectorError, ReplayLost):
            if not found:
                self._over = True
                raise
            return found  # what came before the end counts; the end is told next time

    def _next(self, wait_s: float) -> Any:
        came = self._came.get(timeout=wait_s) if wait_s > 0 else self._came.get_nowait()
        if isinstance(came, Exception):
            self._came.put(came)  # it stays the end
            raise came
        self._outstanding -= len(came.events)
        if self._outstanding <= ASK_AT:
            self._asks.put(OUTSTANDING - self._outstanding)
            self._outstanding = OUTSTANDING
        return came

    def _requests(self, first: Any) -> Iterator[Any]:
        """What we ask for. In a thread of gRPC's; its end does not end the stream."""
        yield first
        while not self._over:
            try:
                number = self._asks.get(timeout=IDLE_S)
            except queue.Empty:
                self.close()
                return
            if number:
                yield proto.FetchRequest(topic_name=first.topic_name, num_requested=number)

    def _read(self) -> None:
        try:
            for response in self._call:
                self._heard_at = time.monotonic()
                self._came.put(response)
            self._came.put(Busy("the Pub/Sub API ended the stream"))
        except grpc.RpcError as error:
            self._came.put(error_of(error))


def error_of(error: Any) -> ConnectorError | ReplayLost:
    """What the end of a call means.

    Source: Pub/Sub API docs, "Handle Errors": the code is in the trailers.
    """
    trailers = {key.lower(): value for key, value in error.trailing_metadata() or ()}
    code = str(trailers.get(CODE) or "")
    text = f"Pub/Sub API: {error.code().name}: {error.details()}"
    if code.endswith(REPLAY_CODES):
        return ReplayLost(text)
    if code.startswith(SIGNED_OUT) or error.code() is grpc.StatusCode.UNAUTHENTICATED:
        return AuthLost(text)
    if error.code() in REFUSED:
        return Rejected(text, code=code or error.code().name)
    return Busy(text)


REFUSED = {
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.UNIMPLEMENTED,
}
