"""Associations between records, with their types and labels.

Source of the ids: HubSpot developer docs, "Associations v4"; `hubspot.crm.association_type`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
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
    ("contacts", "tickets", 15, 16, 0, 0),
    ("deals", "companies", 341, 342, 5, 6),
    ("deals", "tickets", 27, 28, 0, 0),
    ("tickets", "companies", 339, 340, 26, 25),
    ("leads", "contacts", 608, 609, 578, 579),
    ("leads", "companies", 610, 611, 580, 581),
    ("contacts", "contacts", 449, 449, 0, 0),
    ("companies", "companies", 450, 450, 0, 0),
    ("deals", "deals", 451, 451, 0, 0),
    ("tickets", "tickets", 452, 452, 0, 0),
    ("calls", "meetings", 399, 400, 0, 0),
)
# from, to, type id, inverse type id
ACTIVITY_PAIRS = (
    ("contacts", ("calls", 193, 194), ("emails", 197, 198), ("meetings", 199, 200),
     ("notes", 201, 202), ("tasks", 203, 204), ("communications", 82, 81)),
    ("companies", ("calls", 181, 182), ("emails", 185, 186), ("meetings", 187, 188),
     ("notes", 189, 190), ("tasks", 191, 192), ("communications", 88, 87)),
    ("deals", ("calls", 205, 206), ("emails", 209, 210), ("meetings", 211, 212),
     ("notes", 213, 214), ("tasks", 215, 216), ("communications", 86, 85)),
    ("tickets", ("calls", 219, 220), ("emails", 223, 224), ("meetings", 225, 226),
     ("notes", 227, 228), ("tasks", 229, 230), ("communications", 84, 83)),
    ("leads", ("calls", 596, 597), ("emails", 598, 599), ("meetings", 600, 601),
     ("notes", 854, 855), ("tasks", 646, 647), ("communications", 602, 603)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Definition:
    """One direction of an association type; `inverse` is the same seen from the other side."""

    category: str
    type_id: int
    source: str
    target: str
    label: str | None
    inverse: Spec
    name: str = ""  # of an association type of one's own, such as `decision_maker`

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
    maxima: dict[Spec, int] = field(default_factory=dict)  # ends one record may have, where limited

    @classmethod
    def standard(cls) -> "Links":
        links = cls()
        for source, target, there, back, primary, primary_back in PAIRS:
            links.define(HUBSPOT, source, target, (there, back), None)
            if primary:
                links.define(HUBSPOT, source, target, (primary, primary_back), PRIMARY)
        for source, *targets in ACTIVITY_PAIRS:
            for target, there, back in targets:
                links.define(HUBSPOT, source, target, (there, back), None)
        return links

    def define(
        self, category: str, source: str, target: str, ids: tuple[int, int], label: str | None,
        *, name: str = "", inverse_label: str | None = None,
    ) -> tuple[Definition, Definition]:  # fmt: skip
        """Both directions; of one object type with itself and one id they are the same."""
        there, back = ids
        other = label if inverse_label is None else inverse_label
        made = (
            Definition(category, there, source, target, label, (category, back), name),
            Definition(category, back, target, source, other, (category, there), name),
        )
        for definition in made:
            self.definitions[definition.spec] = definition
        return made

    def rename(self, spec: Spec, label: str, inverse_label: str | None) -> None:
        """Another label; the other direction's too where one is given or both were the same."""
        held = self.definitions[spec]
        back = self.definitions[held.inverse]
        other = inverse_label or (label if back.label == held.label else back.label)
        self.definitions[back.spec] = replace(back, label=other)
        self.definitions[spec] = replace(held, label=label)

    def forget(self, spec: Spec) -> None:
        """Remove an association type, both directions, and every use of it."""
        definition = self.definitions[spec]
        for gone in {spec, definition.inverse}:
            del self.definitions[gone]
            self.maxima.pop(gone, None)
            for targets in self.ends.values():
                for ends in targets.values():
                    _purge(ends, gone)

    def between(self, source: str, target: str) -> list[Definition]:
        return [d for d in self.definitions.values() if (d.source, d.target) == (source, target)]

    def default(self, source: str, target: str) -> Definition | None:
        return next((d for d in self.between(source, target) if d.label is None), None)

    def primary(self, source: str, target: str) -> Definition | None:
        return next((d for d in self.between(source, target) if d.label == PRIMARY), None)

    def next_own_id(self, category: str = USER) -> int:
        taken = [i for held, i in self.definitions if held == category]
        return max(taken, default=FIRST_OWN_ID - 1) + 1

    def full(self, source: str, source_id: str, spec: Spec) -> bool:
        """Tell whether the record has as many ends of this type as it may."""
        most = self.maxima.get(spec)
        if most is None:
            return False
        ends = self.of(source, source_id, self.definitions[spec].target)
        return sum(1 for specs in ends.values() if spec in specs) >= most

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


def _purge(ends: Ends, gone: Spec) -> None:
    for other_id, specs in list(ends.items()):
        specs.pop(gone, None)
        if not specs:
            del ends[other_id]
