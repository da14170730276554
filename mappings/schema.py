"""One side's described fields, and the spot of a document that is checked against them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.base import Field
from mappings.document import FieldRule, MappingDocument
from mappings.sides import OTHER, Role


@dataclass(frozen=True, slots=True)
class Schema:
    fields: Sequence[Field]

    @property
    def objects(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(field.object for field in self.fields))

    def of(self, object_: str) -> dict[str, Field]:
        return {field.name: field for field in self.fields if field.object == object_}


@dataclass(frozen=True, slots=True)
class Spot:
    """One side of one rule. Without a schema of that side there are no objects and no fields."""

    doc: MappingDocument
    index: int
    role: Role
    schemas: Mapping[Role, Schema]

    @property
    def rule(self) -> FieldRule:
        return self.doc.fields[self.index]

    @property
    def connection(self) -> str:
        return self.doc.connection(self.role)

    @property
    def told(self) -> bool:
        return self.rule.writes(self.role)

    @property
    def other(self) -> "Spot":
        return Spot(self.doc, self.index, OTHER[self.role], self.schemas)

    @property
    def schema(self) -> Schema:
        return self.schemas.get(self.role, Schema(()))

    @property
    def objects(self) -> tuple[str, ...]:
        """The objects that the rule is about."""
        return tuple(name for name in self.schema.objects if self.rule.covers(self.role, name))

    @property
    def fields(self) -> tuple[Field, ...]:
        """The vendor field of the rule, at each object that has it."""
        name = self.rule.field(self.role)
        return tuple(f for f in self.schema.fields if f.name == name and f.object in self.objects)

    def pointer(self, *path: str | int) -> str:
        return "/".join(["/fields", str(self.index), *map(str, path)])

    def naming(self, field: Field) -> str:
        return f'{self.connection} field "{field.name}" of {field.object}'
