"""The webhook settings of the app: target, concurrency, subscriptions.

Source: HubSpot's published OpenAPI, "Webhooks" v3 and dated; SDK models. Signed in with the
developer's `hapikey`, or with a bearer token. Wording of the refusals is not confirmed.
"""

from typing import Any

from connectors.hubspot.sandbox.config import Subscription
from connectors.hubspot.sandbox.errors import ApiError, invalid, resource_not_found
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint
from connectors.hubspot.sandbox.moments import iso

LEAST_CONCURRENT = 6  # "must be greater than 5"
MOST_SUBSCRIPTIONS = 1000
OBJECTS = ("contact", "company", "deal", "ticket", "product", "line_item", "object")
VERBS = ("creation", "deletion", "merge", "restore", "propertyChange")
CONVERSATION = ("creation", "deletion", "newMessage", "privacyDeletion", "propertyChange")
EVENT_TYPES = frozenset({
    *(f"{one}.{verb}" for one in OBJECTS for verb in VERBS),
    *(f"{one}.associationChange" for one in OBJECTS if one != "product"),
    *(f"conversation.{verb}" for verb in CONVERSATION),
    "contact.privacyDeletion", "event.completed",
})  # fmt: skip
APP = "/{app_id}"
BASES = (
    "/webhooks/v3", "/webhooks/2025-09", "/webhooks/2026-03", "/app-webhooks/2025-09",
    "/app-webhooks/2026-03", "/app-webhooks/2026-09",
)  # fmt: skip


def get_settings(call: Call) -> Answer:
    _own_app(call)
    if call.portal.config.target_url is None:
        raise resource_not_found()
    return 200, _settings(call)


def put_settings(call: Call) -> Answer:
    _own_app(call)
    body = call.mapping("targetUrl", "throttling")
    throttling = call.with_fields(body["throttling"], "maxConcurrentRequests")
    most = call.number(throttling["maxConcurrentRequests"])
    if most < LEAST_CONCURRENT:
        raise invalid("maxConcurrentRequests must be greater than 5")
    url = str(body["targetUrl"])
    if not url.startswith(("https://", "http://")):
        raise invalid(f"targetUrl is not a valid URL: {url}")
    now_ms = call.portal.now_ms()
    _set(call, target_url=url, webhook_concurrency=most, webhook_settings_ms=now_ms)
    return 200, _settings(call)


def delete_settings(call: Call) -> Answer:
    _own_app(call)
    _set(call, target_url=None)
    return 204, None


def list_subscriptions(call: Call) -> Answer:
    _own_app(call)
    return 200, {"results": [_shown(call, one) for one in call.portal.config.subscriptions]}


def create_subscription(call: Call) -> Answer:
    """Inactive unless it says otherwise."""
    _own_app(call)
    body = call.mapping("eventType")
    event_type, name = str(body["eventType"]), body.get("propertyName")
    type_id = body.get("objectTypeId")
    if event_type not in EVENT_TYPES:
        raise invalid(f"Invalid eventType: {event_type}")
    if event_type.endswith(".propertyChange") and not name:
        raise invalid("propertyName is required for propertyChange subscriptions")
    if event_type.startswith("object.") and not type_id:
        raise invalid("objectTypeId is required for generic object subscriptions")
    known = call.portal.config.subscriptions
    if len(known) >= MOST_SUBSCRIPTIONS:
        raise invalid(f"An app can have at most {MOST_SUBSCRIPTIONS} subscriptions")
    key = (event_type, str(name) if name else None, str(type_id) if type_id else None)
    if any((one.eventType, one.propertyName, one.objectTypeId) == key for one in known):
        raise invalid(f"A subscription for {event_type} already exists")
    now_ms = call.portal.now_ms()
    made = Subscription(
        eventType=event_type, propertyName=key[1], objectTypeId=key[2],
        active=body.get("active") is True, id=max((one.id or 0 for one in known), default=0) + 1,
        created_ms=now_ms, updated_ms=now_ms,
    )  # fmt: skip
    _set(call, subscriptions=[*known, made])
    return 201, _shown(call, made)


