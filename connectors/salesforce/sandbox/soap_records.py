"""SOAP calls on records: merge and undelete.

Source: partner WSDL (MergeRequest, MergeResult, UndeleteResult); SOAP API developer guide.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from xml.etree.ElementTree import Element

from connectors.salesforce.sandbox import dml, problems
from connectors.salesforce.sandbox.ids import canonical
from connectors.salesforce.sandbox.merge import Wish, merge
from connectors.salesforce.sandbox.org import Actor
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.soap_xml import (
    XSI,
    Fault,
    child,
    element,
    is_nil,
    local,
    text,
    texts,
)
from connectors.salesforce.sandbox.state import State

MAX_RECORDS = 200
T = TypeVar("T")


def merge_records(state: State, operation: Element, actor: Actor) -> str:
    """`merge`: one result per request, each all or nothing."""
    requests = [one for one in operation if local(one) == "request"]
    _check_count(requests)

    def one(request: Element) -> str:
        done = merge(state.org, _wish(request), actor)
        merged = "".join(element("mergedRecordIds", id_) for id_ in done.merged_ids)
        related = "".join(element("updatedRelatedIds", id_) for id_ in done.related_ids)
        return f"{element('id', done.id)}{merged}<success>true</success>{related}"

    results = "".join(_result(state, one, request) for request in requests)
    return f"<mergeResponse>{results}</mergeResponse>"


def undelete(state: State, operation: Element, actor: Actor) -> str:
    """`undelete`: records out of the recycle bin."""
    ids = texts(operation, "ids")
    _check_count(ids)

    def one(id_: str) -> str:
        known = canonical(id_)
        made = state.org.schema.of_id(known) if known else None
        if made is None:
            raise problems.malformed_id(id_)
        row = dml.undelete(state.org, made, id_, actor)
        return f"{element('id', row.id)}<success>true</success>"

    results = "".join(_result(state, one, id_) for id_ in ids)
    return f"<undeleteResponse>{results}</undeleteResponse>"


def _check_count(asked: list[Any]) -> None:
    if len(asked) > MAX_RECORDS:
        raise Fault("EXCEEDED_ID_LIMIT", f"record limit reached: at most {MAX_RECORDS}")


def _result(state: State, perform: Callable[[T], str], asked: T) -> str:
    """One result; what failed leaves nothing behind."""
    mark = state.org.mark()
    try:
        return f"<result>{perform(asked)}</result>"
    except Problem as problem:
        state.org.rollback(mark)
        return f"<result>{_errors(problem)}{element('id', None)}<success>false</success></result>"


def _errors(problem: Problem) -> str:
    fields = "".join(element("fields", name) for name in problem.fields or [])
    about = element("message", problem.message) + element("statusCode", problem.code)
    return f"<errors>{fields}{about}</errors>"


def _wish(request: Element) -> Wish:
    master = child(request, "masterRecord")
    if master is None:
        raise Problem("MISSING_ARGUMENT", "masterRecord not specified", fields=[])
    kind = text(master, "type") or master.get(f"{{{XSI}}}type", "").rpartition(":")[2]
    return Wish(kind, text(master, "Id"), texts(request, "recordToMergeIds"), _fields(master))


def _fields(record: Iterable[Element]) -> dict[str, Any]:
    """The values of an sObject element; `fieldsToNull` and `xsi:nil` are nulls."""
    found: dict[str, Any] = {}
    for one in record:
        name = local(one)
        if name == "fieldsToNull":
            found[one.text or ""] = None
        elif name not in {"type", "Id"}:
            found[name] = None if is_nil(one) else one.text or ""
    return found
