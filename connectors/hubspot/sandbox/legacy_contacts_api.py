"""Contacts before version 3, and their lists. Source: HubSpot's legacy docs, "Contacts API v1",
"Contact lists API v1".
"""

from typing import Any

from connectors.hubspot.sandbox import legacy_shape as shape
from connectors.hubspot.sandbox import list_members, objects_api, search, writes
from connectors.hubspot.sandbox.errors import ApiError
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint
from connectors.hubspot.sandbox.lists import Listing
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.records import Record

READ, WRITE = "crm.objects.contacts.read", "crm.objects.contacts.write"
LISTS = ("crm.lists.read", "crm.segments.read")
MOST = 100
UNASKED = ("firstname", "lastname", "company", "lastmodifieddate")
MISSING = "contact does not exist"


def _kind(call: Call) -> ObjectType:
    return call.portal.types["contacts"]


def _names(call: Call) -> list[str]:
    return list(dict.fromkeys([*UNASKED, *call.query.getlist("property")]))


def _shown(call: Call, record: Record) -> dict[str, Any]:
    """In a list: with the moment it was added."""
    history = call.query.get("propertyMode") == "value_and_history"
    members = shape.flag(call, "showListMemberships")
    one = shape.contact(call, record, _names(call), history=history, memberships=members)
    return {"addedAt": record.created_ms, **one}


def all_contacts(call: Call) -> Answer:
    """By id; `vidOffset` is the last one read."""
    limit = shape.at_most(call, "count", 20, MOST)
    start = call.number(call.query.get("vidOffset") or 0) + 1
    found, more = shape.page(shape.live(call, _kind(call), start), limit)
    return 200, {
        "contacts": [_shown(call, one) for one in found], "has-more": more is not None,
        "vid-offset": int(found[-1].id) if found else 0,
    }  # fmt: skip


def recent_contacts(call: Call) -> Answer:
    """By last change, latest first; `timeOffset` and `vidOffset` are of the last one read."""
    limit = shape.at_most(call, "count", 20, MOST)
    until = call.number(call.query.get("timeOffset") or 2**62)
    last = call.number(call.query.get("vidOffset") or 2**62)
    every = shape.newest(call, _kind(call))
    found, more = shape.page(
        (one for one in every if (one.updated_ms, int(one.id)) < (until, last)), limit
    )
    return 200, {
        "contacts": [_shown(call, one) for one in found], "has-more": more is not None,
        "vid-offset": int(found[-1].id) if found else 0,
        "time-offset": found[-1].updated_ms if found else 0,
    }  # fmt: skip


def _profile(call: Call, record: Record) -> dict[str, Any]:
    names = call.query.getlist("property") or None
    history = call.query.get("propertyMode", "value_and_history") == "value_and_history"
    return shape.contact(call, record, names, history=history, memberships=True)


def _needed(call: Call) -> Record:
    """By id, or by the e-mail that the path names. Raises: ApiError (404)."""
    if "email" not in call.params:
        return shape.needed(call, _kind(call), MISSING)
    record = objects_api.find(call.portal, _kind(call), call.params["email"], "email")
    if record is None:
        raise ApiError(404, MISSING)
    return record


def profile(call: Call) -> Answer:
    return 200, _profile(call, _needed(call))


def profiles(call: Call) -> Answer:
    """By `vid`s or by `email`s; those unknown are left out."""
    portal, kind = call.portal, _kind(call)
    found = [objects_api.find(portal, kind, one) for one in call.query.getlist("vid")]
    found += [objects_api.find(portal, kind, e, "email") for e in call.query.getlist("email")]
    return 200, {one.id: _profile(call, one) for one in found if one is not None}


def create(call: Call) -> Answer:
    raw = shape.given(call, call.mapping("properties"))
    held = objects_api.find(call.portal, _kind(call), raw.get("email", ""), "email")
    if raw.get("email") and held is not None:
        raise ApiError(
            409, "Contact already exists", error="CONTACT_EXISTS",
            identityProfile=shape.contact(call, held, ())["identity-profiles"][0],
        )  # fmt: skip
    made = shape.created(call, _kind(call), raw)
    return 200, shape.contact(call, made, None)


def change(call: Call) -> Answer:
    record = _needed(call)
    shape.changed(call, record, shape.given(call, call.mapping("properties")))
    return 204, None


def create_or_change(call: Call) -> Answer:
    raw = shape.given(call, call.mapping("properties"))
    email = call.params["email"]
    held = objects_api.find(call.portal, _kind(call), email, "email")
    if held is None:
        made = shape.created(call, _kind(call), {"email": email, **raw})
        return 200, {"vid": int(made.id), "isNew": True}
    shape.changed(call, held, raw)
    return 200, {"vid": int(held.id), "isNew": False}


def create_or_change_many(call: Call) -> Answer:
    """Rows by `vid` or `email`."""
    portal, kind = call.portal, _kind(call)
    for row in call.items(call.body):
        given = call.with_fields(row, "properties")
        raw = shape.given(call, given)
        by = None if given.get("vid") else "email"
        named = str(given.get("vid") or given.get("email") or "")
        held = objects_api.find(portal, kind, named, by)
        if held is not None:
            shape.changed(call, held, raw)
        elif by == "email":
            shape.created(call, kind, {"email": named, **raw})
    return 202, None


def delete(call: Call) -> Answer:
    record = _needed(call)
    writes.archive(call.portal, record, call.actor)
    return 200, {"vid": int(record.id), "deleted": True, "reason": "OK"}


