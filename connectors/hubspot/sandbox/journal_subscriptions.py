"""What is written in the webhooks journal: subscriptions of the app in an account.

Source: HubSpot's published OpenAPI, "Webhooks journal" 2026-03 and v4. Creating one for the same
kind of change again replaces it ("create or update").
"""

from typing import Any

from connectors.hubspot.sandbox.errors import ApiError, invalid, resource_not_found
from connectors.hubspot.sandbox.http import VERSIONS, Answer, Call, Endpoint, Handle
from connectors.hubspot.sandbox.journal import ASSOCIATION, OBJECT, PRIVACY, Wanted

TYPES = {
    OBJECT: {"CREATE", "UPDATE", "DELETE", "MERGE", "RESTORE", "SNAPSHOT"},
    ASSOCIATION: {"ASSOCIATION_ADDED", "ASSOCIATION_REMOVED"},
    PRIVACY: {"GDPR_DELETE"},
    "APP_LIFECYCLE_EVENT": {"APP_INSTALL", "APP_UNINSTALL"},
    "LIST_MEMBERSHIP": {"ADDED_TO_LIST", "REMOVED_FROM_LIST"},
}
SCOPE_READ = "developer.webhooks_journal.subscriptions.read"
SCOPE_WRITE = "developer.webhooks_journal.subscriptions.write"


def create(call: Call) -> Answer:
    body = call.mapping("subscriptionType", "portalId", "actions")
    kind = str(body["subscriptionType"])
    if kind not in TYPES:
        raise invalid(f"Invalid subscriptionType: {kind}")
    actions = tuple(dict.fromkeys(str(one) for one in call.items(body["actions"])))
    if not actions or not TYPES[kind].issuperset(actions):
        raise invalid(f"Invalid actions for {kind}: {list(actions)}")
    if call.number(body["portalId"]) != call.portal.config.portal_id:
        raise ApiError(403, "The app is not installed in this account.", "MISSING_SCOPES")
    type_id = _type_id(call, body) if kind in {OBJECT, ASSOCIATION} else ""
    journal, now_ms = call.portal.journal, call.portal.now_ms()
    same = [s for s in journal.subscriptions.values()
            if (s.subscription_type, s.object_type_id) == (kind, type_id)]  # fmt: skip
    number = same[0].id if same else journal.next_id
    journal.next_id += not same
    wanted = Wanted(
        number, kind, type_id, call.portal.config.portal_id, actions,
        same[0].created_ms if same else now_ms, now_ms,
        tuple(str(one) for one in call.items(body.get("properties"))),
        tuple(call.number(one) for one in call.items(body.get("objectIds"))),
        tuple(str(one) for one in call.items(body.get("associatedObjectTypeIds"))),
    )  # fmt: skip
    journal.subscriptions[number] = wanted
    return 200 if same else 201, wanted.as_json(call.portal.config.app_id)


def listed(call: Call) -> Answer:
    app_id = call.portal.config.app_id
    known = call.portal.journal.subscriptions.values()
    return 200, {"results": [one.as_json(app_id) for one in known]}


def delete(call: Call) -> Answer:
    known = call.portal.journal.subscriptions
    found = [number for number in known if str(number) == call.params["subscription_id"]]
    if not found:
        raise resource_not_found()
    del known[found[0]]
    filters = call.portal.journal.filters
    for number in [one.id for one in filters.values() if one.subscription_id == found[0]]:
        del filters[number]
    return 204, None


def delete_of_portal(call: Call) -> Answer:
    if call.params["portal_id"] != str(call.portal.config.portal_id):
        raise resource_not_found()
    call.portal.journal.subscriptions.clear()
    call.portal.journal.filters.clear()
    return 204, None


def _type_id(call: Call, body: dict[str, Any]) -> str:
    """By id or by name. Raises: ApiError."""
    call.with_fields(body, "objectTypeId")
    return call.portal.kind(str(body["objectTypeId"])).id


def _at(method: str, rest: str, handle: Handle, scope: str) -> Endpoint:
    bases = (
        *(f"/webhooks-journal/subscriptions/{v}" for v in VERSIONS), "/webhooks/v4/subscriptions",
    )  # fmt: skip
    paths = tuple(f"{base}{rest}" for base in bases)
    return Endpoint(method, paths, handle, limit="exempt", scope=scope)


ENDPOINTS = (
    _at("POST", "", create, SCOPE_WRITE),
    _at("GET", "", listed, SCOPE_READ),
    _at("DELETE", "/portals/{portal_id}", delete_of_portal, SCOPE_WRITE),
    _at("DELETE", "/{subscription_id}", delete, SCOPE_WRITE),
)
