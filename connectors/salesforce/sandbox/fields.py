"""Fields as describe shows them, and short ways to write them down."""

import re
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

Choices: TypeAlias = tuple[str, ...]

TEXT_TYPES = frozenset(
    {"string", "email", "phone", "url", "textarea", "picklist", "multipicklist", "combobox"}
)
NUMBER_TYPES = frozenset({"double", "currency", "percent", "int"})
INDEXED_TYPES = frozenset({"id", "reference"})
LONG_TEXT = 256  # a textarea longer than 255 characters is neither filterable nor sortable


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of one object; the attributes are describe's, in Python's spelling.

    `default` is what a new record gets; `required` means that a new record must bring a value.
    `children` is the name of the child relationship at the object that a reference points to.
    """

    name: str
    label: str
    type: str
    description: str | None = None
    length: int = 0
    digits: int = 0
    precision: int = 0
    scale: int = 0
    required: bool = False
    createable: bool = True
    updateable: bool = True
    external_id: bool = False
    unique: bool = False
    case_sensitive: bool = False
    id_lookup: bool = False
    choices: Choices = ()
    restricted: bool = False
    default: Any = None
    refers_to: tuple[str, ...] = ()
    relationship: str | None = None
    children: str | None = None
    cascades: bool = False
    name_field: bool = False
    calculated: bool = False
    guarded: bool = False  # seen only by who was granted it (access.py)
    parts: tuple[tuple[str, str], ...] = ()  # of an address: (part, field)

    @property
    def custom(self) -> bool:
        return self.name.endswith("__c")

    @property
    def nillable(self) -> bool:
        return not (self.required or self.default is not None or self.type in {"id", "boolean"})

    @property
    def polymorphic(self) -> bool:
        return len(self.refers_to) > 1

    @property
    def indexed(self) -> bool:
        keyed = self.external_id or self.unique or self.id_lookup
        return keyed or (self.type == "reference" and self.name not in AUDIT)

    @property
    def filterable(self) -> bool:
        long = self.type == "textarea" and self.length >= LONG_TEXT
        return not long and self.type != "address"


AUDIT = frozenset({"CreatedById", "LastModifiedById"})


def label_of(name: str) -> str:
    """`LastModifiedById` → `Last Modified By ID`, as most standard labels are made."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.removesuffix("__c").replace("_", " "))
    return re.sub(r"\bId\b", "ID", words)


def text(name: str, length: int, label: str | None = None, **more: Any) -> Field:
    return Field(name=name, label=label or label_of(name), type="string", length=length, **more)


def area(name: str, length: int, label: str | None = None, **more: Any) -> Field:
    return Field(name=name, label=label or label_of(name), type="textarea", length=length, **more)


def email(name: str = "Email", label: str | None = None, **more: Any) -> Field:
    return Field(name=name, label=label or label_of(name), type="email", length=80, **more)


def phone(name: str, label: str | None = None, **more: Any) -> Field:
    return Field(name=name, label=label or label_of(name), type="phone", length=40, **more)


def url(name: str, length: int = 255, label: str | None = None, **more: Any) -> Field:
    return Field(name=name, label=label or label_of(name), type="url", length=length, **more)


def boolean(name: str, label: str | None = None, **more: Any) -> Field:
    more.setdefault("default", False)
    return Field(name=name, label=label or label_of(name), type="boolean", **more)


def picklist(name: str, *choices: str, label: str | None = None, **more: Any) -> Field:
    more.setdefault("length", 255)
    shown = label or label_of(name)
    return Field(name=name, label=shown, type="picklist", choices=choices, **more)


def number(name: str, precision: int = 18, scale: int = 0, **more: Any) -> Field:
    label = more.pop("label", None) or label_of(name)
    kind = more.pop("type", "double")
    return Field(name=name, label=label, type=kind, precision=precision, scale=scale, **more)


def whole(name: str, label: str | None = None, **more: Any) -> Field:
    return Field(name=name, label=label or label_of(name), type="int", digits=8, **more)


def day(name: str, label: str | None = None, **more: Any) -> Field:
    return Field(name=name, label=label or label_of(name), type="date", **more)


def moment(name: str, label: str | None = None, **more: Any) -> Field:
    return Field(name=name, label=label or label_of(name), type="datetime", **more)


def ref(name: str, *targets: str, label: str | None = None, **more: Any) -> Field:
    """A lookup; its relationship name is the field's without `Id`, or with `__r`."""
    base = name[:-1] + "r" if name.endswith("__c") else name.removesuffix("Id")
    more.setdefault("relationship", base)
    shown = label or label_of(name)
    return Field(name=name, label=shown, type="reference", length=18, refers_to=targets, **more)


def fixed(field: Field) -> Field:
    """The same field, set by Salesforce alone."""
    return replace(field, createable=False, updateable=False)


def address(prefix: str, name: str) -> list[Field]:
    """The parts of an address and the compound field that shows them together."""
    parts = (
        ("city", f"{prefix}City"),
        ("country", f"{prefix}Country"),
        ("geocodeAccuracy", f"{prefix}GeocodeAccuracy"),
        ("latitude", f"{prefix}Latitude"),
        ("longitude", f"{prefix}Longitude"),
        ("postalCode", f"{prefix}PostalCode"),
        ("state", f"{prefix}State"),
        ("street", f"{prefix}Street"),
    )
    compound = Field(name=name, label=label_of(name), type="address", parts=parts)
    return [
        area(f"{prefix}Street", 255),
        text(f"{prefix}City", 40),
        text(f"{prefix}State", 80, label_of(f"{prefix}State") + "/Province"),
        text(f"{prefix}PostalCode", 20, label_of(f"{prefix}Postal") + " Code"),
        text(f"{prefix}Country", 80),
        number(f"{prefix}Latitude", 18, 15),
        number(f"{prefix}Longitude", 18, 15),
        picklist(f"{prefix}GeocodeAccuracy", "Address", "City", "Country", "Zip"),
        fixed(compound),
    ]
