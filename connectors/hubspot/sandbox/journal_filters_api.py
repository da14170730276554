"""Filters of journal subscriptions, and snapshots of records written into the journal.

Source: HubSpot's published OpenAPI, "Webhooks journal" 2026-03. A snapshot is taken at once; its
event has the action `SNAPSHOT` (its further fields are not confirmed).
"""

import uuid
from typing import Any

from connectors.hubspot.sandbox import objects_api
from connectors.hubspot.sandbox.errors import ApiError, invalid, resource_not_found
from connectors.hubspot.sandbox.http import VERSIONS, Answer, Call, Endpoint
from connectors.hubspot.sandbox.journal import Wanted
from connectors.hubspot.sandbox.journal_filters import OPERATORS, Filter
from connectors.hubspot.sandbox.journal_subscriptions import SCOPE_READ, SCOPE_WRITE

MOST_SNAPSHOTS = 100
SNAPSHOT_SCOPE = "developer.webhooks_journal.snapshots.write"
JOURNAL_READ = "developer.webhooks_journal.read"


def _subscription(call: Call, raw: Any) -> Wanted:
    found = call.portal.journal.subscriptions.get(call.number(raw))
    if found is None:
        raise resource_not_found()
    return found


def get_subscription(call: Call) -> Answer:
    wanted = _subscription(call, call.params["subscription_id"])
    return 200, wanted.as_json(call.portal.config.app_id)


def create_filter(call: Call) -> Answer:
    body, journal = call.mapping("subscriptionId", "filter"), call.portal.journal
    wanted = _subscription(call, body["subscriptionId"])
    rows = call.items(call.with_fields(body["filter"], "conditions")["conditions"])
    conditions = tuple(call.with_fields(row, "filterType", "property", "operator") for row in rows)
    if not conditions:
        raise invalid("A filter needs at least one condition")
    for one in conditions:
        if one["operator"] not in OPERATORS or one["filterType"] != "CRM_OBJECT_PROPERTY":
            raise invalid(f"Invalid condition on {one['property']}: {one['operator']}")
    made = Filter(journal.next_filter_id, wanted.id, call.portal.now_ms(), conditions)
    journal.filters[made.id] = made
    journal.next_filter_id += 1
    return 201, {"filterId": made.id}


def _filter(call: Call) -> Filter:
    found = call.portal.journal.filters.get(call.number(call.params["filter_id"]))
    if found is None:
        raise resource_not_found()
    return found


def get_filter(call: Call) -> Answer:
    return 200, _filter(call).as_json()


def delete_filter(call: Call) -> Answer:
    del call.portal.journal.filters[_filter(call).id]
    return 204, None


def filters_of(call: Call) -> Answer:
    wanted = _subscription(call, call.params["subscription_id"])
    known = call.portal.journal.filters.values()
    return 200, [one.as_json() for one in known if one.subscription_id == wanted.id]


def take_snapshots(call: Call) -> Answer:
    rows = call.items(call.mapping("snapshotRequests")["snapshotRequests"])
    if len(rows) > MOST_SNAPSHOTS:
        raise invalid(f"At most {MOST_SNAPSHOTS} snapshots can be taken at a time")
    shown = []
    for row in rows:
        given = call.with_fields(row, "portalId", "objectId", "objectTypeId")
        if call.number(given["portalId"]) != call.portal.config.portal_id:
            raise ApiError(403, "The app is not installed in this account.", "MISSING_SCOPES")
        status_id = str(uuid.uuid4())
        call.portal.journal.snapshots[status_id] = (call.portal.now_ms(), _snapshot(call, given))
        named = {key: given[key] for key in ("portalId", "objectId", "objectTypeId")}
        shown.append({**named, "snapshotStatusId": status_id})
    return 200, {"snapshotResponses": shown}


def _snapshot(call: Call, given: dict[str, Any]) -> bool:
    """Write a record into the journal; no where there is none."""
    kind = call.portal.kind(str(given["objectTypeId"]))
    record = objects_api.find(call.portal, kind, str(given["objectId"]))
    if record is None:
        return False
    names = [str(name) for name in call.items(given.get("properties"))]
    values = {name: record.values.get(name) for name in names}
    about = {"objectTypeId": kind.id, "objectId": int(record.id), "properties": values}
    call.portal.journal.note_snapshot(call.portal.now_ms(), about)
    return True


def snapshot_status(call: Call) -> Answer:
    status_id = call.params["status_id"]
    if status_id not in call.portal.journal.snapshots:
        raise resource_not_found()
    at_ms, found = call.portal.journal.snapshots[status_id]
    shown: dict[str, Any] = {"id": status_id, "initiatedAt": at_ms, "completedAt": at_ms}
    if found:
        return 200, {**shown, "status": "COMPLETED"}
    failure = {"status": "FAILED", "errorCode": "VALIDATION_ERROR", "message": "Object not found"}
    return 200, {**shown, **failure}


def _paths(area: str, rest: str) -> tuple[str, ...]:
    dated = tuple(f"/webhooks-journal/{area}/{version}{rest}" for version in VERSIONS)
    return (*dated, f"/webhooks/v4/{area}{rest}")


_SUBSCRIPTIONS = "subscriptions"
_STATUS = (
    *_paths("journal", "/status/{status_id}"),
    *_paths("journal-local", "/status/{status_id}"),
)
ENDPOINTS = (
    Endpoint("POST", _paths("snapshots", "/crm"), take_snapshots, "exempt", SNAPSHOT_SCOPE),
    Endpoint("GET", _STATUS, snapshot_status, "exempt", JOURNAL_READ),
    Endpoint("POST", _paths(_SUBSCRIPTIONS, "/filters"), create_filter, "exempt", SCOPE_WRITE),
    Endpoint(
        "GET", _paths(_SUBSCRIPTIONS, "/filters/subscription/{subscription_id}"), filters_of,
        "exempt", SCOPE_READ,
    ),
    Endpoint(
        "GET", _paths(_SUBSCRIPTIONS, "/filters/{filter_id}"), get_filter, "exempt", SCOPE_READ
    ),
    Endpoint(
        "DELETE", _paths(_SUBSCRIPTIONS, "/filters/{filter_id}"), delete_filter, "exempt",
        SCOPE_WRITE,
    ),
    Endpoint(
        "GET", _paths(_SUBSCRIPTIONS, "/{subscription_id}"), get_subscription, "exempt", SCOPE_READ
    ),
)  # fmt: skip