def find(call: Call) -> Answer:
    """`q` in names, e-mails, phone numbers and companies."""
    query, limit = call.query.get("q", ""), shape.at_most(call, "count", 20, MOST)
    start = call.number(call.query.get("offset") or 0)
    wanted = {"query": query, "limit": limit, "after": str(start)}
    found = search.search(call.portal, _kind(call), wanted)
    return 200, {
        "query": query, "contacts": [_shown(call, one) for one in found.page],
        "total": found.total, "has-more": found.after is not None,
        "offset": start + len(found.page),
    }  # fmt: skip


def _list(call: Call, one: Listing) -> dict[str, Any]:
    size = len(list_members.members(call.portal, one))
    return {
        "listId": one.legacy_id, "internalListId": one.id, "name": one.name,
        "portalId": call.portal.config.portal_id, "dynamic": one.processing == "DYNAMIC",
        "listType": "DYNAMIC" if one.processing == "DYNAMIC" else "STATIC", "filters": [],
        "createdAt": one.created_ms, "updatedAt": one.updated_ms, "authorId": one.user_id,
        "archived": False, "deleteable": True, "readOnly": False, "internal": False,
        "parentId": 0, "folderId": one.folder or None,
        "metaData": {
            "processing": "DONE", "size": size, "error": "", "parentFolderId": None,
            "lastProcessingStateChangeAt": one.updated_ms, "lastSizeChangeAt": one.updated_ms,
            "listReferencesCount": None,
        },
    }  # fmt: skip


def _lists(call: Call) -> list[Listing]:
    kind = _kind(call)
    every = call.portal.lists.all.values()
    return [one for one in every if one.deleted_ms is None and one.kind is kind]


def lists(call: Call) -> Answer:
    limit, start = shape.at_most(call, "count", 20, 250), call.number(call.query.get("offset") or 0)
    every = _lists(call)
    rows = [_list(call, one) for one in every[start : start + limit]]
    end = start + len(rows)
    return 200, {"lists": rows, "offset": end, "has-more": end < len(every)}


def _named_list(call: Call) -> Listing:
    found = [one for one in _lists(call) if str(one.legacy_id) == call.params["list_id"]]
    if not found:
        raise ApiError(404, f"List {call.params['list_id']} does not exist")
    return found[0]


def get_list(call: Call) -> Answer:
    return 200, _list(call, _named_list(call))


def contacts_of_list(call: Call) -> Answer:
    one, limit = _named_list(call), shape.at_most(call, "count", 20, MOST)
    start = call.number(call.query.get("vidOffset") or 0)
    records = call.portal.table(one.kind).records
    ids = sorted(int(i) for i in list_members.members(call.portal, one))
    ids = [i for i in ids if i > start]
    shown = [_shown(call, records[str(i)]) for i in ids[:limit]]
    last = ids[:limit][-1] if ids else 0
    return 200, {"contacts": shown, "has-more": len(ids) > limit, "vid-offset": last}


def change_list(call: Call) -> Answer:
    """Add or remove contacts, by `vids` or `emails`."""
    one, body, portal = _named_list(call), call.mapping(), call.portal
    if one.processing == "DYNAMIC":
        raise ApiError(400, f"List {one.legacy_id} is dynamic")
    ids, emails = (list(map(str, call.items(body.get(key)))) for key in ("vids", "emails"))
    known = {i: objects_api.find(portal, one.kind, i) for i in ids}
    named = {e: objects_api.find(portal, one.kind, e, "email") for e in emails}
    found = [record for record in (*known.values(), *named.values()) if record is not None]
    adding = call.path.endswith("/add")
    changed = [record for record in found if (record.id in one.members) != adding]
    for record in changed:
        if adding:
            one.join(record.id, portal.now_ms())
        else:
            del one.members[record.id]
    return 200, {
        "updated": [int(record.id) for record in changed],
        "discarded": [int(record.id) for record in found if record not in changed],
        "invalidVids": [i for i, record in known.items() if record is None],
        "invalidEmails": [e for e, record in named.items() if record is None],
    }


_V1 = "/contacts/v1"
_LIST = f"{_V1}/lists/{{list_id}}"
_BY_VID, _BY_EMAIL = f"{_V1}/contact/vid/{{id}}", f"{_V1}/contact/email/{{email}}"
_RECENT = tuple(
    f"{_V1}/lists/{which}/contacts/recent" for which in ("all", "recently_updated")
)  # fmt: skip
ENDPOINTS = (
    Endpoint("GET", (f"{_V1}/lists/all/contacts/all",), all_contacts, scope=READ),
    Endpoint("GET", _RECENT, recent_contacts, scope=READ),
    Endpoint("GET", (f"{_V1}/lists/{{list_id}}/contacts/all",), contacts_of_list, scope=LISTS),
    Endpoint("GET", (f"{_V1}/lists/{{list_id}}",), get_list, scope=LISTS),
    Endpoint("GET", (f"{_V1}/lists",), lists, scope=LISTS),
    Endpoint("POST", (f"{_LIST}/add", f"{_LIST}/remove"), change_list, scope="crm.lists.write"),
    Endpoint(
        "GET", (f"{_V1}/contact/vids/batch", f"{_V1}/contact/emails/batch"), profiles, scope=READ
    ),
    Endpoint("GET", (f"{_BY_VID}/profile", f"{_BY_EMAIL}/profile"), profile, scope=READ),
    Endpoint("POST", (f"{_BY_VID}/profile", f"{_BY_EMAIL}/profile"), change, scope=WRITE),
    Endpoint("DELETE", (_BY_VID,), delete, scope=WRITE),
    Endpoint(
        "POST", (f"{_V1}/contact/createOrUpdate/email/{{email}}",), create_or_change, scope=WRITE
    ),
    Endpoint("POST", (f"{_V1}/contact/batch",), create_or_change_many, scope=WRITE),
    Endpoint("POST", (f"{_V1}/contact",), create, scope=WRITE),
    Endpoint("GET", (f"{_V1}/search/query",), find, "search", READ),
)
