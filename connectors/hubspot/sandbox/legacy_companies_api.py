"""Companies and deals before version 3. Source: HubSpot's legacy docs, "Companies API v2",
"Deals API v1".
"""

from collections.abc import Callable
from typing import Any

from connectors.hubspot.sandbox import legacy_shape as shape
from connectors.hubspot.sandbox import linking, objects_api, writes
from connectors.hubspot.sandbox.errors import resource_not_found
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint, Handle
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.records import Record

MOST = 250
Row = dict[str, Any]


def _kind(call: Call) -> ObjectType:
    return call.portal.types["companies" if call.path.startswith("/companies") else "deals"]


def _shown(call: Call, record: Record, *, in_full: bool = False) -> Row:
    """In lists only the properties asked for."""
    in_all = in_full or shape.flag(call, "includeAllProperties")
    names = None if in_all else call.names("properties")
    history = call.names("propertiesWithHistory")
    every = in_full or shape.flag(call, "includePropertyVersions")
    if record.type.name == "companies":
        return shape.company(call, record, names, history=every or history)
    associations = in_full or shape.flag(call, "includeAssociations")
    return shape.deal(call, record, names, history=every or history, associations=associations)


def paged(call: Call) -> Answer:
    """By id; `offset` is where the next page begins."""
    kind, limit = _kind(call), shape.at_most(call, "limit", 100, MOST)
    start = call.number(call.query.get("offset") or 0)
    found, more = shape.page(shape.live(call, kind, start), limit)
    offset = int(more.id) if more else (int(found[-1].id) + 1 if found else start)
    has_more = "has-more" if kind.name == "companies" else "hasMore"
    rows = [_shown(call, one) for one in found]
    return 200, {kind.name: rows, has_more: more is not None, "offset": offset}


def recent(call: Call) -> Answer:
    """Last changed or created first; `offset` counts."""
    kind, limit = _kind(call), shape.at_most(call, "count", 20, 100)
    since, start = (call.number(call.query.get(key) or 0) for key in ("since", "offset"))
    every = list(shape.newest(call, kind, since))
    if call.path.endswith("/created"):
        every = sorted(shape.live(call, kind), key=lambda one: one.created_ms, reverse=True)
        every = [one for one in every if one.created_ms >= since]
    rows = [_shown(call, one, in_full=True) for one in every[start : start + limit]]
    end = start + len(rows)
    return 200, {
        "results": rows, "hasMore": end < len(every), "offset": end, "total": len(every)
    }  # fmt: skip


def _needed(call: Call) -> Record:
    return shape.needed(call, _kind(call), "resource not found")


def get(call: Call) -> Answer:
    return 200, _shown(call, _needed(call), in_full=True)


def create(call: Call) -> Answer:
    body, kind = call.mapping("properties"), _kind(call)
    made = shape.created(call, kind, shape.given(call, body, "name"))
    wanted = call.with_fields(body.get("associations") or {})
    for key, target in (("associatedVids", "contacts"), ("associatedCompanyIds", "companies")):
        for other_id in call.items(wanted.get(key)):
            _link(call, made, target, str(other_id))
    return 200, _shown(call, made, in_full=True)


def _link(call: Call, record: Record, target: str, other_id: str) -> None:
    portal = call.portal
    other = objects_api.find(portal, portal.types[target], other_id)
    if other is None:
        raise resource_not_found()
    default = linking.default(portal, record.type, other.type)
    linking.link(portal, record, default, other, call.actor)


def change(call: Call) -> Answer:
    record = _needed(call)
    shape.changed(call, record, shape.given(call, call.mapping("properties"), "name"))
    return 200, _shown(call, record, in_full=True)


def delete(call: Call) -> Answer:
    record = _needed(call)
    writes.archive(call.portal, record, call.actor)
    if record.type.name == "deals":
        return 204, None
    return 200, {"companyId": int(record.id), "deleted": True}


def _contact_ids(call: Call) -> tuple[list[int], Row]:
    ids = sorted(shape.ends(call, _needed(call), "contacts"))
    limit, start = (
        shape.at_most(call, "count", 20, 100),
        call.number(call.query.get("vidOffset") or 0),
    )
    kept = [i for i in ids if i > start]
    rest = {"vidOffset": kept[:limit][-1] if kept else 0, "hasMore": len(kept) > limit}
    return kept[:limit], rest


def contact_ids(call: Call) -> Answer:
    ids, rest = _contact_ids(call)
    return 200, {"vids": ids, **rest}


def contacts(call: Call) -> Answer:
    ids, rest = _contact_ids(call)
    records = call.portal.tables["contacts"].records
    return 200, {"contacts": [_brief(call, records[str(i)]) for i in ids], **rest}


def _brief(call: Call, record: Record) -> Row:
    """Properties as {name, value}."""
    shown = shape.contact(call, record, ())
    rows = [{"name": name, "value": value} for name, value in record.values.items()]
    identities = shown["identity-profiles"][0]["identities"]
    return {
        "vid": shown["vid"], "canonicalVid": shown["vid"], "portalId": shown["portal-id"],
        "isContact": True, "mergedVids": [], "properties": rows, "formSubmissions": [],
        "mergeAudits": [], "identities": [{"vid": shown["vid"], "identity": identities}],
    }  # fmt: skip


def by_domain(call: Call) -> Answer:
    """Companies with a domain; `properties` only as far as asked for."""
    wanted = call.with_fields(call.mapping().get("requestOptions") or {})
    names = [str(name) for name in call.items(wanted.get("properties"))]
    held = call.portal.tables["companies"].holding("domain", call.params["domain"])
    live = [one for one in held if one.archived_ms is None]
    offset = {"companyId": int(live[-1].id) if live else 0, "isPrimary": True}
    rows = [shape.company(call, one, names) for one in live]
    return 200, {"results": rows, "hasMore": False, "offset": offset}


def _both(method: str, companies: str, deals: str, handle: Handle, scope: str) -> list[Endpoint]:
    """The same of companies and of deals."""
    ways = (
        (f"/companies/v2/companies{companies}", "companies"),
        (f"/deals/v1/deal{deals}", "deals"),
    )
    return [Endpoint(method, (path,), handle, scope=scope.format(name)) for path, name in ways]


_READ, _WRITE = "crm.objects.{}.read", "crm.objects.{}.write"
_SAME: tuple[tuple[str, str, Callable[[Call], Answer], str], ...] = (
    ("GET", "/paged", paged, _READ),
    ("GET", "/recent/modified", recent, _READ),
    ("GET", "/recent/created", recent, _READ),
    ("GET", "/{id}", get, _READ),
    ("PUT", "/{id}", change, _WRITE),
    ("DELETE", "/{id}", delete, _WRITE),
    ("POST", "", create, _WRITE),
)
_OF_COMPANY = "/companies/v2/companies/{id}"
ENDPOINTS = (
    *(one for m, rest, handle, scope in _SAME for one in _both(m, rest, rest, handle, scope)),
    Endpoint(
        "POST", ("/companies/v2/domains/{domain}/companies",), by_domain,
        scope=_READ.format("companies"),
    ),
    Endpoint("GET", (f"{_OF_COMPANY}/contacts",), contacts, scope=_READ.format("contacts")),
    Endpoint("GET", (f"{_OF_COMPANY}/vids",), contact_ids, scope=_READ.format("contacts")),
)  # fmt: skip
