"""Property definitions, per object type. Source: HubSpot's published OpenAPI, "Properties"."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from connectors.hubspot.sandbox.moments import iso
from connectors.hubspot.sandbox.standard import GROUPS, STANDARD_PROPERTIES

TYPES = {"bool", "date", "datetime", "enumeration", "number", "phone_number", "string"}
FIELD_TYPES = {
    "booleancheckbox", "calculation_equation", "checkbox", "date", "file", "html", "number",
    "phonenumber", "radio", "select", "text", "textarea",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Property:
    """One property. `options` are HubSpot's own {label, value, displayOrder, hidden} objects."""

    name: str
    label: str
    type: str
    field_type: str
    group: str
    options: tuple[Mapping[str, Any], ...] = ()
    description: str = ""
    display_order: int = -1
    unique: bool = False
    hidden: bool = False
    form_field: bool = True
    calculated: bool = False
    external: bool = False
    read_only: bool = False
    own: bool = False  # made by the account rather than by HubSpot
    referenced: str | None = None
    formula: str | None = None
    created_ms: int = 0
    updated_ms: int = 0
    archived_ms: int | None = None

    @property
    def multiple(self) -> bool:
        return self.type == "enumeration" and self.field_type == "checkbox"

    @property
    def choices(self) -> tuple[str, ...]:
        return tuple(option["value"] for option in self.options)

    def as_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "updatedAt": iso(self.updated_ms), "createdAt": iso(self.created_ms),
            "name": self.name, "label": self.label, "type": self.type,
            "fieldType": self.field_type, "description": self.description,
            "groupName": self.group, "options": list(self.options),
            "displayOrder": self.display_order, "calculated": self.calculated,
            "externalOptions": self.external, "archived": self.archived_ms is not None,
            "hasUniqueValue": self.unique, "hidden": self.hidden, "formField": self.form_field,
            "dataSensitivity": "non_sensitive",
            "modificationMetadata": {
                "archivable": self.own, "readOnlyDefinition": not self.own,
                "readOnlyValue": self.read_only, "readOnlyOptions": not self.own,
            },
        }  # fmt: skip
        if not self.own:
            shown["hubspotDefined"] = True
        if self.referenced:
            shown["referencedObjectType"] = self.referenced
        if self.formula:
            shown["calculationFormula"] = self.formula
        if self.archived_ms is not None:
            shown["archivedAt"] = iso(self.archived_ms)
        return shown


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    label: str
    display_order: int = -1

    def as_json(self) -> dict[str, Any]:
        shown = {"name": self.name, "label": self.label, "displayOrder": self.display_order}
        return {**shown, "archived": False}


@dataclass(slots=True)
class Schema:
    """The properties and groups of one object type."""

    properties: dict[str, Property] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)

    def live(self, name: object) -> Property | None:
        """By name; None for anything else that a caller may send instead of one."""
        found = self.properties.get(name) if isinstance(name, str) else None
        return found if found and found.archived_ms is None else None

    def __iter__(self) -> Iterator[Property]:
        return iter(self.properties.values())

    def unique_names(self) -> tuple[str, ...]:
        return tuple(p.name for p in self if p.unique and p.archived_ms is None)


def option(value: str, label: str | None = None, order: int = 0) -> dict[str, Any]:
    text = value if label is None else label
    return {"label": text, "value": value, "displayOrder": order, "hidden": False}


def parse(line: str) -> Property:
    """One line of the standard tables: `name|Label|type/fieldType|group|flags|options`.

    Flags: r readOnlyValue, c calculated, h hidden, e externalOptions, u hasUniqueValue.
    """
    name, label, types, group, flags, options = (*line.split("|"), "", "", "")[:6]
    kind, field_type = types.split("/")
    return Property(
        name, label, kind, field_type, group or "",
        options=tuple(option(v, order=n) for n, v in enumerate(filter(None, options.split(",")))),
        unique="u" in flags, hidden="h" in flags, calculated="c" in flags,
        external="e" in flags, read_only="r" in flags, form_field=not set("rch") & set(flags),
        referenced="OWNER" if name == "hubspot_owner_id" else None,
    )  # fmt: skip


def standard(names: Iterable[str], created_ms: int) -> dict[str, Schema]:
    """Fresh schemas for object types."""
    return {name: _schema(name, created_ms) for name in names}


def of_custom_object(group: str, created_ms: int) -> Schema:
    """What HubSpot puts into every custom object."""
    return _schema("custom", created_ms, group)


def _schema(name: str, created_ms: int, group: str = "") -> Schema:
    group = group or GROUPS.get(name, f"{name}information")
    made = [replace(p, created_ms=created_ms, updated_ms=created_ms) for p in _parsed(name, group)]
    groups = {p.group: Group(p.group, p.group.replace("_", " ").title()) for p in made}
    return Schema({p.name: p for p in made}, groups)


@cache
def _parsed(name: str, group: str) -> tuple[Property, ...]:
    """The standard table of a type, read once for all accounts of this process."""
    found = map(parse, (*STANDARD_PROPERTIES["*"], *STANDARD_PROPERTIES.get(name, ())))
    return tuple(p if p.group else replace(p, group=group) for p in found)
