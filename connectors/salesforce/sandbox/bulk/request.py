"""What a request for a bulk job asks, checked.

Source: Bulk API 2.0 developer guide. Not confirmed: the words and codes of refusals.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connectors.salesforce.sandbox.bulk.csv_text import DELIMITERS, ENDINGS
from connectors.salesforce.sandbox.bulk.jobs import Job
from connectors.salesforce.sandbox.config import Config
from connectors.salesforce.sandbox.org import Actor
from connectors.salesforce.sandbox.problems import Problem, unreadable
from connectors.salesforce.sandbox.rest import multipart
from connectors.salesforce.sandbox.rest.call import Call, with_options
from connectors.salesforce.sandbox.schema import Schema, SObject

INGEST_KEYS = frozenset(
    {"operation", "object", "contentType", "columnDelimiter", "lineEnding", "externalIdFieldName",
     "assignmentRuleId", "concurrencyMode"}
)  # fmt: skip
QUERY_KEYS = frozenset({"operation", "query", "contentType", "columnDelimiter", "lineEnding"})


def ingest(call: Call, body: Mapping[str, Any], operations: Mapping[str, Any]) -> dict[str, Any]:
    """The job that is asked for, defaults filled in. Raises: Problem."""
    asked = _common(body, INGEST_KEYS, operations)
    made = _object(call.state.org.schema, asked.get("object"))
    asked["object"] = made.name
    if asked["operation"] == "upsert":
        asked["externalIdFieldName"] = _key(made, asked.get("externalIdFieldName"))
    if asked["operation"] == "hardDelete" and not call.state.config.bulk_hard_delete:
        text = (
            "hardDelete operation requires special user profile permission, please contact your "
            "system administrator"
        )
        raise Problem("FEATURENOTENABLED", text)
    return asked


def query(body: Mapping[str, Any]) -> dict[str, Any]:
    """Raises: Problem."""
    asked = _common(body, QUERY_KEYS, {"query", "queryAll"})
    if not isinstance(asked.get("query"), str) or not asked["query"].strip():
        raise Problem("MALFORMED_QUERY", "A query string has to be specified")
    return asked


def _common(body: Mapping[str, Any], keys: frozenset[str], operations: Any) -> dict[str, Any]:
    unknown = sorted(body.keys() - keys)
    if unknown:
        raise unreadable(f'Unrecognized field "{unknown[0]}" at [line:1, column:1]')
    asked = {"contentType": "CSV", "columnDelimiter": "COMMA", "lineEnding": "LF", **body}
    allowed = {
        "operation": operations,
        "contentType": {"CSV"},
        "columnDelimiter": DELIMITERS,
        "lineEnding": ENDINGS,
    }
    for name, values in allowed.items():
        if not isinstance(asked.get(name), str) or asked[name] not in values:
            raise Problem("INVALIDJOB", f"Unable to parse Job: {name} {asked.get(name)!r}")
    return asked


def _object(schema: Schema, name: Any) -> SObject:
    if not isinstance(name, str) or (made := schema.find(name)) is None:
        raise Problem("INVALIDENTITY", f"Unable to find object: {name}")
    return made


def _key(made: SObject, name: Any) -> str:
    if not name:
        text = (
            f"External ID was blank for {made.name}. An External ID must be specified for upsert."
        )
        raise Problem("INVALIDJOB", text)
    field = made.find(str(name))
    if field is None or not (field.external_id or field.id_lookup):
        text = (
            f"Field name provided, {name} does not match an External ID, Salesforce Id, or indexed "
            f"field for {made.name}"
        )
        raise Problem("INVALIDJOB", text)
    return field.name


def parts(call: Call) -> tuple[Mapping[str, Any], bytes | None]:
    """The job and, of a multipart request, its data. Raises: Problem."""
    if not multipart.is_multipart(call):
        return call.object(), None
    found = multipart.parts(call)
    try:
        job = json.loads(found["job"])
    except (KeyError, ValueError) as error:
        raise unreadable("the part job is missing or not JSON") from error
    if not isinstance(job, dict):
        raise unreadable("the part job is not an object")
    return job, found.get("content")


def new_state(call: Call, allowed: frozenset[str]) -> str:
    """What a PATCH asks for. Raises: Problem."""
    state = str(call.object().get("state"))
    if state not in allowed:
        raise Problem("INVALIDJOBSTATE", f"Unsupported state: {state}")
    return state


def actor(call: Call, job: Job) -> Actor:
    """Who does a job's work: whoever made it."""
    rule = job.asked.get("assignmentRuleId")
    asks = {"sforce-auto-assign": str(rule)} if rule else {}
    return replace(with_options(call.actor, asks), user_id=job.created_by)


def check_size(raw: bytes, config: Config) -> None:
    """Raises: Problem."""
    if len(raw) > config.bulk_upload_bytes:
        text = f"Size of data exceeds the limit of {config.bulk_upload_bytes} bytes"
        raise Problem("EXCEEDED_MAX_SIZE_REQUEST", text, status=413)
