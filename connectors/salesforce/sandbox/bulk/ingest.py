"""`/jobs/ingest`: records in.

Source: Bulk API 2.0 developer guide.
"""

from collections.abc import Callable

from connectors.salesforce.sandbox.bulk import request
from connectors.salesforce.sandbox.bulk.jobs import (
    ABORTED,
    ENDED,
    OPEN,
    UPLOADED,
    Job,
    Outcome,
    listing,
    wrong_state,
)
from connectors.salesforce.sandbox.bulk.load import OPERATIONS, Load
from connectors.salesforce.sandbox.rest.call import Answer, Call, Table, data_url

LIST_SIZE = 1000
CSV = {"Content-Type": "text/csv"}


def create(call: Call) -> Answer:
    """A new job; a multipart request brings the data too and needs no closing."""
    body, content = request.parts(call)
    asked = request.ingest(call, body, OPERATIONS)
    state = call.state
    job = state.bulk.open("ingest", asked, call.actor.user_id, call.version)
    if content is not None:
        request.check_size(content, state.config)
        job.content = content
        state.bulk.start(job, state.config.bulk_polls, _work(call, job))
        return Answer(body={**job.brief(), "state": UPLOADED})
    return Answer(body=job.brief())


def upload(call: Call, id: str) -> Answer:  # noqa: A002  the template's name
    job = _get(call, id)
    if job.state != OPEN:
        raise wrong_state(f"The job's state is {job.state}; data can be added while it is Open")
    if job.content is not None:
        text = (
            f"Found multiple contents for job: <{job.id[:15]}>, please 'Close' / 'Abort' / "
            "'Delete' the current Job then create a new Job and make sure you only do 'PUT' once "
            "on a given Job."
        )
        raise wrong_state(text)
    request.check_size(call.raw, call.state.config)
    job.content = call.raw
    return Answer(201)


def change(call: Call, id: str) -> Answer:  # noqa: A002  the template's name
    """Close it, so that the work begins, or abort it."""
    job = _get(call, id)
    shelf = call.state.bulk
    if request.new_state(call, frozenset({UPLOADED, ABORTED})) == ABORTED:
        shelf.abort(job)
        job.outcome = Outcome(documents={"unprocessed": job.content or b""})
        return Answer(body=job.brief())
    if job.state != OPEN:
        raise wrong_state(f"Cannot close a job whose state is {job.state}")
    shelf.start(job, call.state.config.bulk_polls, _work(call, job))
    return Answer(body={**job.brief(), "state": UPLOADED})


def read(call: Call, id: str) -> Answer:  # noqa: A002  the template's name
    job = _get(call, id)
    call.state.bulk.look(job, _work(call, job))
    return Answer(body=job.full())


def delete(call: Call, id: str) -> Answer:  # noqa: A002  the template's name
    call.state.bulk.remove(_get(call, id))
    return Answer(204)


def index(call: Call) -> Answer:
    jobs = list(call.state.bulk.of_kind("ingest", call.state.config.bulk_job_life_s))
    locator = call.query.get("queryLocator", "")
    return Answer(body=listing(jobs, locator, LIST_SIZE, f"{data_url(call)}/jobs/ingest"))


def successful(call: Call, id: str) -> Answer:  # noqa: A002  the template's name
    return _document(call, id, "successful")


def failed(call: Call, id: str) -> Answer:  # noqa: A002  the template's name
    return _document(call, id, "failed")


def unprocessed(call: Call, id: str) -> Answer:  # noqa: A002  the template's name
    return _document(call, id, "unprocessed")


def _document(call: Call, id_: str, name: str) -> Answer:
    job = _get(call, id_)
    if job.state not in ENDED:
        raise wrong_state(f"Results are not there yet: the job's state is {job.state}")
    return Answer(200, job.outcome.documents.get(name, b""), CSV)


def _get(call: Call, id_: str) -> Job:
    return call.state.bulk.get("ingest", id_, call.state.config.bulk_job_life_s)


def _work(call: Call, job: Job) -> Callable[[], Outcome]:
    state = call.state
    actor = request.actor(call, job)

    def run() -> Outcome:
        return Load(state.org, job, state.org.schema.get(job.asked["object"]), actor).run()

    return run


TABLE: Table = [
    ("POST", "/jobs/ingest", create),
    ("GET", "/jobs/ingest", index),
    ("GET", "/jobs/ingest/{id}", read),
    ("PATCH", "/jobs/ingest/{id}", change),
    ("DELETE", "/jobs/ingest/{id}", delete),
    ("PUT", "/jobs/ingest/{id}/batches", upload),
    ("GET", "/jobs/ingest/{id}/successfulResults", successful),
    ("GET", "/jobs/ingest/{id}/failedResults", failed),
    ("GET", "/jobs/ingest/{id}/unprocessedrecords", unprocessed),
    ("GET", "/jobs/ingest/{id}/unprocessedRecords", unprocessed),  # as simple-salesforce asks
]
