"""Avro schemas of events, and records written by them.

Source: schemas of real orgs kept in public repositories (Account, Contact, a custom object, a
platform event), Pub/Sub API docs "Event Deserialization Considerations".
"""

import base64
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import fastavro

from connectors.salesforce.sandbox.fields import LONG_TEXT, Field
from connectors.salesforce.sandbox.schema import SObject
from connectors.salesforce.sandbox.stamps import moment

NAMESPACE = "com.sforce.eventbus"
HEADER = "ChangeEventHeader"
CHANGE_TYPES = (
    "CREATE", "UPDATE", "DELETE", "UNDELETE",
    "GAP_CREATE", "GAP_UPDATE", "GAP_DELETE", "GAP_UNDELETE", "GAP_OVERFLOW", "SNAPSHOT",
)  # fmt: skip
# Of the record but not of the event: the id is in the header, the others are worked out.
LEFT_OUT = {
    "Id", "IsDeleted", "SystemModstamp", "PhotoUrl",
    "LastActivityDate", "LastViewedDate", "LastReferencedDate",
}  # fmt: skip
PERSON_NAME = ("Salutation", "FirstName", "LastName")
ADDRESS = {
    "street": "Street",
    "city": "City",
    "state": "State",
    "postalCode": "PostalCode",
    "country": "Country",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "geocodeAccuracy": "GeocodeAccuracy",
}
KINDS = {  # describe's type → Avro's type, what `doc` calls it
    "boolean": ("boolean", "Boolean"),
    "int": ("int", "Integer"),
    "double": ("double", "Double"),
    "currency": ("double", "Currency"),
    "percent": ("double", "Percent"),
    "date": ("long", "DateOnly"),
    "datetime": ("long", "DateTime"),
    "email": ("string", "Email"),
    "phone": ("string", "Phone"),
    "url": ("string", "Url"),
    "picklist": ("string", "DynamicEnum"),
    "multipicklist": ("string", "MultiEnum"),
    "textarea": ("string", "MultiLineText"),
}


class Schema:
    """An Avro schema as GetSchema shows it. The id is a fingerprint of the text."""

    def __init__(self, described: Mapping[str, Any]) -> None:
        self.described = described
        self.json = json.dumps(described, separators=(",", ":"))
        digest = hashlib.md5(self.json.encode(), usedforsecurity=False).digest()
        self.id = base64.urlsafe_b64encode(digest).decode().rstrip("=")

    @cached_property
    def parsed(self) -> Any:
        return fastavro.parse_schema(dict(self.described))

    def write(self, record: Mapping[str, Any]) -> bytes:
        out = io.BytesIO()
        fastavro.schemaless_writer(out, self.parsed, record)
        return out.getvalue()

    def read(self, payload: bytes) -> Any:
        """Raises: EOFError, ValueError, IndexError, UnicodeDecodeError on what is not Avro."""
        stream = io.BytesIO(payload)
        record = fastavro.schemaless_reader(stream, self.parsed, None)
        if stream.read(1):
            raise ValueError("bytes after the record")
        return record


