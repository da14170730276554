"""`/jobs/query`: records out.

Source: Bulk API 2.0 developer guide; refusals quoted from public connectors' tests. A locator is
opaque to clients; here it is the encoded number of the next row.
"""

import base64
import binascii
from collections.abc import Callable
from typing import Any

from connectors.salesforce.sandbox.bulk import csv_text, request
from connectors.salesforce.sandbox.bulk.ingest import CSV, LIST_SIZE
from connectors.salesforce.sandbox.bulk.jobs import (
    ABORTED,
    COMPLETE,
    UPLOADED,
    Job,
    Outcome,
    listing,
    wrong_state,
)
from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.rest.call import Answer, Call, Table, data_url
from connectors.salesforce.sandbox.soql import select, tree
from connectors.salesforce.sandbox.soql.aggregates import aggregates
from connectors.salesforce.sandbox.soql.columns import Column, Names
from connectors.salesforce.sandbox.soql.parser import parse
from connectors.salesforce.sandbox.state import DAY_S
from connectors.sandbox.digits import is_whole


def create(call: Call) -> Answer:
    asked = request.query(call.object())
    state = call.state
    used, most = state.bulk.count_since("query", DAY_S), state.config.daily_query_jobs
    if used >= most:
        text = f"Max bulk v2 query jobs limit ({most}) per 24 hrs has been exceeded ({used + 1})"
        raise Problem("LIMIT_EXCEEDED", text)
    soql = asked["query"]
    made, _ = _plan(state.org, soql)
    job = state.bulk.open(
        "query", {**asked, "object": made.made.name}, call.actor.user_id, call.version
    )
    job.soql = soql
    state.bulk.start(job, state.config.bulk_polls, _work(call, job))
    return Answer(body={**job.brief(), "state": UPLOADED})


def read(call: Call, id: str) -> Answer:  # noqa: A002  the template's name
    job = _get(call, id)
    call.state.bulk.look(job, _work(call, job))
    return Answer(body=job.full())


def change(call: Call, id: str) -> Answer:  # noqa: A002  the template's name
    request.new_state(call, frozenset({ABORTED}))
    job = _get(call, id)
    call.state.bulk.abort(job)
    return Answer(body=job.brief())


def delete(call: Call, id: str) -> Answer:  # noqa: A002  the template's name
    call.state.bulk.remove(_get(call, id))
    return Answer(204)


def index(call: Call) -> Answer:
    jobs = list(call.state.bulk.of_kind("query", call.state.config.bulk_job_life_s))
    locator = call.query.get("queryLocator", "")
    return Answer(body=listing(jobs, locator, LIST_SIZE, f"{data_url(call)}/jobs/query"))


def results(call: Call, id: str) -> Answer:  # noqa: A002  the template's name
    """One page of rows; `Sforce-Locator` asks for the next, `null` says that it was the last."""
    job = _finished(call, id)
    start, size = _start(job, call.query.get("locator")), _size(call)
    rows = job.outcome.rows[start : start + size]
    asked = job.asked
    text = csv_text.write(job.outcome.header, rows, asked["columnDelimiter"], asked["lineEnding"])
    following = start + size
    locator = _locator(following) if following < len(job.outcome.rows) else "null"
    headers = {**CSV, "Sforce-Locator": locator, "Sforce-NumberOfRecords": str(len(rows))}
    return Answer(200, text.encode(), headers)


def result_pages(call: Call, id: str) -> Answer:  # noqa: A002  the template's name
    """Where all pages are, so that they can be fetched side by side."""
    job = _finished(call, id)
    url = f"{data_url(call)}/jobs/query/{job.id}/results"
    starts = range(0, max(1, len(job.outcome.rows)), call.state.config.bulk_result_page)
    pages = [{"resultUrl": f"{url}?locator={_locator(at)}"} for at in starts]
    return Answer(body={"resultPages": pages, "nextRecordsUrl": None, "done": True})


def _finished(call: Call, id_: str) -> Job:
    job = _get(call, id_)
    if job.state != COMPLETE:
        raise wrong_state(f"Results are not there: the job's state is {job.state}")
    return job


def _locator(number: int) -> str:
    return base64.urlsafe_b64encode(str(number).encode()).decode().rstrip("=")


def _start(job: Job, locator: str | None) -> int:
    if not locator:
        return 0
    try:
        number = int(base64.urlsafe_b64decode(locator + "=" * (-len(locator) % 4)))
    except (ValueError, binascii.Error) as error:
        raise _no_locator(locator) from error
    if not 0 <= number <= len(job.outcome.rows):
        raise _no_locator(locator)
    return number


def _no_locator(locator: str) -> Problem:
    return Problem("INVALID_QUERY_LOCATOR", f"invalid query locator: {locator}")


def _size(call: Call) -> int:
    text = call.query.get("maxRecords", "")
    most = call.state.config.bulk_result_page
    if not text:
        return most
    if not is_whole(text) or int(text) < 1:
        raise Problem("INVALID_PARAMETER", f"maxRecords must be a positive number: {text}")
    return min(int(text), most)


def _get(call: Call, id_: str) -> Job:
    return call.state.bulk.get("query", id_, call.state.config.bulk_job_life_s)


def _plan(org: Org, soql: str) -> tuple[Names, dict[str, Column]]:
    """The query's columns by their names in the header. Raises: Problem."""
    parsed = parse(soql)
    anywhere = Names(org, soql, next(iter(org.schema.objects.values())))
    names = Names(org, soql, anywhere.source(parsed.source, parsed.at), parsed.aliases)
    if aggregates(parsed) or parsed.offset:
        raise _unsupported("Aggregate Relationships not supported in Bulk Query")
    columns: dict[str, Column] = {}
    for item in parsed.items:
        if not isinstance(item, tree.Item):
            raise _unsupported("Nested queries and TYPEOF not supported in Bulk Query")
        if isinstance(item.expression, tree.Call) and item.expression.name == "FIELDS":
            raise _unsupported("Selecting compound data not supported in Bulk Query")
        column = names.column(item.expression)
        if column.field.type == "address":
            raise _unsupported("Selecting compound data not supported in Bulk Query")
        path = [parent.relationship or parent.name for parent in column.parents]
        columns[item.alias or ".".join([*path, column.name])] = column
    return names, columns


def _unsupported(text: str) -> Problem:
    return Problem("API_ERROR", text)


def _work(call: Call, job: Job) -> Callable[[], Outcome]:
    org = call.state.org
    every = job.asked["operation"] == "queryAll"

    def run() -> Outcome:
        try:
            _, columns = _plan(org, job.soql)
            found = select.query(org, job.soql, job.version, all_rows=every, user_id=job.created_by)
        except Problem as problem:
            return Outcome(error=f"{problem.code}: {problem.message}")
        header = list(columns)
        rows = [[_shown(column.get(row)) for column in columns.values()] for row in found.rows]
        return Outcome(processed=len(rows), header=header, rows=rows)

    return run


def _shown(value: Any) -> str:
    """A value as CSV has it: true and false, moments with a Z, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return text[:-5] + "Z" if text.endswith("+0000") and text[10:11] == "T" else text


TABLE: Table = [
    ("POST", "/jobs/query", create),
    ("GET", "/jobs/query", index),
    ("GET", "/jobs/query/{id}", read),
    ("PATCH", "/jobs/query/{id}", change),
    ("DELETE", "/jobs/query/{id}", delete),
    ("GET", "/jobs/query/{id}/results", results),
    ("GET", "/jobs/query/{id}/resultPages", result_pages),
]
