"""Marketing events by the id of the app they come from, and by HubSpot's own.

Source: HubSpot's published OpenAPI, "Marketing events"; HubSpot developer docs.
"""

from typing import Any

from connectors.hubspot.sandbox import marketing_event_records
from connectors.hubspot.sandbox.batch_api import MOST, outcome
from connectors.hubspot.sandbox.errors import ApiError, invalid
from connectors.hubspot.sandbox.http import VERSIONS, Answer, Call, Endpoint
from connectors.hubspot.sandbox.marketing_events import FLAGS, TEXTS, TIMES, MarketingEvent
from connectors.hubspot.sandbox.moments import iso, to_ms
from connectors.hubspot.sandbox.objects_api import paging
from connectors.sandbox.digits import is_whole

READ, WRITE = "crm.objects.marketing_events.read", "crm.objects.marketing_events.write"
NEEDED = ("eventName", "eventOrganizer", "externalAccountId", "externalEventId")
DEFAULT_PAGE, MOST_PER_PAGE = 10, 100


def by_object_id(call: Call) -> MarketingEvent:
    """Raises: ApiError (404)."""
    raw = call.params["object_id"]
    found = call.portal.marketing_events.all.get(int(raw)) if is_whole(raw) else None
    if found is None:
        raise _no_event(raw)
    return found


def by_external_id(call: Call) -> MarketingEvent:
    """The app's account is part of the path or of the query. Raises: ApiError (404)."""
    account = call.params.get("account_id") or call.query.get("externalAccountId")
    external = call.params["external_id"]
    found = call.portal.marketing_events.external(external, account)
    if found is None:
        raise _no_event(external)
    return found


def _no_event(named: str) -> ApiError:
    return ApiError(
        404, f"Marketing event with id {named} was not found", "OBJECT_NOT_FOUND",
        context={"id": [named]},
    )  # fmt: skip


def _values(body: dict[str, Any]) -> dict[str, Any]:
    """The fields that are given, checked. Raises: ApiError."""
    values: dict[str, Any] = {k: body[k] for k in (*TEXTS, *FLAGS) if k in body}
    for name in TIMES:
        if body.get(name) is None:
            continue
        ms = to_ms(str(body[name]))
        if ms is None:
            raise invalid(f"{name} is not a date and time: {body[name]}", name=[name])
        values[name] = iso(ms)
    return values


def _make(call: Call, body: dict[str, Any]) -> MarketingEvent:
    held, now_ms = call.portal.marketing_events, call.portal.now_ms()
    made = MarketingEvent(
        marketing_event_records.make(call.portal, call.actor), call.portal.config.app_id,
        str(body["externalAccountId"]),
        str(body["externalEventId"]), _values(body), now_ms, now_ms,
        _custom(call, body),
    )  # fmt: skip
    held.all[made.id] = made
    marketing_event_records.follow(call.portal, made, call.actor)
    return made


def _custom(call: Call, body: dict[str, Any]) -> list[dict[str, Any]]:
    given = call.items(body.get("customProperties"))
    return [call.with_fields(one, "name", "value") for one in given]


def _change(call: Call, event: MarketingEvent, body: dict[str, Any]) -> None:
    event.values |= _values(body)
    if "customProperties" in body:
        event.custom = _custom(call, body)
    event.updated_ms = call.portal.now_ms()
    marketing_event_records.follow(call.portal, event, call.actor)


def _drop(call: Call, event_id: int) -> None:
    """Also where there is none."""
    if call.portal.marketing_events.all.pop(event_id, None) is not None:
        marketing_event_records.drop(call.portal, event_id, call.actor)


def create(call: Call) -> Answer:
    """The same external ids again change the event there is."""
    return 200, _upsert(call, call.mapping(*NEEDED)).basic()


def _upsert(call: Call, body: dict[str, Any]) -> MarketingEvent:
    held = call.portal.marketing_events
    found = held.external(str(body["externalEventId"]), str(body["externalAccountId"]))
    if found is None:
        return _make(call, body)
    _change(call, found, body)
    return found


def put(call: Call) -> Answer:
    ids = {"externalEventId": call.params["external_id"]}
    return 200, _upsert(call, {**call.mapping(*NEEDED[:3]), **ids}).dated()


def upsert_many(call: Call) -> Answer:
    made = [_upsert(call, row).dated() for row in call.rows(MOST, *NEEDED)]
    return outcome(call, made, [])


def get_external(call: Call) -> Answer:
    return 200, by_external_id(call).counted()


