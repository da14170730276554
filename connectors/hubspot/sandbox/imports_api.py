"""Importing CSV files. The rows are taken at once; the first answer still says STARTED.

Source: HubSpot's published OpenAPI, "Imports"; HubSpot developer docs: multipart with
`importRequest` (JSON) and `files`; columns map to properties, `HUBSPOT_OBJECT_ID` and
`HUBSPOT_ALTERNATE_ID` columns find records. Spreadsheets are not read here.
"""

import csv
import io
import json
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from typing import Any

from connectors.hubspot.sandbox import objects_api, writes
from connectors.hubspot.sandbox.errors import ApiError, invalid, invalid_json, resource_not_found
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint, dated
from connectors.hubspot.sandbox.jobs import Import
from connectors.hubspot.sandbox.moments import iso
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.objects_api import paging
from connectors.hubspot.sandbox.records import Actor, Record
from connectors.sandbox.digits import is_whole

SCOPE = "crm.import"
OPERATIONS = {"CREATE", "UPDATE", "UPSERT"}
Column = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file of the import with what its columns mean."""

    name: str
    rows: list[list[str]]
    columns: list[Column]
    kind: ObjectType


@dataclass(frozen=True, slots=True)
class Run:
    """Taking one sheet."""

    call: Call
    job: Import
    sheet: Sheet
    operation: str
    actor: Actor


def start(call: Call) -> Answer:
    request, files = _parts(call)
    name = str(request.get("name") or "import")
    sheets = [_sheet(call, page, files) for page in call.items(request.get("files"))]
    if not sheets:
        raise invalid("An import needs at least one file", files=[])
    job = Import(
        call.portal.jobs.next_id(), name, request, call.portal.now_ms(),
        list(dict.fromkeys(sheet.kind.id for sheet in sheets)),
    )  # fmt: skip
    call.portal.jobs.imports[job.id] = job
    for sheet in sheets:
        _take(call, job, sheet, request)
    return 200, job.as_json("STARTED")


def _parts(call: Call) -> tuple[dict[str, Any], dict[str, str]]:
    """The request and the files by name. Raises: ApiError."""
    header = f"Content-Type: {call.content_type}\r\n\r\n".encode()
    message = BytesParser().parsebytes(header + call.raw)
    if not message.is_multipart():
        raise invalid("An import must be multipart/form-data with importRequest and files")
    request: Any = None
    files: dict[str, str] = {}
    for part in message.get_payload():
        if not isinstance(part, Message):
            continue
        content = part.get_payload(decode=True)
        text = content.decode("utf-8-sig", "replace") if isinstance(content, bytes) else ""
        if part.get_filename():
            files[str(part.get_filename())] = text
        elif part.get_param("name", header="content-disposition") == "importRequest":
            request = _request(text)
    return call.with_fields(request), files


def _request(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise invalid_json("line 1, column 1: Unexpected character") from None


def _sheet(call: Call, given: Any, files: dict[str, str]) -> Sheet:
    page = call.with_fields(given, "fileName", "fileImportPage")
    content = files.get(str(page["fileName"]))
    if content is None:
        raise invalid(f"File {page['fileName']} is not part of the request")
    if str(page.get("fileFormat", "CSV")).upper() != "CSV":
        raise invalid("Only CSV files can be imported here")
    layout = call.with_fields(page["fileImportPage"], "columnMappings")
    rows = list(csv.reader(io.StringIO(content)))
    columns = [call.with_fields(c) for c in call.items(layout["columnMappings"])]
    named = next((c["columnObjectTypeId"] for c in columns if c.get("columnObjectTypeId")), "0-1")
    kind = call.portal.kind(str(named))
    header = bool(layout.get("hasHeader", True))
    return Sheet(str(page["fileName"]), rows[1:] if header else rows, columns, kind)


def _take(call: Call, job: Import, sheet: Sheet, request: dict[str, Any]) -> None:
    wanted = request.get("importOperations") or {}
    operation = str(wanted.get(sheet.kind.id, "UPSERT"))
    if operation not in OPERATIONS:
        raise invalid(f"importOperations must be one of {sorted(OPERATIONS)}; was {operation}")
    run = Run(call, job, sheet, operation, Actor("IMPORT", str(job.id), who=f"import {job.id}"))
    for number, row in enumerate(sheet.rows, 1):
        job.count("TOTAL_ROWS")
        try:
            _row(run, row)
        except ApiError as error:
            _fail(run, number, row, error)


def _row(run: Run, row: list[str]) -> None:
    """Raises: ApiError."""
    portal, kind, job = run.call.portal, run.sheet.kind, run.job
    if len(row) != len(run.sheet.columns):
        raise ApiError(400, "Wrong number of columns", "INCORRECT_NUMBER_OF_COLUMNS")
    cells = list(zip(run.sheet.columns, row, strict=True))
    record = _existing(run.call, kind, cells)
    given = {
        str(c["propertyName"]): value
        for c, value in cells
        if c.get("propertyName") and c.get("columnType") != "HUBSPOT_OBJECT_ID"
    }
    values = writes.check(portal, kind, given)
    if record is None and run.operation == "UPDATE":
        raise ApiError(404, "Record not found", "INVALID_OBJECT_ID")
    if record is not None and run.operation == "CREATE":
        raise ApiError(409, "Record already exists", "OBJECT_ALREADY_EXISTS")
    writes.check_unique(portal, kind, values, record)
    if record is None:
        writes.check_required(kind, values)
        writes.create(portal, kind, values, run.actor)
    else:
        writes.update(portal, record, values, run.actor)
    job.count("CREATED_OBJECTS" if record is None else "UPDATED_OBJECTS")
    job.count("PROPERTY_VALUES_EMITTED", len(values))


def _existing(call: Call, kind: ObjectType, cells: list[tuple[Column, str]]) -> Record | None:
    """By HubSpot's id or by any unique property."""
    unique = call.portal.schema(kind).unique_names()
    for column, value in cells:
        name, role = str(column.get("propertyName") or ""), column.get("columnType")
        if value and role == "HUBSPOT_OBJECT_ID":
            return objects_api.find(call.portal, kind, value)
        if value and name in unique:
            return objects_api.find(call.portal, kind, value, name)
    return None


