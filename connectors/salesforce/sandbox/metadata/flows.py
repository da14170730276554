"""Record-triggered flows that send an outbound message, and the messages that they send.

Such a flow has effect while it is active; whatever else a flow or a workflow holds is kept without
effect. A flow has one version here. Source: Metadata API developer guide, "Flow", "Workflow",
"WorkflowOutboundMessage"; Tooling API reference, "FlowDefinition".
"""

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from connectors.salesforce.sandbox.events.settings import ChangeOn, OutboundMessage
from connectors.salesforce.sandbox.metadata.package import Wrong, parse
from connectors.salesforce.sandbox.metadata.store import Kept, Store
from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.soap_xml import child, local, text, texts

FLOW, MESSAGE = "Flow", "WorkflowOutboundMessage"
PARTS = {
    "outboundMessages": MESSAGE, "rules": "WorkflowRule", "fieldUpdates": "WorkflowFieldUpdate",
    "tasks": "WorkflowTask",
}  # fmt: skip
ACTIVE = "Active"
TRIGGERS: Mapping[str, tuple[ChangeOn, ...]] = {
    "Create": ("create",), "Update": ("update",), "CreateAndUpdate": ("create", "update"),
}  # fmt: skip
OPERATORS = {"EqualTo": "=", "NotEqualTo": "!="}


def check_message(org: Org, object_name: str, node: Element) -> None:
    """Raises: Wrong."""
    made = org.schema.find(object_name)
    if made is None:
        raise Wrong(f"Entity of type 'Workflow' named '{object_name}' cannot be found")
    for needed in ("name", "endpointUrl", "integrationUser"):
        if not text(node, needed):
            raise Wrong(f"Required field is missing: {needed}")
    user = text(node, "integrationUser")
    if org.user(user) is None:
        raise Wrong(f"In field: integrationUser - no User named {user} found")
    for name in texts(node, "fields"):
        if made.find(name) is None:
            raise Wrong(f"In field: fields - no CustomField named {object_name}.{name} found")


def check_flow(body: bytes, known: Mapping[tuple[str, str], Kept | None], store: Store) -> None:
    """What it calls must be there, or come with it. Raises: Wrong."""
    for call in _calls(parse(body)):
        name = text(call, "actionName")
        if known.get((MESSAGE, name), store.kept.get((MESSAGE, name))) is None:
            raise Wrong(f"In field: actionName - no {MESSAGE} named {name} found")


def refresh(org: Org, store: Store) -> None:
    """Have the org send what its active flows say."""
    store.rules = [rule for flow in _flows(store) for rule in _rules(flow, store)]
    org.follows_records = org.follows_records or bool(store.rules)


def is_active(one: Kept) -> bool:
    return text(_root(one), "status") == ACTIVE


def without_version(name: str) -> str:
    """`Name` of `Name-1`, as a version of a flow is named."""
    return re.sub(r"-\d+$", "", name)


def used_by(store: Store, message: str, removed: Mapping[tuple[str, str], object]) -> str | None:
    """A flow that sends this message and stays; removed ones have no value."""
    for flow in _flows(store):
        stays = removed.get((FLOW, flow.name), flow) is not None
        if stays and any(text(one, "actionName") == message for one in _calls(_root(flow))):
            return flow.name
    return None


def switch(org: Org, store: Store, name: str, *, on: bool) -> None:
    """Activate or deactivate a flow."""
    before = store.kept[FLOW, name]
    status = f"<status>{ACTIVE if on else 'Obsolete'}</status>".encode()
    files = {
        path: re.sub(rb"<status>\w*</status>", status, body) for path, body in before.files.items()
    }
    store.kept[FLOW, name] = Kept(
        FLOW, name, before.id, files, before.created_at, before.created_by, store.now(),
        before.changed_by,
    )  # fmt: skip
    refresh(org, store)


def _flows(store: Store) -> list[Kept]:
    return [one for (kind, _), one in store.kept.items() if kind == FLOW]


def _root(one: Kept) -> Element:
    return parse(next(iter(one.files.values())))


def _calls(root: Element) -> Iterator[Element]:
    for one in root:
        if local(one) == "actionCalls" and text(one, "actionType") == "outboundMessage":
            yield one


def _rules(flow: Kept, store: Store) -> Iterator[OutboundMessage]:
    root = _root(flow)
    start = child(root, "start")
    if start is None or text(root, "status") != ACTIVE:
        return
    for call in _calls(root):
        name = text(call, "actionName")
        kept = store.kept.get((MESSAGE, name))
        if kept is None:
            continue
        message = parse(b"<m>" + next(iter(kept.files.values())) + b"</m>")
        yield OutboundMessage(
            name=name,
            object=text(start, "object"),
            fields=[one for one in texts(message, "fields") if one != "Id"],
            url=text(message, "endpointUrl"),
            on=list(TRIGGERS.get(text(start, "recordTriggerType"), ())),
            when=" AND ".join(_conditions(start)) or None,
        )


def _conditions(start: Element) -> Iterator[str]:
    """Entry conditions, all of which hold, as SOQL."""
    for one in start:
        if local(one) != "filters":
            continue
        given = child(one, "value")
        value = "" if given is None else text(given, "stringValue")
        yield f"{text(one, 'field')} {OPERATORS[text(one, 'operator')]} '{value}'"