def patch_external(call: Call) -> Answer:
    event = by_external_id(call)
    _change(call, event, call.mapping())
    return 200, event.dated()


def delete_external(call: Call) -> Answer:
    _drop(call, by_external_id(call).id)
    return 204, None


def delete_many_external(call: Call) -> Answer:
    held = call.portal.marketing_events
    for row in call.rows(MOST, "externalAccountId", "externalEventId", "appId"):
        found = held.external(str(row["externalEventId"]), str(row["externalAccountId"]))
        if found is not None:
            _drop(call, found.id)
    return 204, None


def cancel(call: Call) -> Answer:
    event = by_external_id(call)
    _change(call, event, {"eventCancelled": True})
    return 200, event.basic()


def complete(call: Call) -> Answer:
    """Who registered and did not come is a no-show from now on."""
    event = by_external_id(call)
    _change(call, event, {**call.mapping(*TIMES), "eventCompleted": True})
    return 200, event.basic()


def list_events(call: Call) -> Answer:
    limit = call.whole("limit", DEFAULT_PAGE, MOST_PER_PAGE)
    found = list(call.portal.marketing_events.all.values())
    start = call.number(call.query.get("after") or 0)
    page = [one.by_object_id() for one in found[start : start + limit]]
    body: dict[str, Any] = {"results": page}
    if start + limit < len(found):
        body["paging"] = paging(call, str(start + limit))
    return 200, body


def get(call: Call) -> Answer:
    return 200, by_object_id(call).by_object_id()


def patch(call: Call) -> Answer:
    event = by_object_id(call)
    _change(call, event, call.mapping())
    return 200, _second(event)


def _second(event: MarketingEvent) -> dict[str, Any]:
    """`MarketingEventPublicDefaultResponseV2`"""
    counts = ("registrants", "attendees", "cancellations", "noShows", "externalEventId")
    return {k: v for k, v in event.by_object_id().items() if k not in counts}


def delete(call: Call) -> Answer:
    _drop(call, by_object_id(call).id)
    return 204, None


def update_many(call: Call) -> Answer:
    results: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for row in call.rows(MOST, "objectId"):
        raw = str(row["objectId"])
        event = call.portal.marketing_events.all.get(int(raw)) if is_whole(raw) else None
        if event is None:
            errors.append(_no_event(raw).row())
            continue
        _change(call, event, row)
        results.append(_second(event))
    return outcome(call, results, errors)


def delete_many(call: Call) -> Answer:
    for row in call.rows(MOST, "objectId"):
        _drop(call, call.number(row["objectId"]))
    return 204, None


def either(call: Call) -> MarketingEvent:
    """By whichever ids the path has."""
    return by_object_id(call) if "object_id" in call.params else by_external_id(call)


def paths(rest: str = "") -> tuple[str, ...]:
    roots = (
        "/marketing/v3/marketing-events", "/marketing/marketing-events/v3",
        *(f"/marketing/marketing-events/{version}" for version in VERSIONS),
    )  # fmt: skip
    return tuple(f"{root}{rest}" for root in roots)


_EXTERNAL, _ONE = "/events/{external_id}", "/{object_id}"
ENDPOINTS = (
    Endpoint("POST", paths("/events"), create, scope=WRITE),
    Endpoint("POST", paths("/events/upsert"), upsert_many, scope=WRITE),
    Endpoint("POST", paths("/events/delete"), delete_many_external, scope=WRITE),
    Endpoint("POST", paths(f"{_EXTERNAL}/cancel"), cancel, scope=WRITE),
    Endpoint("POST", paths(f"{_EXTERNAL}/complete"), complete, scope=WRITE),
    Endpoint("GET", paths(_EXTERNAL), get_external, scope=READ),
    Endpoint("PUT", paths(_EXTERNAL), put, scope=WRITE),
    Endpoint("PATCH", paths(_EXTERNAL), patch_external, scope=WRITE),
    Endpoint("DELETE", paths(_EXTERNAL), delete_external, scope=WRITE),
    Endpoint("POST", paths("/batch/update"), update_many, scope=WRITE),
    Endpoint("POST", paths("/batch/archive"), delete_many, scope=WRITE),
    Endpoint("GET", paths(), list_events, scope=READ),
    Endpoint("GET", paths(_ONE), get, scope=READ),
    Endpoint("PATCH", paths(_ONE), patch, scope=WRITE),
    Endpoint("DELETE", paths(_ONE), delete, scope=WRITE),
)
