"""Pipelines and stages: create, change, replace, archive, audit.

Source: HubSpot's published OpenAPI, "Pipelines"; HubSpot developer docs, "Pipelines" (metadata,
deletion with its two checks). The wording of refusals is not confirmed.
"""

from collections.abc import Iterable
from typing import Any

from connectors.hubspot.sandbox import pipelines
from connectors.hubspot.sandbox.errors import ApiError, invalid, resource_not_found
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint, dated
from connectors.hubspot.sandbox.moments import iso
from connectors.hubspot.sandbox.pipelines import Pipeline, Stage

PIPELINES = dated("/crm/v3/pipelines/{type}", "/crm/pipelines/{version}/{type}")
PIPELINE = tuple(f"{path}/{{id}}" for path in PIPELINES)
STAGES = tuple(f"{path}/stages" for path in PIPELINE)
STAGE = tuple(f"{path}/{{stage_id}}" for path in STAGES)
READ, WRITE = "crm.objects.{type}.read", "crm.objects.{type}.write"
REQUIRED_METADATA = {"deals": "probability", "tickets": "ticketState", "leads": "leadState"}
STATES = {"OPEN", "CLOSED"}
CHECKS = ("validateReferencesBeforeDelete", "validateDealStageUsagesBeforeDelete")


def _all(call: Call) -> dict[str, Pipeline]:
    return call.portal.pipelines.setdefault(call.kind.name, {})


def _pipeline(call: Call) -> Pipeline:
    found = _all(call).get(call.params["id"])
    if found is None:
        raise resource_not_found()
    return found


def _stage(call: Call) -> Stage:
    found = _pipeline(call).stages.get(call.params["stage_id"])
    if found is None:
        raise resource_not_found()
    return found


def list_pipelines(call: Call) -> Answer:
    shown = sorted(_all(call).values(), key=lambda pipeline: pipeline.order)
    return 200, {"results": [pipeline.as_json() for pipeline in shown]}


def get_pipeline(call: Call) -> Answer:
    return 200, _pipeline(call).as_json()


def create_pipeline(call: Call) -> Answer:
    body = call.mapping("label", "displayOrder", "stages")
    now_ms = call.portal.now_ms()
    pipeline_id = str(body.get("pipelineId") or now_ms + len(_all(call)))
    if pipeline_id in _all(call):
        raise _taken("Pipeline", "ID", pipeline_id)
    _check_label(call, str(body["label"]))
    pipeline = Pipeline(pipeline_id, str(body["label"]), call.number(body["displayOrder"]), now_ms)
    _fill(call, pipeline, body["stages"])
    _note(call, pipeline, "CREATE")
    _all(call)[pipeline_id] = pipeline
    return 201, pipeline.as_json()


def _fill(call: Call, pipeline: Pipeline, stages: Any) -> None:
    for given in call.items(stages):
        _add_stage(call, pipeline, given)


def change_pipeline(call: Call) -> Answer:
    """PATCH: what is left out stays."""
    pipeline, body = _pipeline(call), call.mapping()
    _describe(call, pipeline, body)
    _note(call, pipeline, "UPDATE")
    return 200, pipeline.as_json()


def replace_pipeline(call: Call) -> Answer:
    """PUT: the stages given replace those there were; one with a known id stays that stage."""
    pipeline = _pipeline(call)
    body = call.mapping("label", "displayOrder", "stages")
    fresh = Pipeline(pipeline.id, pipeline.label, pipeline.order, pipeline.at_ms)
    _fill(call, fresh, body["stages"])
    _check_unused(call, pipeline, [s for s in pipeline.stages if s not in fresh.stages])
    _describe(call, pipeline, body)
    for stage in fresh.stages.values():
        if stage.id in pipeline.stages:
            stage.at_ms = pipeline.stages[stage.id].at_ms
            stage.updated_ms = call.portal.now_ms()
    pipeline.stages = fresh.stages
    _note(call, pipeline, "UPDATE")
    return 200, pipeline.as_json()


def _describe(call: Call, pipeline: Pipeline, body: dict[str, Any]) -> None:
    if "label" in body:
        _check_label(call, str(body["label"]), pipeline)
        pipeline.label = str(body["label"])
    if "displayOrder" in body:
        pipeline.order = call.number(body["displayOrder"])


def delete_pipeline(call: Call) -> Answer:
    pipeline = _pipeline(call)
    _check_unused(call, pipeline, pipeline.stages)
    del _all(call)[pipeline.id]
    return 204, None


def list_stages(call: Call) -> Answer:
    return 200, {"results": [stage.as_json() for stage in _pipeline(call).in_order()]}


def get_stage(call: Call) -> Answer:
    return 200, _stage(call).as_json()


def create_stage(call: Call) -> Answer:
    stage = _add_stage(call, _pipeline(call), call.body)
    return 201, stage.as_json()


def _add_stage(call: Call, pipeline: Pipeline, given: Any) -> Stage:
    part = call.with_fields(given, "label", "displayOrder")
    now_ms = call.portal.now_ms()
    stage_id = str(part.get("stageId") or part.get("id") or f"{now_ms}{len(pipeline.stages)}")
    if stage_id in pipeline.stages:
        raise _taken("Stage", "ID", stage_id)
    _check_stage_label(pipeline, str(part["label"]))
    metadata = _metadata(call, part.get("metadata") or {}, {})
    order = call.number(part["displayOrder"])
    stage = Stage(stage_id, str(part["label"]), order, metadata, now_ms)
    _note(call, stage, "CREATE")
    pipeline.stages[stage_id] = stage
    return stage


