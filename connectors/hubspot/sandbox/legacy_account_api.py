"""Owners, properties, pipelines, associations and the account before version 3.

Source: HubSpot's legacy docs, "Owners API v2", "CRM pipelines API v1", "CRM associations API v1",
"Contact / company / deal properties", "Integrations API v1", "Workflows API v3".
"""

from typing import Any

from connectors.hubspot.sandbox import account_api, linking, objects_api
from connectors.hubspot.sandbox import legacy_shape as shape
from connectors.hubspot.sandbox.errors import ApiError, invalid, resource_not_found
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint
from connectors.hubspot.sandbox.links import Definition
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.owners import Owner
from connectors.hubspot.sandbox.pipelines import Pipeline, Stage
from connectors.hubspot.sandbox.properties import Property
from connectors.hubspot.sandbox.records import Record
from connectors.sandbox.digits import is_whole

Row = dict[str, Any]


def _owner(call: Call, one: Owner) -> Row:
    return {
        "portalId": call.portal.config.portal_id, "ownerId": int(one.id), "type": one.type,
        "firstName": one.first_name, "lastName": one.last_name, "email": one.email,
        "createdAt": one.created_ms, "updatedAt": one.created_ms, "signature": "",
        "remoteList": [], "hasContactsAccess": False, "isActive": not one.archived,
        "activeUserId": None if one.archived else one.user_id,
        "userIdIncludingInactive": one.user_id,
    }  # fmt: skip


def owners(call: Call) -> Answer:
    email = call.query.get("email", "").lower()
    every = call.query.get("includeInactive", "").lower() == "true"
    found = call.portal.owners.all.values()
    return 200, [
        _owner(call, one)
        for one in found
        if (every or not one.archived) and email in {"", one.email.lower()}
    ]


def owner(call: Call) -> Answer:
    found = call.portal.owners.all.get(call.params["id"])
    if found is None:
        raise resource_not_found()
    return 200, _owner(call, found)


def _kind(call: Call) -> ObjectType:
    """By the path, where it is the object's own (`/companies/v2/properties`)."""
    return call.portal.kind(call.params.get("type") or call.path.split("/")[1])


def _property(one: Property) -> Row:
    shown = one.as_json()
    options = [{**o, "readOnly": False, "doubleData": 0.0} for o in shown["options"]]
    return {
        "name": one.name, "label": one.label, "description": one.description,
        "groupName": one.group, "type": one.type, "fieldType": one.field_type, "options": options,
        "displayOrder": one.display_order, "readOnlyValue": one.read_only,
        "readOnlyDefinition": not one.own, "hidden": one.hidden, "calculated": one.calculated,
        "mutableDefinitionNotDeletable": not one.own, "externalOptions": one.external,
        "formField": one.form_field, "favorited": False, "deleted": False,
        "hubspotDefined": not one.own, "referencedObjectType": one.referenced,
        "createdAt": one.created_ms, "updatedAt": one.updated_ms,
    }  # fmt: skip


def properties(call: Call) -> Answer:
    schema = call.portal.schema(_kind(call))
    return 200, [_property(one) for one in schema if one.archived_ms is None]


def one_property(call: Call) -> Answer:
    found = call.portal.schema(_kind(call)).live(call.params["name"])
    if found is None:
        raise resource_not_found()
    return 200, _property(found)


def groups(call: Call) -> Answer:
    held = call.portal.schema(_kind(call)).groups.values()
    shown = (
        {"name": g.name, "displayName": g.label, "displayOrder": g.display_order} for g in held
    )
    return 200, [{**one, "hubspotDefined": False} for one in shown]


def _deal_stage(one: Stage) -> Row:
    chance = float(one.metadata.get("probability", "0"))
    return {
        "stageId": one.id, "label": one.label, "displayOrder": one.order, "active": True,
        "probability": chance, "closedWon": chance == 1.0,
    }  # fmt: skip


def deal_pipelines(call: Call) -> Answer:
    held = call.portal.pipelines["deals"].values()
    return 200, [
        {
            "pipelineId": one.id, "label": one.label, "displayOrder": one.order, "active": True,
            "staticDefault": one.id == "default",
            "stages": [_deal_stage(stage) for stage in one.in_order()],
        }
        for one in held
    ]  # fmt: skip


