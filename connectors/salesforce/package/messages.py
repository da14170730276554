"""Outbound messages to Baton, and the flows that send them when a record was saved.

They tell who changed, not what: Baton looks. Saves of Baton's own user are not told.
Source: Metadata API developer guide, "WorkflowOutboundMessage", "Flow" (FlowActionCall with the
action type outboundMessage; FlowStart with filters); element order as the guide's examples have it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from connectors.salesforce.package.files import Part, document, elements
from connectors.salesforce.package.table import MARK
from connectors.salesforce.settings import Settings

OBJECTS = ("Lead", "Contact", "Account", "Opportunity")
MESSAGE, FLOW = "WorkflowOutboundMessage", "Flow"
NAME, ACTION = "Baton_Changed", "Tell_Baton"


@dataclass(frozen=True, slots=True)
class Teller:
    """Where messages go, and who sends them: the user's name, and the id whose saves are ours."""

    address: str
    username: str
    user_id: str


def flows(settings: Settings) -> Mapping[str, str]:
    """Object -> its flow, whose name may have no two underscores in a row."""
    every = (*OBJECTS, *settings.custom_objects.values())
    return {name: f"Baton_Tell_{name.replace('__', '_')}" for name in every}


def messages(teller: Teller, settings: Settings) -> Mapping[Part, Mapping[str, str]]:
    """One message and one flow for each object."""
    found: dict[Part, Mapping[str, str]] = {}
    version, names = settings.api_version, flows(settings)
    for name in names:
        body = document("Workflow", _message(teller, version))
        found[MESSAGE, f"{name}.{NAME}"] = {f"workflows/{name}.workflow": body}
    for name, flow in names.items():
        body = document("Flow", _flow(name, flow, teller, version))
        found[FLOW, flow] = {f"flows/{flow}.flow": body}
    return found


def _message(teller: Teller, version: str) -> str:
    inner = elements({
        "fullName": NAME, "apiVersion": version,
        "description": f"Tells Baton that a record changed. {MARK}",
        "endpointUrl": teller.address, "fields": "Id", "includeSessionId": "false",
        "integrationUser": teller.username, "name": "Baton Changed", "protected": "false",
        "useDeadLetterQueue": "false",
    })  # fmt: skip
    return f"\n    <outboundMessages>{inner}</outboundMessages>"


def _flow(name: str, flow: str, teller: Teller, version: str) -> str:
    action = f"{name}.{NAME}"
    call = elements({
        "name": ACTION, "label": "Tell Baton", "locationX": "176", "locationY": "287",
        "actionName": action, "actionType": "outboundMessage",
        "flowTransactionModel": "CurrentTransaction", "nameSegment": action,
    })  # fmt: skip
    head = elements({
        "apiVersion": version, "description": f"Tells Baton that a {name} changed. {MARK}",
        "environments": "Default", "interviewLabel": f"{flow} {{!$Flow.CurrentDateTime}}",
        "label": flow.replace("_", " "), "processType": "AutoLaunchedFlow",
    })  # fmt: skip
    start = (
        f"{elements({'locationX': '50', 'locationY': '0'})}"
        f"<connector><targetReference>{ACTION}</targetReference></connector>"
        "<filterLogic>and</filterLogic><filters><field>LastModifiedById</field>"
        "<operator>NotEqualTo</operator><value>"
        f"<stringValue>{escape(teller.user_id)}</stringValue></value></filters>"
        + elements({
            "object": name, "recordTriggerType": "CreateAndUpdate",
            "triggerType": "RecordAfterSave",
        })
    )  # fmt: skip
    return (
        f"\n    <actionCalls>{call}</actionCalls>\n    {head}\n    <start>{start}</start>"
        "\n    <status>Active</status>"
    )
