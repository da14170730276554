"""What a campaign cost: rows of a request, or of a file (`cost_file`).

A row without a key is known by its date, kind and note, so that the same costs again change
nothing.
"""

from datetime import date as Day  # noqa: N812  a field is called date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator


class CostRow(BaseModel):
    """One amount. `date` is the day, or the first day of the period, on which it was spent."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [{"amount": 120000, "date": "2026-04-01", "currency": "JPY"}]
        },
    )

    amount: Annotated[Decimal, Field(ge=0, lt=10**15, max_digits=18, decimal_places=2)]
    date: Day | None = None
    currency: Annotated[str, Field(pattern=r"^([A-Z]{3})?$")] = ""
    kind: Literal["actual", "budget"] = "actual"
    note: Annotated[str, Field(max_length=500)] = ""
    key: Annotated[str, Field(max_length=200)] = ""

    @field_validator("currency", mode="before")
    @classmethod
    def _capitals(cls, value: object) -> object:
        return value.strip().upper() if isinstance(value, str) else value

    @property
    def identity(self) -> str:
        """What the row is known by."""
        return self.key or f"{self.date or ''}/{self.kind}/{self.note}"
