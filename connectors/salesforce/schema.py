"""The live schema: which fields an object has, for admins and for our own requests."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from connectors.base import Field, FieldType, Gone, Kind, Rejected, Value
from connectors.salesforce.ids import canonical
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
RECORD_TYPE = "RecordTypeId"  # shown and taken by developer name
ROLE = "OpportunityContactRole"
DERIVED_CONTACT = "ContactId"  # of Opportunity: follows the primary role, and is written by it
COMPOUND = {"address", "location"}
CHANGED_SCHEMA = {"INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE"}


def fields_of(api: Api, name: str) -> Mapping[str, Row]:
    """The fields of an object by API name, asked once."""
    if (known := api.described.get(name)) is None:
        answer = api.describe(name)
        fields = answer["fields"]
        api.record_types[name] = _record_types(answer)
        known = {str(each["name"]): each for each in fields if each.get("type") not in COMPOUND}
        api.described[name] = known
    return known


def fields_if_there(api: Api, name: str) -> Mapping[str, Row]:
    """The fields of an object, none where the org does not have it or show it to us."""
    try:
        return fields_of(api, name)
    except (Gone, Rejected):
        return api.described.setdefault(name, {})


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
    schema = {name: fields_of(api, name) for name in api.settings.objects(kind)}
    missing = set(wanted).difference(api.unknown, *schema.values())
    if missing:
        for name in api.settings.objects(kind):
            api.described.pop(name, None)
        schema = {name: fields_of(api, name) for name in api.settings.objects(kind)}
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
    for name in (*api.settings.objects(kind), ROLE):
        api.described.pop(name, None)
    api.unknown.clear()
    return [
        _field(api, name, row)
        for name in api.settings.objects(kind)
        for row in fields_of(api, name).values()
    ]


def _record_types(described: Row) -> dict[str, str]:
    """Developer name -> id of the record types that the running user may give to records."""
    return {
        str(each["developerName"]): canonical(str(each["recordTypeId"]))
        for each in described.get("recordTypeInfos") or ()
        if each.get("available") and not each.get("master") and each.get("developerName")
    }


def record_type_name(api: Api, name: str, value: Value) -> Value:
    """A record type by its developer name, which is the same in every org; else as it is."""
    of_id = {id_: developer for developer, id_ in api.record_types.get(name, {}).items()}
    return of_id.get(canonical(str(value)), value)


def record_type_id(api: Api, name: str, value: Value) -> Value:
    """The id of a record type by its developer name; else as it is."""
    return api.record_types.get(name, {}).get(str(value), value)


def _field(api: Api, name: str, row: Row) -> Field:
    if row.get("name") == RECORD_TYPE:
        choices = tuple(api.record_types.get(name, {}))
        label = str(row.get("label") or RECORD_TYPE)
        can = bool(row.get("updateable"))
        return Field(RECORD_TYPE, label, "choice", name, writable=can, choices=choices)
    choices = tuple(
        str(each["value"]) for each in row.get("picklistValues") or () if each.get("active", True)
    )
    needed = not row.get("nillable", True) and not row.get("defaultedOnCreate", False)
    return Field(
        name=str(row["name"]),
        label=str(row.get("label") or row["name"]),
        type=TYPES.get(str(row.get("type")), "other"),
        object=name,
        writable=bool(row.get("updateable")) or _by_role(api, name, row),
        required=needed and bool(row.get("createable")) and row.get("type") != "boolean",
        choices=choices,
        max_length=int(row.get("length") or 0) or None,
        names=tuple(str(one) for one in row.get("referenceTo") or ()),
    )


def _by_role(api: Api, name: str, row: Row) -> bool:
    """Whether it is the contact of opportunities, and we may give contacts the primary role."""
    if (name, row.get("name")) != ("Opportunity", DERIVED_CONTACT):
        return False
    role = fields_if_there(api, ROLE)
    creates = all(role.get(one, {}).get("createable") for one in (DERIVED_CONTACT, "IsPrimary"))
    return creates and bool(role["IsPrimary"].get("updateable"))
