"""How a workflow with the action "Send a webhook" is configured."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Operator = Literal[
    "EQ", "NEQ", "LT", "LTE", "GT", "GTE", "BETWEEN", "IN", "NOT_IN", "HAS_PROPERTY",
    "NOT_HAS_PROPERTY", "CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN", "CHANGED",
]  # fmt: skip


class Condition(BaseModel):
    """As a search filter; CHANGED holds whenever the property changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    property: str
    operator: Operator
    value: str | None = None
    high_value: str | None = None
    values: list[str] = []

    def as_filter(self) -> dict[str, object]:
        """The same in the words of a search filter."""
        return {
            "propertyName": self.property, "operator": self.operator, "value": self.value,
            "highValue": self.high_value, "values": self.values,
        }  # fmt: skip


class Workflow(BaseModel):
    """Enrols a record when a change makes all `when` hold, and posts the whole record to `url`.

    `body` classic: as the object API v1 or v2 shows the record (what HubSpot documents);
    v3: as today's object API does, plus `objectTypeId` (not confirmed for which workflows).
    Without `when` only the control route enrols.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    url: str
    object: str = "contacts"
    when: list[Condition] = []
    method: Literal["POST", "GET"] = "POST"
    signed: bool = True
    body: Literal["classic", "v3"] = "classic"
    headers: dict[str, str] = Field(default_factory=dict)
