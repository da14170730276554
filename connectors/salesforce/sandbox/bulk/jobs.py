"""A bulk job: what was asked, how far it is, what came of it.

Source: Bulk API 2.0 developer guide (job info of ingest and query jobs, job states).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from connectors.salesforce.sandbox.ids import IdMaker, canonical
from connectors.salesforce.sandbox.org import Clock
from connectors.salesforce.sandbox.problems import Problem, not_found
from connectors.salesforce.sandbox.stamps import stamp_s
from connectors.sandbox.digits import is_whole

OPEN = "Open"
UPLOADED = "UploadComplete"
IN_PROGRESS = "InProgress"
COMPLETE = "JobComplete"
FAILED = "Failed"
ABORTED = "Aborted"
ENDED = frozenset({COMPLETE, FAILED, ABORTED})
PREFIX = "750"


@dataclass(slots=True)
class Outcome:
    """What came of a job: records and CSV documents by name; `rows` are a query's."""

    processed: int = 0
    failed: int = 0
    error: str | None = None
    documents: dict[str, bytes] = field(default_factory=dict)
    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


@dataclass(slots=True)
class Job:
    """`kind` is ingest or query; `asked` holds the keys of the request that answers repeat."""

    id: str
    kind: str
    asked: dict[str, Any]
    created_by: str
    version: str
    created_at: float
    changed_at: float
    state: str = OPEN
    polls_left: int = 0
    content: bytes | None = None
    soql: str = ""
    outcome: Outcome = field(default_factory=Outcome)

    def brief(self) -> dict[str, Any]:
        """The job as create, close and abort answer it."""
        asked = self.asked
        shown = {
            "id": self.id,
            "operation": asked["operation"],
            "object": asked["object"],
            "createdById": self.created_by,
            "createdDate": stamp_s(self.created_at),
            "systemModstamp": stamp_s(self.changed_at),
            "state": self.state,
            "externalIdFieldName": asked.get("externalIdFieldName"),
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(self.version),
            "assignmentRuleId": asked.get("assignmentRuleId"),
        }
        if self.kind == "ingest" and self.state == OPEN:
            shown["contentUrl"] = f"services/data/v{self.version}/jobs/ingest/{self.id}/batches"
        shown |= {"lineEnding": asked["lineEnding"], "columnDelimiter": asked["columnDelimiter"]}
        return {name: value for name, value in shown.items() if value is not None}

    def full(self) -> dict[str, Any]:
        """The job as asking for it answers."""
        spent_ms = int((self.changed_at - self.created_at) * 1000)
        is_ingest = self.kind == "ingest"
        shown: dict[str, Any] = {"jobType": "V2Ingest" if is_ingest else "V2Query"}
        if self.state != OPEN:
            shown["numberRecordsProcessed"] = self.outcome.processed
        if is_ingest:
            shown["numberRecordsFailed"] = self.outcome.failed
        shown |= {"retries": 0, "totalProcessingTime": spent_ms}
        if is_ingest:
            shown |= {"apiActiveProcessingTime": spent_ms, "apexProcessingTime": 0}
        else:
            shown["isPkChunkingSupported"] = True
        if self.outcome.error:
            shown["errorMessage"] = self.outcome.error
        return {**self.brief(), **shown}


class Shelf:
    """The jobs of an org, until they are too old."""

    def __init__(self, now: Clock, ids: IdMaker) -> None:
        self._now = now
        self._ids = ids
        self.jobs: dict[str, Job] = {}

    def open(self, kind: str, asked: dict[str, Any], user_id: str, version: str) -> Job:
        at = self._now()
        job = Job(self._ids.next(PREFIX), kind, asked, user_id, version, at, at)
        self.jobs[job.id] = job
        return job

    def of_kind(self, kind: str, life_s: float) -> Iterator[Job]:
        """In the order they were made."""
        oldest = self._now() - life_s
        return (j for j in self.jobs.values() if j.kind == kind and j.created_at >= oldest)

    def get(self, kind: str, id_: str, life_s: float) -> Job:
        """Raises: Problem NOT_FOUND."""
        known = canonical(id_)
        for job in self.of_kind(kind, life_s):
            if job.id == known:
                return job
        raise not_found()

    def count_since(self, kind: str, seconds: float) -> int:
        """How many jobs of a kind were made in the last `seconds`."""
        return sum(1 for _ in self.of_kind(kind, seconds))

    def remove(self, job: Job) -> None:
        if job.state not in ENDED | {UPLOADED}:
            raise wrong_state(f"Cannot delete a job whose state is {job.state}")
        del self.jobs[job.id]

    def start(self, job: Job, polls: int, run: Callable[[], Outcome]) -> None:
        """Everything is there: run at once, or after so many further looks at the job."""
        self._set(job, UPLOADED)
        job.polls_left = polls
        if not polls:
            self._finish(job, run)

    def look(self, job: Job, run: Callable[[], Outcome]) -> None:
        """Somebody asks how far the job is, which is what brings it on."""
        if job.state not in {UPLOADED, IN_PROGRESS}:
            return
        if job.polls_left > 0:
            job.polls_left -= 1
            self._set(job, IN_PROGRESS)
            return
        self._finish(job, run)

    def abort(self, job: Job) -> None:
        if job.state in ENDED:
            raise wrong_state(f"Cannot abort a job whose state is {job.state}")
        self._set(job, ABORTED)

    def _finish(self, job: Job, run: Callable[[], Outcome]) -> None:
        job.outcome = run()
        self._set(job, FAILED if job.outcome.error else COMPLETE)

    def _set(self, job: Job, state: str) -> None:
        job.state = state
        job.changed_at = self._now()


def wrong_state(text: str) -> Problem:
    return Problem("INVALIDJOBSTATE", text)


def listing(jobs: list[Job], locator: str, size: int, url: str) -> dict[str, Any]:
    """One page of a list of jobs; `locator` is the number of its first."""
    start = int(locator) if is_whole(locator) else 0
    page = jobs[start : start + size]
    done = start + size >= len(jobs)
    following = None if done else f"{url}?queryLocator={start + size}"
    shown = [{"jobType": job.full()["jobType"], **job.brief()} for job in page]
    return {"done": done, "records": shown, "nextRecordsUrl": following}
