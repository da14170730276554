"""Bulk API 1.0 under `/services/async/`: jobs of batches, in JSON, XML or CSV.

Source: Bulk API developer guide. PK chunking answers one chunk, whatever its size.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from defusedxml import DefusedXmlException, ElementTree
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.salesforce.sandbox.bulk import v1_jobs, v1_work
from connectors.salesforce.sandbox.bulk.load import OPERATIONS
from connectors.salesforce.sandbox.bulk.v1_jobs import Batch, Job, Refused
from connectors.salesforce.sandbox.ids import canonical
from connectors.salesforce.sandbox.org import Actor
from connectors.salesforce.sandbox.soap_xml import local
from connectors.salesforce.sandbox.state import State

KINDS = frozenset(v1_work.READERS)
CLOSED = frozenset({"Closed", "Aborted", "Failed"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: `json` tells how it and its answer are written."""

    state: State
    user_id: str
    version: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def json(self) -> bool:
        return "json" in self.headers.get("content-type", "") + self.headers.get("accept", "")

    def fields(self) -> dict[str, Any]:
        """The body's keys. Raises: Refused."""
        try:
            if "json" in self.headers.get("content-type", ""):
                given = json.loads(self.body)
            else:
                given = {local(one): one.text for one in ElementTree.fromstring(self.body)}
        except (ValueError, SyntaxError, DefusedXmlException) as error:
            raise Refused("InvalidJob", f"Unable to parse Job: {error}") from error
        if not isinstance(given, dict):
            raise Refused("InvalidJob", "Unable to parse Job")
        return given

    def job(self, id_: str) -> Job:
        found = self.state.async_jobs.jobs.get(canonical(id_) or "")
        if found is None:
            raise Refused("InvalidJob", f"Invalid job id: {id_}")
        return found

    def batch(self, job: Job, id_: str) -> Batch:
        """The batch; a look brings it on."""
        found = job.batches.get(canonical(id_) or "")
        if found is None:
            raise Refused("InvalidBatch", f"Invalid batch id: {id_}")
        self._bring_on(job, found)
        return found

    def _bring_on(self, job: Job, batch: Batch) -> None:
        if batch.state not in {"Queued", "InProgress"}:
            return
        if batch.polls_left > 0:
            batch.polls_left -= 1
            batch.state = "InProgress"
            return
        actor = Actor(self.user_id, origin=f"com/salesforce/api/bulkapi/{self.version}")
        v1_work.run(self.state.org, job, batch, actor)

    def every_batch(self, job: Job) -> list[Batch]:
        return [self.batch(job, id_) for id_ in job.batches]


Reply: TypeAlias = Response
Handle: TypeAlias = Callable[..., Reply]


def shown(asked: Asked, tag: str, body: dict[str, Any], status: int = 200) -> Reply:
    """A job or an error, written as the request is."""
    return _written(tag, body, status, as_json=asked.json)


def _written(tag: str, body: dict[str, Any], status: int = 200, *, as_json: bool) -> Reply:
    text = json.dumps(body) if as_json else v1_jobs.xml(tag, body)
    kind = "application/json" if as_json else "application/xml"
    return Response(text, status, headers={"Content-Type": kind})


def of_batch(job: Job, tag: str, body: dict[str, Any], status: int = 200) -> Reply:
    """Of batches: JSON where the job's rows are JSON, else XML (tap-salesforce counts on it)."""
    return _written(tag, body, status, as_json=job.kind == "JSON")


def create(asked: Asked) -> Reply:
    given, state = asked.fields(), asked.state
    operation, kind = str(given.get("operation")), str(given.get("contentType") or "XML").upper()
    operation = "hardDelete" if operation.lower() == "harddelete" else operation
    made = state.org.schema.find(str(given.get("object")))
    if made is None:
        raise Refused("InvalidEntity", f"Unable to find object: {given.get('object')}")
    if operation not in OPERATIONS and operation not in v1_jobs.QUERIES:
        raise Refused("InvalidJob", f"Unsupported operation: {operation}")
    if kind not in KINDS:
        raise Refused("InvalidJob", f"Unsupported content type: {kind}")
    asked_for = {**given, "operation": operation, "object": made.name, "contentType": kind}
    if operation == "upsert":
        key = made.find(str(given.get("externalIdFieldName")))
        if key is None or not (key.external_id or key.id_lookup):
            text = f"Field name provided, {given.get('externalIdFieldName')} does not match an "
            raise Refused("InvalidJob", f"{text}External ID for {made.name}")
        asked_for["externalIdFieldName"] = key.name
    jobs = state.async_jobs
    id_ = jobs.ids.next(v1_jobs.JOB)
    job = jobs.jobs[id_] = Job(id_, asked_for, asked.version, asked.user_id, state.org.now())
    return shown(asked, "jobInfo", job.shown(), 201)


def read(asked: Asked, job: str) -> Reply:
    found = asked.job(job)
    asked.every_batch(found)
    return shown(asked, "jobInfo", found.shown())


