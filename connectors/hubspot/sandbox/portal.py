"""The account: everything the sandbox remembers. Lives in one event loop, so without locks."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.hubspot.sandbox import pipelines as pipeline_defaults
from connectors.hubspot.sandbox import properties
from connectors.hubspot.sandbox.config import Config
from connectors.hubspot.sandbox.custom_types import CustomType
from connectors.hubspot.sandbox.errors import unknown_type
from connectors.hubspot.sandbox.event_definitions import EventDefinition
from connectors.hubspot.sandbox.events import Events
from connectors.hubspot.sandbox.forms import Forms
from connectors.hubspot.sandbox.jobs import Jobs
from connectors.hubspot.sandbox.journal import Journal
from connectors.hubspot.sandbox.limits import Meters
from connectors.hubspot.sandbox.links import Links
from connectors.hubspot.sandbox.lists import Lists
from connectors.hubspot.sandbox.marketing_campaigns import MarketingCampaigns
from connectors.hubspot.sandbox.marketing_events import MarketingEvents
from connectors.hubspot.sandbox.object_types import ObjectType, ObjectTypes
from connectors.hubspot.sandbox.owners import Owners
from connectors.hubspot.sandbox.pipelines import Pipeline
from connectors.hubspot.sandbox.properties import Property, Schema
from connectors.hubspot.sandbox.records import Actor, Table
from connectors.hubspot.sandbox.timeline import Timeline
from connectors.hubspot.sandbox.tokens import Tokens
from connectors.hubspot.sandbox.webhooks import Outbox
from connectors.hubspot.sandbox.workflows import Workflows

Clock = Callable[[], float]


@dataclass(slots=True)
class Portal:
    """`clock` gives epoch seconds; tests may bring their own to let tokens and limits age."""

    config: Config
    clock: Clock = time.time
    types: ObjectTypes = field(init=False)
    custom: dict[str, CustomType] = field(init=False)
    lists: Lists = field(init=False)
    forms: Forms = field(init=False)
    marketing_campaigns: MarketingCampaigns = field(init=False)
    marketing_events: MarketingEvents = field(init=False)
    definitions: dict[str, EventDefinition] = field(init=False)
    blocked_emails: set[str] = field(init=False)  # lower case
    jobs: Jobs = field(init=False)
    timeline: Timeline = field(init=False)
    schemas: dict[str, Schema] = field(init=False)
    tables: dict[str, Table] = field(init=False)
    pipelines: dict[str, dict[str, Pipeline]] = field(init=False)
    owners: Owners = field(init=False)
    links: Links = field(init=False)
    events: Events = field(init=False)
    tokens: Tokens = field(init=False)
    meters: Meters = field(init=False)
    chance: random.Random = field(init=False)
    outbox: Outbox = field(init=False)
    workflows: Workflows = field(init=False)
    journal: Journal = field(init=False)
    started_ms: int = field(init=False)

    def __post_init__(self) -> None:
        self.outbox = Outbox(lambda: self.config)
        self.workflows = Workflows(lambda: self.config)
        self.journal = Journal(lambda: self.config, self._values)
        self.empty()

    def empty(self) -> None:
        """As a new account."""
        now_ms = self.started_ms = self.now_ms()
        self.types = ObjectTypes.standard()
        self.custom = {}
        self.lists = Lists()
        self.forms = Forms()
        self.marketing_campaigns = MarketingCampaigns()
        self.marketing_events = MarketingEvents()
        self.definitions = {}
        self.blocked_emails = set()
        self.jobs = Jobs()
        self.timeline = Timeline()
        names = [kind.name for kind in self.types]
        self.schemas = properties.standard(names, now_ms)
        self.tables = {kind.name: Table(kind, self.config.live_records) for kind in self.types}
        self.pipelines = pipeline_defaults.standard(now_ms)
        self.owners = Owners()
        self.links = Links.standard(self.config.live_records)
        self.events = Events()
        self.tokens = Tokens()
        self.meters = Meters()
        self.chance = random.Random(self.config.seed)  # noqa: S311  repeatable, not a secret
        self.outbox.clear()
        self.workflows.clear()
        self.journal.clear()
        self._install_score()

    def now_ms(self) -> int:
        return int(self.clock() * 1000)

    def kind(self, name: str) -> ObjectType:
        """Raises: ApiError."""
        found = self.types.find(name)
        if found is None:
            raise unknown_type(name)
        return found

    def table(self, kind: ObjectType) -> Table:
        return self.tables[kind.name]

    def schema(self, kind: ObjectType) -> Schema:
        return self.schemas[kind.name]

    def _values(self, type_id: str, record_id: str) -> Mapping[str, str]:
        """What a live record holds; nothing where there is none."""
        kind = self.types.find(type_id)
        record = self.tables[kind.name].get(record_id) if kind is not None else None
        return record.values if record is not None else {}

    def knows(self, kind: ObjectType, prop: Property, value: str) -> bool:
        """Judge a value whose options live outside the property: owners, pipelines, stages."""
        if prop.referenced == "OWNER":
            owner = self.owners.all.get(value)
            return owner is not None and not owner.archived
        known = self.pipelines.get(kind.name)
        in_pipeline, in_stage = pipeline_defaults.fields(kind.name)
        if known is None or prop.name not in {in_pipeline, in_stage}:
            return True
        if prop.name == in_pipeline:
            return value in known
        return any(value in pipeline.stages for pipeline in known.values())

    def ui(self, by: str | None) -> Actor:
        """A person at the screen."""
        owner = self.owners.by_email(by) if by else None
        user_id = owner.user_id if owner else self.config.user_id
        who = by or self.config.user_email
        return Actor("CRM_UI", f"userId:{user_id}", user_id, who=who)

    def configure(self, config: Config) -> None:
        self.config = config
        self._install_score()

    def _install_score(self) -> None:
        """Make the score property where it is not one of HubSpot's own."""
        name = self.config.score_property
        schema = self.schemas["contacts"]
        if name not in schema.properties:
            made = properties.parse(f"{name}|{name}|number/number|contactinformation|r")
            schema.properties[name] = made

    def raw(self, name: str | None) -> Any:
        """For dumps."""
        if name is not None:
            return self.table(self.kind(name)).raw()
        return {
            "objects": {name: table.raw() for name, table in self.tables.items()},
            "owners": [owner.as_json() for owner in self.owners.all.values()],
            "events": self.events.raw(),
            "lists": [
                {**one.as_json(filters=True, size=len(one.members)), "members": list(one.members)}
                for one in self.lists.all.values()
            ],
            "submissions": [sent.as_json() for sent in self.forms.submissions],
            "marketing_events": [one.by_object_id() for one in self.marketing_events.all.values()],
            "notifications": [],
            "webhooks": [
                delivery.as_json()
                for sender in (self.outbox, self.workflows)
                for delivery in sender.deliveries
            ],
        }
