"""The org's event schemas: the present ones by object, and all that were ever in use by id."""

from connectors.salesforce.sandbox.events.avro import ChangeSchema, Schema, platform_schema
from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.schema import SObject


class Schemas:
    """Safe to use from several threads: a schema made twice is the same schema."""

    def __init__(self) -> None:
        self._changes: dict[str, tuple[int, ChangeSchema]] = {}
        self._platform: dict[str, tuple[int, Schema]] = {}
        self._by_id: dict[str, Schema] = {}

    def change(self, org: Org, made: SObject) -> ChangeSchema:
        """The schema of an object's change events."""
        revision, found = self._changes.get(made.name, (-1, None))
        if found is None or revision != org.schema.revision:
            found = ChangeSchema(made)
            self._by_id[found.id] = found
            self._changes[made.name] = (org.schema.revision, found)
        return found

    def platform(self, org: Org, made: SObject) -> Schema:
        """The schema of a platform event."""
        revision, found = self._platform.get(made.name, (-1, None))
        if found is None or revision != org.schema.revision:
            found = platform_schema(made)
            self._by_id[found.id] = found
            self._platform[made.name] = (org.schema.revision, found)
        return found

    def by_id(self, schema_id: str) -> Schema | None:
        return self._by_id.get(schema_id)
