"""Importing CSV files. The rows are taken at once; the first answer still says STARTED.

Source: HubSpot's published OpenAPI, "Imports"; HubSpot developer docs: multipart with
`importRequest` (JSON) and `files`; columns map, in their order, to properties of one or more
object types; `HUBSPOT_OBJECT_ID` and `HUBSPOT_ALTERNATE_ID` columns find records; empty cells
change nothing; what stands in one row is associated. Spreadsheets are not read here.
"""

import contextlib
import csv
import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesParser
from typing import Any

from connectors.hubspot.sandbox import linking, objects_api, writes
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
ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")  # the last one reads anything
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
DATE_FORMATS = {
    "MONTH_DAY_YEAR": "%m/%d/%Y", "DAY_MONTH_YEAR": "%d/%m/%Y", "YEAR_MONTH_DAY": "%Y/%m/%d",
}  # fmt: skip
Column = dict[str, Any]
Cells = list[tuple[Column, str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file of the import with what its columns mean."""

    name: str
    rows: list[list[str]]
    columns: list[Column]
    kinds: list[ObjectType]


@dataclass(frozen=True, slots=True)
class Run:
    """Taking one sheet."""

    call: Call
    job: Import
    sheet: Sheet
    operations: dict[str, str]
    actor: Actor
    date_format: str


def start(call: Call) -> Answer:
    request, files = _parts(call)
    name = str(request.get("name") or "import")
    sheets = [_sheet(call, page, files) for page in call.items(request.get("files"))]
    if not sheets:
        raise invalid("An import needs at least one file", files=[])
    job = Import(
        call.portal.jobs.next_id(), name, request, call.portal.now_ms(),
        list(dict.fromkeys(kind.id for sheet in sheets for kind in sheet.kinds)),
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
        text = _decoded(content) if isinstance(content, bytes) else ""
        if part.get_filename():
            files[str(part.get_filename())] = text
        elif part.get_param("name", header="content-disposition") == "importRequest":
            request = _request(text)
    return call.with_fields(request), files


def _decoded(content: bytes) -> str:
    """By byte order mark, else the first encoding that fits."""
    if content.startswith(UTF_16):
        return content.decode("utf-16", "replace")
    for encoding in ENCODINGS:
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode(encoding)
    return ""


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
    rows = [row for row in csv.reader(io.StringIO(content)) if any(map(str.strip, row))]
    columns = [call.with_fields(c) for c in call.items(layout["columnMappings"])]
    named = dict.fromkeys(
        str(c["columnObjectTypeId"]) for c in columns if c.get("columnObjectTypeId")
    )
    kinds = [call.portal.kind(one) for one in named or ["0-1"]]
    header = bool(layout.get("hasHeader", True))
    return Sheet(str(page["fileName"]), rows[1:] if header else rows, columns, kinds)


def _take(call: Call, job: Import, sheet: Sheet, request: dict[str, Any]) -> None:
    given = request.get("importOperations") or {}
    wanted = {kind.id: str(given.get(kind.id, "UPSERT")) for kind in sheet.kinds}
    if strange := [one for one in wanted.values() if one not in OPERATIONS]:
        raise invalid(f"importOperations must be one of {sorted(OPERATIONS)}; was {strange[0]}")
    date_format = DATE_FORMATS.get(str(request.get("dateFormat")), DATE_FORMATS["MONTH_DAY_YEAR"])
    actor = Actor("IMPORT", str(job.id), who=f"import {job.id}")
    run = Run(call, job, sheet, wanted, actor, date_format)
    for number, row in enumerate(sheet.rows, 1):
        job.count("TOTAL_ROWS")
        _row(run, number, row)


def _row(run: Run, number: int, row: list[str]) -> None:
    """All records of a row, associated with the first of them; what fails leaves an error."""
    portal, kinds = run.call.portal, run.sheet.kinds
    made: list[Record] = []
    for kind in kinds:
        try:
            own = _cells(run, row, kind)
            if any(value for _, value in own):
                made.append(_record(run, kind, own))
        except ApiError as error:
            _fail(run, kind, number, row, error)
            return
    for other in made[1:]:
        with contextlib.suppress(ApiError):  # types that can't be associated stay apart
            default = linking.default(portal, made[0].type, other.type)
            linking.link(portal, made[0], default, other, run.actor)


def _cells(run: Run, row: list[str], kind: ObjectType) -> Cells:
    """The cells that are about this object type. Raises: ApiError."""
    columns, first = run.sheet.columns, run.sheet.kinds[0]
    if len(row) != len(columns):
        raise ApiError(400, "Wrong number of columns", "INCORRECT_NUMBER_OF_COLUMNS")

    def about(column: Column) -> ObjectType:
        named = column.get("columnObjectTypeId")
        return run.call.portal.kind(str(named)) if named else first

    return [(c, v) for c, v in zip(columns, row, strict=True) if about(c) is kind]


def _record(run: Run, kind: ObjectType, cells: Cells) -> Record:
    """Create or change one record. Raises: ApiError."""
    portal, job, operation = run.call.portal, run.job, run.operations[kind.id]
    record = _existing(run.call, kind, cells)
    given = {
        str(c["propertyName"]): _dated(run, kind, c, value)
        for c, value in cells
        if value and c.get("propertyName") and c.get("columnType") != "HUBSPOT_OBJECT_ID"
    }
    values = writes.check(portal, kind, given)
    if record is None and operation == "UPDATE":
        raise ApiError(404, "Record not found", "INVALID_OBJECT_ID")
    if record is not None and operation == "CREATE":
        raise ApiError(409, "Record already exists", "OBJECT_ALREADY_EXISTS")
    writes.check_unique(portal, kind, values, record)
    if record is None:
        writes.check_required(kind, values)
        record = writes.create(portal, kind, values, run.actor)
        job.count("CREATED_OBJECTS")
    else:
        writes.update(portal, record, values, run.actor)
        job.count("UPDATED_OBJECTS")
    job.count("PROPERTY_VALUES_EMITTED", len(values))
    return record


def _dated(run: Run, kind: ObjectType, column: Column, value: str) -> str:
    """A date in the format of the import (`dateFormat`) as the API takes it."""
    prop = run.call.portal.schema(kind).live(column["propertyName"])
    if prop is None or prop.type not in {"date", "datetime"}:
        return value
    with contextlib.suppress(ValueError):
        parsed = datetime.strptime(value, run.date_format).replace(tzinfo=UTC)
        return parsed.date().isoformat()
    return value


def _existing(call: Call, kind: ObjectType, cells: Cells) -> Record | None:
    """By HubSpot's id or by any unique property."""
    unique = call.portal.schema(kind).unique_names()
    for column, value in cells:
        name, role = str(column.get("propertyName") or ""), column.get("columnType")
        if value and role == "HUBSPOT_OBJECT_ID":
            return objects_api.find(call.portal, kind, value)
        if value and name in unique:
            return objects_api.find(call.portal, kind, value, name)
    return None


def _fail(run: Run, kind: ObjectType, number: int, row: list[str], error: ApiError) -> None:
    job, sheet = run.job, run.sheet
    job.count("FAILED_ROWS")
    codes = [one["code"] for one in error.more.get("errors", []) if "code" in one]
    job.errors.append({
        "id": f"{job.id}{len(job.errors)}", "createdAt": run.call.portal.now_ms(),
        "errorType": codes[0] if codes else error.category or "UNKNOWN_ERROR",
        "errorMessage": error.message, "objectType": kind.label,
        "objectTypeId": kind.id,
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
