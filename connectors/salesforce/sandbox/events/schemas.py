"""The org's event schemas: the present ones by object, and all that were ever in use by id."""

import json

from connectors.salesforce.sandbox.events.avro import ChangeSchema, Schema, platform_schema
from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.schema import SObject


class Schemas:
    """Safe to use from several threads: a schema made twice is the same schema."""

    def __init__(self) -> None:
        self._changes: dict[str, tuple[object, ChangeSchema]] = {}
        self._platform: dict[str, tuple[object, Schema]] = {}
        self._by_id: dict[str, Schema] = {}

    def change(self, org: Org, made: SObject) -> ChangeSchema:
        """The schema of an object's change events."""
        revision, found = self._changes.get(made.name, (None, None))
        if found is None or revision != _revision(org):
            found = ChangeSchema(made)
            self._by_id[found.id] = found
            self._changes[made.name] = (_revision(org), found)
        return found

    def platform(self, org: Org, made: SObject) -> Schema:
        """The schema of a platform event."""
        revision, found = self._platform.get(made.name, (None, None))
        if found is None or revision != _revision(org):
            found = platform_schema(made)
            self._by_id[found.id] = found
            self._platform[made.name] = (_revision(org), found)
        return found

    def text(self, schema_id: str) -> str:
        """A schema as JSON text."""
        return self._by_id[schema_id].json

    def put_back(self, text: str) -> Schema:
        """A schema that was in use before, from its JSON text."""
        made = Schema(json.loads(text))
        return self._by_id.setdefault(made.id, made)

    def by_id(self, schema_id: str) -> Schema | None:
        return self._by_id.get(schema_id)


def _revision(org: Org) -> object:
    """Of the schema in force: after a reset another schema counts its revisions anew."""
    return org.schema, org.schema.revision
