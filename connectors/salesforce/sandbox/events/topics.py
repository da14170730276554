"""Topics of the Pub/Sub API: what there is to subscribe to and to publish on."""

from dataclasses import dataclass

from connectors.salesforce.sandbox.config import Config
from connectors.salesforce.sandbox.events.avro import Schema
from connectors.salesforce.sandbox.events.capture import ALL_CHANGES, topic_of
from connectors.salesforce.sandbox.events.schemas import Schemas
from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.schema import SObject


@dataclass(frozen=True, slots=True)
class Topic:
    """`schema` is None for the channel of all change events, whose events differ in schema."""

    name: str
    schema: Schema | None
    platform_event: SObject | None = None


def find_topic(org: Org, config: Config, schemas: Schemas, name: str) -> Topic | None:
    """Change events exist for the entities that are selected, and only for those."""
    if name == ALL_CHANGES:
        return Topic(name, None) if config.cdc_entities else None
    if name.startswith("/event/"):
        made = org.schema.objects.get(name.removeprefix("/event/"))
        if made is None or not made.name.endswith("__e"):
            return None
        return Topic(name, schemas.platform(org, made), made)
    for entity in config.cdc_entities:
        if topic_of(entity) == name and (made := org.schema.objects.get(entity)):
            return Topic(name, schemas.change(org, made))
    return None


def topic_names(org: Org, config: Config) -> list[str]:
    changes = [topic_of(entity) for entity in config.cdc_entities]
    events = [f"/event/{name}" for name in list(org.schema.objects) if name.endswith("__e")]
    return [*([ALL_CHANGES] if changes else []), *changes, *events]


def find_schema(org: Org, config: Config, schemas: Schemas, schema_id: str) -> Schema | None:
    """A schema by its id, former ones included."""
    if schemas.by_id(schema_id) is None:
        for name in topic_names(org, config):
            find_topic(org, config, schemas, name)
    return schemas.by_id(schema_id)