def change_stage(call: Call) -> Answer:
    """PATCH: what is left out stays, also within the metadata."""
    stage, body = _stage(call), call.mapping()
    return _changed_stage(call, stage, body, stage.metadata)


def replace_stage(call: Call) -> Answer:
    stage, body = _stage(call), call.mapping("label", "displayOrder")
    return _changed_stage(call, stage, {"metadata": {}, **body}, {})


def _changed_stage(call: Call, stage: Stage, body: dict[str, Any], kept: dict[str, str]) -> Answer:
    if "metadata" in body:
        stage.metadata = _metadata(call, body["metadata"] or {}, kept)
    if "label" in body and str(body["label"]) != stage.label:
        _check_stage_label(_pipeline(call), str(body["label"]))
        stage.label = str(body["label"])
    if "displayOrder" in body:
        stage.order = call.number(body["displayOrder"])
    _note(call, stage, "UPDATE")
    return 200, stage.as_json()


def delete_stage(call: Call) -> Answer:
    pipeline, stage = _pipeline(call), _stage(call)
    _check_unused(call, pipeline, [stage.id])
    del pipeline.stages[stage.id]
    return 204, None


def _metadata(call: Call, given: Any, kept: dict[str, str]) -> dict[str, str]:
    """Every value a string; what the object type demands is there and makes sense."""
    said = {str(k): str(v) for k, v in call.with_fields(given).items()}
    metadata, kind = {**kept, **said}, call.kind.name
    needed = REQUIRED_METADATA.get(kind)
    if needed == "ticketState":
        metadata.setdefault(needed, "OPEN")
    if needed == "probability":
        chance = _probability(metadata.get(needed))
        return {**metadata, needed: chance, "isClosed": str(chance in {"0.0", "1.0"}).lower()}
    if needed == "ticketState" and metadata[needed] not in STATES:
        raise invalid(f"ticketState must be one of [OPEN, CLOSED]; was {metadata[needed]}")
    if needed == "ticketState":
        return {**metadata, "isClosed": str(metadata[needed] == "CLOSED").lower()}
    if needed is not None and needed not in metadata:
        raise _without(needed)
    return metadata


def _probability(text: str | None) -> str:
    """Between 0.0 and 1.0, as HubSpot writes it."""
    if text is None:
        raise _without("probability")
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 1:
        raise invalid(f"probability must be a number between 0.0 and 1.0; was {text}")
    return str(value)


def _without(name: str) -> ApiError:
    return invalid(f"Stage metadata must contain {name}", metadata=[name])


def _taken(what: str, which: str, value: str) -> ApiError:
    message = f"{what} with {which} {value} already exists"
    return ApiError(409, message, "CONFLICT", context={which.lower(): [value]})


def _check_label(call: Call, label: str, ours: Pipeline | None = None) -> None:
    if any(p.label.lower() == label.lower() and p is not ours for p in _all(call).values()):
        raise _taken("Pipeline", "label", label)


def _check_stage_label(pipeline: Pipeline, label: str) -> None:
    if any(stage.label.lower() == label.lower() for stage in pipeline.stages.values()):
        raise _taken("Stage", "label", label)


def _check_unused(call: Call, pipeline: Pipeline, stages: Iterable[str]) -> None:
    """Only where the caller asks for it: records in these stages forbid the deletion."""
    if not any(call.query.get(check) == "true" for check in CHECKS):
        return
    in_pipeline, in_stage = pipelines.fields(call.kind.name)
    gone = set(stages)
    users = [
        record.id
        for record in call.portal.table(call.kind).holding(in_pipeline, pipeline.id)
        if record.archived_ms is None and record.values.get(in_stage) in gone
    ]
    if users:
        names = ", ".join(sorted(gone))
        raise invalid(f"Stages [{names}] are in use and cannot be deleted", ids=users)


def _note(call: Call, changed: Pipeline | Stage, action: str) -> None:
    """Remember for the audit; newest first."""
    now_ms = call.portal.now_ms()
    if action == "UPDATE":
        changed.updated_ms = now_ms
    changed.audit.insert(0, {
        "portalId": call.portal.config.portal_id, "identifier": changed.id, "action": action,
        "timestamp": iso(now_ms), "message": f"{changed.label}", "rawObject": changed.as_json(),
        "fromUserId": call.portal.config.user_id,
    })  # fmt: skip


def pipeline_audit(call: Call) -> Answer:
    return 200, {"results": _pipeline(call).audit}


def stage_audit(call: Call) -> Answer:
    return 200, {"results": _stage(call).audit}


ENDPOINTS = (
    Endpoint("GET", PIPELINES, list_pipelines, scope=READ),
    Endpoint("POST", PIPELINES, create_pipeline, scope=WRITE),
    Endpoint("GET", tuple(f"{path}/audit" for path in PIPELINE), pipeline_audit, scope=READ),
    Endpoint("GET", PIPELINE, get_pipeline, scope=READ),
    Endpoint("PATCH", PIPELINE, change_pipeline, scope=WRITE),
    Endpoint("PUT", PIPELINE, replace_pipeline, scope=WRITE),
    Endpoint("DELETE", PIPELINE, delete_pipeline, scope=WRITE),
    Endpoint("GET", STAGES, list_stages, scope=READ),
    Endpoint("POST", STAGES, create_stage, scope=WRITE),
    Endpoint("GET", tuple(f"{path}/audit" for path in STAGE), stage_audit, scope=READ),
    Endpoint("GET", STAGE, get_stage, scope=READ),
    Endpoint("PATCH", STAGE, change_stage, scope=WRITE),
    Endpoint("PUT", STAGE, replace_stage, scope=WRITE),
    Endpoint("DELETE", STAGE, delete_stage, scope=WRITE),
)
