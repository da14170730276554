"""sObject tree: records with their children in one call, all or none of them.

Source: REST API Developer Guide, "sObject Tree". No recording was found.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.salesforce.sandbox import dml
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.rest.call import Answer, Call, Table, objects
from connectors.salesforce.sandbox.schema import SObject

MAX_RECORDS = 200


def create(call: Call, object: str) -> Answer:  # noqa: A002  the template's name
    org = call.state.org
    mark = org.mark()
    results: list[dict[str, Any]] = []
    try:
        for result in _plant(call, org.schema.get(object), call.object(), {}):
            results.append(result)
            _check_size(len(results))
    except _Failed as failed:
        org.rollback(mark)
        return Answer(400, {"hasErrors": True, "results": [failed.result]})
    return Answer(201, {"hasErrors": False, "results": results})


class _Failed(Exception):
    def __init__(self, name: str, problem: Problem) -> None:
        super().__init__(problem.message)
        self.result = {"referenceId": name, "errors": [problem.item()]}


def _plant(
    call: Call, made: SObject, body: Any, parent: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Create the records of one level, each followed by its children. Raises: _Failed."""
    records = objects(body.get("records") if isinstance(body, Mapping) else None, "records")
    below = call.state.org.schema.children(made)
    for record in records:
        attributes = record.get("attributes")
        name = str(attributes.get("referenceId")) if isinstance(attributes, Mapping) else ""
        children = {key: value for key, value in record.items() if key.lower() in below}
        fields = {key: value for key, value in record.items() if key not in children}
        try:
            row = dml.create(call.state.org, made, {**fields, **parent}, call.actor)
        except Problem as problem:
            raise _Failed(name, problem) from problem
        yield {"referenceId": name, "id": row.id}
        for key, value in children.items():
            child, reference = below[key.lower()]
            yield from _plant(call, child, value, {reference.name: row.id})


def _check_size(count: int) -> None:
    if count > MAX_RECORDS:
        text = f"record limit reached. cannot submit more than {MAX_RECORDS} records into this call"
        raise Problem("EXCEEDED_ID_LIMIT", text)


TABLE: Table = [("POST", "/composite/tree/{object}", create)]
