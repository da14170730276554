"""The mapping document: what a field of one system means in the other.

Roles are `ma` (marketing automation) and `sfa` (sales-force automation); no vendor is named here
but by its connection. A canonical field has one name, `FieldRule.name`; several rules share it
only where they tell where it is kept in different objects of a side (Lead, Contact).
"""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BeforeValidator, model_validator
from pydantic import Field as Limits

from connectors.base import KIND_PATTERN, Kind
from mappings.creation import Creation, creation
from mappings.field_conditions import Name, Part
from mappings.filters import Filter
from mappings.identity import Deletes, Identity
from mappings.owners import Owners
from mappings.sides import OTHER, ROLES, Role, Sides
from mappings.text_transforms import Region
from mappings.transform import Transform
from mappings.transforms import StepField
from mappings.values import CanonicalType, Format

Direction: TypeAlias = Literal["both", "ma_to_sfa", "sfa_to_ma"]
Policy: TypeAlias = Literal["prefer_ma", "prefer_sfa", "newest", "always_ma", "always_sfa", "ask"]
Baton: TypeAlias = Literal[
    "score", "grade", "fit", "intent", "timing", "hot_since", "reasons", "stage", "stage_ma",
    "stage_sfa", "stage_since", "stage_reason", "first_touch",
    "first_channel", "last_touch", "last_channel", "touch_count", "last_page", "last_campaign",
    "days_since_touch", "handoff_state", "handoff_quality", "handoff_memo", "handoff_next_step",
    "handoff_meeting", "handoff_receiver", "handoff_decision", "handoff_reason",
]  # fmt: skip
# What sums up what a person does: it changes with every page, and nobody acts on each change.
SUMMARIES: frozenset[Baton] = frozenset({
    "score", "fit", "intent", "timing", "reasons", "last_touch", "last_channel", "touch_count",
    "last_page", "last_campaign", "days_since_touch",
})  # fmt: skip
Scalar: TypeAlias = bool | int | float | str
SHARED = ("type", "to", "to_objects", "direction", "policy", "blank", "baton", "consent")


class FieldRule(Part):
    """One canonical field and where each side keeps it.

    `default` is what a new record gets in place of a blank, in the side's own words;
    `placeholder` is how a side writes a blank in a field that it requires ("[unknown]"): it is
    written for a blank and read as one, so it never spreads. `const` is a value in place of the
    source side's field. With `baton` the value is Baton's own: it goes to the sides, and no side
    can change it. With `consent: opt_out` true means "do not contact": a side that shows it is
    never told false, and direction, policy and filters do not hold it back. `to` is the kind of
    record that a field of type `reference` names; `to_objects` are the vendor's objects of which a
    side takes these records (Salesforce's opportunities have contacts, and no leads).
    """

    name: Name
    ma: Name | None = None
    sfa: Name | None = None
    ma_objects: tuple[Name, ...] | None = Limits(default=None, min_length=1)
    sfa_objects: tuple[Name, ...] | None = Limits(default=None, min_length=1)
    type: CanonicalType = "text"
    to: Kind | None = Limits(default=None, pattern=KIND_PATTERN)
    to_objects: Sides[tuple[Name, ...]] = Sides()
    direction: Direction = "both"
    policy: Policy | None = None
    blank: Literal["keep", "clear"] = "keep"
    transforms: Sides[tuple[StepField, ...]] = Sides()
    default: Sides[Scalar] = Sides()
    placeholder: Sides[Name] = Sides()
    baton: Baton | None = None
    const: Scalar | None = None
    consent: Literal["opt_out"] | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.ma is None and self.sfa is None:
            raise ValueError("name the field of at least one side: ma or sfa")
        self._check_reference()
        if self.baton is not None and self.const is not None:
            raise ValueError("a value is Baton's own (baton) or fixed (const), not both")
        if self.baton is not None and self.direction != "both":
            raise ValueError("Baton's own value goes to each side that is named; no direction")
        if self.const is not None:
            self._check_const()
        if self.consent is not None and (self.type != "bool" or self.baton is not None):
            raise ValueError("an opt-out is a field of type bool, and a side's own")
        if self.policy in {"always_ma", "always_sfa"}:
            self._check_master("ma" if self.policy == "always_ma" else "sfa")
        for role in ROLES:
            filled = self.steps(role) or self.filler(role) is not None
            if self.field(role) is None and filled:
                raise ValueError(f"{role} has no field here, so it takes no transforms or defaults")
        return self

    def _check_reference(self) -> None:
        if (self.type == "reference") != (self.to is not None):
            raise ValueError("a reference says to which kind of record, as in to: company")
        if self.to is None and self.to_objects != Sides():
            raise ValueError("only a reference names objects (to_objects)")
        if () in {self.to_objects.ma, self.to_objects.sfa}:
            raise ValueError("to_objects: name at least one object, or leave it out")
        if self.to is not None and (self.baton is not None or self.const is not None):
            raise ValueError("a reference is a side's own: no baton, no const")

    def _check_const(self) -> None:
        source = self.writer
        if source is None:
            raise ValueError("a const needs a direction: ma_to_sfa or sfa_to_ma")
        if self.field(source) is not None:
            raise ValueError(f"a const stands in place of the field of {source}; name only one")

    def _check_master(self, role: Role) -> None:
        if not self.supplies(role):
            raise ValueError(f"policy {self.policy}, but {role} has no say in this field")

    def filler(self, role: Role) -> Scalar | None:
        """What a new record of that side gets in place of a blank."""
        default = self.default.of(role)
        return self.placeholder.of(role) if default is None else default

    @property
    def writer(self) -> Role | None:
        """The only side whose changes count; None where both do (or, for Baton's own, neither)."""
        return {"both": None, "ma_to_sfa": "ma", "sfa_to_ma": "sfa"}[self.direction]

    @property
    def clears(self) -> bool:
        """Whether a blank empties the sides: where the rule says so, and for Baton's own."""
        return self.blank == "clear" or self.baton is not None

    def field(self, role: Role) -> str | None:
        """The vendor's name of the field at that side."""
        return self.ma if role == "ma" else self.sfa

    def objects(self, role: Role) -> tuple[str, ...] | None:
        """The vendor's objects that have it; None for all."""
        return self.ma_objects if role == "ma" else self.sfa_objects

    def steps(self, role: Role) -> tuple[StepField, ...]:
        return self.transforms.of(role) or ()

    def transform(self, role: Role) -> tuple[Transform, ...]:
        return tuple(step.transform for step in self.steps(role))

    def covers(self, role: Role, object_: str | None) -> bool:
        """Whether the rule is about this object of that side; None stands for any object."""
        objects = self.objects(role)
        return objects is None or object_ is None or object_ in objects

    def overlaps(self, other: "FieldRule", role: Role) -> bool:
        """Whether some object of that side is meant by both rules."""
        mine, theirs = self.objects(role), other.objects(role)
        return mine is None or theirs is None or not set(mine).isdisjoint(theirs)

    def supplies(self, role: Role) -> bool:
        """Whether that side's value counts."""
        here = self.field(role) is not None or (self.const is not None and self.writer == role)
        may = self.writer in {None, role} or self.consent is not None
        return here and self.baton is None and may

    def writes(self, role: Role) -> bool:
        """Whether that side may be told values of this field."""
        other = OTHER[role]
        told = self.supplies(other) and self.writer in {None, other}
        return self.field(role) is not None and (self.baton is not None or told)

    def reads(self, role: Role) -> frozenset[str]:
        """All fields of a record of that side that its canonical value is made of."""
        own = {self.field(role)} - {None}
        more = (name for transform in self.transform(role) for name in transform.reads)
        return frozenset(name for name in (*own, *more) if name)


