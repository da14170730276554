"""What a mapping says about identity and deletion: who is the same, and what a deletion does.

identity: {keys: [email, phone, customer_no], candidates: {enabled: true, at_least: 0.85}}
deletes: {ma: ignore, sfa: archive, most_per_hour: 100, most_percent: 10}
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field as Limits

from connectors.base import Kind
from mappings.field_conditions import Name, Part

Key: TypeAlias = Name  # one of COMPARED, or any other canonical field
DeletePolicy: TypeAlias = Literal["propagate", "archive", "ignore"]
COMPARED: frozenset[Key] = frozenset({"email", "phone", "domain", "name"})  # by forms of their own
USUAL: dict[Kind, tuple[Key, ...]] = {"person": ("email",), "company": ("domain", "name")}


class Candidates(Part):
    """Whether records that may be one are looked for, and how alike (0 to 1) they must be to be
    shown to a person, who decides. Nothing is ever joined by likeness alone. Until then nothing is
    created where the likely other one is, for `hold_hours` at the most; nobody hot waits.
    """

    enabled: bool = False
    at_least: Annotated[float, Limits(ge=0.5, le=1.0)] = 0.85
    hold_hours: Annotated[float, Limits(ge=0, le=8_760)] = 24

    @property
    def holds(self) -> bool:
        """Whether likely doubles are not created before a person has decided."""
        return self.enabled and self.hold_hours > 0


class Identity(Part):
    """Which canonical values make two records one, in this order, after ids and our own key.

    None stands for the usual ones: `email` for people, `domain` and then `name` for companies.
    `phone` counts only where exactly one link has the number; so does any other canonical field
    that both sides show, such as a customer number or the other system's record id.
    """

    keys: tuple[Key, ...] | None = Limits(default=None, max_length=8)
    candidates: Candidates = Candidates()

    def of(self, kind: Kind) -> tuple[Key, ...]:
        return USUAL.get(kind, ()) if self.keys is None else self.keys

    def own(self, kind: Kind) -> tuple[Key, ...]:
        """Keys that are compared as they are."""
        return tuple(key for key in self.of(kind) if key not in COMPARED)


class Deletes(Part):
    """What the deletion of a record at `ma` (at `sfa`) does to the other system's record.

    `propagate`: it is deleted there too; `archive`: the same, but only where the vendor keeps
    what is deleted for a while; `ignore`: it is kept, and the link waits for a return.
    Deletions stop and ask a person when there are more than `most_per_hour` in an hour, or more
    than `most_percent` of all records there.
    """

    ma: DeletePolicy = "ignore"
    sfa: DeletePolicy = "ignore"
    most_per_hour: Annotated[int, Limits(ge=1, le=1_000_000)] = 100
    most_percent: Annotated[float, Limits(gt=0, le=100)] = 10.0

    def of(self, role: Literal["ma", "sfa"]) -> DeletePolicy:
        return self.ma if role == "ma" else self.sfa
