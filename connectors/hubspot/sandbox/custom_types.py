"""Custom object types: what an account adds to HubSpot's own.

Source: HubSpot's published OpenAPI, "Schemas"; HubSpot developer docs, "Custom objects" (names:
`2-…`, `p{portal}_name`, `p_name`, and the plain name).
"""

from dataclasses import dataclass, field
from typing import Any

from connectors.hubspot.sandbox.moments import iso
from connectors.hubspot.sandbox.object_types import ObjectType

FIRST_ID = 40_000_001
SYSTEM = ("hs_createdate", "hs_lastmodifieddate", "hs_object_id")


@dataclass(slots=True)
class CustomType:
    """One definition. `associations` are (id, from type id, to type id, name)."""

    number: int
    name: str
    portal_id: int
    labels: dict[str, str]
    primary: str
    secondary: list[str] = field(default_factory=list)
    required: list[str] = field(default_factory=list)
    searchable: list[str] = field(default_factory=list)
    description: str | None = None
    created_ms: int = 0
    updated_ms: int = 0
    user_id: int = 0
    archived: bool = False
    associations: list[tuple[int, str, str, str]] = field(default_factory=list)

    @property
    def type_id(self) -> str:
        return f"2-{self.number}"

    @property
    def full_name(self) -> str:
        return f"p{self.portal_id}_{self.name}"

    def as_type(self) -> ObjectType:
        full = self.full_name
        return ObjectType(
            self.type_id, full, full, SYSTEM, required=tuple(self.required),
            searched=tuple(self.searchable), scope="custom", custom=True,
            aliases=(f"p_{self.name}", self.name),
        )  # fmt: skip

    def as_definition(self) -> dict[str, Any]:
        """`ObjectTypeDefinition`, the answer to a PATCH."""
        return {
            "id": str(self.number), "name": self.name, "labels": self.labels,
            "objectTypeId": self.type_id, "fullyQualifiedName": self.full_name,
            "description": self.description, "primaryDisplayProperty": self.primary,
            "secondaryDisplayProperties": self.secondary, "requiredProperties": self.required,
            "searchableProperties": self.searchable, "portalId": self.portal_id,
            "createdAt": iso(self.created_ms), "updatedAt": iso(self.updated_ms),
            "archived": self.archived,
        }  # fmt: skip

    def as_schema(self, properties: list[dict[str, Any]]) -> dict[str, Any]:
        """`ObjectSchema`, every other answer."""
        shown = self.as_definition()
        del shown["portalId"]
        return {
            **shown, "metaType": "PORTAL_SPECIFIC", "restorable": True,
            "allowsSensitiveProperties": False,
            "createdByUserId": self.user_id, "updatedByUserId": self.user_id,
            "properties": properties,
            "associations": [self._association(one) for one in self.associations],
        }  # fmt: skip

    def _association(self, one: tuple[int, str, str, str]) -> dict[str, Any]:
        number, source, target, name = one
        return {
            "id": str(number), "fromObjectTypeId": source, "toObjectTypeId": target, "name": name,
            "cardinality": "ONE_TO_MANY", "inverseCardinality": "ONE_TO_MANY",
            "createdAt": iso(self.created_ms), "updatedAt": iso(self.created_ms),
        }  # fmt: skip
