"""Working off a batch of Bulk API 1.0: rows of CSV, JSON or XML, or a query.

Source: Bulk API developer guide, "Prepare CSV/XML/JSON Files", "Get Batch Results".
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

from connectors.salesforce.sandbox import access, dml
from connectors.salesforce.sandbox.bulk import v1_jobs
from connectors.salesforce.sandbox.bulk.csv_text import Unreadable
from connectors.salesforce.sandbox.bulk.jobs import Job as Job2
from connectors.salesforce.sandbox.bulk.load import OPERATIONS, Load, error_text, typed
from connectors.salesforce.sandbox.bulk.v1_jobs import Batch, Job
from connectors.salesforce.sandbox.org import Actor, Org
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.soap_xml import XSI, is_nil, local
from connectors.salesforce.sandbox.soql import select
from connectors.sandbox import strict_json

MAX_ROWS = 10_000
Row = dict[str, Any]


def run(org: Org, job: Job, batch: Batch, actor: Actor) -> None:
    """Do the batch's work; what is wrong with it as a whole becomes its state message."""
    try:
        if job.queries:
            _query(org, job, batch)
        else:
            _ingest(org, job, batch, actor)
        batch.state = "Completed"
    except (Problem, Unreadable, ValueError) as error:
        batch.state = "Failed"
        code = error.code if isinstance(error, Problem) else ""
        text = error.message if isinstance(error, Problem) else str(error)
        batch.message = f"InvalidBatch : Failed to process query: {code}: {text}" if code else text


def _query(org: Org, job: Job, batch: Batch) -> None:
    every = job.asked["operation"] == "queryAll"
    soql = batch.content.decode()
    found = select.query(org, soql, job.version, all_rows=every, user_id=job.created_by)
    batch.rows = [found.show(row) for row in found.rows]
    first = batch.rows[0] if batch.rows else {}
    batch.header = list(_flat(first))


def _ingest(org: Org, job: Job, batch: Batch, actor: Actor) -> None:
    made = org.schema.get(job.asked["object"])
    load = Load(org, _as_v2(job), made, actor)
    rows = list(READERS[job.kind](load, batch.content))
    if len(rows) > MAX_ROWS:
        raise Unreadable(f"InvalidBatch : Records exceed maximum count: {MAX_ROWS}")
    for given in rows:
        batch.rows.append(_one(load, given))
    load.seen.clear()


def _as_v2(job: Job) -> Job2:
    """The job as `Load` reads it."""
    at = job.created_at
    return Job2(job.id, "ingest", dict(job.asked), job.created_by, job.version, at, at)


def _one(load: Load, given: Row | Problem) -> Row:
    mark = load.org.mark()
    try:
        if isinstance(given, Problem):
            raise given
        id_, created = OPERATIONS[load.job.asked["operation"]](load, given)
    except Problem as problem:
        load.org.rollback(mark)
        return _failure(problem)
    except dml.Several as several:
        load.org.rollback(mark)
        ids = ", ".join(row.id for row in several.rows)
        text = f"more than one record found for external id field: [{ids}]"
        return _failure(Problem("DUPLICATE_EXTERNAL_ID", text))
    return {"success": True, "created": created, "id": id_, "errors": []}


def _failure(problem: Problem) -> Row:
    error = {**problem.item(), "extendedErrorDetails": None}
    return {"success": False, "created": False, "id": None, "errors": [error]}


# reading rows


def _from_csv(load: Load, content: bytes) -> Iterator[Row | Problem]:
    header, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    columns = [load.column(name) for name in header]
    for values in lines:
        if not values:
            continue
        try:
            yield load.given(columns, values)
        except Problem as problem:
            yield problem


def _from_json(load: Load, content: bytes) -> Iterator[Row | Problem]:
    rows = strict_json.read(content)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unreadable("InvalidBatch : the batch must be an array of records")
    for row in rows:
        yield {_spelled(load, name): value for name, value in row.items() if name != "attributes"}


def _from_xml(load: Load, content: bytes) -> Iterator[Row | Problem]:
    try:
        records = ElementTree.fromstring(content)
    except (ParseError, DefusedXmlException) as error:
        raise Unreadable(f"InvalidBatch : {error}") from error
    for record in records:
        try:
            yield {_spelled(load, local(one)): _xml_value(load, one) for one in record}
        except Problem as problem:
            yield problem


def _xml_value(load: Load, node: Element) -> Any:
    if is_nil(node):
        return None
    if len(node):  # a parent by external id: <Account><sObject><Key__c>…
        inner = node[0] if local(node[0]) == "sObject" else node
        return {local(one): one.text or "" for one in inner}
    field = access.find(load.org, load.actor.user_id, load.made, local(node))
    return typed(field, node.text or "") if field else node.text


def _spelled(load: Load, name: str) -> str:
    """A field's name as describe spells it."""
    field = load.made.find(name)
    return field.name if field else name


READERS = {"CSV": _from_csv, "JSON": _from_json, "XML": _from_xml}


# writing results


def results(job: Job, batch: Batch) -> tuple[str, str]:
    """The outcome of every row: content type and text."""
    match job.kind:
        case "JSON":
            return "application/json", json.dumps(batch.rows)
        case "CSV":
            lines = [_csv_line(row) for row in batch.rows]
            return "text/csv", _csv(["Id", "Success", "Created", "Error"], lines)
    return "application/xml", v1_jobs.xml("results", {"result": batch.rows})


def _csv_line(row: Mapping[str, Any]) -> list[str]:
    errors = ";".join(
        error_text(Problem(one["statusCode"], one["message"], fields=one["fields"]))
        for one in row["errors"]
    )
    return [row["id"] or "", str(row["success"]).lower(), str(row["created"]).lower(), errors]


def records(job: Job, batch: Batch) -> tuple[str, str]:
    """What a query found: content type and text."""
    match job.kind:
        case "JSON":
            return "application/json", json.dumps(batch.rows)
        case "CSV":
            if not batch.rows:
                return "text/csv", "Records not found for this query"
            lines = [[_plain(_flat(row).get(name)) for name in batch.header] for row in batch.rows]
            return "text/csv", _csv(batch.header, lines)
    shown = [{"type": row["attributes"]["type"], **_flat(row)} for row in batch.rows]
    text = v1_jobs.xml("queryResult", {"records": shown})
    declared = f'<queryResult xmlns:xsi="{XSI}" '
    text = text.replace("<queryResult ", declared).replace(
        "<records>", '<records xsi:type="sObject">'
    )
    return "application/xml", text


def _flat(row: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Parents' fields beside the record's own: `Owner.Name`."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            if name != "attributes":
                flat |= _flat(value, f"{before}{name}.")
        else:
            flat[before + name] = value
    return flat


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _csv(header: list[str], lines: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([header, *lines])
    return out.getvalue()
