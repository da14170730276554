"""Jobs and batches of Bulk API 1.0, and how they are shown.

Source: Bulk API developer guide, "JobInfo", "BatchInfo", "Result"; jsforce, simple-salesforce and
salesforce-bulk, which read them. Not confirmed: the state of a batch right after it was added.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.salesforce.sandbox.ids import IdMaker
from connectors.salesforce.sandbox.soap_xml import escape
from connectors.salesforce.sandbox.stamps import stamp_s

NAMESPACE = "http://www.force.com/2009/06/asyncapi/dataload"
JOB, BATCH, RESULT = "750", "751", "752"
QUERIES = frozenset({"query", "queryAll"})
COUNTS = ("Queued", "InProgress", "Completed", "Failed")


class Refused(Exception):
    """An error of Bulk API 1.0."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"exceptionCode": code, "exceptionMessage": message}


@dataclass(slots=True)
class Batch:
    """`rows` are outcomes of an ingest, or the records of a query."""

    id: str
    job_id: str
    created_at: float
    content: bytes
    polls_left: int
    state: str = "Queued"
    message: str | None = None
    rows: list[dict[str, Any]] = field(default_factory=list)
    header: list[str] = field(default_factory=list)
    result_id: str = ""

    @property
    def failed(self) -> int:
        return sum(1 for row in self.rows if row.get("success") is False)

    def shown(self) -> dict[str, Any]:
        at = stamp_s(self.created_at)
        done = self.state in {"Completed", "Failed"}
        return {
            "apexProcessingTime": 0, "apiActiveProcessingTime": 0, "createdDate": at,
            "id": self.id, "jobId": self.job_id,
            "numberRecordsFailed": self.failed if done else 0,
            "numberRecordsProcessed": len(self.rows) if done else 0, "state": self.state,
            "stateMessage": self.message, "systemModstamp": at, "totalProcessingTime": 0,
        }  # fmt: skip


@dataclass(slots=True)
class Job:
    id: str
    asked: Mapping[str, Any]
    version: str
    created_by: str
    created_at: float
    state: str = "Open"
    batches: dict[str, Batch] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return str(self.asked["contentType"])

    @property
    def queries(self) -> bool:
        return self.asked["operation"] in QUERIES

    def shown(self) -> dict[str, Any]:
        at, batches = stamp_s(self.created_at), [one.shown() for one in self.batches.values()]
        states = [one["state"] for one in batches]
        counts = {f"numberBatches{state}": states.count(state) for state in COUNTS}
        sums = {
            name: sum(one[name] for one in batches)
            for name in ("numberRecordsFailed", "numberRecordsProcessed")
        }
        return {
            "apexProcessingTime": 0, "apiActiveProcessingTime": 0,
            "apiVersion": float(self.version), "assignmentRuleId": None,
            "concurrencyMode": self.asked.get("concurrencyMode", "Parallel"),
            "contentType": self.kind, "createdById": self.created_by, "createdDate": at,
            "externalIdFieldName": self.asked.get("externalIdFieldName"),
            "fastPathEnabled": False, "id": self.id, **counts,
            "numberBatchesTotal": len(batches), **sums, "numberRetries": 0,
            "object": self.asked["object"], "operation": self.asked["operation"],
            "state": self.state, "systemModstamp": at, "totalProcessingTime": 0,
        }  # fmt: skip


@dataclass(slots=True)
class Jobs:
    """All jobs of Bulk API 1.0 of an org."""

    ids: IdMaker
    jobs: dict[str, Job] = field(default_factory=dict)


def xml(tag: str, shown: Any) -> str:
    """A document as XML clients get it; what is null is left out."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{tag} xmlns="{NAMESPACE}">{inside(shown)}</{tag}>'
    )


def inside(shown: Mapping[str, Any]) -> str:
    parts = []
    for name, value in shown.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Mapping):
                parts.append(f"<{name}>{inside(one)}</{name}>")
            elif one is not None:
                text = str(one).lower() if isinstance(one, bool) else str(one)
                parts.append(f"<{name}>{escape(text)}</{name}>")
    return "".join(parts)