def _pipeline(kind: ObjectType, one: Pipeline) -> Row:
    stages = [
        {
            "stageId": stage.id, "label": stage.label, "displayOrder": stage.order, "active": True,
            "createdAt": stage.at_ms, "updatedAt": stage.updated_ms, "metadata": stage.metadata,
        }
        for stage in one.in_order()
    ]  # fmt: skip
    return {
        "pipelineId": one.id, "label": one.label, "displayOrder": one.order, "active": True,
        "objectType": kind.label, "objectTypeId": kind.id, "stages": stages,
        "createdAt": one.at_ms, "updatedAt": one.updated_ms, "default": one.order == 0,
    }  # fmt: skip


def pipelines(call: Call) -> Answer:
    kind = call.kind
    held = call.portal.pipelines.get(kind.name, {}).values()
    return 200, {"results": [_pipeline(kind, one) for one in held]}


def _definition(call: Call, raw: Any) -> Definition:
    found = call.portal.links.definitions.get(("HUBSPOT_DEFINED", call.number(raw)))
    if found is None:
        raise invalid(f"Association definition {raw} does not exist")
    return found


def associated(call: Call) -> Answer:
    """Ids; `offset` is the last one read."""
    one = _definition(call, call.params["definition_id"])
    held = call.portal.links.of(one.source, call.params["id"], one.target)
    limit, start = shape.at_most(call, "limit", 10, 100), call.number(call.query.get("offset") or 0)
    ids = sorted(int(i) for i, specs in held.items() if one.spec in specs and int(i) > start)
    last = ids[:limit][-1] if ids else 0
    return 200, {"results": ids[:limit], "hasMore": len(ids) > limit, "offset": last}


def _ends(call: Call, row: Row) -> tuple[Record, Definition, Record]:
    given = call.with_fields(row, "fromObjectId", "toObjectId", "category", "definitionId")
    one, portal = _definition(call, given["definitionId"]), call.portal
    first = objects_api.find(portal, portal.types[one.source], str(given["fromObjectId"]))
    second = objects_api.find(portal, portal.types[one.target], str(given["toObjectId"]))
    if first is None or second is None:
        raise ApiError(400, "One or more objects to associate do not exist", "VALIDATION_ERROR")
    return first, one, second


def associate(call: Call) -> Answer:
    """One, or with `-batch` a list of them."""
    rows = call.items(call.body) if call.path.endswith("-batch") else [call.mapping()]
    parts = [_ends(call, row) for row in rows]
    removing = "/delete" in call.path
    for first, one, second in parts:
        change = linking.unlink if removing else linking.link
        change(call.portal, first, one, second, call.actor)
    return 204, None


def me(call: Call) -> Answer:
    _, about = account_api.details(call)
    wanted = ("portalId", "timeZone", "utcOffset", "utcOffsetMilliseconds")
    return 200, {**{key: about[key] for key in wanted}, "currency": about["companyCurrency"]}


def daily_limit(call: Call) -> Answer:
    _, usage = account_api.private_app_usage(call)
    return 200, [{**row, "name": "api-calls-daily"} for row in usage["results"]]


def workflows(call: Call) -> Answer:
    """Those of the setting `workflows`."""
    at_ms = call.portal.started_ms
    rows = [
        {
            "id": number, "name": one.name, "type": "PROPERTY_ANCHOR", "enabled": True,
            "insertedAt": at_ms, "updatedAt": at_ms, "portalId": call.portal.config.portal_id,
            "personaTagIds": [], "contactListIds": {"enrolled": 0, "active": 0, "steps": []},
        }
        for number, one in enumerate(call.portal.config.workflows, 1)
    ]  # fmt: skip
    return 200, {"workflows": rows}


def campaigns(call: Call) -> Answer:
    """Those that e-mail events name; `offset` counts."""
    limit, start = (
        shape.at_most(call, "limit", 100, 1000),
        call.number(call.query.get("offset") or 0),
    )
    rows = list(_campaigns(call).values())
    shown, end = rows[start : start + limit], min(len(rows), start + limit)
    return 200, {"campaigns": shown, "hasMore": end < len(rows), "offset": str(end)}