def _fail(run: Run, number: int, row: list[str], error: ApiError) -> None:
    job, sheet = run.job, run.sheet
    job.count("FAILED_ROWS")
    codes = [one["code"] for one in error.more.get("errors", []) if "code" in one]
    job.errors.append({
        "id": f"{job.id}{len(job.errors)}", "createdAt": run.call.portal.now_ms(),
        "errorType": codes[0] if codes else error.category or "UNKNOWN_ERROR",
        "errorMessage": error.message, "objectType": sheet.kind.label,
        "objectTypeId": sheet.kind.id,
        "sourceData": {
            "fileId": 0, "lineNumber": number, "rowData": row, "pageName": sheet.name,
            "containsEncryptedProperties": False,
        },
    })  # fmt: skip


def _needed(call: Call) -> Import:
    raw = call.params["import_id"]
    found = call.portal.jobs.imports.get(int(raw)) if is_whole(raw) else None
    if found is None:
        raise resource_not_found()
    return found


def get(call: Call) -> Answer:
    return 200, _needed(call).as_json()


def list_imports(call: Call) -> Answer:
    found = [job.as_json() for job in call.portal.jobs.imports.values()]
    return _page(call, list(reversed(found)))


def list_errors(call: Call) -> Answer:
    return _page(call, _needed(call).errors)


def _page(call: Call, found: list[dict[str, Any]]) -> Answer:
    limit = call.whole("limit", 100, 500)
    begin = call.number(call.query.get("after") or 0)
    body: dict[str, Any] = {"results": found[begin : begin + limit]}
    if begin + limit < len(found):
        body["paging"] = paging(call, str(begin + limit))
    return 200, body


def cancel(call: Call) -> Answer:
    """Too late as a rule: what is done stays done."""
    job, now = _needed(call), iso(call.portal.now_ms())
    job.state = "CANCELED" if job.state != "DONE" else job.state
    return 200, {"status": "COMPLETE", "startedAt": now, "completedAt": now}


def _paths(rest: str = "") -> tuple[str, ...]:
    return dated(f"/crm/v3/imports{rest}", f"/crm/imports/{{version}}{rest}")


_ONE = "/{import_id}"
ENDPOINTS = (
    Endpoint("POST", _paths(), start, scope=SCOPE),
    Endpoint("GET", _paths(), list_imports, scope=SCOPE),
    Endpoint("GET", _paths(f"{_ONE}/errors"), list_errors, scope=SCOPE),
    Endpoint("POST", _paths(f"{_ONE}/cancel"), cancel, scope=SCOPE),
    Endpoint("GET", _paths(_ONE), get, scope=SCOPE),
)
