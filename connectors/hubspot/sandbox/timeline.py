"""Events on records' timelines: an app's event templates with their tokens, and the events.

Source: HubSpot's published OpenAPI, "Timeline" v3; HubSpot developer docs: templates in a form of
Handlebars, of which `{{name}}` and `{{extraData.name}}` are understood here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.hubspot.sandbox.moments import iso

FIRST_ID = 1_000_001
TOKEN_TYPES = ("date", "enumeration", "number", "string")
PLACE = re.compile(r"\{\{\{?\s*(?:#\w+\s+)?([\w.]+)[^}]*\}\}\}?")


@dataclass(slots=True)
class Token:
    """One variable of a template. `property_name`: the record's property that it updates."""

    name: str
    label: str
    type: str
    options: list[dict[str, str]]
    property_name: str | None
    created_ms: int
    updated_ms: int

    def as_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "name": self.name, "label": self.label, "type": self.type, "options": self.options,
            "createdAt": iso(self.created_ms), "updatedAt": iso(self.updated_ms),
        }  # fmt: skip
        if self.property_name:
            shown["objectPropertyName"] = self.property_name
        return shown


@dataclass(slots=True)
class Template:
    id: str
    name: str
    kind: str  # the plural name of the object type
    header: str
    detail: str
    created_ms: int
    updated_ms: int
    tokens: dict[str, Token] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "name": self.name, "objectType": self.kind,
            "headerTemplate": self.header, "detailTemplate": self.detail,
            "tokens": [token.as_json() for token in self.tokens.values()],
            "createdAt": iso(self.created_ms), "updatedAt": iso(self.updated_ms),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """`more` are the fields as given (email, utk, domain, extraData, timelineIFrame)."""

    id: str
    template_id: str
    kind: str
    object_id: str
    tokens: dict[str, str]
    more: dict[str, Any]
    at_ms: int
    created_ms: int

    def as_json(self) -> dict[str, Any]:
        return {
            **self.more, "id": self.id, "eventTemplateId": self.template_id,
            "objectType": self.kind, "objectId": self.object_id, "tokens": self.tokens,
            "timestamp": iso(self.at_ms), "createdAt": iso(self.created_ms),
        }  # fmt: skip

    def rendered(self, template: str) -> str:
        """The template with the event's values; what has none is left out."""
        extra = self.more.get("extraData")
        known: dict[str, Any] = {"id": self.id, "timestamp": iso(self.at_ms), **self.tokens}
        if isinstance(extra, Mapping):
            known |= {f"extraData.{name}": value for name, value in extra.items()}
        return PLACE.sub(lambda found: str(known.get(found[1], "")), template)


@dataclass(slots=True)
class Timeline:
    templates: dict[str, Template] = field(default_factory=dict)
    events: dict[str, TimelineEvent] = field(default_factory=dict)  # by template id and id
    next_id: int = FIRST_ID

    def new_id(self) -> str:
        self.next_id += 1
        return str(self.next_id - 1)

    def event(self, template_id: str, event_id: str) -> TimelineEvent | None:
        return self.events.get(f"{template_id}/{event_id}")

    def add(self, event: TimelineEvent) -> None:
        self.events[f"{event.template_id}/{event.id}"] = event
