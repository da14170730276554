"""Who is on a list: read, add, remove, copy from another list; the lists a record is on.

Adding and removing take a bare array; the answer's key really is `recordsIdsAdded`.
Source: HubSpot's published OpenAPI, "Lists"; HubSpot developer docs: not for DYNAMIC lists,
100,000 records at a time, 250 per page.
"""

from typing import Any

from connectors.hubspot.sandbox import list_members
from connectors.hubspot.sandbox.batch_api import outcome
from connectors.hubspot.sandbox.errors import ApiError, invalid
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint
from connectors.hubspot.sandbox.lists import Listing
from connectors.hubspot.sandbox.lists_api import READ, WRITE, needed, no_list, paths
from connectors.hubspot.sandbox.moments import iso, to_ms
from connectors.hubspot.sandbox.objects_api import paging

DEFAULT_PAGE, MOST_PER_PAGE = 100, 250
MOST_CHANGED, MOST_READ = 100_000, 100
Changed = dict[str, list[str]]


def by_id(call: Call) -> Answer:
    one = needed(call)
    found = sorted(list_members.members(call.portal, one).items(), key=lambda row: int(row[0]))
    return _page(call, found)


def by_time(call: Call) -> Answer:
    """In the order in which they joined."""
    one = needed(call)
    found = sorted(
        list_members.members(call.portal, one).items(), key=lambda row: (row[1][1], int(row[0]))
    )
    return _page(call, found)


def _page(call: Call, found: list[tuple[str, tuple[int, int]]]) -> Answer:
    """`after` and `before` are places in the list."""
    limit = call.whole("limit", DEFAULT_PAGE, MOST_PER_PAGE)
    start = call.number(call.query.get("after") or 0)
    if "before" in call.query:
        start = max(0, call.number(call.query["before"]) - limit)
    rows = found[start : start + limit]
    shown = [{"recordId": i, "membershipTimestamp": iso(last)} for i, (_, last) in rows]
    body: dict[str, Any] = {"results": shown, "total": len(found)}
    if start + limit < len(found):
        body["paging"] = paging(call, str(start + limit))
    if start > 0:
        before = paging(call, str(start))["next"]["link"].replace("after=", "before=")
        body.setdefault("paging", {})["prev"] = {"before": str(start), "link": before}
    return 200, body


def _writable(call: Call) -> Listing:
    one = needed(call)
    if one.processing == "DYNAMIC":
        raise ApiError(
            400,
            f"Memberships of list {one.id} cannot be changed: its processing type is DYNAMIC.",
            "VALIDATION_ERROR",
            subCategory="ListError.INVALID_PROCESSING_TYPE",
        )
    return one


def _ids(call: Call, part: Any) -> list[str]:
    ids = list(dict.fromkeys(str(i) for i in call.items(part)))
    if len(ids) > MOST_CHANGED:
        raise invalid(f"At most {MOST_CHANGED} records can be changed at a time; were {len(ids)}")
    return ids


def _change(call: Call, one: Listing, adding: list[str], removing: list[str]) -> Changed:
    """Members already there, and others not there, are passed over in silence."""
    table, now_ms = call.portal.table(one.kind), call.portal.now_ms()
    held = list_members.members(call.portal, one)
    missing = [i for i in (*adding, *removing) if table.get(i) is None]
    added = [i for i in adding if i not in missing and i not in held]
    removed = [i for i in removing if i in held and i not in adding]
    for record_id in added:
        one.join(record_id, now_ms)
    for record_id in removed:
        del one.members[record_id]
    return {
        "recordIdsRemoved": removed, "recordsIdsAdded": added,
        "recordIdsMissing": list(dict.fromkeys(missing)),
    }  # fmt: skip


def add(call: Call) -> Answer:
    return 200, _change(call, _writable(call), _ids(call, call.body), [])


def remove(call: Call) -> Answer:
    return 200, _change(call, _writable(call), [], _ids(call, call.body))


def add_and_remove(call: Call) -> Answer:
    body = call.mapping()
    adding = _ids(call, body.get("recordIdsToAdd"))
    return 200, _change(call, _writable(call), adding, _ids(call, body.get("recordIdsToRemove")))


def add_from(call: Call) -> Answer:
    one, source = _writable(call), needed(call, "source_id")
    if one.kind.id != source.kind.id:
        raise invalid("Both lists must hold the same type of object")
    _change(call, one, list(list_members.members(call.portal, source)), [])
    return 204, None


