"""Imports and exports: work that HubSpot does in the background and here is done at once."""

from dataclasses import dataclass, field
from typing import Any

from connectors.hubspot.sandbox.moments import iso

FIRST_ID = 60_000_001


@dataclass(slots=True)
class Import:
    """`counters` and `errors` as HubSpot tells them."""

    id: int
    name: str
    request: dict[str, Any]
    at_ms: int
    type_ids: list[str]
    counters: dict[str, int] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)
    state: str = "DONE"

    def count(self, name: str, more: int = 1) -> None:
        self.counters[name] = self.counters.get(name, 0) + more

    def as_json(self, state: str | None = None) -> dict[str, Any]:
        return {
            "id": str(self.id), "state": state or self.state, "importName": self.name,
            "importSource": "API", "importRequestJson": self.request, "optOutImport": False,
            "mappedObjectTypeIds": self.type_ids,
            "metadata": {"objectLists": [], "counters": self.counters, "fileIds": []},
            "createdAt": iso(self.at_ms), "updatedAt": iso(self.at_ms),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Export:
    id: int
    at_ms: int
    name: str
    type: str
    object_type: str
    properties: tuple[str, ...]
    records: int
    content: str


@dataclass(slots=True)
class Jobs:
    imports: dict[int, Import] = field(default_factory=dict)
    exports: dict[int, Export] = field(default_factory=dict)

    def next_id(self) -> int:
        return FIRST_ID + len(self.imports) + len(self.exports)
