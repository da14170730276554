"""The `hot_lead` document: when a lead is hot, who is told, how, and how often.

A person becomes hot when a rule holds. They stay hot while a rule holds or their total is at
least `cool_off_below`, so that a score that wavers around a threshold does not ring twice.
"""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from app.domain.activity import Label
from app.domain.condition_document import Condition, Glob
from app.domain.scoring_document import Percent, RuleName
from mappings.field_conditions import Part

Channel: TypeAlias = Literal["task", "notification"]
Email: TypeAlias = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]


class HotRule(Part):
    """A lead is hot while the condition holds (on score, axes, grade, fields, activities)."""

    name: RuleName
    label: Label
    when: Condition


class Recipients(Part):
    """Who is told: the record's owner, else the colleague with the fall-back address."""

    owner: bool = True
    fallback_email: Email | None = None


class NextStep(Part):
    """What to suggest when one of the reasons comes from a scoring rule of this name (glob)."""

    reason: Glob
    text: Label


class HotLeadDocument(Part):
    """The rules of alerts. The first rule that holds is the one that the alert names."""

    rules: tuple[HotRule, ...] = Field(min_length=1, max_length=50)
    recipients: Recipients = Recipients()
    channels: tuple[Channel, ...] = Field(default=("task", "notification"), min_length=1)
    cool_down_hours: Annotated[float, Field(strict=True, ge=0, le=8_760)] = 24.0
    cool_off_below: Percent = 60
    fresh_for_minutes: Annotated[float, Field(strict=True, gt=0, le=43_200)] = 60.0
    reaction_minutes: Annotated[float, Field(strict=True, gt=0, le=43_200)] = 30.0
    next_steps: tuple[NextStep, ...] = Field(default=(), max_length=100)
    default_step: Label = Label(
        en="Call now and ask what prompted the visit.",
        ja="すぐに電話し、ご関心のきっかけを伺ってください。",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [rule.name for rule in self.rules]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"a rule name must be unique; used twice: {', '.join(twice)}")
        if len(set(self.channels)) < len(self.channels):
            raise ValueError("a channel is named twice")
        return self
