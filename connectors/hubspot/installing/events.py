"""The definition of the custom event that activities are logged as.

Source: HubSpot developer docs, "Custom event definitions".
"""

from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import quote

from pydantic import Field

from connectors.base import Gone
from connectors.hubspot.answers import Answer, List
from connectors.hubspot.completions import BODY, TITLE, TYPE
from connectors.hubspot.installing.todo import Todo
from connectors.hubspot.rest import Api

PATH = "/events/v3/event-definitions"
PROPERTIES = ((TYPE, "Baton activity"), (TITLE, "Baton title"), (BODY, "Baton body"))


class Named(Answer):
    name: str = ""


class Definition(Answer):
    properties: List[Named] = Field(default_factory=list)


def missing(api: Api) -> Iterator[Todo]:
    """The event, or those of its properties that are missing."""
    name = api.settings.event_name
    if name is None:
        return
    found = _found(api, name)
    if found is None:
        yield Todo(f"create event definition {name}", partial(_create, api))
        return
    there = {one.name for one in found.properties}
    for own, label in PROPERTIES:
        if own not in there:
            body = {"name": own, "label": label, "type": "string"}
            make = partial(api.post, f"{_path(name)}/property", body)
            yield Todo(f"create event property {name}.{own}", make)


def present(api: Api) -> Iterator[Todo]:
    name = api.settings.event_name
    if name is not None and _found(api, name) is not None:
        yield Todo(f"remove event definition {name}", partial(api.delete, _path(name)))


def _path(name: str) -> str:
    return f"{PATH}/{quote(name, safe='')}"


def _found(api: Api, name: str) -> Definition | None:
    try:
        return api.get(Definition, _path(name))
    except Gone:
        return None


def _create(api: Api) -> None:
    body: dict[str, Any] = {
        "label": "Baton activity",
        "name": (api.settings.event_name or "").partition("_")[2],
        "description": "What Baton knows from another system. Sent by Baton.",
        "primaryObject": "CONTACT",
        "includeDefaultProperties": False,
        "propertyDefinitions": [
            {"name": name, "label": label, "type": "string"} for name, label in PROPERTIES
        ],
    }
    api.post(PATH, body)
