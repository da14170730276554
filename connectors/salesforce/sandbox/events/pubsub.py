"""The Pub/Sub API's gRPC server: sign-in, topics, schemas, publishing; see also subscription.py.

It runs in threads of its own beside the HTTP app. What the threads share with it is the bus (which
has a lock), and look-ups of tokens, objects and settings.
"""

import queue
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import grpc  # type: ignore[import-untyped]  # ships no types

from connectors.salesforce.sandbox.config import Config
from connectors.salesforce.sandbox.events import proto, refusals
from connectors.salesforce.sandbox.events.bus import Bus, Event
from connectors.salesforce.sandbox.events.managed import Managed
from connectors.salesforce.sandbox.events.refusals import Refused
from connectors.salesforce.sandbox.events.schemas import Schemas
from connectors.salesforce.sandbox.events.subscription import Subscription
from connectors.salesforce.sandbox.events.topics import Topic, find_schema, find_topic
from connectors.salesforce.sandbox.ids import canonical
from connectors.salesforce.sandbox.state import State
from connectors.salesforce.sandbox.tooling import subscription_named
from connectors.sandbox.faults import Faults

EVENT_BYTES = 1_000_000  # "1 MB" of one event
NOT_AVRO = (ValueError, IndexError, EOFError, KeyError, TypeError)


@dataclass(slots=True)
class PubSub:
    """The service. `state` and `config` are asked anew by each RPC."""

    bus: Bus
    schemas: Schemas
    config: Callable[[], Config]
    state: Callable[[], State]
    calls: Counter[str] = field(default_factory=Counter)
    faults: Faults | None = None  # set where the app has rules of faults
    _drawing: threading.Lock = field(default_factory=threading.Lock)

    def GetTopic(self, request: Any, rpc_id: str, _: Any) -> Any:  # noqa: N802  gRPC's name
        topic = self._topic(request.topic_name)
        return proto.TopicInfo(
            topic_name=topic.name,
            tenant_guid=self._tenant(),
            can_publish=topic.platform_event is not None,
            can_subscribe=True,
            schema_id=topic.schema.id if topic.schema else "",
            rpc_id=rpc_id,
        )

    def GetSchema(self, request: Any, rpc_id: str, _: Any) -> Any:  # noqa: N802  gRPC's name
        if not request.schema_id:
            raise refusals.blank_schema()
        found = find_schema(self.state().org, self.config(), self.schemas, request.schema_id)
        if found is None:
            raise refusals.no_schema(request.schema_id)
        return proto.SchemaInfo(schema_json=found.json, schema_id=found.id, rpc_id=rpc_id)

    def Publish(self, request: Any, rpc_id: str, _: Any) -> Any:  # noqa: N802  gRPC's name
        return self._published(self._publishable(request.topic_name), request, rpc_id)

    def Subscribe(  # noqa: N802  gRPC's name
        self, requests: Iterator[Any], rpc_id: str, context: Any
    ) -> Iterator[Any]:
        first = next(requests, None)
        if first is None:
            return
        topic = self._topic(first.topic_name)
        stream = Subscription(self.bus, self.config(), topic.name, first, rpc_id)
        context.add_callback(self._wake)
        stream.listen(requests)
        yield from stream.responses(context.is_active)

    def ManagedSubscribe(  # noqa: N802  gRPC's name
        self, requests: Iterator[Any], rpc_id: str, context: Any
    ) -> Iterator[Any]:
        first = next(requests, None)
        if first is None:
            return
        settings, asked = self.config(), first.developer_name or first.subscription_id
        name = subscription_named(self.state().org, asked)
        found = (one for one in settings.managed_subscriptions if one.name == name)
        kept = next((one for one in found if one.state == "RUN"), None)
        if kept is None:
            raise refusals.no_subscription(name)
        self._topic(kept.topic)
        stream = Managed(self.bus, settings, kept, first, rpc_id)
        context.add_callback(self._wake)
        stream.listen(requests)
        yield from stream.responses(context.is_active)

    def PublishStream(  # noqa: N802  gRPC's name
        self, requests: Iterator[Any], rpc_id: str, _: Any
    ) -> Iterator[Any]:
        settings = self.config()
        limit_s = settings.pubsub_publish_idle_s * settings.event_time_scale
        topic: Topic | None = None
        for request in _in_time(requests, limit_s):
            if topic is None:
                topic = self._publishable(request.topic_name)
            elif request.topic_name not in {"", topic.name}:
                raise refusals.other_topic()
            yield self._published(topic, request, rpc_id)

    def spoil(self, name: str) -> Refused | None:
        """Draw the faults of an RPC, whose path is `/eventbus.v1.PubSub/{name}`, method POST.

        Delays are waited for. What comes back ends the RPC; None lets it through.
        """
        if self.faults is None:
            return None
        with self._drawing:
            drawn = self.faults.take("POST", f"/{proto.SERVICE}/{name}")
        for spec in drawn:
            if spec.do in {"latency", "slow"}:
                time.sleep(spec.ms / 1000)
            else:
                return refusals.fault(spec.do, spec.status, spec.body)
        return None

    def authenticate(self, metadata: Mapping[str, str]) -> None:
        """Token, instance and org must all be there, token and org be right. Raises: Refused."""
        state = self.state()
        tenant = metadata.get("tenantid", "").rpartition("/")[2]
        signed_in = state.tokens.user_of(metadata.get("accesstoken", "")) is not None
        if not signed_in or not metadata.get("instanceurl") or canonical(tenant) != state.org.id:
            raise refusals.unauthenticated()

    def _wake(self) -> None:
        with self.bus.changed:
            self.bus.changed.notify_all()

    def _tenant(self) -> str:
        return f"CORE/prod/{self.state().org.id}"

    def _topic(self, name: str) -> Topic:
        found = find_topic(self.state().org, self.config(), self.schemas, name)
        if found is None:
            raise refusals.no_topic(self._tenant(), name)
        return found

    def _publishable(self, name: str) -> Topic:
        topic = self._topic(name)
        if topic.platform_event is None:
            raise refusals.no_publishing(name)
        return topic

    def _published(self, topic: Topic, request: Any, rpc_id: str) -> Any:
        """Publish what can be; one result for each event, in order."""
        schema_id = topic.schema.id if topic.schema else ""
        results = [self._publish(topic, event) for event in request.events]
        return proto.PublishResponse(results=results, schema_id=schema_id, rpc_id=rpc_id)

    def _publish(self, topic: Topic, produced: Any) -> Any:
        key = produced.id or str(uuid.uuid4())
        org = self.state().org
        schema = find_schema(org, self.config(), self.schemas, produced.schema_id)
        problem = None
        record: dict[str, Any] = {}
        if schema is None or schema.described["name"] != topic.name.removeprefix("/event/"):
            problem = "The schema ID is not one of this topic's."
        elif len(produced.payload) > EVENT_BYTES:
            problem = "The event is larger than 1 MB."
        else:
            try:
                record = schema.read(produced.payload)
            except NOT_AVRO as error:
                problem = f"The payload can't be read with the schema: {error}"
        if problem is not None or schema is None:
            fault = proto.Error(code=proto.PUBLISH_ERROR, msg=problem)
            return proto.PublishResult(error=fault, correlation_key=key)
        event = Event((topic.name,), schema, lambda: record, org.now(), id=key)
        event.encoded = produced.payload
        self.bus.publish([event])
        return proto.PublishResult(replay_id=event.replay_id, correlation_key=key)