def campaign(call: Call) -> Answer:
    found = _campaigns(call).get(call.params["id"])
    if found is None:
        raise resource_not_found()
    counters: dict[str, int] = {}
    for event in call.portal.events.all:
        if event.email_type and event.properties.get("emailCampaignId") == call.params["id"]:
            name = event.email_type.lower()
            counters[name] = counters.get(name, 0) + 1
    return 200, {**found, "type": "BATCH_EMAIL", "counters": counters}


def _campaigns(call: Call) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for event in call.portal.events.all:
        number = event.properties.get("emailCampaignId", "")
        if event.email_type and is_whole(number):
            found[number] = {
                "id": int(number), "appId": 113, "appName": "Batch", "contentId": int(number),
                "subject": event.properties.get("subject", ""), "lastUpdatedTime": event.at_ms,
            }  # fmt: skip
    return found


def subscriptions(call: Call) -> Answer:
    config = call.portal.config
    one = {
        "id": 1, "portalId": config.portal_id, "name": "Marketing Information", "active": True,
        "description": "Marketing offers and updates.", "internal": False, "internalName": "",
        "category": "Marketing", "channel": "Email", "order": 0,
    }  # fmt: skip
    return 200, {"subscriptionDefinitions": [one]}


def nothing_yet(call: Call) -> Answer:
    """Changes of subscriptions, and marketing e-mails: the account has none."""
    if call.path.startswith("/email"):
        return 200, {"timeline": [], "hasMore": False, "offset": "0"}
    return 200, {"objects": [], "total": 0, "limit": 100, "offset": 0}


_CRM = "/crm-associations/v1/associations"
_PROPERTIES = (
    *(f"/properties/{v}/{{type}}/properties" for v in ("v1", "v2")),
    *(f"/{kind}/v2/properties" for kind in ("contacts", "companies")),
)
_GROUPS = tuple(f"/properties/{v}/{{type}}/groups" for v in ("v1", "v2"))
_CHANGES = tuple(f"{_CRM}{way}" for way in ("", "/create-batch", "/delete", "/delete-batch"))
_EMAIL = "/email/public/v1"
_SCHEMA, _CONTACTS = "crm.schemas.{type}.read", "crm.objects.contacts.read"
ENDPOINTS = (
    Endpoint("GET", ("/owners/v2/owners",), owners, scope="crm.objects.owners.read"),
    Endpoint("GET", ("/owners/v2/owners/{id}",), owner, scope="crm.objects.owners.read"),
    Endpoint("GET", _PROPERTIES[:2], properties, scope=_SCHEMA),
    Endpoint("GET", _PROPERTIES[2:], properties, scope=_CONTACTS),
    Endpoint("GET", tuple(f"{p}/named/{{name}}" for p in _PROPERTIES[:2]), one_property,
             scope=_SCHEMA),
    Endpoint("GET", _GROUPS, groups, scope=_SCHEMA),
    Endpoint("GET", ("/deals/v1/pipelines",), deal_pipelines, scope="crm.schemas.deals.read"),
    Endpoint("GET", ("/crm-pipelines/v1/pipelines/{type}",), pipelines, scope=_SCHEMA),
    Endpoint("GET", (f"{_CRM}/{{id}}/HUBSPOT_DEFINED/{{definition_id}}",), associated,
             scope=_CONTACTS),
    Endpoint("PUT", _CHANGES, associate, scope="crm.objects.contacts.write"),
    Endpoint("GET", ("/integrations/v1/me",), me),
    Endpoint("GET", ("/integrations/v1/limit/daily",), daily_limit),
    Endpoint("GET", ("/automation/v3/workflows",), workflows, scope="automation"),
    Endpoint("GET", (f"{_EMAIL}/campaigns", f"{_EMAIL}/campaigns/by-id"), campaigns,
             scope="content"),
    Endpoint("GET", (f"{_EMAIL}/campaigns/{{id}}",), campaign, scope="content"),
    Endpoint("GET", (f"{_EMAIL}/subscriptions",), subscriptions, scope="content"),
    Endpoint("GET", (f"{_EMAIL}/subscriptions/timeline",), nothing_yet, scope="content"),
    Endpoint("GET", ("/marketing-emails/v1/emails/with-statistics", "/marketing-emails/v1/emails"),
             nothing_yet, scope="content"),
)  # fmt: skip
