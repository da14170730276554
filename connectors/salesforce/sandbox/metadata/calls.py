"""The Metadata API's SOAP calls: deploy, retrieve, list, describe.

Source: Metadata API WSDL (order of elements), developer guide.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import TypeAlias
from xml.etree.ElementTree import Element

from connectors.salesforce.sandbox.ids import canonical
from connectors.salesforce.sandbox.metadata import crud, deploy, report
from connectors.salesforce.sandbox.metadata.kinds import BY_NAME, CHILDREN, KINDS
from connectors.salesforce.sandbox.metadata.listing import (
    Collection,
    Component,
    components,
    manifest,
)
from connectors.salesforce.sandbox.metadata.package import MANIFEST, Wrong, listed_in
from connectors.salesforce.sandbox.metadata.store import (
    CANCELED,
    FAILED,
    RETRIEVE,
    SUCCEEDED,
    Deploy,
    Options,
    Retrieve,
)
from connectors.salesforce.sandbox.org import Actor
from connectors.salesforce.sandbox.soap_xml import Fault, child, element, local, text, tree
from connectors.salesforce.sandbox.stamps import stamp_s
from connectors.salesforce.sandbox.state import State

MAX_QUERIES = 3


def begin(state: State, operation: Element, actor: Actor) -> str:
    given = child(operation, "DeployOptions")
    given = Element("DeployOptions") if given is None else given

    def on(name: str) -> bool:
        return text(given, name).lower() == "true"

    options = Options(
        check_only=on("checkOnly"),
        rollback_on_error=on("rollbackOnError"),
        ignore_warnings=on("ignoreWarnings"),
        allow_missing_files=on("allowMissingFiles"),
    )
    try:
        raw = base64.b64decode(text(operation, "ZipFile"))
    except (binascii.Error, ValueError) as error:
        raise Fault("INVALID_TYPE", "ZipFile is not base64") from error
    job = deploy.begin(state.org, state.metadata, raw, options, actor.user_id)
    done = f"<done>false</done>{element('id', job.id)}<state>Queued</state>"
    return f"<deployResponse><result>{done}</result></deployResponse>"


def check(state: State, operation: Element, _: Actor) -> str:
    job = _deploy(state, text(operation, "asyncProcessId"))
    deploy.look(state.org, state.metadata, job)
    details = text(operation, "includeDetails").lower() in {"true", "1"}
    shown = tree("result", report.result(state.org, job, details=details))
    return f"<checkDeployStatusResponse>{shown}</checkDeployStatusResponse>"


def cancel(state: State, operation: Element, _: Actor) -> str:
    job = _deploy(state, text(operation, "String") or text(operation, "asyncProcessId"))
    if job.done:
        raise Fault("INVALID_ID_FIELD", "Deployment already completed")
    job.status, job.completed_at = CANCELED, state.org.now()
    result = f"<done>true</done>{element('id', job.id)}"
    return f"<cancelDeployResponse><result>{result}</result></cancelDeployResponse>"


def _deploy(state: State, id_: str) -> Deploy:
    found = state.metadata.deploys.get(canonical(id_) or "")
    if found is None:
        raise Fault("INVALID_CROSS_REFERENCE_KEY", f"invalid cross reference id: {id_}")
    return found


def retrieve(state: State, operation: Element, _: Actor) -> str:
    request = next(iter(operation), None)  # jsforce and sf call it otherwise than the WSDL
    if request is None:
        raise Fault("INVALID_TYPE", "retrieveRequest is missing")
    wanted = child(request, "unpackaged")
    try:
        members = listed_in(wanted) if wanted is not None else {}
    except Wrong as wrong:
        raise Fault("INVALID_TYPE", wrong.problem) from wrong
    collection = Collection(state.org, state.metadata)
    collection.gather(members)
    version = text(request, "apiVersion", "59.0")
    collection.files[MANIFEST] = manifest(members, version).encode()
    top = "" if text(request, "singlePackage").lower() == "true" else "unpackaged/"
    id_ = state.metadata.ids.next(RETRIEVE)
    state.metadata.retrieves[id_] = Retrieve(id_, collection.zipped(top), collection.messages)
    result = f"<done>false</done>{element('id', id_)}<state>Queued</state>"
    return f"<retrieveResponse><result>{result}</result></retrieveResponse>"


def check_retrieve(state: State, operation: Element, _: Actor) -> str:
    id_ = text(operation, "asyncProcessId")
    found = state.metadata.retrieves.get(canonical(id_) or "")
    if found is None:
        raise Fault("INVALID_CROSS_REFERENCE_KEY", f"invalid cross reference id: {id_}")
    zipped = None
    if text(operation, "includeZip", "true").lower() in {"true", "1"}:
        zipped = base64.b64encode(found.zipped).decode()
    messages = "".join(
        f"<messages>{element('fileName', file)}{element('problem', problem)}</messages>"
        for file, problem in found.messages
    )
    status = FAILED if found.zipped == b"" else SUCCEEDED
    result = (
        f"<done>true</done>{element('id', found.id)}{messages}{element('status', status)}"
        f"<success>true</success>{element('zipFile', zipped)}"
    )
    return f"<checkRetrieveStatusResponse><result>{result}</result></checkRetrieveStatusResponse>"


def listing(state: State, operation: Element, _: Actor) -> str:
    queries = [one for one in operation if local(one) == "queries"]
    if len(queries) > MAX_QUERIES:
        raise Fault("LIMIT_EXCEEDED", f"at most {MAX_QUERIES} queries in one call")
    results = ""
    for query in queries:
        kind = text(query, "type")
        if kind not in BY_NAME and kind not in CHILDREN:
            raise Fault("INVALID_TYPE", f"Unknown type: {kind}")
        found = components(state.org, state.metadata, kind)
        results += "".join(f"<result>{_properties(state, one)}</result>" for one in found)
    return f"<listMetadataResponse>{results}</listMetadataResponse>"


def _properties(state: State, one: Component) -> str:
    kept, users = one.kept, state.org.tables["User"].rows
    shown = {
        "createdById": kept.created_by,
        "createdByName": users[kept.created_by].fields["Name"],
        "createdDate": stamp_s(kept.created_at),
        "fileName": one.file,
        "fullName": one.name,
        "id": kept.id,
        "lastModifiedById": kept.changed_by,
        "lastModifiedByName": users[kept.changed_by].fields["Name"],
        "lastModifiedDate": stamp_s(kept.changed_at),
        "manageableState": "unmanaged",
        "type": one.kind,
    }
    return "".join(element(name, value) for name, value in shown.items())


def describe(_: State, __: Element, ___: Actor) -> str:
    objects = ""
    for kind in KINDS:
        children = "".join(element("childXmlNames", name) for name in kind.children)
        suffix = element("suffix", kind.suffix) if kind.suffix else ""
        own = (
            f"{element('directoryName', kind.directory)}<inFolder>false</inFolder>"
            f"{element('metaFile', kind.has_meta)}{suffix}{element('xmlName', kind.name)}"
        )
        objects += f"<metadataObjects>{children}{own}</metadataObjects>"
    rest = "<organizationNamespace></organizationNamespace>"
    rest += "<partialSaveAllowed>true</partialSaveAllowed><testRequired>false</testRequired>"
    return f"<describeMetadataResponse><result>{objects}{rest}</result></describeMetadataResponse>"


Perform: TypeAlias = Callable[[State, Element, Actor], str]
OPERATIONS: Mapping[str, Perform] = {
    "deploy": begin,
    "checkDeployStatus": check,
    "cancelDeploy": cancel,
    "retrieve": retrieve,
    "checkRetrieveStatus": check_retrieve,
    "listMetadata": listing,
    "describeMetadata": describe,
    **crud.OPERATIONS,
}