def _in_time(requests: Iterator[Any], limit_s: float) -> Iterator[Any]:
    """The requests as long as each comes within the limit. Raises: Refused."""
    arrived: queue.Queue[Any] = queue.Queue()

    def read() -> None:
        try:
            for request in requests:
                arrived.put(request)
        except grpc.RpcError:  # the client is gone
            pass
        arrived.put(None)

    threading.Thread(target=read, name="pubsub-publisher", daemon=True).start()
    while True:
        try:
            request = arrived.get(timeout=limit_s)
        except queue.Empty:
            raise refusals.publisher_idle() from None
        if request is None:
            return
        yield request


class Server:
    """The service on a port. Raises (start): RuntimeError where the port is taken."""

    def __init__(self, service: PubSub) -> None:
        self.service = service
        self._server: Any = None
        self.endpoint: str | None = None

    def start(self, config: Config) -> None:
        if config.pubsub_port is None:
            return
        pool = ThreadPoolExecutor(config.pubsub_streams, thread_name_prefix="pubsub")
        self._server = grpc.server(pool, options=(("grpc.so_reuseport", 0),))
        self._server.add_generic_rpc_handlers((_handlers(self.service),))
        address = f"{config.pubsub_host}:{config.pubsub_port}"
        port = self._bind(address, config.pubsub_certificate, config.pubsub_key)
        self._server.start()
        self.endpoint = f"{config.pubsub_host}:{port}"

    def _bind(self, address: str, certificate: str | None, key: str | None) -> int:
        if not (certificate and key):
            return int(self._server.add_insecure_port(address))
        pair = ((key.encode(), certificate.encode()),)
        return int(self._server.add_secure_port(address, grpc.ssl_server_credentials(pair)))

    def stop(self) -> None:
        """End all streams and wait until they are gone."""
        if self._server is not None:
            self._server.stop(grace=None).wait()
            self._server = self.endpoint = None


def _handlers(service: PubSub) -> Any:
    handlers = {}
    for name, (request, response, streams) in proto.METHODS.items():
        make = (
            grpc.stream_stream_rpc_method_handler
            if streams
            else (grpc.unary_unary_rpc_method_handler)
        )
        wrap = _streamed if streams else _unary
        handlers[name] = make(
            wrap(service, name),
            request_deserializer=request.FromString,
            response_serializer=response.SerializeToString,
        )
    return grpc.method_handlers_generic_handler(proto.SERVICE, handlers)


def _unary(service: PubSub, name: str) -> Callable[[Any, Any], Any]:
    def handle(request: Any, context: Any) -> Any:
        rpc_id = str(uuid.uuid4())
        try:
            _enter(service, name, context)
            return getattr(service, name)(request, rpc_id, context)
        except Refused as refused:
            refusals.end(context, refused, rpc_id)

    return handle


def _streamed(service: PubSub, name: str) -> Callable[[Any, Any], Iterator[Any]]:
    def handle(requests: Iterator[Any], context: Any) -> Iterator[Any]:
        rpc_id = str(uuid.uuid4())
        try:
            _enter(service, name, context)
            yield from getattr(service, name)(requests, rpc_id, context)
        except Refused as refused:
            refusals.end(context, refused, rpc_id)

    return handle


def _enter(service: PubSub, name: str, context: Any) -> None:
    service.calls[name] += 1
    if (refused := service.spoil(name)) is not None:
        raise refused
    service.authenticate({key.lower(): value for key, value in context.invocation_metadata()})
