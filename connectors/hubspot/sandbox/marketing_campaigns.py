"""Marketing campaigns with their budget and spend items.

Source: HubSpot developer docs, "Campaigns API"; HubSpot's changelog of July 9th, 2025 (budget and
spend).
"""

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from connectors.hubspot.sandbox.moments import iso

ItemKind: TypeAlias = Literal["budget", "spend"]


@dataclass(slots=True)
class Item:
    """One budget or spend item."""

    id: str
    amount: float
    name: str
    order: int
    description: str
    created_ms: int
    updated_ms: int

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "amount": self.amount, "name": self.name, "order": self.order,
            "description": self.description, "createdAt": self.created_ms,
            "updatedAt": self.updated_ms,
        }  # fmt: skip


@dataclass(slots=True)
class MarketingCampaign:
    """`values` are the properties as given."""

    id: str
    values: dict[str, Any]
    created_ms: int
    updated_ms: int
    budget: dict[str, Item] = field(default_factory=dict)
    spend: dict[str, Item] = field(default_factory=dict)

    def items(self, kind: ItemKind) -> dict[str, Item]:
        return self.budget if kind == "budget" else self.spend

    def sum(self, kind: ItemKind) -> float:
        return sum(one.amount for one in self.items(kind).values())

    def as_json(self, names: list[str]) -> dict[str, Any]:
        """With the properties that are asked for, and no others."""
        sums = {f"hs_{k}_items_sum_amount": str(self.sum(k)) for k in ("budget", "spend")}
        known = {**self.values, **sums, "hs_object_id": self.id}
        return {
            "id": self.id, "properties": {n: known[n] for n in names if n in known},
            "businessUnits": [], "createdAt": iso(self.created_ms),
            "updatedAt": iso(self.updated_ms),
        }  # fmt: skip

    def totals(self) -> dict[str, Any]:
        """The currency is the campaign's, else the account's."""
        budget, spent = self.sum("budget"), self.sum("spend")
        return {
            "currencyCode": self.values.get("hs_currency_code") or "USD",
            "budgetTotal": budget, "spendTotal": spent, "remainingBudget": budget - spent,
            "budgetItems": [one.as_json() for one in self.budget.values()],
            "spendItems": [one.as_json() for one in self.spend.values()],
        }  # fmt: skip


@dataclass(slots=True)
class MarketingCampaigns:
    """All of an account; `made` counts items, for their ids."""

    all: dict[str, MarketingCampaign] = field(default_factory=dict)
    made: int = 0