class ChangeSchema(Schema):
    """The schema of one object's change events, and where each API field stands in it."""

    def __init__(self, made: SObject) -> None:
        self.places: dict[str, tuple[int, int | None]] = {}  # field → position, nested position
        self._fields = dict(made.fields)
        self._parts: dict[str, list[tuple[str, str]]] = {}  # compound → (nested name, field)
        super().__init__({
            "type": "record",
            "name": event_name(made.name),
            "namespace": NAMESPACE,
            "fields": [_header(), *self._described(made)],
        })  # fmt: skip

    def _described(self, made: SObject) -> Iterable[dict[str, Any]]:
        compounds = dict(_compounds(made))
        nested = {field for parts in compounds.values() for _, field in parts}
        seen: set[str] = set()
        position = 0
        for one in made.fields.values():
            if one.name in LEFT_OUT | nested or (one.calculated and one.name not in compounds):
                continue
            position += 1
            if one.name not in compounds:
                self.places[one.name] = (position, None)
                yield _simple(one)
                continue
            self._parts[one.name] = parts = compounds[one.name]
            for place, (_, field) in enumerate(parts):
                self.places[field] = (position, place)
            yield _compound(one, parts, seen, made.fields)

    def record(self, header: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
        """The event with `values` by API field name; all other fields are null."""
        record: dict[str, Any] = {HEADER: header}
        for name, (_, place) in self.places.items():
            if place is None and values.get(name) is not None:
                record[name] = _value(self._fields[name], values[name])
        for name, parts in self._parts.items():
            shown = {nested: values.get(field) for nested, field in parts}
            if any(value is not None for value in shown.values()):
                record[name] = shown
        return record

    def bitmap(self, names: Iterable[str]) -> list[str]:
        """Fields as a bitmap, nested ones as `{position}-{bitmap}` behind it."""
        whole = 0
        nested: dict[int, int] = {}
        for name in names:
            position, place = self.places.get(name, (None, None))
            if position is None:
                continue
            if place is None:
                whole |= 1 << position
            else:
                nested[position] = nested.get(position, 0) | 1 << place
        shown = [_hex(whole)] if whole else []
        return shown + [f"{at}-{_hex(bits)}" for at, bits in sorted(nested.items())]


def event_name(entity: str) -> str:
    """`Lead` → LeadChangeEvent, `Order__c` → Order__ChangeEvent."""
    return (
        f"{entity.removesuffix('c')}ChangeEvent"
        if entity.endswith("__c")
        else (f"{entity}ChangeEvent")
    )


def platform_schema(made: SObject) -> Schema:
    """The schema of a platform event: when and by whom, then its own fields."""
    own = [_simple(one) for one in made.fields.values() if one.custom]
    described = [
        {"name": "CreatedDate", "type": "long", "doc": "CreatedDate:DateTime"},
        {"name": "CreatedById", "type": "string", "doc": "CreatedBy:EntityId"},
        *own,
    ]
    return Schema(
        {"name": made.name, "namespace": NAMESPACE, "type": "record", "fields": described}
    )


def platform_record(made: SObject, values: Mapping[str, Any]) -> dict[str, Any]:
    """A platform event by API field name as its schema wants it."""
    return {
        name: _value(made.fields[name], value)
        for name, value in values.items()
        if value is not None
        and (made.fields[name].custom or name in {"CreatedDate", "CreatedById"})
    }


def _compounds(made: SObject) -> Iterable[tuple[str, list[tuple[str, str]]]]:
    if all(name in made.fields for name in (*PERSON_NAME, "Name")):
        yield "Name", [(name, name) for name in PERSON_NAME]
    for one in made.fields.values():
        if one.type == "address":
            fields = dict(one.parts)
            yield one.name, [(ADDRESS[part], fields[part]) for part in ADDRESS if part in fields]


def _compound(
    one: Field, parts: list[tuple[str, str]], seen: set[str], fields: Mapping[str, Field]
) -> dict[str, Any]:
    """A nullable record; its second use in a schema is by name alone."""
    name = "Address" if one.type == "address" else "PersonName"
    made: Any = name
    if name not in seen:
        seen.add(name)
        nested = [_optional(part, _kind(fields[field])[0]) for part, field in parts]
        made = {"type": "record", "name": name, "fields": nested}
    return _optional(one.name, made, f"Data:{name}")


def _simple(one: Field) -> dict[str, Any]:
    kind, doc = _kind(one)
    return _optional(one.name, kind, doc)


def _kind(one: Field) -> tuple[str, str]:
    if one.type in {"reference", "id"}:
        return "string", "ForeignKey:EntityId"
    if one.name == "CreatedDate":
        return "long", "CreatedDate:DateTime"
    if one.type == "textarea" and one.length >= LONG_TEXT:
        return "string", "Data:StringPlusClob"
    kind, doc = KINDS.get(one.type, ("string", "Text"))
    return kind, f"Data:{doc}"


def _optional(name: str, kind: Any, doc: str | None = None) -> dict[str, Any]:
    field = {"name": name, "type": ["null", kind]}
    return {**field, **({"doc": doc} if doc else {}), "default": None}


def _header() -> dict[str, Any]:
    texts = {"type": "array", "items": "string"}
    kinds: dict[str, Any] = {
        "entityName": "string",
        "recordIds": texts,
        "changeType": {"type": "enum", "name": "ChangeType", "symbols": list(CHANGE_TYPES)},
        "changeOrigin": "string",
        "transactionKey": "string",
        "sequenceNumber": "int",
        "commitTimestamp": "long",
        "commitNumber": "long",
        "commitUser": "string",
        "nulledFields": texts,
        "diffFields": texts,
        "changedFields": texts,
    }
    fields = [{"name": name, "type": kind} for name, kind in kinds.items()]
    made = {"type": "record", "name": HEADER, "fields": fields}
    return {"name": HEADER, "type": made, "doc": "Data:ComplexValueType"}


def _value(one: Field, value: Any) -> Any:
    """A stored value as Avro carries it: moments and days in epoch milliseconds."""
    if one.type == "datetime":
        return int(moment(value).timestamp() * 1000)
    if one.type == "date":
        at = date.fromisoformat(value)
        return int(datetime(at.year, at.month, at.day, tzinfo=UTC).timestamp() * 1000)
    return value


def _hex(bits: int) -> str:
    return "0x" + bits.to_bytes((bits.bit_length() + 7) // 8, "big").hex().upper()
