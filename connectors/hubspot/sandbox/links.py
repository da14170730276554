"""Associations between records, with their types and labels.

Source of the ids: HubSpot developer docs, "Associations v4"; `hubspot.crm.association_type`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.sandbox.shelf import LIVE, Shelf

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
    ("marketing_events", "contacts", 798, 799, 0, 0),
    ("deals", "line_items", 19, 20, 0, 0),
    ("deals", "quotes", 63, 64, 0, 0),
    ("quotes", "line_items", 67, 68, 0, 0),
    ("quotes", "contacts", 69, 70, 0, 0),
    ("quotes", "companies", 71, 72, 0, 0),
    ("quotes", "tasks", 217, 218, 0, 0),
    ("contacts", "feedback_submissions", 97, 98, 0, 0),
    ("tickets", "feedback_submissions", 99, 100, 0, 0),
    ("postal_mail", "contacts", 453, 454, 0, 0),
    ("postal_mail", "tickets", 455, 456, 0, 0),
    ("postal_mail", "deals", 457, 458, 0, 0),
    ("postal_mail", "companies", 459, 460, 0, 0),
    ("invoices", "deals", 175, 176, 0, 0),
    ("invoices", "contacts", 177, 178, 0, 0),
    ("invoices", "companies", 179, 180, 0, 0),
    ("invoices", "quotes", 407, 408, 0, 0),
    ("invoices", "line_items", 409, 410, 0, 0),
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
    """Both directions of each association are held: by object types, then by the id at one end."""

    live_records: int = LIVE
    definitions: dict[Spec, Definition] = field(default_factory=dict)
    ends: dict[tuple[str, str], Shelf[Ends]] = field(default_factory=dict)
    maxima: dict[Spec, int] = field(default_factory=dict)  # ends one record may have, where limited
    _pairs: dict[tuple[str, str], dict[Spec, None]] = field(default_factory=dict)

    @classmethod
    def standard(cls, live_records: int = LIVE) -> "Links":
        links = cls(live_records)
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
            self.put(definition)
        return made

    def put(self, definition: Definition) -> None:
        """Add one direction."""
        self.definitions[definition.spec] = definition
        self._pairs.setdefault((definition.source, definition.target), {})[definition.spec] = None

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
        for one in {definition, self.definitions[definition.inverse]}:
            del self.definitions[one.spec], self._pairs[one.source, one.target][one.spec]
            self.maxima.pop(one.spec, None)
            for ends in self.ends.get((one.source, one.target), {}).values():
                _purge(ends, one.spec)

    def between(self, source: str, target: str) -> list[Definition]:
        return [self.definitions[spec] for spec in self._pairs.get((source, target), ())]

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
        """Not to be changed, but by this class."""
        shelf = self.ends.get((source, target))
        return {} if shelf is None else shelf.get(source_id, {})

    def targets(self, source: str, source_id: str) -> Iterator[tuple[str, str, dict[Spec, None]]]:
        """All ends of one record: object type, id, association types."""
        for target in [there for here, there in self.ends if here == source]:
            for target_id, specs in list(self.of(source, source_id, target).items()):
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
        ends = self.held(source, source_id, target)
        ends.setdefault(target_id, {})[spec] = None

    def held(self, source: str, source_id: str, target: str) -> Ends:
        """The ends of one record, made where there are none yet."""
        shelf = self.ends.get((source, target))
        if shelf is None:
            shelf = Shelf(lambda ends: ends, lambda _, plain: plain, self.live_records)
            self.ends[source, target] = shelf
        return shelf.setdefault(source_id, {})

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
