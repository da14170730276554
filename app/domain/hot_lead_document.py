"""The `hot_lead` document: when a lead is hot, who is told, how, and how often.

A person becomes hot when a rule holds. They stay hot while a rule holds or their total is at
least `cool_off_below`, so that a score that wavers around a threshold does not ring twice.

What a rule leaves out is as the document says. Who is told: the record's owner, else the owner
whom the mapping's territories name, else a queue, else the fall-back address.
"""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from app.domain.activity import Label
from app.domain.calendar import BusinessCalendar
from app.domain.condition_document import Condition, Glob
from app.domain.scoring_document import Percent, RuleName
from mappings.field_conditions import Part

Channel: TypeAlias = Literal["task", "notification", "mention"]
Email: TypeAlias = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]
ConnectionName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Minutes: TypeAlias = Annotated[float, Field(strict=True, gt=0, le=43_200)]
Channels: TypeAlias = Annotated[tuple[Channel, ...], Field(min_length=1)]
Messages: TypeAlias = Annotated[tuple[ConnectionName, ...], Field(max_length=10)]
Shown: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=20)]
MOST_STEPS = 10
REASONS = 3  # that are named where a document does not say how many


class Recipients(Part):
    """Who is told: the record's owner, else its territory's, else a queue, else this address."""

    owner: bool = True
    territory: bool = True
    queue: str | None = Field(default=None, min_length=1, max_length=200)
    fallback_email: Email | None = None


class Escalation(Part):
    """Whom to tell where nobody reacts so long after the step before, in working minutes.

    `to`: somebody else; None is whom the alert was for. `messages` are channels' connections.
    """

    after_minutes: Minutes
    to: Email | None = None
    channels: tuple[Channel, ...] = ()
    messages: Messages = ()

    @model_validator(mode="after")
    def _tells_somebody(self) -> Self:
        if not self.channels and not self.messages:
            raise ValueError("a step tells somebody by a channel or by a message")
        return self


Chain: TypeAlias = Annotated[tuple[Escalation, ...], Field(max_length=MOST_STEPS)]


class HotRule(Part):
    """A lead is hot while the condition holds (on score, axes, grade, fields, activities)."""

    name: RuleName
    label: Label
    when: Condition
    recipients: Recipients | None = None
    channels: Channels | None = None
    messages: Messages | None = None
    escalation: Chain | None = None
    cool_down_hours: Annotated[float, Field(strict=True, ge=0, le=8_760)] | None = None
    reaction_minutes: Minutes | None = None


class Hours(Part):
    """When people with these addresses work (globs). The first entry that fits counts."""

    people: tuple[Glob, ...] = ("*",)
    calendar: BusinessCalendar


class Signs(Part):
    """What in the SFA shows that somebody has reacted: the alert's task was closed or moved on,
    an activity of a type was logged, a canonical field was changed there.
    """

    task: bool = True
    activities: tuple[Glob, ...] = ("call", "email", "email_sent", "meeting")
    fields: tuple[str, ...] = Field(default=(), max_length=20)


class Storm(Part):
    """How many alerts a minute are told; those beyond are held until a person lets them go."""

    per_recipient: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 60
    per_connection: Annotated[int, Field(strict=True, ge=1, le=100_000)] = 600


class NextStep(Part):
    """What to suggest when one of the reasons comes from a scoring rule of this name (glob)."""

    reason: Glob
    text: Label


class HotLeadDocument(Part):
    """The rules of alerts. The first rule that holds is the one that the alert names.

    Outside a recipient's `hours` nothing rings and no message is sent: both wait for the next
    opening, and minutes count while it is open. Without `hours` everybody is always there.
    """

    rules: tuple[HotRule, ...] = Field(min_length=1, max_length=50)
    recipients: Recipients = Recipients()
    channels: Channels = ("task", "notification")
    messages: Messages = ()
    escalation: Chain = ()
    hours: tuple[Hours, ...] = Field(default=(), max_length=100)
    reacted_by: Signs = Signs()
    storm: Storm = Storm()
    cool_down_hours: Annotated[float, Field(strict=True, ge=0, le=8_760)] = 24.0
    cool_off_below: Percent = 60
    fresh_for_minutes: Minutes = 60.0
    reaction_minutes: Minutes = 30.0
    reasons: Shown = REASONS
    activities: Shown = 3
    links_hours: Annotated[float, Field(strict=True, gt=0, le=720)] = 72.0
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
        for channels in (self.channels, *(rule.channels or () for rule in self.rules)):
            if len(set(channels)) < len(channels):
                raise ValueError("a channel is named twice")
        return self
