"""Associations v4. Ids in answers are JSON numbers, as in the docs and recorded traffic.

Source: HubSpot developer docs, "Associations v4": 1,000 inputs to read, 2,000 to create.
"""

from collections.abc import Sequence
from typing import Any

from connectors.hubspot.sandbox import linking
from connectors.hubspot.sandbox.batch_api import Row, outcome
from connectors.hubspot.sandbox.errors import ApiError, invalid
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint, dated, objects
from connectors.hubspot.sandbox.links import PRIMARY, Definition, Spec
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.objects_api import READ, WRITE, find, needed
from connectors.hubspot.sandbox.records import Record

PAGE = 500
MOST_READ, MOST_WRITTEN = 1000, 2000
CLASSIC = "/crm/v4/objects/{type}/{id}/associations"
Pair = tuple[ObjectType, ObjectType]


def pair(call: Call) -> Pair:
    portal = call.portal
    return portal.kind(call.params["from_type"]), portal.kind(call.params["to_type"])


def end(call: Call, kind: ObjectType, record_id: Any) -> Record:
    record = find(call.portal, kind, str(record_id))
    if record is None:
        message = f"{kind.label} with id {record_id} does not exist"
        raise ApiError(404, message, "OBJECT_NOT_FOUND", context={"ids": [str(record_id)]})
    return record


def _specs(call: Call, raw: Any, source: ObjectType, target: ObjectType) -> list[Definition]:
    if not call.items(raw):
        raise invalid("At least one association type is required")
    given = [call.with_fields(s, "associationCategory", "associationTypeId") for s in raw]
    keys: list[Spec] = [
        (str(s["associationCategory"]), call.number(s["associationTypeId"])) for s in given
    ]
    return [linking.definition(call.portal, key, source, target) for key in keys]


def _row(
    call: Call, record: Record, target: ObjectType, start: int
) -> tuple[list[Row], str | None]:
    """A page of a record's ends, and where the next one begins."""
    ends = list(call.portal.links.of(record.type.name, record.id, target.name).items())
    page = ends[start : start + PAGE]
    shown = [
        {
            "toObjectId": int(other_id),
            "associationTypes": [call.portal.links.definitions[s].as_json() for s in specs],
        }
        for other_id, specs in page
    ]
    return shown, str(start + PAGE) if len(ends) > start + PAGE else None


def read_one(call: Call) -> Answer:
    record, target = needed(call), call.portal.kind(call.params["to_type"])
    start = call.number(call.query.get("after") or 0)
    rows, after = _row(call, record, target, start)
    body: dict[str, Any] = {"results": rows}
    if after:
        link = f"https://api.hubapi.com{call.path}?after={after}"
        body["paging"] = {"next": {"after": after, "link": link}}
    return 200, body


def put_default(call: Call) -> Answer:
    source, target = call.kind, call.portal.kind(call.params["to_type"])
    default = linking.default(call.portal, source, target)
    one, other = needed(call), end(call, target, call.params["to_id"])
    linking.link(call.portal, one, default, other, call.actor)
    return outcome(call, _default_rows(call, one, default, other), [])


def _default_rows(call: Call, one: Record, default: Definition, other: Record) -> list[Row]:
    back = call.portal.links.definitions[default.inverse]
    return [_default_row(one.id, default, other.id), _default_row(other.id, back, one.id)]


def _default_row(from_id: str, definition: Definition, to_id: str) -> Row:
    spec = {
        "associationCategory": definition.category, "associationTypeId": definition.type_id,
    }  # fmt: skip
    return {"from": {"id": from_id}, "to": {"id": to_id}, "associationSpec": spec}


def put_labels(call: Call) -> Answer:
    """The labels given replace those there were."""
    source, target = call.kind, call.portal.kind(call.params["to_type"])
    one, other = needed(call), end(call, target, call.params["to_id"])
    wanted = _specs(call, call.body, source, target)
    return 201, _relabel(call, one, other, wanted)


def _relabel(call: Call, one: Record, other: Record, wanted: Sequence[Definition]) -> Row:
    portal = call.portal
    held = portal.links.of(one.type.name, one.id, other.type.name).get(other.id, {})
    for spec in list(held):
        definition = portal.links.definitions[spec]
        if definition.label not in {None, PRIMARY} and definition not in wanted:
            linking.unlink(portal, one, definition, other, call.actor)
    for definition in wanted:
        linking.link(portal, one, definition, other, call.actor)
    return {
        "fromObjectTypeId": one.type.id, "fromObjectId": int(one.id),
        "toObjectTypeId": other.type.id, "toObjectId": int(other.id),
        "labels": [d.label for d in wanted if d.label],
    }  # fmt: skip


