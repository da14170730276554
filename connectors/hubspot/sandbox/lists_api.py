"""Lists: create, find, search, rename, refilter, delete, restore, folders, legacy ids.

Source: HubSpot's published OpenAPI, "Lists"; HubSpot developer docs, "Lists". Of refusals the form
of the sub-category (`ListError.…`) is recorded; their wording is not confirmed.
"""

from typing import Any

from connectors.hubspot.sandbox import list_filters, list_members
from connectors.hubspot.sandbox.errors import ApiError, invalid
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint, dated
from connectors.hubspot.sandbox.lists import PROCESSING_TYPES, ROOT, Listing
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.sandbox.digits import is_whole

DEFAULT_COUNT, MOST_COUNT = 20, 500
READ = ("crm.lists.read", "crm.segments.read")
WRITE = ("crm.lists.write", "crm.segments.write", "cms.membership.access_groups.write")


def needed(call: Call, key: str = "list_id") -> Listing:
    """The list that the path names. Raises: ApiError (404)."""
    found = call.portal.lists.live(call.params[key])
    if found is None:
        raise no_list(call.params[key])
    return found


def no_list(list_id: str) -> ApiError:
    return ApiError(
        404, f"List does not exist with ID {list_id}.", "OBJECT_NOT_FOUND",
        context={"listId": [list_id]}, subCategory="ListError.LIST_NOT_FOUND",
    )  # fmt: skip


def shown(call: Call, one: Listing) -> dict[str, Any]:
    filters = call.query.get("includeFilters") == "true"
    return one.as_json(filters=filters, size=len(list_members.members(call.portal, one)))


def create(call: Call) -> Answer:
    body = call.mapping("name", "objectTypeId", "processingType")
    portal, name = call.portal, str(body["name"])
    kind = portal.types.find(str(body["objectTypeId"]))
    if kind is None:
        raise ApiError(
            400,
            f"The objectTypeId {body['objectTypeId']} provided for the list is not valid for this"
            " portal.",
            "VALIDATION_ERROR",
            subCategory="ListError.INVALID_OBJECT_TYPE_FOR_LIST",
        )
    processing, branch = str(body["processingType"]), body.get("filterBranch")
    if processing not in PROCESSING_TYPES:
        raise invalid(f"processingType must be one of {list(PROCESSING_TYPES)}; was {processing}")
    if processing == "DYNAMIC" and branch is None:
        raise invalid("A list of processing type DYNAMIC must have a filterBranch")
    if processing == "MANUAL" and branch is not None:
        raise invalid("A list of processing type MANUAL must not have a filterBranch")
    if branch is not None:
        list_filters.check(portal, kind, branch)
    _check_name(call, kind, name)
    now_ms = portal.now_ms()
    one = Listing(
        portal.lists.next_id(), name, kind, processing, branch, now_ms, now_ms,
        portal.config.user_id, now_ms, folder_id(call, body.get("listFolderId") or ROOT),
    )  # fmt: skip
    one.properties = {str(k): str(v) for k, v in (body.get("customProperties") or {}).items()}
    portal.lists.all[one.id] = one
    list_members.take_snapshot(portal, one)
    size = len(list_members.members(portal, one))
    return 200, {"list": one.as_json(filters=True, size=size)}


def _check_name(call: Call, kind: ObjectType, name: str, ours: Listing | None = None) -> None:
    if not name.strip():
        raise invalid("List name must not be blank")
    held = call.portal.lists.named(kind, name)
    if held is not None and held is not ours:
        raise ApiError(
            400, f"A list with the name '{name}' already exists.", "VALIDATION_ERROR",
            context={"name": [name]}, subCategory="ListError.DUPLICATE_LIST_NAMES",
        )  # fmt: skip


def get(call: Call) -> Answer:
    return 200, {"list": shown(call, needed(call))}


def get_many(call: Call) -> Answer:
    found = (call.portal.lists.live(one) for one in call.names("listIds"))
    return 200, {"lists": [shown(call, one) for one in found if one is not None]}


def get_by_name(call: Call) -> Answer:
    kind, name = call.portal.kind(call.params["object_type"]), call.params["list_name"]
    found = call.portal.lists.named(kind, name)
    if found is None:
        raise ApiError(
            404, f"List does not exist with name {name} and object type ID {kind.id}.",
            "OBJECT_NOT_FOUND", subCategory="ListError.LIST_NOT_FOUND",
        )  # fmt: skip
    return 200, {"list": shown(call, found)}