def remove_all(call: Call) -> Answer:
    _writable(call).members.clear()
    return 204, None


def lists_of_record(call: Call) -> Answer:
    kind, record_id = call.portal.kind(call.params["object_type"]), call.params["record_id"]
    return 200, {"results": _memberships(call, kind.id, record_id)}


def _memberships(call: Call, type_id: str, record_id: str) -> list[dict[str, Any]]:
    rows = []
    for one in call.portal.lists.all.values():
        if one.deleted_ms is not None or one.kind.id != type_id:
            continue
        times = list_members.members(call.portal, one).get(record_id)
        if times is not None:
            rows.append({
                "listId": str(one.id), "listVersion": one.version, "isPublicList": False,
                "firstAddedTimestamp": iso(times[0]), "lastAddedTimestamp": iso(times[1]),
            })  # fmt: skip
    return rows


def memberships_of_many(call: Call) -> Answer:
    """`inputs` are {objectTypeId, recordId}."""
    results = []
    for row in call.rows(MOST_READ, "objectTypeId", "recordId"):
        kind, record_id = call.portal.kind(str(row["objectTypeId"])), str(row["recordId"])
        held = _memberships(call, kind.id, record_id)
        shown = {"objectTypeId": kind.id, "recordId": record_id, "recordListMemberships": held}
        results.append(shown)
    return outcome(call, results, [])


def size_history(call: Call) -> Answer:
    """How the list grew to what it is, and when its filters or name changed last."""
    one = needed(call)
    since, until = (to_ms(call.query.get(key) or "") for key in ("startDate", "endDate"))

    def within(at_ms: int) -> bool:
        return (since is None or at_ms >= since) and (until is None or at_ms <= until)

    joined = sorted(first for first, _ in list_members.members(call.portal, one).values())
    edits = dict.fromkeys([one.created_ms, one.filters_ms, one.updated_ms])
    sizes = {at: size for size, at in enumerate(joined, 1)}
    return 200, {
        "sizeHistory": [{"size": n, "timestamp": iso(at)} for at, n in sizes.items() if within(at)],
        "editHistory": [iso(at) for at in edits if within(at)],
    }


def convert(call: Call) -> Answer:
    """A dynamic list becomes a static one at a date or when nothing changes for a while."""
    one, body = needed(call), call.mapping("conversionType")
    if one.processing != "DYNAMIC":
        raise invalid("Only lists of processing type DYNAMIC can be converted")
    one.conversion = dict(body)
    return 200, _conversion(one)


def get_conversion(call: Call) -> Answer:
    one = needed(call)
    if one.conversion is None:
        raise no_list(str(one.id))
    return 200, _conversion(one)


def _conversion(one: Listing) -> dict[str, Any]:
    return {"listId": str(one.id), "requestedConversionTime": one.conversion}


def cancel_conversion(call: Call) -> Answer:
    needed(call).conversion = None
    return 204, None


_LIST, _CONVERSION = "/{list_id}/memberships", "/{list_id}/schedule-conversion"
_RECORD = "/records/{object_type}/{record_id}/memberships"
ENDPOINTS = (
    Endpoint("POST", paths("/records/memberships/batch/read"), memberships_of_many, scope=READ),
    Endpoint("GET", paths("/{list_id}/size-and-edits-history/between"), size_history, scope=READ),
    Endpoint("GET", paths(_RECORD), lists_of_record, scope=READ),
    Endpoint("GET", paths(f"{_LIST}/join-order"), by_time, scope=READ),
    Endpoint("GET", paths(_LIST), by_id, scope=READ),
    Endpoint("PUT", paths(f"{_LIST}/add"), add, scope=WRITE),
    Endpoint("PUT", paths(f"{_LIST}/remove"), remove, scope=WRITE),
    Endpoint("PUT", paths(f"{_LIST}/add-and-remove"), add_and_remove, scope=WRITE),
    Endpoint("PUT", paths(f"{_LIST}/add-from/{{source_id}}"), add_from, scope=WRITE),
    Endpoint("DELETE", paths(_LIST), remove_all, scope=WRITE),
    Endpoint("GET", paths(_CONVERSION), get_conversion, scope=READ),
    Endpoint("PUT", paths(_CONVERSION), convert, scope=WRITE),
    Endpoint("DELETE", paths(_CONVERSION), cancel_conversion, scope=WRITE),
)
