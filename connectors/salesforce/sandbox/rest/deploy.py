"""`/metadata/deployRequest`: deployments over REST.

Source: Metadata API developer guide, "Deploy Using REST".
"""

import json
from typing import Any

from connectors.salesforce.sandbox.ids import canonical
from connectors.salesforce.sandbox.metadata import deploy, report
from connectors.salesforce.sandbox.metadata.store import CANCELED, Deploy, Options
from connectors.salesforce.sandbox.problems import Problem, not_found, unreadable
from connectors.salesforce.sandbox.rest import flow_definitions, multipart
from connectors.salesforce.sandbox.rest.call import Answer, Call, Table

OPTIONS = ("entity_content", "json")  # the part's name: as jsforce has it, as in the guide


def create(call: Call) -> Answer:
    if not multipart.is_multipart(call):
        raise Problem("INVALID_INPUT", "A deployment is multipart/form-data: options and a zip")
    parts = multipart.parts(call)
    given = next((parts[name] for name in OPTIONS if name in parts), b"{}")
    try:
        asked = json.loads(given)["deployOptions"]
    except (KeyError, TypeError, ValueError) as error:
        raise unreadable("deployOptions is missing or not JSON") from error
    if not isinstance(asked, dict) or "file" not in parts:
        raise Problem("INVALID_INPUT", "The parts are deployOptions and file")
    options = Options(
        check_only=bool(asked.get("checkOnly")),
        rollback_on_error=bool(asked.get("rollbackOnError")),
        ignore_warnings=bool(asked.get("ignoreWarnings")),
        allow_missing_files=bool(asked.get("allowMissingFiles")),
    )
    state = call.state
    job = deploy.begin(state.org, state.metadata, parts["file"], options, call.actor.user_id)
    shown = {"validatedDeployRequestId": None, "id": job.id, "deployResult": None}
    return Answer(201, {**shown, "deployOptions": asked})


def read(call: Call, id: str) -> Answer:  # noqa: A002  the template's name
    job = _get(call, id)
    deploy.look(call.state.org, call.state.metadata, job)
    details = call.query.get("includeDetails", "").lower() == "true"
    return Answer(body=_shown(call, job, details=details))


def cancel(call: Call, id: str) -> Answer:  # noqa: A002  the template's name
    job = _get(call, id)
    if job.done:
        raise Problem("INVALID_ID_FIELD", "Deployment already completed")
    job.status, job.completed_at = CANCELED, call.state.org.now()
    return Answer(202, _shown(call, job, details=False))


def _shown(call: Call, job: Deploy, *, details: bool) -> dict[str, Any]:
    result = report.result(call.state.org, job, details=details)
    return {"id": job.id, "validatedDeployRequestId": None, "deployResult": result}


def _get(call: Call, id_: str) -> Deploy:
    found = call.state.metadata.deploys.get(canonical(id_) or "")
    if found is None:
        raise not_found()
    return found


TABLE: Table = [
    ("POST", "/metadata/deployRequest", create),
    ("GET", "/metadata/deployRequest/{id}", read),
    ("PATCH", "/metadata/deployRequest/{id}", cancel),
    *flow_definitions.TABLE,
]
