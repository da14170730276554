"""Associations between records, with their types and labels.

Source of the ids: HubSpot developer docs, "Associations v4"; `hubspot.crm.association_type`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

HUBSPOT = "HUBSPOT_DEFINED"
USER = "USER_DEFINED"
Spec = tuple[str, int]  # category and type id
PRIMARY = "Primary"
FIRST_OWN_ID = 1

# from, to, type id, inverse type id, ids of the primary association or zeros
PAIRS = (
    ("contacts", "companies", 279, 280, 1, 2),
    ("contacts", "deals", 4, 3, 0, 0),
    ("deals", "companies", 341, 342, 5, 6),
    ("leads", "contacts", 608, 609, 578, 579),
    ("leads", "companies", 610, 611, 580, 581),
    ("contacts", "contacts", 449, 449, 0, 0),
    ("companies", "companies", 450, 450, 0, 0),
    ("contacts", "calls", 193, 194, 0, 0),
    ("contacts", "emails", 197, 198, 0, 0),
    ("contacts", "meetings", 199, 200, 0, 0),
    ("contacts", "notes", 201, 202, 0, 0),
    ("contacts", "tasks", 203, 204, 0, 0),
    ("contacts", "communications", 82, 81, 0, 0),
    ("companies", "calls", 181, 182, 0, 0),
    ("companies", "emails", 185, 186, 0, 0),
    ("companies", "meetings", 187, 188, 0, 0),
    ("companies", "notes", 189, 190, 0, 0),
    ("companies", "tasks", 191, 192, 0, 0),
    ("companies", "communications", 88, 87, 0, 0),
    ("deals", "calls", 205, 206, 0, 0),
    ("deals", "emails", 209, 210, 0, 0),
    ("deals", "meetings", 211, 212, 0, 0),
    ("deals", "notes", 213, 214, 0, 0),
    ("deals", "tasks", 215, 216, 0, 0),
    ("deals", "communications", 86, 85, 0, 0),
)


@dataclass(frozen=True, slots=True)
class Definition:
    """One direction of an association type; `inverse` is the same seen from the other side."""

    category: str
    type_id: int
    source: str
    target: str
    label: str | None
    inverse: Spec
    name: str = ""

    @property
    def spec(self) -> Spec:
        return (self.category, self.type_id)

    def as_json(self) -> dict[str, Any]:
        return {"category": self.category, "typeId": self.type_id, "label": self.label}


Ends = dict[str, dict[Spec, None]]  # id of the other record -> its association types


@dataclass(slots=True)
class Links:
    """Both directions of each association are held."""

    definitions: dict[Spec, Definition] = field(default_factory=dict)
    ends: dict[tuple[str, str], dict[str, Ends]] = field(default_factory=dict)

    @classmethod
    def standard(cls) -> "Links":
        links = cls()
        for source, target, there, back, primary, primary_back in PAIRS:
            links.define(HUBSPOT, source, target, (there, back), None)
            if primary:
                links.define(HUBSPOT, source, target, (primary, primary_back), PRIMARY)
        return links

    def define(
        self, category: str, source: str, target: str, ids: tuple[int, int], label: str | None
    ) -> tuple[Definition, Definition]:
        there, back = ids
        made = (
            Definition(category, there, source, target, label, (category, back)),
            Definition(category, back, target, source, label, (category, there)),
        )
        for definition in made:
            self.definitions[definition.spec] = definition
        return made

    def between(self, source: str, target: str) -> list[Definition]:
        return [d for d in self.definitions.values() if (d.source, d.target) == (source, target)]

    def default(self, source: str, target: str) -> Definition | None:
        return next((d for d in self.between(source, target) if d.label is None), None)

    def primary(self, source: str, target: str) -> Definition | None:
        return next((d for d in self.between(source, target) if d.label == PRIMARY), None)

    def next_own_id(self) -> int:
        taken = [i for category, i in self.definitions if category == USER]
        return max(taken, default=FIRST_OWN_ID - 1) + 1

    def of(self, source: str, source_id: str, target: str) -> Ends:
        return self.ends.get((source, source_id), {}).get(target, {})

    def targets(self, source: str, source_id: str) -> Iterator[tuple[str, str, dict[Spec, None]]]:
        """All ends of one record: object type, id, association types."""
        for target, ends in list(self.ends.get((source, source_id), {}).items()):
            for target_id, specs in list(ends.items()):
                yield target, target_id, dict(specs)

    def has(self, source_id: str, definition: Definition, target_id: str) -> bool:
        ends = self.of(definition.source, source_id, definition.target)
        return definition.spec in ends.get(target_id, {})

    def add(self, source_id: str, definition: Definition, target_id: str) -> None:
        self._set(definition.source, source_id, definition.target, target_id, definition.spec)
        self._set(definition.target, target_id, definition.source, source_id, definition.inverse)

    def remove(self, source_id: str, definition: Definition, target_id: str) -> None:
        self._unset(definition.source, source_id, definition.target, target_id, definition.spec)
        self._unset(definition.target, target_id, definition.source, source_id, definition.inverse)

    def _set(self, source: str, source_id: str, target: str, target_id: str, spec: Spec) -> None:
        ends = self.ends.setdefault((source, source_id), {}).setdefault(target, {})
        ends.setdefault(target_id, {})[spec] = None

    def _unset(self, source: str, source_id: str, target: str, target_id: str, spec: Spec) -> None:
        ends = self.of(source, source_id, target)
        specs = ends.get(target_id, {})
        specs.pop(spec, None)
        if not specs:
            ends.pop(target_id, None)
