"""What a document says of one side's fields, worked out once. Pure.

Documents never change. They are known by identity, for to compare two would read all of both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from connectors.base import Kind, Value
from mappings.document import FieldRule, MappingDocument
from mappings.sides import Role
from mappings.text_transforms import OwnerEmail
from mappings.transform import Transform

MOST_KEPT = 256


@dataclass(frozen=True, slots=True)
class RuleAt:
    """A rule as one side goes by it. `place` is the vendor's field, None where a const stands in;
    `reads` all fields that its value is made of; `told`: the side may be told it; `blanks` are
    values that stand for none; `keeps_email`: an owner's address, and no id.
    """

    rule: FieldRule
    name: str
    place: str | None
    reads: frozenset[str]
    told: bool
    transforms: tuple[Transform, ...]
    blanks: tuple[Value, Value]
    keeps_email: bool


RulesAt: TypeAlias = tuple[RuleAt, ...]
# With the document itself: as long as it lives here, no other one has its id.
_RULES: dict[tuple[int, Role, str | None], tuple[MappingDocument, RulesAt]] = {}
_KINDS: dict[int, tuple[MappingDocument, Mapping[str, Kind]]] = {}


def rules_at(doc: MappingDocument, role: Role, object_: str | None) -> RulesAt:
    """The rules of a side's object, in the order of the document."""
    key = id(doc), role, object_
    kept = _RULES.get(key)
    if kept is None:
        if len(_RULES) >= MOST_KEPT:
            _RULES.clear()
        found = tuple(_at(rule, role) for rule in doc.rules(role, object_))
        kept = _RULES[key] = doc, found
    return kept[1]


def _at(rule: FieldRule, role: Role) -> RuleAt:
    steps = rule.transform(role)
    return RuleAt(
        rule=rule,
        name=rule.name,
        place=rule.field(role),
        reads=rule.reads(role),
        told=rule.writes(role),
        transforms=steps,
        blanks=(rule.placeholder.ma, rule.placeholder.sfa),
        keeps_email=any(isinstance(step, OwnerEmail) for step in steps),
    )


def named_objects(doc: MappingDocument, role: Role, kind: Kind) -> frozenset[str]:
    """The objects of a side that some reference needs records of a kind to be."""
    wanted = (rule.to_objects.of(role) or () for rule in doc.fields if rule.to == kind)
    return frozenset(name for names in wanted for name in names)


def references(doc: MappingDocument) -> Mapping[str, Kind]:
    """Canonical fields that name another record, and of which kind that is."""
    kept = _KINDS.get(id(doc))
    if kept is None:
        if len(_KINDS) >= MOST_KEPT:
            _KINDS.clear()
        found = {rule.name: rule.to for rule in doc.fields if rule.to is not None}
        kept = _KINDS[id(doc)] = doc, found
    return kept[1]