def remove_all(call: Call) -> Answer:
    target = call.portal.kind(call.params["to_type"])
    one, other = needed(call), end(call, target, call.params["to_id"])
    _unlink_all(call, one, other)
    return 204, None


def _unlink_all(call: Call, one: Record, other: Record) -> None:
    held = call.portal.links.of(one.type.name, one.id, other.type.name).get(other.id, {})
    for spec in list(held):
        linking.unlink(call.portal, one, call.portal.links.definitions[spec], other, call.actor)


def batch_read(call: Call) -> Answer:
    source, target = pair(call)
    results: list[Row] = []
    errors: list[Row] = []
    for row in call.rows(MOST_READ, "id"):
        record = find(call.portal, source, str(row["id"]))
        ends, after = (
            _row(call, record, target, call.number(row.get("after") or 0)) if record else ([], "")
        )
        if not ends:
            errors.append(none_found(source, target, str(row["id"])))
            continue
        shown: Row = {"from": {"id": str(row["id"])}, "to": ends}
        if after:
            shown["paging"] = {"next": {"after": after}}
        results.append(shown)
    return outcome(call, results, errors)


def none_found(source: ObjectType, target: ObjectType, record_id: str) -> Row:
    message = f"No {target.singular} is associated with {source.singular} {record_id}."
    error = ApiError(404, message, "OBJECT_NOT_FOUND")
    row = error.row(fromObjectId=[record_id])
    return {**row, "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND"}


def _each(call: Call, *required: str) -> list[tuple[Record, Record, Row]]:
    """The checked ends of a batch write, all before anything is written."""
    source, target = pair(call)
    found = []
    for row in call.rows(MOST_WRITTEN, "from", "to", *required):
        others = row["to"] if isinstance(row["to"], list) else [row["to"]]
        one = end(call, source, call.with_fields(row["from"], "id")["id"])
        ids = [call.with_fields(other, "id")["id"] for other in others]
        found += [(one, end(call, target, other_id), row) for other_id in ids]
    return found


def batch_create(call: Call) -> Answer:
    source, target = pair(call)
    planned = [
        (one, other, _specs(call, row["types"], source, target))
        for one, other, row in _each(call, "types")
    ]
    results = [_relabel(call, one, other, wanted) for one, other, wanted in planned]
    good = 200 if call.version == "2026-09" else call.portal.config.association_batch_create_status
    return outcome(call, results, [], good)


def batch_default(call: Call) -> Answer:
    source, target = pair(call)
    default = linking.default(call.portal, source, target)
    results: list[Row] = []
    for one, other, _ in _each(call):
        linking.link(call.portal, one, default, other, call.actor)
        results += _default_rows(call, one, default, other)
    return outcome(call, results, [])


def batch_archive(call: Call) -> Answer:
    for one, other, _ in _each(call):
        _unlink_all(call, one, other)
    return (204, None) if call.version is None else outcome(call, [], [])


def batch_archive_labels(call: Call) -> Answer:
    source, target = pair(call)
    for one, other, row in _each(call, "types"):
        for definition in _specs(call, row["types"], source, target):
            linking.unlink(call.portal, one, definition, other, call.actor)
    return (204, None) if call.version is None else outcome(call, [], [])


def _one(rest: str) -> tuple[str, ...]:
    return (f"{CLASSIC}{rest}", *objects(f"/{{id}}/associations{rest}")[1:])


def between(rest: str) -> tuple[str, ...]:
    path = f"/{{from_type}}/{{to_type}}{rest}"
    return dated(f"/crm/v4/associations{path}", f"/crm/associations/{{version}}{path}")


_ENDS = "/{to_type}/{to_id}"
ENDPOINTS = (
    Endpoint("GET", _one("/{to_type}"), read_one, scope=READ),
    Endpoint("PUT", _one(f"/default{_ENDS}"), put_default, scope=WRITE),
    Endpoint("PUT", _one(_ENDS), put_labels, scope=WRITE),
    Endpoint("DELETE", _one(_ENDS), remove_all, scope=WRITE),
    Endpoint("POST", between("/batch/read"), batch_read, "associations", READ),
    Endpoint("POST", between("/batch/create"), batch_create, "associations", WRITE),
    Endpoint("POST", between("/batch/associate/default"), batch_default, "associations", WRITE),
    Endpoint("POST", between("/batch/archive"), batch_archive, "associations", WRITE),
    Endpoint("POST", between("/batch/labels/archive"), batch_archive_labels, "associations", WRITE),
)
