"""Everything that leaves the org by itself, in one place for the app and the control routes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from typing import Any

from starlette.routing import Route

from connectors.salesforce.sandbox.config import Config
from connectors.salesforce.sandbox.events.avro import CHANGE_TYPES, platform_record
from connectors.salesforce.sandbox.events.bus import Bus, Event
from connectors.salesforce.sandbox.events.capture import Capture, gap
from connectors.salesforce.sandbox.events.outbound import Outbox
from connectors.salesforce.sandbox.events.pubsub import PubSub, Server
from connectors.salesforce.sandbox.events.schemas import Schemas
from connectors.salesforce.sandbox.events.settings import OutboundMessage
from connectors.salesforce.sandbox.events.topics import topic_names
from connectors.salesforce.sandbox.org import Happened
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.soql.select import condition
from connectors.salesforce.sandbox.state import State
from connectors.sandbox.control import Refusal, control_route

GAPS = tuple(kind for kind in CHANGE_TYPES if kind.startswith("GAP_"))
PUBLISH = "PUBLISH"
NOWHERE = "http://localhost"


class Events:
    """Follows the org while somebody wants to know; `running` serves and sends."""

    def __init__(self, config: Callable[[], Config], state: Callable[[], State]) -> None:
        self._config = config
        self._state = state
        self.base_url = NOWHERE  # where the last request came to; outbound messages name it
        self.schemas = Schemas()
        self.bus = Bus(config, state().org.now)
        self.capture = Capture(config, self.schemas)
        self.outbox = Outbox(config, self._rules, lambda: state().org, self._address)
        self.server = Server(PubSub(self.bus, self.schemas, config, state))
        self.listen()

    def listen(self) -> None:
        """Follow the org, or stop following it, as the settings ask."""
        config = self._config()
        wanted = bool(config.cdc_entities or self._rules())
        org = self._state().org
        org.follower, org.follows_records = self._follow, wanted

    def check(self, config: Config) -> None:
        """Raises: Refusal where a rule or an entity names what the org does not have."""
        schema = self._state().org.schema
        for entity in config.cdc_entities:
            if entity not in schema.objects:
                raise Refusal(f"cdc_entities: there is no object {entity!r}")
        for rule in config.outbound_messages:
            where = f"outbound_messages: {rule.name}"
            if (made := schema.objects.get(rule.object)) is None:
                raise Refusal(f"{where}: there is no object {rule.object!r}")
            for name in (*rule.fields, *rule.changed):
                if name not in made.fields:
                    raise Refusal(f"{where}: {rule.object} has no field {name!r}")
            try:
                if rule.when is not None:
                    condition(self._state().org, made, rule.when)
            except Problem as problem:
                raise Refusal(f"{where}: when: {problem.message}") from problem

    def reset(self) -> None:
        """Forget all events and messages; streams end."""
        self.bus.clear()
        self.outbox.clear()
        self.listen()

    def _follow(self, everything: Sequence[Happened]) -> None:
        """A transaction was committed."""
        config, org = self._config(), self._state().org
        self.bus.publish([self._platform_event(one) for one in everything if one.kind == PUBLISH])
        happened = [one for one in everything if one.kind != PUBLISH]
        if config.cdc_entities:
            self.bus.publish(self.capture.events(org, happened))
        if self._rules():
            self.outbox.add(org, happened)

    def _platform_event(self, one: Happened) -> Event:
        """What was published over REST or in bulk."""
        made, fields, org = one.row.object, one.row.fields, self._state().org
        schema = self.schemas.platform(org, made)
        record = platform_record(made, fields)
        topics = (f"/event/{made.name}",)
        return Event(topics, schema, lambda: record, org.now(), fields["EventUuid"])

    def _rules(self) -> Sequence[OutboundMessage]:
        """Those of the settings, and those of flows that were deployed."""
        return [*self._config().outbound_messages, *self._state().metadata.rules]

    def _address(self) -> str:
        return self._config().instance_url or self.base_url

    @contextlib.asynccontextmanager
    async def running(self, _: Any) -> AsyncIterator[None]:
        """The lifespan of the app: the Pub/Sub API is served and outbound messages are sent."""
        self.server.start(self._config())
        sending = asyncio.create_task(self.outbox.run())
        try:
            yield
        finally:
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sending
            await asyncio.to_thread(self.server.stop)

    # control routes

    def routes(self) -> list[Route]:
        return [
            control_route("GET", "/pubsub", self.status, "address and topics of the Pub/Sub API"),
            control_route("POST", "/pubsub/cut", self.cut, "end all Pub/Sub streams"),
            control_route("POST", "/gap", self.gap, "a gap or overflow event"),
        ]

    def status(self, _: Any) -> Mapping[str, Any]:
        org = self._state().org
        return {
            "endpoint": self.server.endpoint,
            "tenant_id": org.id,
            "topics": topic_names(org, self._config()),
            "events": len(self.bus.kept()),
            "calls": dict(self.server.service.calls),
        }

    def cut(self, _: Any) -> Mapping[str, Any]:
        self.bus.cut()
        return {"cut": True}

    def gap(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """`{"object": "Lead", "ids": [...], "change": "GAP_UPDATE"}`; an overflow has no ids."""
        org, kind, ids = self._state().org, body.get("change", "GAP_UPDATE"), body.get("ids", [])
        made = org.schema.find(str(body.get("object")))
        if made is None or made.name not in self._config().cdc_entities:
            raise Refusal(f"{body.get('object')!r} is not among cdc_entities")
        if kind not in GAPS:
            raise Refusal(f"change must be one of {', '.join(GAPS)}")
        if not isinstance(ids, list) or bool(ids) == (kind == "GAP_OVERFLOW"):
            raise Refusal("ids must be a list of ids; an overflow event has none")
        events = self.capture.finished(org, [gap(kind, made, [str(i) for i in ids], org.user_id)])
        self.bus.publish(events)
        return {"replay_ids": [event.number for event in events]}

    def dump(self) -> dict[str, Any]:
        """Outbound messages with every attempt, and all events that are kept."""
        return {
            "webhooks": [message.as_json() for message in self.outbox.messages],
            "events": [event.as_json() for event in self.bus.kept()],
        }

    def kept(self) -> Iterator[dict[str, Any]]:
        """The events, each with the schema that it is written by, for the state file."""
        for event in self.bus.kept():
            yield {
                "topics": sorted(event.topics), "schema": self.schemas.text(event.schema.id),
                "payload": event.payload, "at_s": event.at_s, "id": event.id,
                "number": event.number,
            }  # fmt: skip

    def put_back(self, kept: Mapping[str, Any]) -> None:
        schema = self.schemas.put_back(kept["schema"])
        payload = kept["payload"]
        event = Event(
            tuple(kept["topics"]), schema, lambda: schema.read(payload), kept["at_s"], kept["id"],
            kept["number"], payload,
        )  # fmt: skip
        self.bus.put_back(event)

    def quiet(self) -> dict[str, Any]:
        counts = self.outbox.counts()
        return {"quiet": counts["pending_webhooks"] == 0, **counts}
