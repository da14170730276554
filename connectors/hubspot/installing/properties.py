"""The properties that Baton has in an account: its key on every object, and on contacts what sums
up what they did.

Source: HubSpot developer docs, "Properties": hasUniqueValue can't be changed afterwards, and an
object has room for ten such properties.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from connectors.base import Gone, Rejected
from connectors.hubspot.answers import Answer, PropertyList
from connectors.hubspot.installing.todo import Todo
from connectors.hubspot.objects import ENGAGEMENTS, OBJECT
from connectors.hubspot.rest import Api

GROUP = "baton"
PEOPLE = OBJECT["person"]
TYPES: Mapping[str, tuple[str, str]] = {
    "text": ("string", "text"),
    "long": ("string", "textarea"),
    "number": ("number", "number"),
    "time": ("datetime", "date"),
}
# Name, label and type of what a mapping may write to a contact.
SUMMARY = (
    ("baton_score", "Baton score", "number"),
    ("baton_grade", "Baton grade", "text"),
    ("baton_hot_since", "Baton hot since", "time"),
    ("baton_reasons", "Baton score reasons", "long"),
    ("baton_first_touch", "Baton first touch", "time"),
    ("baton_last_touch", "Baton last touch", "time"),
    ("baton_touch_count", "Baton number of touches", "number"),
    ("baton_days_since_touch", "Baton days since last touch", "number"),
    ("baton_last_channel", "Baton last channel", "text"),
    ("baton_last_page", "Baton last page", "text"),
    ("baton_last_campaign", "Baton last campaign", "text"),
    ("baton_stage", "Baton stage", "text"),
    ("baton_stage_since", "Baton stage since", "time"),
    ("baton_stage_reason", "Baton reason of loss or rejection", "long"),
    ("baton_handoff_state", "Baton hand-off", "text"),
    ("baton_handoff_quality", "Baton hand-off quality", "number"),
    ("baton_handoff_next_step", "Baton hand-off next step", "text"),
    ("baton_handoff_reason", "Baton hand-off reason", "text"),
)
Definition = Mapping[str, Any]


class Made(Answer):
    """A property or a group, as HubSpot made it."""

    name: str = ""


def missing(api: Api) -> Iterator[Todo]:
    """What is to be created. Raises: Rejected where a property of our key's name exists and is not
    unique, since HubSpot can't make it so.
    """
    for object_type in _objects(api):
        there = _there(api, object_type)
        wanted = [one for one in _wanted(api, object_type) if one["name"] not in there]
        if wanted and not _has_group(api, object_type):
            group = {"name": GROUP, "label": "Baton", "displayOrder": -1}
            make = partial(api.ask, Made, api.property_groups.create, object_type, group)
            yield Todo(f"create group {object_type}.{GROUP}", make)
        for one in wanted:
            make = partial(api.ask, Made, api.properties.create, object_type, one)
            yield Todo(f"create property {object_type}.{one['name']}", make)


def present(api: Api) -> Iterator[Todo]:
    """What is to be removed: what stands in our group under the names that we gave."""
    for object_type in _objects(api):
        found = api.ask(PropertyList, api.properties.get_all, object_type).results
        inside = [one.name for one in found if one.group == GROUP]
        ours = {one["name"] for one in _wanted(api, object_type)}
        for name in (one for one in inside if one in ours):
            drop = partial(api.properties.archive, object_type, name, _preload_content=False)
            yield Todo(f"remove property {object_type}.{name}, and what it holds", drop)
        if not set(inside) <= ours:
            yield Todo(f"keep group {object_type}.{GROUP}: other properties are in it")
        elif _has_group(api, object_type):
            drop = partial(api.property_groups.archive, object_type, GROUP, _preload_content=False)
            yield Todo(f"remove group {object_type}.{GROUP}", drop)


def _objects(api: Api) -> list[str]:
    return [*(api.settings.object_of(kind) for kind in api.settings.kinds), *ENGAGEMENTS]


def _wanted(api: Api, object_type: str) -> list[Definition]:
    summary = SUMMARY if object_type == PEOPLE and api.settings.summary_properties else ()
    return [_key(api.settings.key_property), *(_summary(*one) for one in summary)]


def _key(name: str) -> Definition:
    about = "Baton's own id of this record. Do not edit."
    return {**_definition(name, "Baton key", "text", about), "hasUniqueValue": True}


def _summary(name: str, label: str, kind: str) -> Definition:
    return _definition(name, label, kind, "Kept up to date by Baton. Do not edit.")


def _definition(name: str, label: str, kind: str, about: str) -> dict[str, Any]:
    type_, field_type = TYPES[kind]
    return {
        "name": name,
        "label": label,
        "description": about,
        "groupName": GROUP,
        "type": type_,
        "fieldType": field_type,
        "formField": False,
    }


def _there(api: Api, object_type: str) -> set[str]:
    """Which of our properties an object has already, by one call."""
    key, names = api.settings.key_property, [one["name"] for one in _wanted(api, object_type)]
    body = {"archived": False, "inputs": [{"name": name} for name in names]}
    try:
        found = api.ask(PropertyList, api.property_batches.read, object_type, body).results
    except Gone:
        return set()
    if any(one.name == key and not one.unique for one in found):
        raise Rejected(
            f"{object_type} has a property {key!r} that is not unique, and HubSpot can't change "
            f"that: set another key_property for this connection",
            code="not_unique",
            fields=(key,),
        )
    return {one.name for one in found}


def _has_group(api: Api, object_type: str) -> bool:
    try:
        api.ask(Made, api.property_groups.get_by_name, object_type, GROUP)
    except Gone:
        return False
    return True
