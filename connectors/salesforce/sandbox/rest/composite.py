"""Several requests in one: composite with references, batch, graph, tree.

Source: recorded composite (v59), batch (v57) and graph (v66) answers; limits from the docs.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.rest.call import Answer, Call, Table, objects

MAX_SUBREQUESTS = 25
MAX_QUERIES = 5  # of a composite's subrequests, queries and collections together
MAX_GRAPHS = 75
MAX_NODES = 500
MAX_NODE_KINDS = 15
MAX_FAILURES = 14
REFERENCE = re.compile(r"@\{([^}]+)\}")
HALTED = Problem(
    "PROCESSING_HALTED",
    "The transaction was rolled back since another operation in the same transaction failed.",
)
STOPPED = Problem("PROCESSING_HALTED", "Too many graphs failed; this one was not processed.")


def composite(call: Call) -> Answer:
    body = call.object()
    requests = _list(body, "compositeRequest")
    _check_most("compositeRequest", len(requests), MAX_SUBREQUESTS)
    heavy = [one for one in requests if re.search(r"/query|/composite/", str(one.get("url")))]
    _check_most("query and collection", len(heavy), MAX_QUERIES)
    responses = run(call, requests, all_or_none=bool(body.get("allOrNone")))
    return Answer(body={"compositeResponse": responses})


def run(call: Call, requests: list[dict[str, Any]], *, all_or_none: bool) -> list[dict[str, Any]]:
    """Do the subrequests in order; each may name the answers before it."""
    _check_names(requests)
    org = call.state.org
    start = org.mark()
    bodies: dict[str, Any] = {}
    responses: list[dict[str, Any]] = []
    for request in requests:
        if all_or_none and _failed(responses):
            break
        answer = _one(call, request, bodies)
        bodies[request["referenceId"]] = answer.body
        responses.append(_response(request, answer))
    if all_or_none and _failed(responses):
        org.rollback(start)
        return _halted(requests, responses)
    return responses


def _failed(responses: list[dict[str, Any]]) -> bool:
    return any(response["httpStatusCode"] >= 300 for response in responses)


def _halted(
    requests: list[dict[str, Any]], responses: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Only the request that failed keeps its own error."""
    halted = Answer(HALTED.status, HALTED.body())
    kept = {one["referenceId"]: one for one in responses if one["httpStatusCode"] >= 300}
    return [kept.get(one["referenceId"], _response(one, halted)) for one in requests]


def _response(request: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    return {
        "body": answer.body,
        "httpHeaders": {n: v for n, v in answer.headers.items() if n in {"Location", "ETag"}},
        "httpStatusCode": answer.status,
        "referenceId": request["referenceId"],
    }


def _one(call: Call, request: Mapping[str, Any], bodies: Mapping[str, Any]) -> Answer:
    try:
        url = str(fill(request.get("url", ""), bodies))
        body = fill(request.get("body"), bodies)
    except Problem as problem:
        return Answer(problem.status, problem.body())
    return call.ask(
        str(request.get("method", "GET")),
        url,
        body=body,
        headers=request.get("httpHeaders") or {},
    )


def fill(value: Any, bodies: Mapping[str, Any]) -> Any:
    """Put earlier answers in the place of `@{reference.path}`. Raises: Problem."""
    if isinstance(value, dict):
        return {name: fill(inner, bodies) for name, inner in value.items()}
    if isinstance(value, list):
        return [fill(inner, bodies) for inner in value]
    if not isinstance(value, str):
        return value
    whole = REFERENCE.fullmatch(value)
    if whole:
        return look_up(whole.group(1), bodies)
    return REFERENCE.sub(lambda match: str(look_up(match.group(1), bodies)), value)


def look_up(path: str, bodies: Mapping[str, Any]) -> Any:
    """`NewLead.id`, `Found.records[0].Id`. Raises: Problem."""
    name, *steps = re.findall(r"[^.\[\]]+", path)
    value = bodies.get(name)
    for step in steps:
        try:
            value = value[int(step)] if isinstance(value, list) else _key(value, step)
        except (AttributeError, ValueError, IndexError, KeyError, TypeError) as error:
            text = f"Invalid reference specified. No value for {path} found in {name}"
            raise Problem("PROCESSING_HALTED", text) from error
    return value


def _key(value: Any, step: str) -> Any:
    """A key in any letter case, as `@{ref.Id}` finds `id`."""
    spelled = {key.lower(): key for key in value}
    return value[spelled[step.lower()]]


def _list(body: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    return objects(body.get(name), name)


def _check_most(what: str, count: int, most: int) -> None:
    if count > most:
        text = f"Limit exceeded: {what} has {count} entries, at most {most} are allowed"
        raise Problem("LIMIT_EXCEEDED", text)


def _check_names(requests: list[dict[str, Any]]) -> None:
    names = [one.get("referenceId") for one in requests]
    for name in names:
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z]\w*", name):
            raise Problem("BAD_REQUEST", f"Provided referenceId ('{name}') is invalid")
        if names.count(name) > 1:
            raise Problem("BAD_REQUEST", f"Duplicate referenceId provided: {name}")


def batch(call: Call) -> Answer:
    """Independent requests; each counts as a call of its own, and none is undone for another."""
    body = call.object()
    requests = _list(body, "batchRequests")
    _check_most("batchRequests", len(requests), MAX_SUBREQUESTS)
    call.state.calls.add(max(0, len(requests) - 1))
    results: list[dict[str, Any]] = []
    failed = False
    for request in requests:
        if failed and body.get("haltOnError"):
            text = "Batch processing was halted because an earlier request failed"
            halted = Problem("BATCH_PROCESSING_HALTED", text)
            results.append({"statusCode": 412, "result": halted.body()})
            continue
        answer = call.ask(
            str(request.get("method", "GET")),
            str(request.get("url", "")),
            body=request.get("richInput"),
            headers={},
        )
        failed = failed or answer.status >= 400
        results.append({"statusCode": answer.status, "result": answer.body})
    return Answer(body={"hasErrors": failed, "results": results})


def graph(call: Call) -> Answer:
    """Graphs succeed or fail each as a whole; after too many failures the rest is not tried."""
    graphs = _list(call.object(), "graphs")
    _check_most("graphs", len(graphs), MAX_GRAPHS)
    _check_most("nodes", sum(len(_list(one, "compositeRequest")) for one in graphs), MAX_NODES)
    answers = []
    failures = 0
    for one in graphs:
        requests = _list(one, "compositeRequest")
        _check_most("node kinds", len({_kind(node) for node in requests}), MAX_NODE_KINDS)
        if failures >= MAX_FAILURES:
            stopped = Answer(STOPPED.status, STOPPED.body())
            responses = [_response(node, stopped) for node in requests]
        else:
            responses = run(call, requests, all_or_none=True)
        failures += _failed(responses)
        answers.append(
            {
                "graphId": one.get("graphId"),
                "graphResponse": {"compositeResponse": responses},
                "isSuccessful": not _failed(responses),
            }
        )
    return Answer(body={"graphs": answers})


def _kind(node: Mapping[str, Any]) -> str:
    match = re.search(r"/sobjects/(\w+)", str(node.get("url")))
    return json.dumps([node.get("method"), match.group(1) if match else None])


TABLE: Table = [
    ("POST", "/composite", composite),
    ("POST", "/composite/batch", batch),
    ("POST", "/composite/graph", graph),
]
