"""Whether records are created on a side, and as what: the Lead-or-Contact and record-type rules."""

from collections.abc import Mapping
from typing import NamedTuple

from pydantic import Field as Limits

from connectors.base import Fields, Value
from mappings.field_conditions import Name, Part, Scalar
from mappings.filters import Filter, passes


class Birth(NamedTuple):
    """What a new record shall be: the vendor's object, and vendor fields with fixed values."""

    object: str | None
    fields: Fields


class CreationCase(Part):
    """Another object, or other fixed values, for records that satisfy `when`."""

    when: Filter
    object: Name | None = None
    set: Mapping[Name, Scalar] = Limits(default_factory=dict, max_length=50)


class Creation(Part):
    """Whether records are created on this side, and as which of the vendor's objects.

    The first case whose condition holds decides; else, or where it says nothing, `object` does.
    `set` are vendor fields of a new record with fixed values, such as its record type.
    """

    enabled: bool = True
    object: Name | None = None
    set: Mapping[Name, Scalar] = Limits(default_factory=dict, max_length=50)
    cases: tuple[CreationCase, ...] = Limits(default=(), max_length=50)

    def birth(self, values: Mapping[str, Value]) -> Birth:
        """As what a record with these canonical values is created."""
        for case in self.cases:
            if passes(case.when, values):
                return Birth(case.object or self.object, {**self.set, **case.set})
        return Birth(self.object, dict(self.set))

    @property
    def objects(self) -> tuple[str | None, ...]:
        """All objects that a new record may be; None for the connector's own choice."""
        return tuple(dict.fromkeys([self.object, *(c.object or self.object for c in self.cases)]))


def creation(value: object) -> object:
    """`true` and `false` are short for a creation that is on or off."""
    return {"enabled": value} if isinstance(value, bool) else value
