"""A plain Pub/Sub client (grpcio, fastavro) and a listener for outbound messages."""

import asyncio
import io
import json
import queue
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import fastavro
import grpc  # type: ignore[import-untyped]  # ships no types
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.salesforce.sandbox.events import proto
from connectors.sandbox.server import Running
from tests.connectors.salesforce_sandbox.conftest import Org

WITHIN_S = 20.0
ACK = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack>'
    "</notificationsResponse></soapenv:Body></soapenv:Envelope>"
)
Row = dict[str, Any]


class Stream:
    """One bidirectional call; `more` sends a request."""

    def __init__(self, method: Any, metadata: Any) -> None:
        self._requests: queue.Queue[Any] = queue.Queue()
        self.call = method(iter(self._requests.get, None), timeout=WITHIN_S, metadata=metadata)

    def send(self, request: Any) -> None:
        self._requests.put(request)

    def more(self, number: int, topic: str = "") -> None:
        self.send(proto.FetchRequest(topic_name=topic, num_requested=number))

    def close(self) -> None:
        """The client has nothing more to say."""
        self._requests.put(None)

    def next(self) -> Any:
        return next(self.call)

    def take(self, number: int) -> list[Any]:
        """So many events, however they are batched."""
        events: list[Any] = []
        while len(events) < number:
            events += self.next().events
        return events


@dataclass(slots=True)
class Client:
    """The Pub/Sub API over a channel."""

    channel: Any
    metadata: tuple[tuple[str, str], ...]
    streams: list[Stream] = field(default_factory=list)
    schemas: dict[str, Any] = field(default_factory=dict)

    def ask(self, name: str, request: Any) -> Any:
        return self._method(name)(request, timeout=WITHIN_S, metadata=self.metadata)

    def open(self, name: str) -> Stream:
        stream = Stream(self._method(name), self.metadata)
        self.streams.append(stream)
        return stream

    def subscribe(
        self, topic: str, number: int = 10, preset: int = proto.EARLIEST, replay_id: bytes = b""
    ) -> Stream:
        stream = self.open("Subscribe")
        stream.send(
            proto.FetchRequest(
                topic_name=topic,
                replay_preset=preset,
                replay_id=replay_id,
                num_requested=number,
            )
        )
        return stream

    def topic(self, name: str) -> Any:
        return self.ask("GetTopic", proto.TopicRequest(topic_name=name))

    def schema(self, schema_id: str) -> Any:
        if schema_id not in self.schemas:
            found = self.ask("GetSchema", proto.SchemaRequest(schema_id=schema_id))
            self.schemas[schema_id] = fastavro.parse_schema(json.loads(found.schema_json))
        return self.schemas[schema_id]

    def decoded(self, consumed: Any) -> Row:
        schema = self.schema(consumed.event.schema_id)
        payload = io.BytesIO(consumed.event.payload)
        record: Any = fastavro.schemaless_reader(payload, schema, None)
        return dict(record)

    def changes(self, topic: str, number: int) -> list[Row]:
        """The first events kept of a topic, decoded."""
        return [self.decoded(event) for event in self.subscribe(topic, number).take(number)]

    def fields(self, consumed_or_topic: str, bitmaps: list[str]) -> list[str]:
        """Decode bitmaps as the vendor's example does (ChangeEventHeaderUtility)."""
        fields = self.schema(self.topic(consumed_or_topic).schema_id)["fields"]
        found: list[str] = []
        for bitmap in bitmaps:
            place, _, bits = bitmap.rpartition("-")
            if not place:
                found += _set(bits, fields)
                continue
            parent = fields[int(place)]
            nested = parent["type"][1]["fields"]
            found += [f"{parent['name']}.{name}" for name in _set(bits, nested)]
        return found

    def _method(self, name: str) -> Any:
        request, response, streams = proto.METHODS[name]
        make = self.channel.stream_stream if streams else self.channel.unary_unary
        return make(
            f"/eventbus.v1.PubSub/{name}",
            request_serializer=request.SerializeToString,
            response_deserializer=response.FromString,
        )


def _set(bits: str, fields: list[Row]) -> list[str]:
    number = int(bits, 16)
    return [one["name"] for at, one in enumerate(fields) if number >> at & 1]


Connect = Callable[..., Client]


@pytest.fixture
def connect(org: Org) -> Iterator[Connect]:
    """Make clients of this org; header values by keyword replace the good ones."""
    made: list[Client] = []
    status = org.control("GET", "pubsub")
    good = {
        "accesstoken": "sandbox-token",
        "instanceurl": org.url,
        "tenantid": status["tenant_id"],
    }

    def connect(**headers: str) -> Client:
        shown = {k: v for k, v in {**good, **headers}.items() if v}
        client = Client(grpc.insecure_channel(status["endpoint"]), tuple(shown.items()))
        made.append(client)
        return client

    yield connect
    for client in made:
        for stream in client.streams:
            stream.call.cancel()
            stream.close()
        client.channel.close()


@pytest.fixture
def client(connect: Connect) -> Client:
    return connect()


@dataclass(slots=True)
class Listener:
    """Keeps the messages it gets; gives `answers` first (status, body), then acknowledges.

    Before an answer it does the next thing of `meanwhile`.
    """

    url: str = ""
    meanwhile: list[Callable[[], Any]] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)
    messages: list[tuple[dict[str, str], str]] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        self.messages.append((dict(request.headers), (await request.body()).decode()))
        if self.meanwhile:
            await asyncio.to_thread(self.meanwhile.pop(0))
        status, body = self.answers.pop(0) if self.answers else (200, ACK)
        return Response(body, status, media_type="text/xml")


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    with Running(Starlette(routes=[Route("/om", listener.take, methods=["POST"])])) as running:
        listener.url = f"{running.url}/om"
        yield listener
