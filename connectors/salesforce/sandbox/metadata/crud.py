"""Metadata one component at a time: create, read, update, upsert, delete.

Each is a package of one component. Source: Metadata API developer guide, "CRUD-Based Calls".
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias
from xml.etree.ElementTree import Element

from connectors.salesforce.sandbox.metadata.deploy import install
from connectors.salesforce.sandbox.metadata.install import inside
from connectors.salesforce.sandbox.metadata.kinds import BY_NAME, CHILDREN
from connectors.salesforce.sandbox.metadata.listing import (
    body_of,
    components,
    document,
    file_of,
    object_xml,
)
from connectors.salesforce.sandbox.metadata.package import Package, Source, parse
from connectors.salesforce.sandbox.metadata.store import Options
from connectors.salesforce.sandbox.org import Actor
from connectors.salesforce.sandbox.soap_xml import XSI, Fault, element, local, text, texts
from connectors.salesforce.sandbox.state import State

MAX_COMPONENTS = 10
PARTS = frozenset({"CustomField"})


def create(state: State, operation: Element, actor: Actor) -> str:
    return _save(state, operation, actor, "create")


def update(state: State, operation: Element, actor: Actor) -> str:
    return _save(state, operation, actor, "update")


def upsert(state: State, operation: Element, actor: Actor) -> str:
    return _save(state, operation, actor, "upsert")


def _save(state: State, operation: Element, actor: Actor, verb: str) -> str:
    given = [one for one in operation if local(one) == "metadata"]
    _check_count(len(given))
    results = "".join(_save_one(state, one, actor, verb) for one in given)
    return f"<{verb}MetadataResponse>{results}</{verb}MetadataResponse>"


def _save_one(state: State, node: Element, actor: Actor, verb: str) -> str:
    kind, name = node.get(f"{{{XSI}}}type", "").rpartition(":")[2], text(node, "fullName")
    there = any(one.name == name for one in components(state.org, state.metadata, _known(kind)))
    if verb == "create" and there:
        code, problem = "DUPLICATE_DEVELOPER_NAME", f"There is already a {kind} named {name}."
        return _result(name, code, problem)
    if verb == "update" and not there:
        problem = f"In field: fullName - no {kind} named {name} found"
        return _result(name, "INVALID_CROSS_REFERENCE_KEY", problem)
    code_problem = _install(state, _package(kind, name, node), actor)
    created = element("created", not there and not code_problem) if verb == "upsert" else ""
    return _result(name, *code_problem, created=created)


def _package(kind: str, name: str, node: Element) -> Package:
    """A package that holds this one component."""
    if kind not in PARTS:
        file = file_of(kind, name)
        body = document(kind, inside(node)).encode()
        return Package(members={kind: [name]}, sources=[Source(kind, name, {file: body})])
    parent, _, own = name.partition(".")
    parts = "".join(
        f"<{local(one)}>{own if local(one) == 'fullName' else inside(one)}</{local(one)}>"
        for one in node
    )
    body = document("CustomObject", f"<fields>{parts}</fields>").encode()
    source = Source("CustomObject", parent, {file_of(kind, name): body})
    return Package(members={kind: [name]}, sources=[source])


def _install(state: State, package: Package, actor: Actor) -> tuple[str, ...]:
    """Code and problem of what went wrong, or nothing."""
    options = Options(rollback_on_error=True, ignore_warnings=True)
    messages, _ = install(state.org, state.metadata, package, options, actor)
    problem = next((one.problem for one in messages if one.problem is not None), None)
    return ("FIELD_INTEGRITY_EXCEPTION", problem) if problem else ()


def delete(state: State, operation: Element, actor: Actor) -> str:
    kind, names = text(operation, "type"), texts(operation, "fullNames")
    _check_count(len(names))
    _known(kind)
    results = ""
    for name in names:
        there = any(one.name == name for one in components(state.org, state.metadata, kind))
        code_problem = _install(state, Package(removed=[(kind, name)]), actor) if there else (
            "INVALID_CROSS_REFERENCE_KEY", f"no {kind} named {name} found"
        )  # fmt: skip
        results += _result(name, *code_problem)
    return f"<deleteMetadataResponse>{results}</deleteMetadataResponse>"


def read(state: State, operation: Element, _: Actor) -> str:
    """Components that are not there come back empty."""
    kind, names = text(operation, "type"), texts(operation, "fullNames")
    _check_count(len(names))
    org, store = state.org, state.metadata
    there = {one.name for one in components(org, store, _known(kind))}
    records = ""
    for name in names:
        if name not in there:
            records += '<records xsi:nil="true"/>'
            continue
        if kind == "CustomObject":
            whole = object_xml(org, store, org.schema.get(name), None)
            body = whole.partition(">\n")[2].partition(">")[2].rpartition("</")[0]
        else:
            body = _fragment(body_of(org, store, kind, name))
        own = body if "<fullName>" in body else element("fullName", name) + body
        if kind in PARTS:
            own = own.replace(f"<fullName>{name.partition('.')[2]}<", f"<fullName>{name}<", 1)
        records += f'<records xsi:type="{kind}">{own}</records>'
    return f"<readMetadataResponse><result>{records}</result></readMetadataResponse>"


def _fragment(body: str) -> str:
    """The inside of a whole document; a fragment is that already."""
    return inside(parse(body.encode())) if body.lstrip().startswith("<?xml") else body


def _known(kind: str) -> str:
    if kind not in BY_NAME and kind not in CHILDREN:
        raise Fault("INVALID_TYPE", f"Unknown type: {kind}")
    return kind


def _check_count(count: int) -> None:
    if count > MAX_COMPONENTS:
        raise Fault("LIMIT_EXCEEDED", f"record limit reached: at most {MAX_COMPONENTS} components")


def _result(name: str, code: str = "", problem: str = "", *, created: str = "") -> str:
    errors = ""
    if code:
        errors = f"<errors>{element('message', problem)}{element('statusCode', code)}</errors>"
    done = element("success", not code)
    return f"<result>{created}{errors}{element('fullName', name)}{done}</result>"


Perform: TypeAlias = Callable[[State, Element, Actor], str]
OPERATIONS: Mapping[str, Perform] = {
    "createMetadata": create,
    "updateMetadata": update,
    "upsertMetadata": upsert,
    "deleteMetadata": delete,
    "readMetadata": read,
}
