"""Reading lead scores: which there are, how they are made up, how a record's score changed.

Source: HubSpot's published OpenAPI, "Lead scoring" (beta). There is one score, the setting
`score_property`; making and publishing scores is not imitated.
"""

from typing import Any

from connectors.hubspot.sandbox import objects_api
from connectors.hubspot.sandbox.errors import invalid, resource_not_found
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint
from connectors.hubspot.sandbox.moments import iso
from connectors.hubspot.sandbox.records import Version

SCOPE = "mh-lead-scoring-view"
SCORE_ID = "1"
DAYS_OF_HISTORY_MS = 90 * 86_400_000
VERSIONS = ("2026-09-beta", "2027-03-beta")


def list_scores(call: Call) -> Answer:
    call.whole("limit", 10, 100)
    at = iso(call.portal.started_ms)
    one = {
        "id": SCORE_ID, "name": _label(call), "scoredObjectTypeId": "0-1",
        "scoreStatus": "PUBLISHED", "scoreType": "COMBINED", "createdAt": at, "publishedAt": at,
        "lastConfigurationChangeTimestamp": at,
    }  # fmt: skip
    return 200, {"results": [one]}


def _label(call: Call) -> str:
    return call.portal.schemas["contacts"].properties[call.portal.config.score_property].label


def get_score(call: Call) -> Answer:
    if call.params["score_id"] != SCORE_ID:
        raise resource_not_found()
    at = iso(call.portal.started_ms)
    output = {
        "id": "1", "outputType": "SCORE", "categories": ["FIT", "INTENT"],
        "propertyName": call.portal.config.score_property, "propertyLabel": _label(call),
    }  # fmt: skip
    return 200, {
        "id": SCORE_ID, "name": _label(call), "objectTypeId": "0-1", "scoreStatus": "PUBLISHED",
        "scoreType": "COMBINED", "allowedGroupTypes": ["FIT", "INTENT"], "groupConfigs": [],
        "maxScore": 100, "outputConfiguration": {"outputs": [output]}, "createdAt": at,
        "updatedAt": at, "publishedAt": at, "lastConfigurationChangeTimestamp": at,
    }  # fmt: skip


def history(call: Call) -> Answer:
    """Newest first, 90 days back; what caused a change is not told here."""
    limit, portal = call.whole("limit", 100, 1000), call.portal
    kind = portal.kind(call.query.get("objectTypeId") or "0-1")
    name = call.query.get("outputProperty") or portal.config.score_property
    prop = portal.schema(kind).live(name)
    if prop is None or prop.type != "number":
        raise invalid(f'Property "{name}" is not a score', outputProperty=[name])
    record = objects_api.find(portal, kind, call.query.get("objectId") or "")
    if record is None:
        raise resource_not_found()
    oldest_ms = portal.now_ms() - DAYS_OF_HISTORY_MS
    versions = list(record.history.get(name, ()))
    pairs = zip(versions, [*versions[1:], None], strict=False)  # none of a score never set
    rows = [_entry(now, before) for now, before in pairs if now.at_ms >= oldest_ms]
    begin = call.number(call.query.get("after") or 0)
    body: dict[str, Any] = {"results": rows[begin : begin + limit]}
    if begin + limit < len(rows):
        body["paging"] = objects_api.paging(call, str(begin + limit))
    return 200, body


def _entry(now: Version, before: Version | None) -> dict[str, Any]:
    former = float(before.value or 0) if before is not None else 0.0
    return {
        "timestamp": iso(now.at_ms), "propertyValue": now.value,
        "delta": float(now.value or 0) - former, "renderedEvents": [], "resolvedListIds": [],
        "resolvedProperties": {},
    }  # fmt: skip


def _at(rest: str) -> tuple[str, ...]:
    return tuple(f"/marketing/lead-scoring/{version}{rest}" for version in VERSIONS)


ENDPOINTS = (
    Endpoint("GET", _at("/scores"), list_scores, scope=SCOPE),
    Endpoint("GET", _at("/scores/{score_id}"), get_score, scope=SCOPE),
    Endpoint("GET", _at("/score-values/object-history"), history, scope=SCOPE),
)