def _same_place(one: FieldRule, two: FieldRule, role: Role) -> bool:
    parts = [(r.field(role), r.objects(role), r.transforms.of(role), r.default.of(role),
              r.placeholder.of(role), r.const) for r in (one, two)]  # fmt: skip
    return parts[0] == parts[1]


class MappingDocument(Part):
    """How one kind of record is mapped between two connections.

    `kind` is person, company, opportunity, or the name that both connections give a custom object
    (setting `custom_objects`). `filters.ma` says which of ma's records may be created at sfa, and
    the reverse; all must hold. Linked records go on whatever the filters say. `formats` is the
    shape of values on the wire: `strings` (numbers and booleans as text, "" for a blank) or `json`
    (JSON types, null). `policy` is that of all fields which have none of their own. A record that
    was written to less than `summaries_wait_s` seconds ago waits for that long where there is
    nothing to tell but summaries (`SUMMARIES`) of a person who is not hot.
    """

    kind: Kind = Limits(pattern=KIND_PATTERN)
    ma: Name = "hubspot"
    sfa: Name = "salesforce"
    region: Region = "JP"
    formats: Sides[Format] = Sides()
    policy: Literal["prefer_ma", "prefer_sfa", "newest", "ask"] = "newest"
    create: Sides[Annotated[Creation, BeforeValidator(creation)]] = Sides()
    filters: Sides[tuple[Filter, ...]] = Sides()
    identity: Identity = Identity()
    deletes: Deletes = Deletes()
    owners: Owners = Owners()
    summaries_wait_s: float = Limits(default=0, ge=0, le=86_400)
    fields: tuple[FieldRule, ...] = Limits(max_length=1_000)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        if not self.fields:
            raise ValueError("a mapping has at least one field")
        for index, rule in enumerate(self.fields):
            for earlier in self.fields[:index]:
                if earlier.name == rule.name:
                    _check_namesakes(earlier, rule)
        return self

    def connection(self, role: Role) -> str:
        return self.ma if role == "ma" else self.sfa

    def format(self, role: Role) -> Format:
        return self.formats.of(role) or ("strings" if role == "ma" else "json")

    def creation(self, role: Role) -> Creation:
        """Whether and how records that only the other side has are created on this one."""
        return self.create.of(role) or Creation()

    def rules(self, role: Role, object_: str | None = None) -> tuple[FieldRule, ...]:
        """The rules about fields of this side and object, each place once."""
        found: dict[str, list[FieldRule]] = {}
        for rule in self.fields:
            held = rule.field(role) is not None or rule.supplies(role)
            same = found.setdefault(rule.name, [])
            repeats = any(_same_place(other, rule, role) for other in same)
            if held and rule.covers(role, object_) and not repeats:
                same.append(rule)
        return tuple(rule for rules in found.values() for rule in rules)


def _check_namesakes(one: FieldRule, two: FieldRule) -> None:
    name = f'the field "{one.name}" is mapped twice'
    if different := [key for key in SHARED if getattr(one, key) != getattr(two, key)]:
        raise ValueError(f"{name} with different {', '.join(different)}")
    apart = [not one.overlaps(two, role) for role in ROLES]
    alike = [_same_place(one, two, role) for role in ROLES]
    if not any(apart) or not all(a or b for a, b in zip(apart, alike, strict=True)):
        raise ValueError(
            f"{name}; each must be for other objects (ma_objects, sfa_objects) of a side, "
            "and alike on the other side"
        )
