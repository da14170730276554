"""SOAP calls that write: create, update, upsert, delete, undelete, merge, emptyRecycleBin.

Source: partner WSDL (SaveResult, UpsertResult, DeleteResult, MergeResult …).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar
from xml.etree.ElementTree import Element

from connectors.salesforce.sandbox import access, dml, problems
from connectors.salesforce.sandbox.ids import canonical
from connectors.salesforce.sandbox.merge import Wish, merge
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.rest.collections import ROLLED_BACK
from connectors.salesforce.sandbox.schema import SObject
from connectors.salesforce.sandbox.soap_call import SoapCall, errors, fields_of, kind_of
from connectors.salesforce.sandbox.soap_xml import Fault, child, element, local, text, texts

MAX_RECORDS = 200
T = TypeVar("T")
Values: TypeAlias = dict[str, Any]


def create(call: SoapCall) -> str:
    def one(node: Element) -> str:
        made, given = _given(call, node)
        row = dml.create(call.org, made, given, call.actor)
        if not made.is_event:
            return _saved(row.id)
        return errors(Problem("OPERATION_ENQUEUED", row.fields["EventUuid"])) + _saved(row.id)

    return _each(call, "create", _records(call), one)


def update(call: SoapCall) -> str:
    def one(node: Element) -> str:
        made, given = _given(call, node)
        id_ = _take(given, "id")
        if not id_:
            raise Problem("MISSING_ARGUMENT", "Id not specified in an update call", fields=["Id"])
        return _saved(dml.update(call.org, made, id_, given, call.actor).id)

    return _each(call, "update", _records(call), one)


def upsert(call: SoapCall) -> str:
    name = text(call.operation, "externalIDFieldName") or "Id"

    def one(node: Element) -> str:
        made, given = _given(call, node)
        key = access.find(call.org, call.actor.user_id, made, name)
        if key is None or not (key.external_id or key.id_lookup):
            found = f"Field name provided, {name} does not match an External ID for {made.name}"
            raise Problem("INVALID_FIELD", found, fields=[])
        value = _take(given, key.name.lower())
        try:
            row, created = dml.upsert(call.org, made, (key, value), given, call.actor)
        except dml.Several as several:
            raise Problem("DUPLICATE_EXTERNAL_ID", str(several), fields=[key.name]) from several
        return element("created", created) + _saved(row.id)

    return _each(call, "upsert", _records(call), one)


def delete(call: SoapCall) -> str:
    def one(id_: str) -> str:
        made = _object_of(call, id_)
        return _saved(dml.delete(call.org, made, id_, call.actor).id)

    return _each(call, "delete", _ids(call), one)


def undelete(call: SoapCall) -> str:
    """Records out of the recycle bin."""

    def one(id_: str) -> str:
        made = _object_of(call, id_)
        return _saved(dml.undelete(call.org, made, id_, call.actor).id)

    return _each(call, "undelete", _ids(call), one)


def empty_recycle_bin(call: SoapCall) -> str:
    def one(id_: str) -> str:
        row = call.org.row(canonical(id_))
        if row is None or not row.deleted:
            text_ = "record must be deleted before attempting to empty from recycle bin"
            raise Problem("INVALID_ID_FIELD", text_, fields=[])
        call.org.purge(row)
        return _saved(row.id)

    return _each(call, "emptyRecycleBin", _ids(call), one)


def merge_records(call: SoapCall) -> str:
    """One result per request, each all or nothing."""

    def one(request: Element) -> str:
        done = merge(call.org, _wish(call, request), call.actor)
        merged = "".join(element("mergedRecordIds", id_) for id_ in done.merged_ids)
        related = "".join(element("updatedRelatedIds", id_) for id_ in done.related_ids)
        return f"{element('id', done.id)}{merged}<success>true</success>{related}"

    return _each(call, "merge", list(call.operation), one)


def _each(call: SoapCall, name: str, asked: Sequence[T], one: Callable[[T], str]) -> str:
    """One result for each; a failure undoes its own, or with AllOrNoneHeader all of them."""
    if len(asked) > MAX_RECORDS:
        raise Fault("EXCEEDED_ID_LIMIT", f"record limit reached: at most {MAX_RECORDS}")
    org, start = call.org, call.org.mark()
    results: list[str | Problem] = []
    for given in asked:
        mark = org.mark()
        try:
            results.append(one(given))
        except Problem as problem:
            org.rollback(mark)
            results.append(problem)
    all_or_none = call.header("AllOrNoneHeader", "allOrNone").lower() == "true"
    if all_or_none and any(isinstance(result, Problem) for result in results):
        org.rollback(start)
        results = [r if isinstance(r, Problem) else ROLLED_BACK for r in results]
    extra = "<created>false</created>" if name == "upsert" else ""
    shown = "".join(_failure(r, extra) if isinstance(r, Problem) else r for r in _wrapped(results))
    return f"<{name}Response>{shown}</{name}Response>"


def _wrapped(results: Sequence[str | Problem]) -> list[str | Problem]:
    return [r if isinstance(r, Problem) else f"<result>{r}</result>" for r in results]


def _failure(problem: Problem, extra: str) -> str:
    nothing = element("id", None)
    return f"<result>{extra}{errors(problem)}{nothing}<success>false</success></result>"


def _saved(id_: str) -> str:
    return f"{element('id', id_)}<success>true</success>"


def _records(call: SoapCall) -> list[Element]:
    return [one for one in call.operation if local(one) == "sObjects"]


def _ids(call: SoapCall) -> list[str]:
    return texts(call.operation, "ids") or texts(call.operation, "ID")


def _given(call: SoapCall, node: Element) -> tuple[SObject, Values]:
    """Raises: Problem."""
    kind = kind_of(node)
    made = call.org.schema.find(kind)
    if made is None:
        found = f"sObject type '{kind}' is not supported." if kind else "Must send a concrete type"
        raise Problem("INVALID_TYPE", found, fields=[])
    given = fields_of(call.org, made, node, call.actor.user_id)
    if local(call.operation) == "create":
        given = {n: v for n, v in given.items() if n != "Id" or v}
    return made, given


def _take(given: Values, name: str) -> Any:
    """A value by name in any letter case, out of the record."""
    found = next((key for key in given if key.lower() == name), None)
    return given.pop(found) if found else None


def _object_of(call: SoapCall, id_: str) -> SObject:
    """Raises: Problem."""
    known = canonical(id_)
    made = call.org.schema.of_id(known) if known else None
    if made is None:
        raise problems.malformed_id(id_)
    return made


def _wish(call: SoapCall, request: Element) -> Wish:
    master = child(request, "masterRecord")
    if master is None:
        raise Problem("MISSING_ARGUMENT", "masterRecord not specified", fields=[])
    kind, losers = kind_of(master), texts(request, "recordToMergeIds")
    made = call.org.schema.find(kind)
    given = fields_of(call.org, made, master, call.actor.user_id) if made else {}
    return Wish(kind, str(_take(given, "id") or ""), losers, given)


OPERATIONS: Mapping[str, Callable[[SoapCall], str]] = {
    "create": create,
    "update": update,
    "upsert": upsert,
    "delete": delete,
    "undelete": undelete,
    "emptyRecycleBin": empty_recycle_bin,
    "merge": merge_records,
}
