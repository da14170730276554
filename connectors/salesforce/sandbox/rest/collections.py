"""sObject Collections: up to 200 records in one call, one outcome per record.

Source: recorded collection answers. Not recorded: the words for too many records or chunks.
"""

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any, TypeAlias

from connectors.salesforce.sandbox import dml
from connectors.salesforce.sandbox.ids import canonical
from connectors.salesforce.sandbox.problems import Problem, unreadable
from connectors.salesforce.sandbox.rest.call import Answer, Call, Table, flag, objects
from connectors.salesforce.sandbox.rest.sobjects import key_field, shape, success
from connectors.salesforce.sandbox.schema import SObject

MAX_RECORDS = 200
MAX_RETRIEVED = 2000
MAX_CHUNKS = 10
ROLLED_BACK = Problem(
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone "
    "header",
)
Outcome: TypeAlias = dict[str, Any]
One: TypeAlias = Callable[[Mapping[str, Any]], Outcome]


def create(call: Call) -> Answer:
    records, all_or_none = _records(call)
    org = call.state.org

    def one(record: Mapping[str, Any]) -> Outcome:
        made = _object_of(call, record)
        return success(dml.create(org, made, record, call.actor))

    return Answer(body=each(call, records, one, all_or_none=all_or_none))


def update(call: Call) -> Answer:
    records, all_or_none = _records(call)
    org = call.state.org
    seen: set[str] = set()

    def one(record: Mapping[str, Any]) -> Outcome:
        made = _object_of(call, record)
        id_ = next((v for name, v in record.items() if name.lower() == "id"), None)
        if not id_:
            raise Problem("MISSING_ARGUMENT", "Id not specified in an update call")
        _check_twice(seen, str(canonical(id_)), f"duplicate id in list: {id_}")
        fields = {n: v for n, v in record.items() if n.lower() != "id"}
        return success(dml.update(org, made, str(id_), fields, call.actor))

    return Answer(body=each(call, records, one, all_or_none=all_or_none))


def upsert(call: Call, object: str, field: str) -> Answer:  # noqa: A002  the template's names
    org = call.state.org
    made = org.schema.get(object)
    key = key_field(call, made, field)
    records, all_or_none = _records(call)
    seen: set[str] = set()

    def one(record: Mapping[str, Any]) -> Outcome:
        if _object_of(call, record) is not made:
            text = f"The record's type is not {made.name}"
            raise Problem("INVALID_TYPE", text, fields=[])
        value = next((v for name, v in record.items() if made.find(name) is key), None)
        if value is not None:
            _check_twice(seen, str(value).lower(), f"Duplicate external id specified: {value}")
        fields = {n: v for n, v in record.items() if made.find(n) is not key}
        row, created = dml.upsert(org, made, (key, value), fields, call.actor)
        return success(row, created=created)

    body = each(call, records, one, all_or_none=all_or_none, more={"created": False})
    return Answer(body=body)


def delete(call: Call) -> Answer:
    org = call.state.org
    ids = [id_ for id_ in call.query.get("ids", "").split(",") if id_]
    _check_size(len(ids), MAX_RECORDS)

    def one(record: Mapping[str, Any]) -> Outcome:
        id_ = str(record["id"])
        known = canonical(id_)
        made = org.schema.of_id(known) if known else None
        if made is None:
            raise Problem("MALFORMED_ID", f"malformed id {id_}", fields=[])
        return success(dml.delete(org, made, id_, call.actor))

    records: list[Mapping[str, Any]] = [{"id": id_} for id_ in ids]
    all_or_none = flag(call.query.get("allOrNone"))
    return Answer(body=each(call, records, one, all_or_none=all_or_none))


def retrieve(call: Call, object: str) -> Answer:  # noqa: A002  the template's name
    """Records by id, in order; null where there is none."""
    if call.method == "POST":
        body = call.object()
        ids, fields = body.get("ids", []), body.get("fields", [])
    else:
        ids, fields = (call.query.get(name, "").split(",") for name in ("ids", "fields"))
    if not isinstance(ids, list) or not isinstance(fields, list):
        raise unreadable("Cannot deserialize instance of list from the fields ids and fields")
    _check_size(len(ids), MAX_RETRIEVED)
    org = call.state.org
    made = org.schema.get(object)
    shown = shape(call, made, [str(name) for name in fields if name] or ["Id"])
    rows = [org.row(canonical(id_)) for id_ in ids if id_]
    found = [r if r and r.object is made and not r.deleted else None for r in rows]
    return Answer(body=[shown.show(row) if row else None for row in found])


def each(
    call: Call,
    records: list[Mapping[str, Any]],
    one: One,
    *,
    all_or_none: bool,
    more: Mapping[str, Any] | None = None,
) -> list[Outcome]:
    """Do `one` for every record; a failure undoes its own record, or all of them."""
    org = call.state.org
    start = org.mark()
    outcomes: list[Outcome] = []
    for record in records:
        mark = org.mark()
        try:
            outcomes.append(one(record))
        except Problem as problem:
            org.rollback(mark)
            outcomes.append(failure(problem, more))
        except dml.Several as several:
            text = f"more than one record found for external id field: {several.rows[0].id[:15]}"
            outcomes.append(failure(Problem("DUPLICATE_EXTERNAL_ID", text), more))
    if all_or_none and not all(outcome["success"] for outcome in outcomes):
        org.rollback(start)
        outcomes = [failure(ROLLED_BACK, more) if o["success"] else o for o in outcomes]
    return outcomes


def failure(problem: Problem, more: Mapping[str, Any] | None) -> Outcome:
    """One record's failure: it has no id."""
    return {"success": False, "errors": [problem.item()], **(more or {})}


def _records(call: Call) -> tuple[list[Mapping[str, Any]], bool]:
    body = call.object()
    records: list[Mapping[str, Any]] = [*objects(body.get("records"), "records")]
    _check_size(len(records), MAX_RECORDS)
    chunks = sum(1 for _ in groupby(records, key=_type_of))
    if chunks > MAX_CHUNKS:
        text = (
            f"Cannot have more than {MAX_CHUNKS} chunks in a single operation. "
            "Please rearrange the data to reduce chunking."
        )
        raise Problem("LIMIT_EXCEEDED", text)
    return records, bool(body.get("allOrNone", False))


def _check_size(count: int, most: int) -> None:
    if count > most:
        text = f"record limit reached. cannot submit more than {most} records into this call"
        raise Problem("EXCEEDED_ID_LIMIT", text)


def _check_twice(seen: set[str], key: str, text: str) -> None:
    if key in seen:
        raise Problem("DUPLICATE_VALUE", text, fields=[])
    seen.add(key)


def _type_of(record: Mapping[str, Any]) -> str:
    attributes = record.get("attributes")
    return str(attributes.get("type", "")) if isinstance(attributes, Mapping) else ""


def _object_of(call: Call, record: Mapping[str, Any]) -> SObject:
    name = _type_of(record)
    found = call.state.org.schema.find(name)
    if found is None:
        text = f"sObject type '{name}' is not supported." if name else "Type not specified"
        raise Problem("INVALID_TYPE", text, fields=[])
    return found


TABLE: Table = [
    ("POST", "/composite/sobjects", create),
    ("PATCH", "/composite/sobjects", update),
    ("DELETE", "/composite/sobjects", delete),
    ("GET", "/composite/sobjects/{object}", retrieve),
    ("POST", "/composite/sobjects/{object}", retrieve),
    ("PATCH", "/composite/sobjects/{object}/{field}", upsert),
]
