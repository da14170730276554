"""By which ways people are told, and when, in the documents of hand-offs and agreed times; and
which stages of an opportunity end it.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from app.domain.calendar import BusinessCalendar, next_open
from app.domain.hot_lead_document import Channel, Email, Messages
from mappings.field_conditions import Name, Part

# What a notice does outside of working hours: it is told there and then, or waits for them.
OutsideHours: TypeAlias = Literal["tell", "wait"]
Ended: TypeAlias = Literal["won", "lost"]
Word: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Words: TypeAlias = Annotated[tuple[Word, ...], Field(max_length=100)]
NoticeKind: TypeAlias = Literal[
    "approval", "delivered", "reassigned", "question", "answer", "returned", "accepted",
    "rejected", "reminder", "feedback_due", "closed",
]  # fmt: skip
BY_REQUEST: frozenset[NoticeKind] = frozenset({"approval", "accepted", "closed"})
WON = ("closed won", "closedwon", "won", "受注", "成約")
DAY = len("2026-04-01")
LOST = ("closed lost", "closedlost", "lost", "失注")


class Notice(Part):
    """How somebody is told of a hand-off: in the SFA (`channels`), by channels' connections
    (`messages`). `to`: somebody else than whom it concerns. `urgent`: told outside of working
    hours, too.
    """

    channels: tuple[Channel, ...] = ("task",)
    messages: Messages = ()
    to: Email | None = None
    urgent: bool = False

    @model_validator(mode="after")
    def _names_once(self) -> Self:
        if len({*self.channels, *self.messages}) < len(self.channels) + len(self.messages):
            raise ValueError("a channel is named twice")
        return self


def told_at(
    calendar: BusinessCalendar, outside_hours: OutsideHours, now: datetime, *, urgent: bool
) -> datetime:
    """When people may be told of something: now, or when they work next."""
    waits = outside_hours == "wait" and not urgent
    return next_open(calendar, now) if waits else now


BACKDATED = timedelta(days=7)


class Opportunities(Part):
    """What ends an opportunity: `won` and `lost` are values of the canonical field `stage`, in any
    case. Of `reasons`, canonical fields, the first that is filled says why. `closed` is the field
    of the day: one of more than a week before the record was changed tells when it ended.
    """

    stage: Name = "stage"
    closed: Name = "close_date"
    won: Words = WON
    lost: Words = LOST
    reasons: tuple[Name, ...] = ("lost_reason", "won_reason", "reason")

    def outcome(self, stage: object) -> Ended | None:
        """How an opportunity in this stage has ended; None: it is open."""
        said = str(stage or "").strip().casefold()
        if said in {one.casefold() for one in self.won}:
            return "won"
        return "lost" if said in {one.casefold() for one in self.lost} else None

    def reasons_of(self, outcome: Ended) -> tuple[Name, ...]:
        """The fields that say why it ended so: `lost_reason` says nothing of what was won."""
        other = "lost" if outcome == "won" else "won"
        return tuple(one for one in self.reasons if other not in one or outcome in one)

    def ended_at(self, day: object, changed_at: datetime) -> datetime:
        """When it ended, by its day (`2026-04-01…`) and when its record was changed: an old one
        that somebody edits today did not end today.
        """
        try:
            end = datetime.combine(date.fromisoformat(str(day or "")[:DAY]), time.max, UTC)
        except ValueError:
            return changed_at
        return end if end < changed_at - BACKDATED else changed_at
