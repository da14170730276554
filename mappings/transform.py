"""What a named transform is.

`forward` reads: from a side's value towards the canonical one; `backward` writes. A blank passes
both untouched. Law: forward(backward(v)) == v for every canonical value v, or `backward` raises.
"""

from abc import ABC, abstractmethod
from typing import Literal, TypeAlias

from pydantic import ConfigDict

from connectors.base import Fields, Value
from mappings.values import Unfit

Undo: TypeAlias = Literal["exact", "both_sides", "one_way"]
PARAMETERS = ConfigDict(extra="forbid", allow_inf_nan=False)


class Transform(ABC):
    """`undo` says whether values can go back: `exact`; `both_sides`, if the other side has this
    transform too, so that both agree on its form; `one_way`, never.
    """

    @property
    def undo(self) -> Undo:
        return "exact"

    @property
    def reads(self) -> tuple[str, ...]:
        """The fields of the record that it needs besides the rule's own."""
        return ()

    @abstractmethod
    def forward(self, value: Value) -> Value: ...

    @abstractmethod
    def backward(self, value: Value) -> Value: ...

    def read(self, value: Value, record: Fields) -> Value:  # noqa: ARG002  Gather needs the record
        return None if value is None else self.forward(value)

    def write(self, value: Value) -> Value:
        return None if value is None else self.backward(value)


class Projection(Transform):
    """Brings values into a form and loses the original; a value in that form stays as it is."""

    @property
    def undo(self) -> Undo:
        return "both_sides"

    def backward(self, value: Value) -> Value:
        return value


class OneWay(Transform):
    """Loses what it would take to go back."""

    @property
    def undo(self) -> Undo:
        return "one_way"

    def backward(self, value: Value) -> Value:  # noqa: ARG002  whatever the value is
        raise Unfit("one_way", "cannot be turned back by this transform")


class Gather(OneWay):
    """Makes one value of several fields of the record, so it comes first."""

    @property
    @abstractmethod
    def reads(self) -> tuple[str, ...]: ...

    @abstractmethod
    def join(self, record: Fields) -> Value: ...

    def forward(self, value: Value) -> Value:
        return value

    def read(self, value: Value, record: Fields) -> Value:  # noqa: ARG002  it is one of the record
        return self.forward(self.join(record))
