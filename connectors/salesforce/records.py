"""Looking at records: by id, by our key, by e-mail.

A person is a Lead until it is converted and a Contact from then on, or from the beginning; the
id's prefix tells which.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from connectors.base import Busy, Kind, Record, Ref
from connectors.salesforce.ids import by_object, canonical, object_of, ref_of
from connectors.salesforce.schema import (
    RECORD_TYPE,
    fields_of,
    fields_of_kind,
    record_type_name,
    with_live_schema,
)
from connectors.salesforce.session import Api, Row
from connectors.salesforce.soql import batches, one_of, parse_moment, select

READ_BATCH = 200
_STATE = (
    "Id", "CreatedDate", "LastModifiedDate", "SystemModstamp", "IsDeleted", "MasterRecordId",
    "IsConverted", "ConvertedContactId", "ConvertedAccountId", "ConvertedOpportunityId",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record is now: alive, moved elsewhere, or neither; `brought` are the account and
    the opportunity of its conversion.
    """

    alive: bool
    moved_to: Ref | None
    brought: tuple[Ref, ...] = ()


def columns(api: Api, name: str, wanted: Iterable[str]) -> list[str]:
    """What to ask of an object: its state, our key and those wanted fields that it has."""
    known = fields_of(api, name)
    asked = dict.fromkeys((*_STATE, api.settings.key_field, *wanted))
    return [field for field in asked if field in known]


def to_record(api: Api, name: str, row: Row, fields: Collection[str]) -> Record:
    """One row as a `Record`. A converted lead is gone, to its contact."""
    place = _place(row)
    modified = row.get("LastModifiedDate") or row.get("SystemModstamp")
    key = row.get(api.settings.key_field)
    return Record(
        ref=Ref(api.settings.kind_of(name), canonical(str(row["Id"]))),
        object=name,
        fields={
            f: record_type_name(api, name, row[f]) if f == RECORD_TYPE else row[f]
            for f in fields
            if f in row and not isinstance(row[f], dict | list)
        },
        key=None if key is None else str(key),
        modified_at=None if modified is None else parse_moment(str(modified)),
        deleted=not place.alive,
        moved_to=place.moved_to,
        brought=place.brought,
    )


def read(
    api: Api, refs: Sequence[Ref], fields: Collection[str], *, limit: str = "default"
) -> Sequence[Record]:
    """Look at records of one kind; one that is not there comes back as deleted."""
    if not refs:
        return []
    fields_of_kind(api, refs[0].kind, fields)
    found: dict[str, Record] = {}
    for name, ids in by_object(refs, api.settings.custom_objects).items():
        for start in range(0, len(ids), READ_BATCH):
            part = ids[start : start + READ_BATCH]
            found |= _read_some(api, name, part, fields, limit=limit)
    return [found.get(canonical(ref.id)) or _absent(api, ref) for ref in refs]


def _absent(api: Api, ref: Ref) -> Record:
    name = object_of(ref, api.settings.custom_objects) or api.settings.objects(ref.kind)[0]
    return Record(Ref(ref.kind, canonical(ref.id)), name, {}, deleted=True)


def _read_some(
    api: Api, name: str, ids: Sequence[str], fields: Collection[str], *, limit: str
) -> dict[str, Record]:
    """Records of one object by id: those alive in one call, the others' fate in another."""
    rows = with_live_schema(
        api,
        lambda: api.call(
            "POST",
            f"composite/sobjects/{name}",
            {"ids": list(ids), "fields": columns(api, name, fields)},
            reads=True,
            limit=limit,
        ),
    )
    if not isinstance(rows, list):
        raise Busy(f"{name}: an answer that is no list of records")
    alive = (row for row in rows if isinstance(row, dict) and row.get("Id"))
    records = (to_record(api, name, row, fields) for row in alive)
    found = {record.ref.id: record for record in records}
    missing = [record_id for record_id in ids if record_id not in found]
    for record_id, place in places(api, name, "Id", missing, limit=limit).items():
        if place.alive:
            raise Busy(f"{name} came back while we looked")
        ref = Ref(api.settings.kind_of(name), record_id)
        found[record_id] = Record(
            ref, name, {}, deleted=True, moved_to=place.moved_to, brought=place.brought
        )
    return found


def places(
    api: Api, name: str, by: str, values: Sequence[str], *, limit: str = "default"
) -> Mapping[str, Place]:
    """Where the records of an object are whose field `by` has one of `values`, also deleted ones.

    Merge losers carry their winner (MasterRecordId), converted leads their contact.
    Source: Object Reference, "Lead"; SOAP API Developer Guide, "merge()".
    """
    if not values:
        return {}
    asked = columns(api, name, (by,))
    found: dict[str, Place] = {}
    for part in batches(values, select(asked, name)):
        soql = select(asked, name, one_of(by, part))
        for row in api.rows(soql, deleted_too=True, limit=limit):
            value = canonical(str(row[by])) if by == "Id" else str(row[by])
            place = _place(row)
            if place.alive or value not in found:
                found[value] = place
    return found


def _place(row: Row) -> Place:
    converted = row.get("ConvertedContactId") if row.get("IsConverted") else None
    moved = converted or row.get("MasterRecordId")
    alive = not row.get("IsDeleted") and not row.get("IsConverted")
    ids = (row.get("ConvertedAccountId"), row.get("ConvertedOpportunityId")) if converted else ()
    brought = tuple(ref for one in ids if one and (ref := ref_of(str(one))) is not None)
    return Place(alive, None if alive or not moved else ref_of(str(moved)), brought)


def find(
    api: Api,
    kind: Kind,
    by: Literal["key", "email"],
    values: Sequence[str],
    fields: Collection[str],
) -> Mapping[str, Sequence[Record]]:
    """Live records by our key or by e-mail, oldest first; values that match nothing are absent."""
    column = api.settings.key_field if by == "key" else "Email"
    schema = fields_of_kind(api, kind, [*fields, column])
    asked: dict[str, list[str]] = {}  # as it is compared -> as it was asked
    for value in filter(None, values):
        asked.setdefault(_compared(value, by), []).append(value)
    found: dict[str, list[tuple[str, Record]]] = {}
    for name in api.settings.objects(kind):
        if not asked or column not in schema[name]:
            continue
        search = partial(_matches, api, name, column, sorted(asked), fields)
        for row in with_live_schema(api, search):
            dated = (str(row.get("CreatedDate", "")), to_record(api, name, row, fields))
            # SOQL compares without case; our keys differ by it, and then match nothing here
            for value in asked.get(_compared(str(row[column]), by), ()):
                found.setdefault(value, []).append(dated)
    return {value: [r for _, r in sorted(many, key=_age)] for value, many in found.items()}


def _compared(value: str, by: Literal["key", "email"]) -> str:
    return value.lower() if by == "email" else value


def _age(dated: tuple[str, Record]) -> tuple[str, str]:
    return dated[0], dated[1].ref.id


def _matches(
    api: Api, name: str, column: str, values: Sequence[str], fields: Collection[str]
) -> list[Row]:
    asked = columns(api, name, dict.fromkeys((*fields, column)))
    where = ["IsConverted = false"] if "IsConverted" in asked else []
    head = select(asked, name, *where)
    return [
        row
        for part in batches(values, head)
        for row in api.rows(select(asked, name, one_of(column, part), *where))
    ]
