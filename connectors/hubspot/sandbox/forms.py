"""Forms and what was submitted with them. Source: HubSpot developer docs, "Forms"."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from connectors.hubspot.sandbox.moments import iso


@dataclass(slots=True)
class Form:
    """`body` is the definition as given; ids and times are ours."""

    id: str
    body: dict[str, Any]
    created_ms: int
    updated_ms: int
    archived_ms: int | None = None

    @property
    def name(self) -> str:
        return str(self.body.get("name", ""))

    def fields(self) -> list[dict[str, Any]]:
        """All fields of all groups, those that depend on others too."""
        groups = self.body.get("fieldGroups") or []
        found = [f for group in groups for f in group.get("fields") or []]
        for one in list(found):
            inner = (d.get("dependentField") for d in one.get("dependentFields") or [])
            found += [f for f in inner if f]
        return found

    def after_submit(self) -> dict[str, str]:
        """What the visitor is shown, or where they are sent."""
        action = (self.body.get("configuration") or {}).get("postSubmitAction") or {}
        value = str(action.get("value", "Thanks for submitting the form."))
        if action.get("type") == "redirect_url":
            return {"redirectUri": value}
        return {"inlineMessage": value}

    def as_json(self) -> dict[str, Any]:
        shown = {
            **self.body, "id": self.id, "archived": self.archived_ms is not None,
            "createdAt": iso(self.created_ms), "updatedAt": iso(self.updated_ms),
        }  # fmt: skip
        if self.archived_ms is not None:
            shown["archivedAt"] = iso(self.archived_ms)
        return shown


@dataclass(frozen=True, slots=True)
class Submission:
    """`values` are {name, value, objectTypeId} in the order submitted."""

    form_id: str
    at_ms: int
    values: tuple[dict[str, str], ...]
    page_url: str
    contact_id: str | None
    conversion_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def as_json(self) -> dict[str, Any]:
        return {
            "conversionId": self.conversion_id, "submittedAt": self.at_ms,
            "values": list(self.values), "pageUrl": self.page_url,
        }  # fmt: skip


@dataclass(slots=True)
class Forms:
    all: dict[str, Form] = field(default_factory=dict)
    submissions: list[Submission] = field(default_factory=list)

    def live(self, form_id: str) -> Form | None:
        found = self.all.get(form_id)
        return found if found is not None and found.archived_ms is None else None
