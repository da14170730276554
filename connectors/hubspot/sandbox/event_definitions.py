"""Definitions of custom events. Source: HubSpot developer docs, "Custom event definitions"."""

from dataclasses import dataclass, field
from typing import Any

from connectors.hubspot.sandbox.moments import iso
from connectors.hubspot.sandbox.properties import Group, Property, Schema

FIRST_NUMBER = 1_000_001
GROUP = "event_information"
DEFAULT_PROPERTIES = (
    "hs_asset_description", "hs_asset_type", "hs_browser", "hs_campaign_id", "hs_city",
    "hs_country", "hs_device_name", "hs_device_type", "hs_element_class", "hs_element_id",
    "hs_element_text", "hs_language", "hs_link_href", "hs_operating_system",
    "hs_operating_version", "hs_page_content_type", "hs_page_id", "hs_page_title", "hs_page_url",
    "hs_parent_module_id", "hs_referrer", "hs_region", "hs_scroll_depth", "hs_screen_height",
    "hs_screen_width", "hs_touchpoint_source", "hs_tracking_name", "hs_user_agent",
    "hs_utm_campaign", "hs_utm_content", "hs_utm_medium", "hs_utm_source", "hs_utm_term",
)  # fmt: skip


@dataclass(slots=True)
class EventDefinition:
    number: int
    name: str
    full_name: str
    label: str
    description: str
    primary_type_id: str
    user_id: int
    created_ms: int
    updated_ms: int
    schema: Schema = field(default_factory=Schema)

    def add_defaults(self) -> None:
        """The properties every event may have."""
        self.schema.groups[GROUP] = Group(GROUP, "Event information")
        for name in DEFAULT_PROPERTIES:
            label = name.removeprefix("hs_").replace("_", " ").capitalize()
            self.schema.properties[name] = Property(
                name, label, "string", "text", GROUP, created_ms=self.created_ms,
                updated_ms=self.created_ms,
            )  # fmt: skip

    def as_json(self, *, properties: bool = True) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": str(self.number), "objectTypeId": f"6-{self.number}", "name": self.name,
            "fullyQualifiedName": self.full_name, "description": self.description,
            "labels": {"singular": self.label, "plural": None}, "archived": False,
            "primaryObjectId": self.primary_type_id, "trackingType": "MANUAL",
            "createdUserId": self.user_id, "updatedUserId": self.user_id, "associations": [],
            "createdAt": iso(self.created_ms), "updatedAt": iso(self.updated_ms), "properties": [],
        }  # fmt: skip
        if properties:
            held = [p for p in self.schema if p.archived_ms is None]
            shown["properties"] = [prop.as_json() for prop in held]
        return shown