def get_subscription(call: Call) -> Answer:
    _own_app(call)
    return 200, _shown(call, _named(call, call.params["subscription_id"]))


def patch_subscription(call: Call) -> Answer:
    _own_app(call)
    one = _named(call, call.params["subscription_id"])
    return 200, _shown(call, _switched(call, one, call.mapping().get("active")))


def delete_subscription(call: Call) -> Answer:
    _own_app(call)
    one = _named(call, call.params["subscription_id"])
    rest = [other for other in call.portal.config.subscriptions if other.id != one.id]
    _set(call, subscriptions=rest)
    return 204, None


def update_subscriptions(call: Call) -> Answer:
    """207 where some don't exist."""
    _own_app(call)
    started = iso(call.portal.now_ms())
    results, errors = [], []
    for row in call.rows(MOST_SUBSCRIPTIONS, "id", "active"):
        try:
            one = _named(call, str(row["id"]))
            results.append(_shown(call, _switched(call, one, row["active"])))
        except ApiError as error:
            errors.append(error.row(ids=[str(row["id"])]))
    body: dict[str, Any] = {
        "status": "COMPLETE", "results": results, "startedAt": started,
        "completedAt": iso(call.portal.now_ms()),
    }  # fmt: skip
    if errors:
        return 207, {**body, "numErrors": len(errors), "errors": errors}
    return 200, body


def _own_app(call: Call) -> None:
    if call.params["app_id"] != str(call.portal.config.app_id):
        raise resource_not_found()


def _named(call: Call, subscription_id: str) -> Subscription:
    for one in call.portal.config.subscriptions:
        if str(one.id) == subscription_id:
            return one
    raise ApiError(404, "resource not found", "OBJECT_NOT_FOUND")


def _switched(call: Call, one: Subscription, active: Any) -> Subscription:
    if not isinstance(active, bool):
        raise invalid("active must be true or false")
    changed = one.model_copy(update={"active": active, "updated_ms": call.portal.now_ms()})
    known = call.portal.config.subscriptions
    _set(call, subscriptions=[changed if other.id == one.id else other for other in known])
    return changed


def _set(call: Call, **changes: Any) -> None:
    call.portal.configure(call.portal.config.model_copy(update=changes))


def _settings(call: Call) -> dict[str, Any]:
    config = call.portal.config
    at = iso(config.webhook_settings_ms or call.portal.started_ms)
    throttling: dict[str, Any] = {"maxConcurrentRequests": config.webhook_concurrency}
    if "/v3/" in call.path:
        throttling["period"] = "SECONDLY"
    return {
        "targetUrl": config.target_url, "throttling": throttling, "createdAt": at, "updatedAt": at,
    }  # fmt: skip


def _shown(call: Call, one: Subscription) -> dict[str, Any]:
    started_ms = call.portal.started_ms
    shown: dict[str, Any] = {
        "id": str(one.id), "eventType": one.eventType, "active": one.active,
        "createdAt": iso(one.created_ms or started_ms),
        "updatedAt": iso(one.updated_ms or started_ms),
    }  # fmt: skip
    more = {"propertyName": one.propertyName, "objectTypeId": one.objectTypeId}
    return shown | {name: value for name, value in more.items() if value is not None}


def _at(rest: str) -> tuple[str, ...]:
    return tuple(f"{base}{APP}{rest}" for base in BASES)


ENDPOINTS = tuple(
    Endpoint(method, _at(path), handle, limit="exempt", developer=True)
    for method, path, handle in (
        ("GET", "/settings", get_settings),
        ("PUT", "/settings", put_settings),
        ("DELETE", "/settings", delete_settings),
        ("GET", "/subscriptions", list_subscriptions),
        ("POST", "/subscriptions", create_subscription),
        ("POST", "/subscriptions/batch/update", update_subscriptions),
        ("GET", "/subscriptions/{subscription_id}", get_subscription),
        ("PATCH", "/subscriptions/{subscription_id}", patch_subscription),
        ("DELETE", "/subscriptions/{subscription_id}", delete_subscription),
    )
)
