"""The live schema: which fields an object has, for admins and for our own requests."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from connectors.base import Field, FieldType, Kind, Rejected
from connectors.salesforce.ids import OBJECTS
from connectors.salesforce.session import Api, Row

T = TypeVar("T")

# Source: Object Reference, "Field Types". Compound fields are left out: they hold no scalar, and
# their parts (MailingCity, …) are fields of their own.
TYPES: Mapping[str, FieldType] = {
    "string": "text", "textarea": "long_text", "email": "email", "phone": "phone", "url": "url",
    "int": "number", "long": "number", "double": "number", "currency": "number",
    "percent": "number", "boolean": "bool", "date": "date", "datetime": "datetime",
    "picklist": "choice", "multipicklist": "multi_choice", "combobox": "text",
    "encryptedstring": "text", "reference": "reference", "id": "id",
}  # fmt: skip
COMPOUND = {"address", "location"}
CHANGED_SCHEMA = {"INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE"}


def fields_of(api: Api, name: str) -> Mapping[str, Row]:
    """The fields of an object by API name, asked once."""
    if (known := api.described.get(name)) is None:
        fields = api.describe(name)["fields"]
        known = {str(each["name"]): each for each in fields if each.get("type") not in COMPOUND}
        api.described[name] = known
    return known


def forget(api: Api) -> None:
    """Ask for the schema again when it is next needed."""
    api.described.clear()
    api.unknown.clear()


def fields_of_kind(
    api: Api, kind: Kind, wanted: Collection[str]
) -> Mapping[str, Mapping[str, Row]]:
    """Fields by object of `kind`. A wanted field that none has is asked for once more, as an
    admin may have created it since.
    """
    schema = {name: fields_of(api, name) for name in OBJECTS[kind]}
    missing = set(wanted).difference(api.unknown, *schema.values())
    if missing:
        for name in OBJECTS[kind]:
            api.described.pop(name, None)
        schema = {name: fields_of(api, name) for name in OBJECTS[kind]}
        api.unknown |= missing.difference(*schema.values())
    return schema


def with_live_schema(api: Api, call: Callable[[], T]) -> T:
    """`call`, and once more with a fresh schema where a field has been taken away meanwhile."""
    try:
        return call()
    except Rejected as error:
        if error.code not in CHANGED_SCHEMA:
            raise
        forget(api)
        return call()


def describe(api: Api, kind: Kind) -> Sequence[Field]:
    """The schema of all objects of `kind`, fresh."""
    for name in OBJECTS[kind]:
        api.described.pop(name, None)
    api.unknown.clear()
    return [_field(name, row) for name in OBJECTS[kind] for row in fields_of(api, name).values()]


def _field(name: str, row: Row) -> Field:
    choices = tuple(
        str(each["value"]) for each in row.get("picklistValues") or () if each.get("active", True)
    )
    needed = not row.get("nillable", True) and not row.get("defaultedOnCreate", False)
    return Field(
        name=str(row["name"]),
        label=str(row.get("label") or row["name"]),
        type=TYPES.get(str(row.get("type")), "other"),
        object=name,
        writable=bool(row.get("updateable")),
        required=needed and bool(row.get("createable")) and row.get("type") != "boolean",
        choices=choices,
        max_length=int(row.get("length") or 0) or None,
    )
