"""Ids of marketing events, lists of people associated with them, and apps' settings.

Source: HubSpot's published OpenAPI, "Marketing events".
"""

from connectors.hubspot.sandbox.errors import invalid, resource_not_found
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint
from connectors.hubspot.sandbox.list_members import members
from connectors.hubspot.sandbox.lists_api import no_list
from connectors.hubspot.sandbox.marketing_events_api import READ, WRITE, either, paths


def search(call: Call) -> Answer:
    """By part of the external id, within the app."""
    wanted = call.query.get("q") or ""
    rows = [
        {
            "objectId": str(one.id), "externalEventId": one.external_id, "appId": one.app_id,
            "externalAccountId": one.account_id,
        }
        for one in call.portal.marketing_events.all.values()
        if wanted in one.external_id
    ]  # fmt: skip
    return 200, {"results": rows}


def identifiers(call: Call) -> Answer:
    rows = [
        {
            "objectId": str(one.id), "externalEventId": one.external_id,
            "externalAccountId": one.account_id, "appInfo": one.app_info(),
            "marketingEventName": one.values.get("eventName"),
        }
        for one in call.portal.marketing_events.all.values()
        if one.external_id == call.params["external_id"]
    ]  # fmt: skip
    return 200, {"total": len(rows), "results": rows}


def list_lists(call: Call) -> Answer:
    portal = call.portal
    found = [one for i in either(call).lists if (one := portal.lists.live(i)) is not None]
    rows = [one.as_json(filters=False, size=len(members(portal, one))) for one in found]
    return 200, {"total": len(rows), "results": rows}


def link_list(call: Call) -> Answer:
    event, list_id = either(call), call.params["list_id"]
    if call.portal.lists.live(list_id) is None:
        raise no_list(list_id)
    if list_id not in event.lists:
        event.lists.append(list_id)
    return 204, None


def unlink_list(call: Call) -> Answer:
    event, list_id = either(call), call.params["list_id"]
    if list_id not in event.lists:
        raise resource_not_found()
    event.lists.remove(list_id)
    return 204, None


def get_settings(call: Call) -> Answer:
    app_id = call.number(call.params["app_id"])
    url = call.portal.marketing_events.settings.get(app_id)
    if url is None:
        raise resource_not_found()
    return 200, {"appId": app_id, "eventDetailsUrl": url}


def set_settings(call: Call) -> Answer:
    app_id, body = call.number(call.params["app_id"]), call.mapping("eventDetailsUrl")
    if "%s" not in str(body["eventDetailsUrl"]):
        raise invalid("eventDetailsUrl must contain %s where the event's id goes")
    call.portal.marketing_events.settings[app_id] = str(body["eventDetailsUrl"])
    return get_settings(call)


_LISTS = ("/associations/{account_id}/{external_id}/lists", "/associations/{object_id}/lists")
_ONE_LIST = tuple(f"{path}/{{list_id}}" for path in reversed(_LISTS))
_SETTINGS = "/{app_id}/settings"
ENDPOINTS = (
    Endpoint("GET", paths("/events/search"), search, scope=READ),
    *(Endpoint("GET", paths(path), list_lists, scope=WRITE) for path in _LISTS),
    *(Endpoint("PUT", paths(path), link_list, scope=WRITE) for path in _ONE_LIST),
    *(Endpoint("DELETE", paths(path), unlink_list, scope=WRITE) for path in _ONE_LIST),
    Endpoint("GET", paths("/{external_id}/identifiers"), identifiers, scope=READ),
    Endpoint("GET", paths(_SETTINGS), get_settings, developer=True),
    Endpoint("POST", paths(_SETTINGS), set_settings, developer=True),
)
