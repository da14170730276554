"""Owners, pipelines and the account itself. Source: HubSpot's published OpenAPI."""

from typing import Any

from connectors.hubspot.sandbox.errors import resource_not_found
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint, dated
from connectors.hubspot.sandbox.moments import iso
from connectors.hubspot.sandbox.owners import Owner
from connectors.hubspot.sandbox.pipelines import Pipeline, Stage

MOST_OWNERS = 500
OWNERS = dated("/crm/v3/owners", "/crm/owners/{version}")
PIPELINES = dated("/crm/v3/pipelines/{type}", "/crm/pipelines/{version}/{type}")


def list_owners(call: Call) -> Answer:
    limit = call.whole("limit", 100, MOST_OWNERS)
    archived = call.query.get("archived") == "true"
    email = (call.query.get("email") or "").lower()
    start = call.number(call.query.get("after") or 0)
    found = [
        owner
        for owner in call.portal.owners.all.values()
        if owner.archived == archived and (not email or owner.email.lower() == email)
    ]
    body: dict[str, Any] = {"results": [o.as_json() for o in found[start : start + limit]]}
    if len(found) > start + limit:
        after = str(start + limit)
        link = f"https://api.hubapi.com{call.path}?after={after}"
        body["paging"] = {"next": {"after": after, "link": link}}
    return 200, body


def get_owner(call: Call) -> Answer:
    """`idProperty=userId` asks by user id."""
    archived = call.query.get("archived") == "true"
    by_user = call.query.get("idProperty") == "userId"

    def named(owner: Owner) -> bool:
        return (str(owner.user_id) if by_user else owner.id) == call.params["id"]

    owners = call.portal.owners.all.values()
    found = next((o for o in owners if named(o) and o.archived == archived), None)
    if found is None:
        raise resource_not_found()
    return 200, found.as_json()


def list_pipelines(call: Call) -> Answer:
    return 200, {"results": [pipeline.as_json() for pipeline in _pipelines(call).values()]}


def _pipelines(call: Call) -> dict[str, Pipeline]:
    return call.portal.pipelines.setdefault(call.kind.name, {})


def _pipeline(call: Call) -> Pipeline:
    found = _pipelines(call).get(call.params["id"])
    if found is None:
        raise resource_not_found()
    return found


def get_pipeline(call: Call) -> Answer:
    return 200, _pipeline(call).as_json()


def create_pipeline(call: Call) -> Answer:
    body = call.mapping("label", "displayOrder", "stages")
    now_ms = call.portal.now_ms()
    pipeline_id = str(body.get("pipelineId") or len(_pipelines(call)) + now_ms)
    pipeline = Pipeline(pipeline_id, str(body["label"]), call.number(body["displayOrder"]), now_ms)
    for number, given in enumerate(call.items(body["stages"])):
        _add_stage(call, pipeline, given, f"{pipeline_id}{number}")
    _pipelines(call)[pipeline_id] = pipeline
    return 201, pipeline.as_json()


def delete_pipeline(call: Call) -> Answer:
    del _pipelines(call)[_pipeline(call).id]
    return 204, None


def list_stages(call: Call) -> Answer:
    return 200, {"results": [stage.as_json() for stage in _pipeline(call).stages.values()]}


def create_stage(call: Call) -> Answer:
    pipeline = _pipeline(call)
    fallback = f"{call.portal.now_ms()}{len(pipeline.stages)}"
    return 201, _add_stage(call, pipeline, call.body, fallback).as_json()


def _add_stage(call: Call, pipeline: Pipeline, given: Any, fallback: str) -> Stage:
    part = call.with_fields(given, "label", "displayOrder", "metadata")
    stage_id = str(part.get("stageId") or fallback)
    metadata = {str(k): str(v) for k, v in call.with_fields(part["metadata"]).items()}
    now_ms = call.portal.now_ms()
    stage = Stage(stage_id, str(part["label"]), call.number(part["displayOrder"]), metadata, now_ms)
    pipeline.stages[stage_id] = stage
    return stage


def details(call: Call) -> Answer:
    config = call.portal.config
    return 200, {
        "portalId": config.portal_id, "accountType": "DEVELOPER_TEST",
        "timeZone": config.time_zone, "companyCurrency": config.currency,
        "additionalCurrencies": [], "utcOffset": "-05:00", "utcOffsetMilliseconds": -18_000_000,
        "uiDomain": "app.hubspot.com", "dataHostingLocation": "na1",
    }  # fmt: skip


def private_app_usage(call: Call) -> Answer:
    config, now_ms = call.portal.config, call.portal.now_ms()
    row = {
        "name": "private-apps-api-calls-daily", "usageLimit": config.daily,
        "currentUsage": call.portal.meters.today, "collectedAt": iso(now_ms),
        "fetchStatus": "SUCCESS", "resetsAt": iso((now_ms // 86_400_000 + 1) * 86_400_000),
    }  # fmt: skip
    return 200, {"results": [row]}


_INFO = "/account-info/{version}"
ENDPOINTS = (
    Endpoint("GET", OWNERS, list_owners, scope="crm.objects.owners.read"),
    Endpoint(
        "GET", tuple(f"{p}/{{id}}" for p in OWNERS), get_owner, scope="crm.objects.owners.read"
    ),
    Endpoint("GET", PIPELINES, list_pipelines, scope="crm.objects.{type}.read"),
    Endpoint("POST", PIPELINES, create_pipeline, scope="crm.objects.{type}.write"),
    Endpoint("GET", tuple(f"{p}/{{id}}" for p in PIPELINES), get_pipeline),
    Endpoint("DELETE", tuple(f"{p}/{{id}}" for p in PIPELINES), delete_pipeline),
    Endpoint("GET", tuple(f"{p}/{{id}}/stages" for p in PIPELINES), list_stages),
    Endpoint("POST", tuple(f"{p}/{{id}}/stages" for p in PIPELINES), create_stage),
    Endpoint("GET", dated("/account-info/v3/details", f"{_INFO}/details"), details),
    Endpoint(
        "GET",
        dated(
            "/account-info/v3/api-usage/daily/private-apps",
            f"{_INFO}/api-usage/daily/private-apps",
        ),
        private_app_usage,
    ),
)
