"""The `sla` document: how soon people react, by which calendar, and what follows when they don't.

    clocks:
      - name: first-contact
        start: [{event: stage.changed, where: {to: mql}}]
        stop: [{activity: [call, meeting, email]}, {event: stage.changed, where: {to: [sql, sao]}}]
        limit: {minutes: 1440}                  # or {minutes: 120, time: business}
        escalate:
          - {after_minutes: 0, act: task, messages: [slack]}
          - {after_minutes: 120, act: alert, to: boss@x.jp, messages: [mail]}

A fact is an event of Baton's catalogue, an activity, or a changed field. A fact about one thing
(`alert:12`) ends only the clock of that thing; any other fact ends the clocks of its person.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field, Tag, model_validator

from app.domain.activity import Label
from app.domain.calendar import BusinessCalendar
from app.domain.condition_document import Condition, Glob, Globs
from app.domain.hot_lead_document import Email, Messages
from app.domain.notice_document import OutsideHours
from app.domain.scoring_document import RuleName
from mappings.field_conditions import Name, Part, Scalar, by_key, listed

Scalars: TypeAlias = Annotated[
    tuple[Scalar, ...], BeforeValidator(listed), Field(min_length=1, max_length=100)
]
Where: TypeAlias = Annotated[Mapping[Name, Scalars], Field(max_length=20)]
Minutes: TypeAlias = Annotated[float, Field(strict=True, gt=0, le=525_600)]
Later: TypeAlias = Annotated[float, Field(strict=True, ge=0, le=525_600)]
Act: TypeAlias = Literal["none", "task", "alert", "reassign"]
DEFAULT, OWNER = "default", "owner"


class EventTold(Part):
    """An event by its type (glob) and its data: `{event: stage.changed, where: {to: mql}}`."""

    event: Glob
    where: Where = Field(default_factory=dict)


class ActivityDone(Part):
    """An activity by its type (globs), its detail, and the role of the system it comes from."""

    activity: Globs
    where: Where = Field(default_factory=dict)
    by: Literal["any", "ma", "sfa"] = "any"


class FieldChanged(Part):
    """A canonical field whose agreed value changed, whatever it became."""

    changed: Name


FactRule: TypeAlias = Annotated[
    Annotated[EventTold, Tag("(event)")]
    | Annotated[ActivityDone, Tag("(activity)")]
    | Annotated[FieldChanged, Tag("(changed)")],
    by_key("fact", ("event", "activity", "changed")),
]
Facts: TypeAlias = Annotated[tuple[FactRule, ...], Field(max_length=20)]


class Limit(Part):
    """How long it may take: minutes by the clock on the wall or of business, or business days."""

    minutes: Minutes | None = None
    time: Literal["wall", "business"] = "wall"
    business_days: Annotated[int, Field(strict=True, ge=1, le=260)] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.minutes is None) == (self.business_days is None):
            raise ValueError("a limit has minutes or business_days, one of them")
        return self

    @property
    def is_business(self) -> bool:
        return self.time == "business" or self.business_days is not None


class PauseReason(Part):
    """Why a clock may stand still: by a person, or between facts. `until` in the data of the
    fact that began it (a snoozed alert has it) ends it, too.
    """

    name: RuleName
    label: Label
    begins: Facts = ()
    ends: Facts = ()


class EscalationStep(Part):
    """What is done so many minutes after the deadline, in the clock's own time.

    `task`: a task in the SFA for `to`; `alert`: the same with a notification; `reassign`: the
    record gets the owner `to`. `messages` are channels' connections by which `to` is told, too;
    where it is `urgent`, outside of working hours as well.
    """

    after_minutes: Later = 0.0
    act: Act = "none"
    to: Email | Literal["owner"] = OWNER
    messages: Messages = ()
    urgent: bool = False

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if self.act == "reassign" and self.to == OWNER:
            raise ValueError("reassign needs the e-mail of the new owner in `to`")
        if self.act == "none" and not self.messages:
            raise ValueError("a step has an `act`, or `messages`")
        return self


class Warn(Part):
    """What is done so many minutes before the deadline, in the clock's own time. `urgent`: as at a
    step.
    """

    before_minutes: Minutes
    act: Literal["none", "task", "alert"] = "none"
    to: Email | Literal["owner"] = OWNER
    messages: Messages = ()
    urgent: bool = False


class ClockRule(Part):
    """One clock. `when`: for whom it runs, asked when it starts. `cancel` facts end it unjudged.

    What a rule decides because of something older than `fresh_for_minutes` starts none: neither an
    import nor a new version of rules.
    """

    name: RuleName
    label: Label
    start: Annotated[tuple[EventTold, ...], Field(min_length=1, max_length=20)]
    stop: Annotated[Facts, Field(min_length=1)]
    cancel: Facts = ()
    limit: Limit
    calendar: Name = DEFAULT
    fresh_for_minutes: Minutes = 1_440.0
    when: Condition | None = None
    pauses: Annotated[tuple[PauseReason, ...], Field(max_length=20)] = ()
    warn: Warn | None = None
    escalate: Annotated[tuple[EscalationStep, ...], Field(max_length=10)] = ()

    @model_validator(mode="after")
    def _warns_in_time(self) -> Self:
        limit = self.limit.minutes
        if self.warn is not None and limit is not None and self.warn.before_minutes >= limit:
            raise ValueError("warn: before_minutes is less than the limit")
        names = [one.name for one in self.pauses]
        if len(set(names)) < len(names):
            raise ValueError("a pause reason is named twice")
        return self


class Abroad(Part):
    """Clocks of records with such an owner (globs on the e-mail) go by another calendar."""

    owner: Globs
    calendar: Name


class SlaDocument(Part):
    """All clocks and the calendars they go by. `default` is there without being written.

    `outside_hours`: whether messages of a clock wait for the next working hours of its calendar.
    """

    clocks: Annotated[tuple[ClockRule, ...], Field(min_length=1, max_length=30)]
    calendars: Annotated[Mapping[Name, BusinessCalendar], Field(max_length=30)] = Field(
        default_factory=dict
    )
    people: Annotated[tuple[Abroad, ...], Field(max_length=200)] = ()
    outside_hours: OutsideHours = "tell"

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [clock.name for clock in self.clocks]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"a clock's name must be unique; used twice: {', '.join(twice)}")
        named = {*(clock.calendar for clock in self.clocks), *(one.calendar for one in self.people)}
        if unknown := sorted(named - self.calendars.keys() - {DEFAULT}):
            raise ValueError(f"there is no calendar {', '.join(unknown)}")
        return self

    def clock(self, name: str) -> ClockRule | None:
        return next((one for one in self.clocks if one.name == name), None)

    def calendar(self, name: str) -> BusinessCalendar:
        """A calendar by its name; the default one where it is gone."""
        return self.calendars.get(name) or self.calendars.get(DEFAULT) or BusinessCalendar()
