"""Conditions: what a document may ask about a person, their activities and their score.

    {field: industry, op: in, value: [Manufacturing, Logistics]}
    {activity: [page_view], match: ["*pricing*"], within_days: 7, at_least: 2}
    {score: total, op: gte, value: 80}          {score: grade, op: gte, value: B}
    {all: [...]}    {any: [...]}    {not: ...}

Text compares without case and width (full-width and half-width letters are alike). A field
that is missing or blank satisfies only `exists: false`. Times without a zone are UTC.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Discriminator, Tag
from pydantic import Field as Limits

from mappings.field_conditions import (
    FieldEquals,
    FieldExists,
    FieldIn,
    FieldOrder,
    FieldText,
    Name,
    Order,
    Part,
    by_key,
    listed,
)
from mappings.plain_values import moment

Axis: TypeAlias = Literal["total", "fit", "intent", "timing", "ma_score"]
Grade: TypeAlias = Literal["A", "B", "C", "D"]


def _ordered(value: float | str) -> float | str:
    if isinstance(value, str) and moment(value) is None:
        raise ValueError('compare with a number or an ISO 8601 date such as "2026-04-01"')
    return value


Glob: TypeAlias = Annotated[str, Limits(min_length=1, max_length=200)]
Globs: TypeAlias = Annotated[
    tuple[Glob, ...], BeforeValidator(listed), Limits(min_length=1, max_length=200)
]
Days: TypeAlias = Annotated[float, Limits(strict=True, gt=0, le=36_500)]
Number: TypeAlias = Annotated[float, Limits(strict=True)]
Ordered: TypeAlias = Annotated[Number | str, AfterValidator(_ordered)]


class FieldTexts(FieldText[Globs]):
    """`contains` one of the texts, or `matches` one of the globs (`*@gmail.com`)."""


class FieldOrdered(FieldOrder[Ordered]):
    """Numbers as numbers, dates and times (ISO 8601) as times."""


class FieldNear(Part):
    """A date that comes in the next, or came in the last so many days (today is in both)."""

    field: Name
    op: Literal["in_next_days", "in_last_days"]
    value: Days


class ActivityMatch(Part):
    """Activities by type (globs) and, if given, by a glob on their title, address or detail, but
    none that one of `unless_match` fits (an outcome `no_show`).
    """

    activity: Globs
    match: Annotated[tuple[Glob, ...], BeforeValidator(listed), Limits(max_length=200)] = ()
    unless_match: Annotated[tuple[Glob, ...], BeforeValidator(listed), Limits(max_length=200)] = ()


class ActivityHappened(ActivityMatch):
    within_days: Days | None = None
    at_least: int = Limits(default=1, strict=True, ge=1, le=10_000)


class ScoreIs(Part):
    score: Axis
    op: Literal["equals"] | Order
    value: Number


class GradeIs(Part):
    """Grades rank A over B over C over D: `gte B` is A or B."""

    score: Literal["grade"]
    op: Literal["equals"] | Order
    value: Grade


class AllOf(Part):
    all: tuple["Condition", ...] = Limits(min_length=1, max_length=100)


class AnyOf(Part):
    any: tuple["Condition", ...] = Limits(min_length=1, max_length=100)


class NotSo(Part):
    so: "Condition" = Limits(alias="not")


FieldIs: TypeAlias = Annotated[
    FieldEquals | FieldIn | FieldTexts | FieldOrdered | FieldExists | FieldNear, Discriminator("op")
]
Condition: TypeAlias = Annotated[
    Annotated[FieldIs, Tag("(field)")]
    | Annotated[ActivityHappened, Tag("(activity)")]
    | Annotated[Annotated[ScoreIs | GradeIs, Discriminator("score")], Tag("(score)")]
    | Annotated[AllOf, Tag("(all)")]
    | Annotated[AnyOf, Tag("(any)")]
    | Annotated[NotSo, Tag("(not)")],
    by_key("condition", ("field", "activity", "score", "all", "any", "not")),
]
for model in (AllOf, AnyOf, NotSo):
    model.model_rebuild()
