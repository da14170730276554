"""What Baton needs inside a HubSpot account: one unique property per object, by which it finds
the records and engagements that it has created, and subscriptions to the journal where it is read.

Source: HubSpot developer docs, "Properties": hasUniqueValue can't be changed afterwards, and an
object has room for ten such properties.
"""

from collections.abc import Mapping
from typing import Any

from connectors.base import Gone, Rejected
from connectors.hubspot.answers import Answer, Property
from connectors.hubspot.journal import Journal
from connectors.hubspot.objects import ENGAGEMENTS
from connectors.hubspot.rest import Api

GROUP = "baton"


class Made(Answer):
    """A property or a group, as HubSpot made it."""

    name: str = ""


def install(api: Api, journal: Journal | None, *, dry_run: bool = False) -> list[str]:
    """Create what is missing; answer what that is ("contacts.baton_key"). May be repeated.

    With `dry_run` nothing is created. Raises: Rejected where a property of that name exists but
    is not unique, since HubSpot can't make it so.
    """
    objects = [api.settings.object_of(kind) for kind in api.settings.kinds]
    missing = [name for name in (*objects, *ENGAGEMENTS) if not _is_there(api, name)]
    if not dry_run:
        for name in missing:
            _create(api, name)
    made = [f"{name}.{api.settings.key_property}" for name in missing]
    if journal is None:
        return made
    subscriptions = journal.missing() if dry_run else journal.subscribe()
    return made + [_named(one) for one in subscriptions]


def _named(subscription: Mapping[str, Any]) -> str:
    about = subscription.get("objectTypeId") or subscription["subscriptionType"]
    return f"journal subscription {about}"


def _is_there(api: Api, object_type: str) -> bool:
    name = api.settings.key_property
    try:
        found = api.ask(Property, api.properties.get_by_name, object_type, name)
    except Gone:
        return False
    if not found.unique:
        raise Rejected(
            f"{object_type} has a property {name!r} that is not unique, and HubSpot can't change "
            f"that: set another key_property for this connection",
            code="not_unique",
            fields=(name,),
        )
    return True


def _create(api: Api, object_type: str) -> None:
    _create_group(api, object_type)
    definition = {
        "name": api.settings.key_property,
        "label": "Baton key",
        "description": "Baton's own id of this record. Do not edit.",
        "groupName": GROUP,
        "type": "string",
        "fieldType": "text",
        "hasUniqueValue": True,
        "formField": False,
    }
    api.ask(Made, api.properties.create, object_type, definition)


def _create_group(api: Api, object_type: str) -> None:
    try:
        api.ask(Made, api.property_groups.get_by_name, object_type, GROUP)
    except Gone:
        group = {"name": GROUP, "label": "Baton", "displayOrder": -1}
        api.ask(Made, api.property_groups.create, object_type, group)
