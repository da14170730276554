"""What makes a workflow send a record, and how it shows the record.

Source: HubSpot developer docs, "Using webhooks in workflows": the body is what the object's API
gives, of contacts with the history of each property.
"""

from collections.abc import Mapping
from typing import Any

from connectors.hubspot.sandbox import filters
from connectors.hubspot.sandbox.errors import ApiError
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.records import Record, Version
from connectors.hubspot.sandbox.views import creation
from connectors.hubspot.sandbox.workflow_config import Condition, Workflow
from connectors.sandbox.control import Refusal, checked

ID_NAMES = {"companies": "companyId", "deals": "dealId"}


def property_changed(portal: Portal, record: Record, name: str) -> None:
    """Enrol the record wherever this change made the conditions hold."""
    for workflow in portal.config.workflows:
        if portal.types.find(workflow.object) is not record.type:
            continue
        if not any(condition.property == name for condition in workflow.when):
            continue
        now = _holds(portal, record, workflow.when, record.values, name)
        before = {**record.values, name: _previous(record, name)}
        if now and not _holds(portal, record, workflow.when, before, None):
            enrol(portal, workflow, record)


def enrol(portal: Portal, workflow: Workflow, record: Record) -> None:
    """Send the record, as it is when its turn comes, unless it is gone by then."""

    def body() -> Mapping[str, Any] | None:
        if portal.table(record.type).get(record.id) is not record:
            return None
        return shown(portal, workflow, record)

    portal.workflows.enrol(workflow, record.type.name, record.id, body)


def enrol_by_hand(portal: Portal, record: Record, given: Mapping[str, Any]) -> dict[str, Any]:
    """`workflow` names a configured one; `url` (and `body`, `method` …) make one up.

    Raises: Refusal.
    """
    name = given.get("workflow")
    if name is None:
        known = set(Workflow.model_fields) - {"name", "object", "when"}
        made = {k: v for k, v in given.items() if k in known}
        workflow = checked(Workflow, {"name": "by hand", "object": record.type.name, **made})
    else:
        found = [one for one in portal.config.workflows if one.name == name]
        if not found:
            raise Refusal(f"there is no workflow {name!r}")
        workflow = found[0]
    enrol(portal, workflow, record)
    return {"enrolled": record.id, "workflow": workflow.name, "url": workflow.url}


def _previous(record: Record, name: str) -> str:
    versions = record.history.get(name, [])
    return versions[1].value if len(versions) > 1 else ""


def _holds(
    portal: Portal, record: Record, when: list[Condition], values: Mapping[str, str],
    changed: str | None,
) -> bool:  # fmt: skip
    """`changed` names the property for which CHANGED holds."""
    if any(c.operator == "CHANGED" and c.property != changed for c in when):
        return False
    compared = [c.as_filter() for c in when if c.operator != "CHANGED"]
    try:
        groups = filters.parse_groups(portal, record.type, [{"filters": compared}])
    except ApiError:
        return False  # a property or value that this account does not know

    def get(_: Record, name: str) -> str | None:
        return values.get(name)

    return all(one.matches(portal, record, get) for group in groups for one in group)


def shown(portal: Portal, workflow: Workflow, record: Record) -> dict[str, Any]:
    """The body of the request."""
    if workflow.body == "v3" or record.type.name not in {"contacts", *ID_NAMES}:
        return {**creation(portal, record), "objectTypeId": record.type.id}
    number, portal_id = int(record.id), portal.config.portal_id
    contact = record.type.name == "contacts"
    properties = {
        name: _classic(value, record.history.get(name, ()), whole=contact)
        for name, value in sorted(record.values.items())
    }
    if contact:
        ids: dict[str, Any] = {"vid": number, "canonical-vid": number, "portal-id": portal_id}
        ids |= {"merged-vids": [], "is-contact": True}
    else:
        ids = {ID_NAMES[record.type.name]: number, "portalId": portal_id, "isDeleted": False}
    return {**ids, "properties": properties}


def _classic(value: str, versions: Any, *, whole: bool) -> dict[str, Any]:
    """A property as the first API versions show it; `whole`: with its history."""
    if whole:
        return {"value": value, "versions": [_version(one) for one in versions]}
    newest: Version | None = next(iter(versions), None)
    if newest is None:
        return {"value": value}
    about: dict[str, Any] = {"timestamp": newest.at_ms, "source": newest.actor.source}
    return {"value": value, **about, "sourceId": newest.actor.source_id}


def _version(one: Version) -> dict[str, Any]:
    return {
        "value": one.value, "timestamp": one.at_ms, "source-type": one.actor.source,
        "source-id": one.actor.source_id, "source-label": one.actor.label, "selected": False,
    }  # fmt: skip
