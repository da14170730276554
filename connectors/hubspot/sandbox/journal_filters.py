"""Filters of journal subscriptions: conditions on the record that an event is about.

Source: HubSpot's published OpenAPI, "Webhooks journal" 2026-03. All conditions must hold.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

FIRST_ID = 7001
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Filter:
    id: int
    subscription_id: int
    created_ms: int
    conditions: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        conditions = list(self.conditions)
        return {"id": self.id, "createdAt": self.created_ms, "filter": {"conditions": conditions}}

    def holds(self, values: Mapping[str, str]) -> bool:
        return all(_holds(one, values.get(str(one["property"]), "")) for one in self.conditions)


def _holds(one: Row, held: str) -> bool:
    value = str(one.get("value") or "")
    values = [str(each) for each in one.get("values") or []]
    return OPERATORS[str(one["operator"])](held, value, values)


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _less(one: str, other: str) -> bool:
    """By number where both are numbers, else by text."""
    left, right = _number(one), _number(other)
    if isinstance(left, float) and isinstance(right, float):
        return left < right
    return one < other


OPERATORS: dict[str, Callable[[str, str, list[str]], bool]] = {
    "EQ": lambda held, value, _: held == value,
    "N_EQ": lambda held, value, _: held != value,
    "LT": lambda held, value, _: bool(held) and _less(held, value),
    "LTE": lambda held, value, _: bool(held) and not _less(value, held),
    "GT": lambda held, value, _: bool(held) and _less(value, held),
    "GTE": lambda held, value, _: bool(held) and not _less(held, value),
    "CONTAINS": lambda held, value, _: value in held,
    "STARTS_WITH": lambda held, value, _: held.startswith(value),
    "ENDS_WITH": lambda held, value, _: held.endswith(value),
    "IN": lambda held, _, values: held in values,
    "NOT_IN": lambda held, _, values: held not in values,
    "IS_EMPTY": lambda held, _, __: not held,
    "IS_NOT_EMPTY": lambda held, _, __: bool(held),
}
