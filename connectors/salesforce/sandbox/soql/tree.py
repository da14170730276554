"""A parsed query. Every node that can be wrong knows `at`, its place in the text."""

from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Path:
    """`Owner.Email` is ("Owner", "Email")."""

    parts: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """`COUNT()`, `MAX(Amount)`, `CALENDAR_YEAR(CreatedDate)`, `toLabel(Status)`, `FIELDS(ALL)`."""

    name: str
    argument: "Expression | None"
    at: int


Expression: TypeAlias = Path | Call


@dataclass(frozen=True, slots=True)
class Item:
    """One selected expression."""

    expression: Expression
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class TypeOf:
    """`TYPEOF Who WHEN Contact THEN ... ELSE ... END`."""

    relationship: str
    at: int
    branches: tuple[tuple[str, tuple[Path, ...]], ...]
    otherwise: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Child:
    """`(SELECT Id FROM Contacts)` among the selected fields."""

    query: "Query"


@dataclass(frozen=True, slots=True)
class Literal:
    """`kind`: string, number, boolean, null, date, datetime, relative."""

    kind: str
    value: Any
    at: int
    number: int | None = None  # the n of LAST_N_DAYS:n


@dataclass(frozen=True, slots=True)
class Comparison:
    """`operator`: = != < > <= >= LIKE INCLUDES EXCLUDES IN NOT IN."""

    left: Expression
    operator: str
    right: "Literal | tuple[Literal, ...] | Query"
    at: int


@dataclass(frozen=True, slots=True)
class Junction:
    """`operator`: AND or OR."""

    operator: str
    conditions: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    condition: "Condition"


Condition: TypeAlias = Comparison | Junction | Not


@dataclass(frozen=True, slots=True)
class Order:
    expression: Expression
    descending: bool
    nulls_last: bool


@dataclass(frozen=True, slots=True)
class Query:
    items: tuple[Item | Child | TypeOf, ...]
    source: str
    at: int  # of the source
    aliases: frozenset[str] = frozenset()
    where: Condition | None = None
    groups: tuple[Expression, ...] = ()
    totals: str = ""  # ROLLUP or CUBE
    having: Condition | None = None
    orders: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    all_rows: bool = False
    scope: str = ""  # of USING SCOPE
    mark: str = ""  # of FOR: UPDATE, VIEW, REFERENCE
