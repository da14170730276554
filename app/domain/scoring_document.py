"""The `scoring` document: which facts are worth how many points, and what the sum means.

    fit     = sum of the fit rules that hold                   } each within its axis'
    intent  = sum of points x 0.5 ^ (age / half-life)          } floor and cap
    timing  = sum of the timing rules that hold                }
    total   = sum of weight x axis (+ weight x MA score), within 0 and 100

    category = the same points, of the rules that name that product category

With every weight 1 (the default) a reason's points are points of the total. Points of an intent
rule are limited by its own cap, then by its group's, then by the axis'. In a group an activity
counts once, by the first rule in the document that it matches: particular pages before any page.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from app.domain.activity import Label
from app.domain.condition_document import (
    ActivityMatch,
    AllOf,
    AnyOf,
    Condition,
    Days,
    GradeIs,
    NotSo,
    ScoreIs,
)
from mappings.field_conditions import Part

Points: TypeAlias = Annotated[float, Field(strict=True, ge=-100, le=100)]
Cap: TypeAlias = Annotated[float, Field(strict=True, gt=0, le=100)]
Percent: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=100)]
Weight: TypeAlias = Annotated[float, Field(strict=True, ge=0, le=10)]
HalfLife: TypeAlias = Annotated[float, Field(strict=True, ge=0.04, le=3_650)]  # an hour to 10 years
RuleName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]


class PointsRule(Part):
    """So many points while a condition on fields or activities holds (fit, timing)."""

    name: RuleName
    label: Label
    when: Condition
    points: Points
    category: RuleName | None = None


class IntentRule(ActivityMatch):
    """So many points for each matching activity, halved every `half_life_days`.

    `cap` limits the size of the rule's sum; `forget_after_days` ends an activity's effect.
    """

    name: RuleName
    label: Label
    points: Points
    cap: Cap | None = None
    half_life_days: HalfLife | None = None
    forget_after_days: Days | None = None
    group: RuleName | None = None
    category: RuleName | None = None


class Group(Part):
    """Rules that are limited together, in both directions. Its `category` is that of its rules
    that name none, and the limit then counts there, too.
    """

    label: Label
    cap: Cap
    category: RuleName | None = None


class Category(Part):
    """A product, or a family of them, that rules can speak for."""

    label: Label


class AxisLimits(Part):
    """How much an axis weighs in the total, and between which sums it moves.

    A floor below 0 lets a bad fit (a competitor) outweigh any interest.
    """

    weight: Weight = 1.0
    cap: Percent = 100
    floor: Annotated[int, Field(strict=True, ge=-100, le=0)] = -100


class Axes(Part):
    fit: AxisLimits = AxisLimits(cap=40)
    intent: AxisLimits = AxisLimits(cap=60)
    timing: AxisLimits = AxisLimits(cap=20)


class MaScore(Part):
    """The MA system's own score, read from a field.

    `add`: a part of the total, by weight; `replace`: it is the total, and the axes explain only.
    `full_marks` is the MA score that counts as 100.
    """

    field: Annotated[str, Field(min_length=1, max_length=100)] = "ma_score"
    mode: Literal["add", "replace"] = "add"
    weight: Weight = 0.2
    full_marks: Annotated[float, Field(strict=True, gt=0, le=1_000_000)] = 100.0


class Grades(Part):
    """The lowest total of each grade; what is below C is D."""

    a: Percent = Field(default=80, alias="A")
    b: Percent = Field(default=60, alias="B")
    c: Percent = Field(default=40, alias="C")

    @model_validator(mode="after")
    def _descending(self) -> Self:
        if not self.a > self.b > self.c:
            raise ValueError(f"grades must descend: A {self.a} > B {self.b} > C {self.c}")
        return self


class Matrix(Part):
    """Fit x intent: from how many points each counts as high, and each quadrant's priority."""

    fit_high: Percent = 20
    intent_high: Percent = 30
    both: Annotated[int, Field(strict=True, ge=1, le=9)] = 1
    intent_only: Annotated[int, Field(strict=True, ge=1, le=9)] = 2
    fit_only: Annotated[int, Field(strict=True, ge=1, le=9)] = 3
    neither: Annotated[int, Field(strict=True, ge=1, le=9)] = 4


class ScoringDocument(Part):
    """How people are scored. `mql` is the total from which a lead is an MQL, `capacity_per_day` how
    many of those inside sales can work on: previews say which threshold brings no more.
    """

    fit: tuple[PointsRule, ...] = Field(default=(), max_length=200)
    intent: tuple[IntentRule, ...] = Field(default=(), max_length=200)
    timing: tuple[PointsRule, ...] = Field(default=(), max_length=200)
    groups: dict[RuleName, Group] = Field(default_factory=dict, max_length=100)
    categories: dict[RuleName, Category] = Field(default_factory=dict, max_length=50)
    axes: Axes = Axes()
    ma_score: MaScore | None = None
    grades: Grades = Grades()
    matrix: Matrix = Matrix()
    mql: Percent = 80
    capacity_per_day: Annotated[float, Field(gt=0, le=1_000_000)] | None = None

    @property
    def rules(self) -> tuple[PointsRule | IntentRule, ...]:
        """All that give points, in the order of the axes."""
        return (*self.fit, *self.intent, *self.timing)

    def category_of(self, rule: PointsRule | IntentRule) -> str | None:
        """The product category that a rule speaks for: its own, else its group's."""
        if rule.category is not None or isinstance(rule, PointsRule) or rule.group is None:
            return rule.category
        return self.groups[rule.group].category

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        pointed = (*self.fit, *self.timing)
        names = [rule.name for rule in pointed] + [rule.name for rule in self.intent]
        twice = sorted(name for name, count in Counter(names).items() if count > 1)
        if twice:
            raise ValueError(f"a rule name must be unique; used twice: {', '.join(twice)}")
        for intent in self.intent:
            if intent.group is not None and intent.group not in self.groups:
                known = ", ".join(sorted(self.groups)) or "none"
                raise ValueError(
                    f'rule "{intent.name}": there is no group "{intent.group}"; groups: {known}'
                )
        for rule in pointed:
            if any(isinstance(part, ScoreIs | GradeIs) for part in parts(rule.when)):
                raise ValueError(f'rule "{rule.name}": a score cannot depend on the score')
        return self

    @model_validator(mode="after")
    def _categorised(self) -> Self:
        named = {f'rule "{rule.name}"': rule.category for rule in self.rules}
        named |= {f'group "{name}"': group.category for name, group in self.groups.items()}
        for what, category in named.items():
            if category is not None and category not in self.categories:
                known = ", ".join(sorted(self.categories)) or "none"
                raise ValueError(f'{what}: there is no category "{category}"; categories: {known}')
        return self


def parts(condition: Condition) -> Iterator[Condition]:
    """Walk over a condition and all that are inside it."""
    yield condition
    match condition:
        case AllOf():
            inner: tuple[Condition, ...] = condition.all
        case AnyOf():
            inner = condition.any
        case NotSo():
            inner = (condition.so,)
        case _:
            inner = ()
    for part in inner:
        yield from parts(part)