def change(asked: Asked, job: str) -> Reply:
    found, wanted = asked.job(job), asked.fields().get("state")
    if wanted not in {"Closed", "Aborted"}:
        raise Refused("InvalidJob", f"Invalid job state: {wanted}")
    if found.state in CLOSED:
        raise Refused("InvalidJobState", f"Job is not open: {found.state}")
    found.state = wanted
    return shown(asked, "jobInfo", found.shown())


def add(asked: Asked, job: str) -> Reply:
    found, state = asked.job(job), asked.state
    if found.state != "Open":
        raise Refused("InvalidJobState", f"Job is not open: {found.id}")
    batch = Batch("", found.id, state.org.now(), asked.body, state.config.bulk_polls)
    batch.id, batch.result_id = (
        state.async_jobs.ids.next(p) for p in (v1_jobs.BATCH, v1_jobs.RESULT)
    )
    chunking = asked.headers.get("sforce-enable-pkchunking", "false").lower()
    if found.queries and chunking not in {"", "false"}:
        first = Batch(state.async_jobs.ids.next(v1_jobs.BATCH), found.id, batch.created_at, b"", 0)
        first.state = "NotProcessed"
        found.batches[first.id] = first
        found.batches[batch.id] = batch
        return of_batch(found, "batchInfo", first.shown(), 201)
    found.batches[batch.id] = batch
    return of_batch(found, "batchInfo", batch.shown(), 201)


def batches(asked: Asked, job: str) -> Reply:
    found = asked.job(job)
    listed = {"batchInfo": [one.shown() for one in asked.every_batch(found)]}
    return of_batch(found, "batchInfoList", listed)


def batch(asked: Asked, job: str, batch: str) -> Reply:
    found = asked.job(job)
    return of_batch(found, "batchInfo", asked.batch(found, batch).shown())


def request(asked: Asked, job: str, batch: str) -> Reply:
    found = asked.job(job)
    media = {"CSV": "text/csv", "JSON": "application/json"}.get(found.kind, "application/xml")
    return Response(asked.batch(found, batch).content, headers={"Content-Type": media})


def results(asked: Asked, job: str, batch: str) -> Reply:
    """Outcomes of the rows; of a query the ids of its results."""
    found = asked.job(job)
    done = asked.batch(found, batch)
    if done.state != "Completed":
        raise Refused("InvalidBatch", "Batch not completed")
    if not found.queries:
        kind, text = v1_work.results(found, done)
        return Response(text, headers={"Content-Type": kind})
    if found.kind == "JSON":
        return Response(json.dumps([done.result_id]), media_type="application/json")
    text = v1_jobs.xml("result-list", {"result": [done.result_id]})
    return Response(text, media_type="application/xml")


def result(asked: Asked, job: str, batch: str, result: str) -> Reply:
    found = asked.job(job)
    done = asked.batch(found, batch)
    if done.result_id != canonical(result) or not found.queries:
        raise Refused("InvalidBatch", f"Invalid result id: {result}")
    kind, text = v1_work.records(found, done)
    return Response(text, headers={"Content-Type": kind})


def routes(state: Callable[[], State]) -> list[Route]:
    """`state` gives the org's state in force."""
    at = "/services/async/{version}/job"
    table: list[tuple[str, str, Handle]] = [
        ("POST", at, create),
        ("GET", f"{at}/{{job}}", read),
        ("POST", f"{at}/{{job}}", change),
        ("POST", f"{at}/{{job}}/batch", add),
        ("GET", f"{at}/{{job}}/batch", batches),
        ("GET", f"{at}/{{job}}/batch/{{batch}}", batch),
        ("GET", f"{at}/{{job}}/batch/{{batch}}/request", request),
        ("GET", f"{at}/{{job}}/batch/{{batch}}/result", results),
        ("GET", f"{at}/{{job}}/batch/{{batch}}/result/{{result}}", result),
    ]
    return [
        Route(path, _endpoint(state, handle), methods=[method]) for method, path, handle in table
    ]


def _endpoint(state: Callable[[], State], handle: Handle) -> Callable[[Request], Any]:
    async def endpoint(call: Request) -> Response:
        headers = {name.lower(): value for name, value in call.headers.items()}
        version = str(call.path_params["version"])
        asked = Asked(state(), "", version, await call.body(), headers)
        rest = {name: v for name, v in call.path_params.items() if name != "version"}
        try:
            return handle(_signed_in(asked), **rest)
        except Refused as refused:
            return shown(asked, "error", refused.body, refused.status)
        finally:
            asked.state.org.commit()

    return endpoint


def _signed_in(asked: Asked) -> Asked:
    """Raises: Refused."""
    state, headers = asked.state, asked.headers
    token = headers.get("x-sfdc-session") or headers.get("authorization", "").rpartition(" ")[2]
    user_id = state.tokens.user_of(token)
    if user_id is None:
        raise Refused("InvalidSessionId", "Invalid session id")
    if state.calls.count >= state.config.daily_api_requests:
        raise Refused("ExceededQuota", "TotalRequests Limit exceeded.")
    state.calls.add()
    return replace(asked, user_id=user_id)
