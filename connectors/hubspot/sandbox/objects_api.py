"""Single records, lists, search, merge. Source: HubSpot's published OpenAPI, "CRM objects"."""

from itertools import islice
from typing import Any

from connectors.hubspot.sandbox import linking, links, merging, search, views, writes
from connectors.hubspot.sandbox.errors import (
    Problem,
    bad_id,
    bad_properties,
    invalid,
    required_missing,
    resource_not_found,
)
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint, objects
from connectors.hubspot.sandbox.links import Definition
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.records import Record
from connectors.sandbox.digits import is_whole

MOST_PER_PAGE = 100
MOST_WITH_HISTORY = 50
READ, WRITE = "crm.objects.{type}.read", "crm.objects.{type}.write"


def find(
    portal: Portal, kind: ObjectType, record_id: str, by: str | None = None, *,
    archived: bool = False,
) -> Record | None:  # fmt: skip
    """By id (also one merged away) or by a unique property. Raises: ApiError."""
    table = portal.table(kind)
    if by is None or by == "hs_object_id":
        return table.get(table.resolve(record_id), archived=archived)
    prop = portal.schema(kind).live(by)
    if prop is None:
        problem = Problem(by, "PROPERTY_DOESNT_EXIST", f'Property "{by}" does not exist')
        raise bad_properties([problem], portal.config.portal_id)
    if not prop.unique:
        raise invalid(f'Property "{by}" is not a unique property and cannot be used as idProperty')
    return table.live_with(by, record_id)


def needed(call: Call, *, archived: bool = False) -> Record:
    """The record that the path names. Raises: ApiError (404)."""
    by, record_id = call.query.get("idProperty"), call.params["id"]
    if by is None and not is_whole(record_id):
        raise bad_id(record_id)
    record = find(call.portal, call.kind, record_id, by, archived=archived)
    if record is None:
        raise resource_not_found()
    return record


def targets(call: Call) -> list[ObjectType]:
    return [call.portal.kind(name) for name in call.names("associations")]


def list_records(call: Call) -> Answer:
    history = call.names("propertiesWithHistory")
    limit = call.whole("limit", 10, MOST_WITH_HISTORY if history else MOST_PER_PAGE)
    archived = call.query.get("archived") == "true"
    after = call.query.get("after", "0")
    start = int(after) if is_whole(after) else 0
    table, ends = call.portal.table(call.kind), targets(call)
    ids = (i for i in table.ids(start, archived=archived) if i not in table.aliases)
    page, rest = list(islice(ids, limit)), next(ids, None)
    names = call.names("properties")
    results = []
    for record in (table.records[i] for i in page):
        shown = views.read(call.portal, record, names, history)
        results.append(views.with_associations(call.portal, shown, record, ends))
    body: dict[str, Any] = {"results": results}
    if rest:
        body["paging"] = paging(call, rest)
    return 200, body


def paging(call: Call, after: str) -> dict[str, Any]:
    kept = [(k, v) for k, v in call.query.multi_items() if k != "after"]
    query = "&".join(f"{k}={v}" for k, v in [*kept, ("after", after)])
    return {"next": {"after": after, "link": f"https://api.hubapi.com{call.path}?{query}"}}


def get(call: Call) -> Answer:
    record = needed(call, archived=call.query.get("archived") == "true")
    names, history = call.names("properties"), call.names("propertiesWithHistory")
    shown = views.read(call.portal, record, names, history)
    return 200, views.with_associations(call.portal, shown, record, targets(call))


def create(call: Call) -> Answer:
    body = call.mapping()
    kind = call.kind
    values = writes.check(call.portal, kind, body.get("properties") or {})
    ends = wanted_ends(call, kind, body.get("associations"))
    writes.check_required(kind, values)
    writes.check_unique(call.portal, kind, values)
    record = make(call, kind, values, ends)
    return 201, views.creation(call.portal, record)


def make(
    call: Call, kind: ObjectType, values: dict[str, str], ends: list[tuple[Definition, Record]]
) -> Record:
    """Create a checked record with its associations."""
    record = writes.create(call.portal, kind, values, call.actor)
    for definition, other in ends:
        linking.link(call.portal, record, definition, other, call.actor)
    return record


