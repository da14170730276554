"""What came of a deployment. Source: Metadata API WSDL, DeployResult (order of elements)."""

from typing import Any

from connectors.salesforce.sandbox.metadata.store import SUCCEEDED, Deploy, Message
from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.stamps import stamp_s


def result(org: Org, job: Deploy, *, details: bool) -> dict[str, Any]:
    """DeployResult; None is left out of XML."""
    failed, fine = job.count(failed=True), job.count(failed=False)
    completed = stamp_s(job.completed_at) if job.completed_at is not None else None
    return {
        "checkOnly": job.options.check_only,
        "completedDate": completed,
        "createdBy": job.created_by,
        "createdByName": org.tables["User"].rows[job.created_by].fields["Name"],
        "createdDate": stamp_s(job.created_at),
        "details": _details(job) if details else {},
        "done": job.done,
        "id": job.id,
        "ignoreWarnings": job.options.ignore_warnings,
        "lastModifiedDate": completed or stamp_s(job.created_at),
        "numberComponentErrors": failed,
        "numberComponentsDeployed": fine,
        "numberComponentsTotal": failed + fine,
        "numberTestErrors": 0,
        "numberTestsCompleted": 0,
        "numberTestsTotal": 0,
        "rollbackOnError": job.options.rollback_on_error,
        "runTestsEnabled": False,
        "startDate": stamp_s(job.created_at),
        "status": job.status,
        "success": job.status == SUCCEEDED,
    }


def _details(job: Deploy) -> dict[str, Any]:
    at = stamp_s(job.completed_at or job.created_at)
    failed = [_message(one, at) for one in job.messages if one.problem is not None]
    fine = [_message(one, at) for one in job.messages if one.problem is None]
    tests = {"numFailures": 0, "numTestsRun": 0, "totalTime": 0.0}
    return {"componentFailures": failed, "componentSuccesses": fine, "runTestResult": tests}


def _message(one: Message, at: str) -> dict[str, Any]:
    return {
        "changed": one.changed,
        "componentType": one.kind,
        "created": one.created,
        "createdDate": at,
        "deleted": one.deleted,
        "fileName": one.file,
        "fullName": one.name,
        "id": one.id,
        "problem": one.problem,
        "problemType": one.problem_type if one.problem is not None else None,
        "success": not one.failed,
    }