def search(call: Call) -> Answer:
    body = call.mapping()
    count, start = (
        call.number(body.get("count") or DEFAULT_COUNT),
        call.number(body.get("offset") or 0),
    )
    if not 0 < count <= MOST_COUNT:
        raise invalid(f"count must be between 1 and {MOST_COUNT}; was {count}")
    query = str(body.get("query") or "").lower()
    ids = {str(i) for i in call.items(body.get("listIds"))}
    kinds = {str(p) for p in call.items(body.get("processingTypes"))}
    hits = [
        one
        for one in call.portal.lists.all.values()
        if one.deleted_ms is None
        and query in one.name.lower()
        and (not ids or str(one.id) in ids)
        and (not kinds or one.processing in kinds)
        and body.get("objectTypeId") in (None, one.kind.id)
    ]
    asked = [str(name) for name in call.items(body.get("additionalProperties"))]
    page = [_hit(call, one, asked) for one in hits[start : start + count]]
    end = start + len(page)
    return 200, {"offset": end, "hasMore": end < len(hits), "lists": page, "total": len(hits)}


def _hit(call: Call, one: Listing, asked: list[str]) -> dict[str, Any]:
    members = list_members.members(call.portal, one)
    body = one.as_json(filters=False, size=len(members))
    del body["size"]
    last = max((at for _, at in members.values()), default=None)
    known = {
        "hs_list_size": str(len(members)), "hs_list_reference_count": "0",
        "hs_is_public": "false", "hs_is_read_only": "false", **one.properties,
    }  # fmt: skip
    if last is not None:
        known["hs_last_record_added_at"] = str(last)
    names = asked or ["hs_list_size", "hs_list_reference_count"]
    return {**body, "additionalProperties": {n: known[n] for n in names if n in known}}


def delete(call: Call) -> Answer:
    """It can be restored."""
    one = needed(call)
    one.deleted_ms = call.portal.now_ms()
    return 204, None


def restore(call: Call) -> Answer:
    raw = call.params["list_id"]
    one = call.portal.lists.all.get(int(raw)) if is_whole(raw) else None
    if one is None:
        raise no_list(raw)
    _check_name(call, one.kind, one.name, one)
    one.deleted_ms = None
    return 204, None


def rename(call: Call) -> Answer:
    one, name = needed(call), str(call.query.get("listName") or "")
    _check_name(call, one.kind, name, one)
    one.name = name
    _touch(call, one)
    return 200, {"updatedList": shown(call, one)}


def refilter(call: Call) -> Answer:
    one, body = needed(call), call.mapping("filterBranch")
    if one.processing != "DYNAMIC":
        raise invalid(f"Filters of a list of processing type {one.processing} cannot be updated")
    list_filters.check(call.portal, one.kind, body["filterBranch"])
    if list_filters.leads_to(call.portal, body["filterBranch"], str(one.id)):
        raise invalid(f"List {one.id} cannot be filtered by itself", listId=[str(one.id)])
    one.branch, one.filters_ms = body["filterBranch"], call.portal.now_ms()
    _touch(call, one)
    return 200, {"updatedList": shown(call, one)}


def _touch(call: Call, one: Listing) -> None:
    one.version += 1
    one.updated_ms = call.portal.now_ms()


def folder_id(call: Call, raw: Any) -> int:
    """Of a folder that is there, or of the root. Raises: ApiError."""
    number = call.number(raw)
    if number != ROOT and number not in call.portal.lists.folders:
        raise ApiError(404, f"Folder does not exist with ID {number}.", "OBJECT_NOT_FOUND")
    return number


def paths(rest: str = "") -> tuple[str, ...]:
    return dated(f"/crm/v3/lists{rest}", f"/crm/lists/{{version}}{rest}")


ENDPOINTS = (
    Endpoint("POST", paths("/search"), search, "search", READ),
    Endpoint("GET", paths(), get_many, scope=READ),
    Endpoint("POST", paths(), create, scope=WRITE),
    Endpoint(
        "GET", paths("/object-type-id/{object_type}/name/{list_name}"), get_by_name, scope=READ
    ),
    Endpoint("PUT", paths("/{list_id}/restore"), restore, scope=WRITE),
    Endpoint("PUT", paths("/{list_id}/update-list-name"), rename, scope=WRITE),
    Endpoint("PUT", paths("/{list_id}/update-list-filters"), refilter, scope=WRITE),
    Endpoint("GET", paths("/{list_id}"), get, scope=READ),
    Endpoint("DELETE", paths("/{list_id}"), delete, scope=WRITE),
)