def wanted_ends(call: Call, kind: ObjectType, raw: Any) -> list[tuple[Definition, Record]]:
    """Check the `associations` of a create. Raises: ApiError."""
    portal = call.portal
    ends: list[tuple[Definition, Record]] = []
    for item in call.items(raw):
        part = call.with_fields(item, "to", "types")
        other_id = str(call.with_fields(part["to"], "id")["id"])
        for spec in call.items(part["types"]):
            given = call.with_fields(spec, "associationCategory", "associationTypeId")
            key = (str(given["associationCategory"]), call.number(given["associationTypeId"]))
            definition = portal.links.definitions.get(key)
            if definition is None or definition.source != kind.name:
                raise invalid(f"Association type {key[1]} does not start at {kind.label}")
            other = find(portal, portal.types[definition.target], other_id)
            if other is None:
                label = portal.types[definition.target].label
                raise invalid(f"{label} with id {other_id} does not exist", id=[other_id])
            ends.append((definition, other))
    if kind.name == "leads" and portal.config.lead_needs_contact:
        _check_lead(ends)
    return ends


def _check_lead(ends: list[tuple[Definition, Record]]) -> None:
    """A lead must have a primary contact. Its refusal's wording is not confirmed.

    Source: HubSpot developer docs, "Leads".
    """
    if not any(d.label == links.PRIMARY and d.target == "contacts" for d, _ in ends):
        raise required_missing("LEAD", ["associations"])


def patch(call: Call) -> Answer:
    body = call.mapping()
    if not body.get("properties"):
        raise invalid("No properties found to update, please provide at least one.")
    record = needed(call)
    values = writes.check(call.portal, record.type, body["properties"])
    writes.check_unique(call.portal, record.type, values, record)
    changed = writes.update(call.portal, record, values, call.actor)
    return 200, views.change(call.portal, record, {*changed, *values})


def delete(call: Call) -> Answer:
    """Also 204 where there is nothing to delete."""
    record_id = call.params["id"]
    if not is_whole(record_id):
        raise bad_id(record_id)
    record = find(call.portal, call.kind, record_id)
    if record is not None:
        writes.archive(call.portal, record, call.actor)
    return 204, None


def search_records(call: Call) -> Answer:
    body = call.mapping()
    found = search.search(call.portal, call.kind, body)
    names = [str(name) for name in call.items(body.get("properties"))]
    rows = [views.read(call.portal, r, names, get=found.get) for r in found.page]
    shown: dict[str, Any] = {"total": found.total, "results": rows}
    if found.after is not None:
        shown["paging"] = {"next": {"after": found.after}}
    return 200, shown


def merge(call: Call) -> Answer:
    body = call.mapping("primaryObjectId", "objectIdToMerge")
    kind = call.kind
    if not kind.merges:
        raise invalid(f"{kind.label} objects cannot be merged")
    primary = find(call.portal, kind, str(body["primaryObjectId"]))
    other = find(call.portal, kind, str(body["objectIdToMerge"]))
    if primary is None or other is None:
        raise resource_not_found()
    if primary is other:
        raise invalid("Cannot merge an object with itself")
    result = merging.merge(call.portal, primary, other, call.actor)
    return 200, views.read(call.portal, result, result.values)


def gdpr_delete(call: Call) -> Answer:
    """An e-mail that nobody has goes to the blocklist. Source: HubSpot's published OpenAPI."""
    body = call.mapping("objectId")
    kind = call.portal.types["contacts"]
    named, by = str(body["objectId"]), body.get("idProperty")
    record = find(call.portal, kind, named, by)
    if record is not None:
        writes.forget(call.portal, record, call.actor)
    elif by == "email":
        call.portal.blocked_emails.add(named.strip().lower())
    return 204, None


GDPR = tuple(path.replace("{type}", "contacts") for path in objects("/gdpr-delete"))
ENDPOINTS = (
    Endpoint("POST", objects("/search"), search_records, "search", READ),
    Endpoint("POST", GDPR, gdpr_delete, scope="crm.objects.contacts.write"),
    Endpoint("POST", objects("/merge"), merge, scope=WRITE),
    Endpoint("GET", objects("/{id}"), get, scope=READ),
    Endpoint("PATCH", objects("/{id}"), patch, scope=WRITE),
    Endpoint("DELETE", objects("/{id}"), delete, scope=WRITE),
    Endpoint("GET", objects(), list_records, scope=READ),
    Endpoint("POST", objects(), create, scope=WRITE),
)
