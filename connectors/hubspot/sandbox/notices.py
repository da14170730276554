"""What webhooks say of a change. Source: HubSpot developer docs, "Webhooks API", and real payloads.

Every event goes out under its own name (`contact.creation`), where its object type has one, and,
where subscribed, under the generic one (`object.creation`) with the object type id. The journal
hears of all of it, and workflows of changed properties.
"""

from typing import Any

from connectors.hubspot.sandbox import workflow_triggers
from connectors.hubspot.sandbox.links import PRIMARY, Definition
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.records import Actor, Record

NAMED = {"contact", "company", "deal", "ticket", "product", "line_item"}  # others: generic only
NOT_GENERIC = {"privacyDeletion"}


def created(portal: Portal, record: Record, actor: Actor) -> None:
    flag = portal.config.change_flag_created
    _tell(portal, record.type, "creation", actor, {"objectId": _id(record.id), "changeFlag": flag})


def deleted(portal: Portal, record: Record, actor: Actor) -> None:
    event = {"objectId": _id(record.id), "changeFlag": "DELETED"}
    _tell(portal, record.type, "deletion", actor, event)


def restored(portal: Portal, record: Record, actor: Actor) -> None:
    _tell(portal, record.type, "restore", actor, {"objectId": _id(record.id)})


def forgotten(portal: Portal, record: Record, actor: Actor) -> None:
    """A privacy deletion also sends a deletion."""
    _tell(portal, record.type, "privacyDeletion", actor, {"objectId": _id(record.id)})
    deleted(portal, record, actor)


def property_changed(portal: Portal, record: Record, actor: Actor, name: str, value: str) -> None:
    """Silent properties and, unless configured, calculated ones send nothing."""
    workflow_triggers.property_changed(portal, record, name)
    config = portal.config
    prop = portal.schema(record.type).properties.get(name)
    if name in config.silent_properties:
        return
    if prop is not None and prop.calculated and not config.calculated_fires_webhooks:
        return
    if name == config.score_property and not config.score_fires_webhook:
        return
    event = {"objectId": _id(record.id), "propertyName": name, "propertyValue": value}
    by_name_only = prop is not None and prop.read_only and name != config.score_property
    _tell(portal, record.type, "propertyChange", actor, event, by_name_only=by_name_only)


def merged(portal: Portal, kind: ObjectType, actor: Actor, event: dict[str, Any]) -> None:
    _tell(portal, kind, "merge", actor, event)


def linked(
    portal: Portal, source_id: str, definition: Definition, target_id: str, actor: Actor,
    *, removed: bool,
) -> None:  # fmt: skip
    """Both sides hear of it."""
    back = portal.links.definitions[definition.inverse]
    for side, ours, theirs in ((definition, source_id, target_id), (back, target_id, source_id)):
        source, target = portal.types[side.source], portal.types[side.target]
        event = {
            "associationType": f"{source.label}_TO_{target.label}",
            "fromObjectId": _id(ours),
            "toObjectId": _id(theirs),
            "associationRemoved": removed,
            "isPrimaryAssociation": side.label == PRIMARY,
        }
        types = {"fromObjectTypeId": source.id, "toObjectTypeId": target.id}
        _tell(portal, source, "associationChange", actor, event, types=types)


def _tell(
    portal: Portal, kind: ObjectType, what: str, actor: Actor, event: dict[str, Any],
    *, by_name_only: bool = False, types: dict[str, str] | None = None,
) -> None:  # fmt: skip
    """`types` only generic events have."""
    now_ms = portal.now_ms()
    source: dict[str, Any] = {"changeSource": actor.source}
    if actor.source_id is not None:
        source["sourceId"] = actor.source_id
    specific = {**event, **source}
    generic = {**specific, "objectTypeId": kind.id, **(types or {})}
    portal.journal.note(what, now_ms, generic)
    add = portal.outbox.add
    if kind.singular in NAMED:
        add(f"{kind.singular}.{what}", now_ms, specific, by_name_only=by_name_only)
    if what not in NOT_GENERIC:
        add(f"object.{what}", now_ms, generic, by_name_only=by_name_only)


def _id(record_id: str) -> int:
    return int(record_id)
