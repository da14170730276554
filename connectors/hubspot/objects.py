"""HubSpot's names for what Baton calls person, company and opportunity.

Source: HubSpot developer docs, "Understanding the CRM"; type ids and association type ids from
"Associations v4", read 2026-11.
"""

from collections.abc import Mapping
from typing import Final

from connectors.base import Kind

OBJECT: Final[Mapping[Kind, str]] = {
    "person": "contacts",
    "company": "companies",
    "opportunity": "deals",
}
KIND: Final[Mapping[str, Kind]] = {name: kind for kind, name in OBJECT.items()}
KIND_OF_TYPE_ID: Final[Mapping[str, Kind]] = {
    "0-1": "person",
    "0-2": "company",
    "0-3": "opportunity",
}
ENGAGEMENTS: Final = ("notes", "calls", "tasks", "emails", "meetings", "communications")
# HUBSPOT_DEFINED association types from an engagement to a record.
ASSOCIATION: Final[Mapping[str, Mapping[Kind, int]]] = {
    "calls": {"person": 194, "company": 182, "opportunity": 206},
    "emails": {"person": 198, "company": 186, "opportunity": 210},
    "meetings": {"person": 200, "company": 188, "opportunity": 212},
    "notes": {"person": 202, "company": 190, "opportunity": 214},
    "tasks": {"person": 204, "company": 192, "opportunity": 216},
    "communications": {"person": 81, "company": 87, "opportunity": 85},
}
BATCH: Final = 100  # HubSpot's limit of a batch; a larger one is a 400, not a truncation


def modified_property(kind: Kind) -> str:
    """The property that says when a record was changed last."""
    return "lastmodifieddate" if kind == "person" else "hs_lastmodifieddate"
