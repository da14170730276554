"""Exporting a view or a list as CSV: asked for, looked after, fetched.

Source: HubSpot's published OpenAPI, "Exports"; HubSpot developer docs (the link expires; here it
stays). Spreadsheets are not written here.
"""

import csv
import io
from typing import Any

from connectors.hubspot.sandbox import list_members, search
from connectors.hubspot.sandbox.errors import invalid, resource_not_found
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint, dated
from connectors.hubspot.sandbox.jobs import Export
from connectors.hubspot.sandbox.lists_api import no_list
from connectors.hubspot.sandbox.moments import iso
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.records import Record
from connectors.sandbox.digits import is_whole

SCOPE = "crm.export"
NEEDED = ("exportType", "exportName", "format", "objectProperties", "objectType")


def start(call: Call) -> Answer:
    body = call.mapping(*NEEDED)
    kind = call.portal.kind(str(body["objectType"]))
    if body["exportType"] not in ("VIEW", "LIST"):
        raise invalid(f"exportType must be VIEW or LIST; was {body['exportType']}")
    if body["format"] != "CSV":
        raise invalid("Only the format CSV can be exported here")
    names = [str(name) for name in call.items(body["objectProperties"])]
    schema = call.portal.schema(kind)
    if unknown := [name for name in names if schema.live(name) is None]:
        raise invalid(f"Properties do not exist: {unknown}", objectProperties=unknown)
    found = _listed(call, body) if body["exportType"] == "LIST" else _viewed(call, kind, body)
    labels = call.items(body.get("exportInternalValuesOptions"))
    head = names if "NAMES" in labels else [schema.properties[n].label for n in names]
    content = _csv([["Record ID", *head], *([r.id, *_cells(r, names)] for r in found)])
    jobs, now_ms = call.portal.jobs, call.portal.now_ms()
    job = Export(
        jobs.next_id(), now_ms, str(body["exportName"]), str(body["exportType"]), kind.label,
        tuple(names), len(found), content,
    )  # fmt: skip
    jobs.exports[job.id] = job
    links = {"status": f"{call.base_url}{call.path}/tasks/{job.id}/status"}
    return 202, {"id": str(job.id), "links": links}


def _cells(record: Record, names: list[str]) -> list[str]:
    return [record.values.get(name, "") for name in names]


def _csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _listed(call: Call, body: dict[str, Any]) -> list[Record]:
    one = call.portal.lists.live(str(body.get("listId")))
    if one is None:
        raise no_list(str(body.get("listId")))
    records = call.portal.table(one.kind).records
    return [records[i] for i in list_members.members(call.portal, one)]


def _viewed(call: Call, kind: ObjectType, body: dict[str, Any]) -> list[Record]:
    """What the search finds (its filters may stand alone), page after page."""
    wanted = dict(call.with_fields(body.get("publicCrmSearchRequest") or {}))
    filters = wanted.pop("filters", None)
    if filters:
        wanted["filterGroups"] = [{"filters": filters}]
    found: list[Record] = []
    after: str | None = "0"
    while after is not None:
        page = search.search(call.portal, kind, {**wanted, "limit": 200, "after": after})
        found += page.page
        after = page.after
    return found


def _needed(call: Call) -> Export:
    raw = call.params["task_id"]
    found = call.portal.jobs.exports.get(int(raw)) if is_whole(raw) else None
    if found is None:
        raise resource_not_found()
    return found


def status(call: Call) -> Answer:
    job = _needed(call)
    at = iso(job.at_ms)
    return 200, {
        "status": "COMPLETE", "result": f"{call.base_url}/crm/exports/files/{job.id}",
        "requestedAt": at, "startedAt": at, "completedAt": at,
    }  # fmt: skip


def details(call: Call) -> Answer:
    """`PublicExportResponse`; the specification's path names the export, not the task."""
    job = _needed(call)
    return 200, {
        "id": str(job.id), "exportState": "DONE", "exportName": job.name, "exportType": job.type,
        "objectType": job.object_type, "objectProperties": list(job.properties),
        "recordCount": job.records, "createdAt": iso(job.at_ms), "updatedAt": iso(job.at_ms),
    }  # fmt: skip


def fetch(call: Call) -> Answer:
    """The file itself; whoever has the link may have it."""
    return 200, _needed(call).content


def _paths(rest: str = "") -> tuple[str, ...]:
    return dated(
        f"/crm/v3/exports/export/async{rest}", f"/crm/exports/{{version}}/export/async{rest}"
    )


ENDPOINTS = (
    Endpoint("POST", _paths(), start, scope=SCOPE),
    Endpoint("GET", _paths("/tasks/{task_id}/status"), status, scope=SCOPE),
    Endpoint(
        "GET", dated("/crm/v3/exports/export/{task_id}", "/crm/exports/{version}/export/{task_id}"),
        details, scope=SCOPE,
    ),
    Endpoint("GET", ("/crm/exports/files/{task_id}",), fetch, "exempt", signed_in=False),
)  # fmt: skip
