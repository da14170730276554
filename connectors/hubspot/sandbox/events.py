"""Behavioural events of contacts, and marketing-e-mail events.

Source: HubSpot developer docs, "Event analytics", "Email analytics", "Custom event completions".
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

from connectors.hubspot.sandbox.moments import iso

EMAIL_TYPES = {
    "email_sent": "SENT", "email_delivered": "DELIVERED", "email_open": "OPEN",
    "email_click": "CLICK", "email_bounce": "BOUNCE", "unsubscribe": "STATUSCHANGE",
}  # fmt: skip
# What the e-mail events API tells besides, where the event has it.
EMAIL_DETAILS = (
    "url", "subject", "category", "response", "source", "requestedBy", "portalSubscriptionStatus",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """`listed` events are in the event API; those with `email_type` in the e-mail events API."""

    id: str
    type: str
    object_type: str
    object_id: str
    at_ms: int
    properties: dict[str, str]
    recipient: str = ""
    email_type: str | None = None
    listed: bool = True

    def as_json(self) -> dict[str, Any]:
        return {
            "objectType": self.object_type, "objectId": self.object_id, "eventType": self.type,
            "occurredAt": iso(self.at_ms), "id": self.id, "properties": self.properties,
        }  # fmt: skip


@dataclass(slots=True)
class Events:
    """In the order in which they became known."""

    all: list[Event] = field(default_factory=list)
    by_object: dict[tuple[str, str], list[Event]] = field(default_factory=dict)
    types: dict[str, None] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def add(
        self, event_type: str, object_type: str, object_id: str, at_ms: int,
        properties: dict[str, str], **more: Any,
    ) -> Event:  # fmt: skip
        event_id = f"leviathan-{uuid.uuid4()}-{at_ms}"
        event = Event(event_id, event_type, object_type, object_id, at_ms, properties, **more)
        self.all.append(event)
        self.by_object.setdefault((object_type, object_id), []).append(event)
        self.types[event_type] = None
        return event

    def first_time(self, key: str | None) -> bool:
        """Tell whether a completion with this `uuid` is new; None is always new."""
        if key is None:
            return True
        if key in self.seen:
            return False
        self.seen.add(key)
        return True

    def raw(self) -> list[dict[str, Any]]:
        return [{**event.as_json(), "at": event.at_ms} for event in self.all]
