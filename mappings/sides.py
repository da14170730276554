"""The two sides of a mapping, by the role that each plays."""

from typing import Generic, Literal, TypeAlias, TypeVar

from mappings.field_conditions import Part

Role: TypeAlias = Literal["ma", "sfa"]
T = TypeVar("T")
ROLES: tuple[Role, Role] = ("ma", "sfa")
OTHER: dict[Role, Role] = {"ma": "sfa", "sfa": "ma"}


class Sides(Part, Generic[T]):
    """One thing for each side; None where that side has none."""

    ma: T | None = None
    sfa: T | None = None

    def of(self, role: Role) -> T | None:
        return self.ma if role == "ma" else self.sfa
