"""What a rehearsal shows: what would become of each record, and what that would cost. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Literal, TypeAlias
from uuid import UUID

from connectors.base import Value

Outcome: TypeAlias = Literal[
    "created", "updated", "unchanged", "filtered", "not_created", "rejected", "conflict"
]
ORDER: tuple[Outcome, ...] = (
    "rejected", "conflict", "created", "updated", "filtered", "not_created", "unchanged",
)  # fmt: skip
"""A record counts as the first of these that one of its sides is."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that a side would be told. `source`: ma, sfa, baton, mapping or agreed (earlier);
    `why`: changed there, blank filled, policy, score, territory, put_back, pending.
    """

    field: str
    before: Value
    after: Value
    source: str
    why: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something would not be taken, or can't be expressed. `field` is canonical or the
    vendor's.
    """

    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class SideResult:
    """What would become of a record at one connection. `also` are vendor fields with fixed values
    or defaults of a new record; `filter` is the JSON pointer of the filter that keeps it out.
    """

    connection: str
    outcome: Outcome
    external_id: str | None = None
    object: str | None = None
    fields: tuple[FieldChange, ...] = ()
    also: Mapping[str, Value] = field(default_factory=dict)
    troubles: tuple[Trouble, ...] = ()
    filter: str | None = None


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What would become of one person, company, …. `link_id` is None for one unknown so far;
    `conflicts` holds both values of the fields that would wait for a person.
    """

    link_id: UUID | None
    label: str
    sides: tuple[SideResult, ...]
    conflicts: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome:
        mine = {side.outcome for side in self.sides} | ({"conflict"} if self.conflicts else set())
        return next(one for one in ORDER if one in mine or one == "unchanged")


@dataclass(frozen=True, slots=True)
class Batches:
    """How many records a call of a connection takes, reading and writing."""

    read: int
    write: int


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls at one connection that activation would cost: to read all records, to look for those
    that are to be created and once more at those that are changed, and to write.
    """

    reads: int
    looks: int
    writes: int

    @property
    def total(self) -> int:
        return self.reads + self.looks + self.writes


def counted(results: Iterable[Rehearsed]) -> dict[str, int]:
    """How many records there are of each outcome."""
    found: dict[str, int] = {}
    for one in results:
        found[one.outcome] = found.get(one.outcome, 0) + 1
    return found


def told(results: Iterable[Rehearsed]) -> dict[str, dict[str, int]]:
    """Connection -> how many records would be created and updated there."""
    found: dict[str, dict[str, int]] = {}
    for side in (side for one in results for side in one.sides):
        counts = found.setdefault(side.connection, {"created": 0, "updated": 0})
        if side.outcome in counts:
            counts[side.outcome] += 1
    return found


def calls(batches: Batches, *, records: int, created: float, updated: float, looked: bool) -> Calls:
    """What it costs at a connection. `looked`: records are looked at just before a change."""
    looks = 2 * ceil(created / batches.read) + (ceil(updated / batches.read) if looked else 0)
    writes = ceil(created / batches.write) + ceil(updated / batches.write)
    return Calls(ceil(records / batches.read), looks, writes)
