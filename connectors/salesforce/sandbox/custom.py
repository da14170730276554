"""Custom objects and fields, as an admin would make them in Setup (control routes)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from connectors.salesforce.sandbox import fields
from connectors.salesforce.sandbox.ids import base62
from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.schema import SObject, sobject, system_fields
from connectors.sandbox.control import Refusal, checked

FIRST_PREFIXES = {"c": 36 * 62 * 62, "e": 40 * 62 * 62, "t": 48 * 62 * 62}  # a00, e00, m00
DEFAULT_LENGTHS = {"string": 255, "email": 80, "phone": 40, "url": 255, "textarea": 32768}


def _choice(given: object) -> object:
    """A picklist's value by itself, or as describe shows it."""
    return given.get("value") if isinstance(given, Mapping) else given


PicklistValue = Annotated[str, BeforeValidator(_choice)]


class FieldSpec(BaseModel):
    """A field as the control route takes it; the keys are describe's."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^\w+$")
    label: str | None = None
    type: str = "string"
    length: int | None = None
    precision: int = 18
    scale: int = 0
    required: bool = False
    default: Any = None
    externalId: bool = False  # noqa: N815  describe's spelling
    unique: bool = False
    caseSensitive: bool = False  # noqa: N815  describe's spelling
    idLookup: bool = False  # noqa: N815  describe's spelling
    createable: bool = True
    updateable: bool = True
    picklistValues: list[PicklistValue] = Field(default_factory=list)  # noqa: N815  describe's spelling
    restrictedPicklist: bool = True  # noqa: N815  describe's spelling
    referenceTo: list[str] = Field(default_factory=list)  # noqa: N815  describe's spelling
    relationshipName: str | None = None  # noqa: N815  describe's spelling
    childRelationshipName: str | None = None  # noqa: N815  describe's spelling

    @model_validator(mode="before")
    @classmethod
    def _of_describe(cls, given: Any) -> Any:
        """`nillable` and `defaultValue`, as describe has it, say the same as our shorter keys."""
        if not isinstance(given, Mapping):
            return given
        taken = dict(given)
        if isinstance(nillable := taken.pop("nillable", None), bool):
            taken.setdefault("required", not nillable and taken.get("type") != "boolean")
        if (default := taken.pop("defaultValue", None)) is not None:
            taken.setdefault("default", default)
        return taken

    def made(self) -> fields.Field:
        relationship = None
        if self.referenceTo:
            relationship = self.relationshipName or self.name.removesuffix("__c") + "__r"
        default = False if self.type == "boolean" and self.default is None else self.default
        return fields.Field(
            name=self.name,
            label=self.label or fields.label_of(self.name),
            type=self.type,
            length=self.length or DEFAULT_LENGTHS.get(self.type, 0),
            precision=self.precision if self.type in fields.NUMBER_TYPES else 0,
            scale=self.scale,
            required=self.required,
            default=default,
            external_id=self.externalId,
            unique=self.unique,
            case_sensitive=self.caseSensitive,
            id_lookup=self.idLookup or self.externalId,
            createable=self.createable,
            updateable=self.updateable,
            choices=tuple(self.picklistValues),
            restricted=self.restrictedPicklist and bool(self.picklistValues),
            refers_to=tuple(self.referenceTo),
            relationship=relationship,
            children=self.childRelationshipName,
        )


class ObjectSpec(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[A-Za-z]\w*__[ce]$")
    label: str | None = None
    plural: str | None = None
    fields: list[FieldSpec] = Field(default_factory=list)


def add_fields(org: Org, body: Mapping[str, Any]) -> dict[str, Any]:
    """`{"object": "Lead", "fields": [{"name": "Budget__c", "type": "currency"}]}`."""
    made = org.schema.find(str(body.get("object")))
    if made is None:
        raise Refusal(f"there is no object {body.get('object')!r}")
    specs = [checked(FieldSpec, one) for one in body.get("fields", [])]
    org.schema.add_fields(made, _related(org, made.plural, [spec.made() for spec in specs]))
    org.schema_touched()
    blank = {spec.name: False if spec.type == "boolean" else None for spec in specs}
    org.table(made).reshape(blank, ())
    return {"object": made.name, "fields": [spec.name for spec in specs]}


def _related(org: Org, plural: str, own: Sequence[fields.Field]) -> list[fields.Field]:
    """A lookup without a name for the way down gets the one that Setup proposes, where free."""
    name = re.sub(r"\W+", "_", plural).strip("_") + "__r"
    used: set[str] = set()
    related = []
    for one in own:
        parents = [org.schema.find(target) for target in one.refers_to]
        taken = any(p and name.lower() in org.schema.children(p) for p in parents)
        proposed = None if taken or used.intersection(one.refers_to) else name
        used.update(one.refers_to)
        related.append(one if one.children else replace(one, children=proposed))
    return related


def add_object(org: Org, body: Mapping[str, Any]) -> dict[str, Any]:
    """`{"name": "Order__c", "fields": [...]}`; it gets the standard fields and a Name."""
    spec = checked(ObjectSpec, body)
    if org.schema.find(spec.name) is not None:
        raise Refusal(f"there is already an object {spec.name}")
    label = spec.label or fields.label_of(re.sub(r"__[ce]$", "", spec.name))
    plural = spec.plural or f"{label}s"
    own = _related(org, plural, [one.made() for one in spec.fields])
    made = new_object(org, spec.name, label, plural, own)
    org.schema_touched()
    return {"object": made.name, "keyPrefix": made.prefix}


def new_object(
    org: Org, name: str, label: str, plural: str, own: Sequence[fields.Field]
) -> SObject:
    """A custom object in the schema; the org must be told that the schema was touched."""
    used = {made.prefix for made in org.schema.objects.values()}
    free = (base62(number, 3) for number in count(FIRST_PREFIXES[name[-1]]))
    prefix = next(one for one in free if one not in used)
    if name.endswith("__e"):
        made = sobject(
            name, plural, prefix, [*event_fields(), *own], label=label,
            updateable=False, deletable=False,
        )  # fmt: skip
    else:
        title = fields.text("Name", 80, f"{label} Name", name_field=True)
        system = system_fields(owned=True, owners=("Group", "User"))
        made = sobject(name, plural, prefix, [*system, title, *own], label=label)
    org.schema.add(made)
    return made


def event_fields() -> list[fields.Field]:
    """What every platform event has. Source: Platform Events Developer Guide."""
    return [
        fields.fixed(fields.text("ReplayId", 1000)),
        fields.fixed(fields.moment("CreatedDate")),
        fields.fixed(fields.ref("CreatedById", "User")),
        fields.fixed(fields.text("EventUuid", 36)),
    ]
