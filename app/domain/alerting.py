"""Who is told of a hot lead, when, and who next if nobody reacts. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from app.domain.calendar import BusinessCalendar, next_open, plus
from app.domain.hot_lead_document import (
    Channel,
    Escalation,
    HotLeadDocument,
    HotRule,
    Recipients,
)

LOOKS = ((60, 1), (1_440, 10), (10_080, 60))  # until so many minutes after, every so many


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for the alerts of one rule."""

    recipients: Recipients
    channels: tuple[Channel, ...]
    messages: tuple[str, ...]
    escalation: tuple[Escalation, ...]
    cool_down: timedelta
    reaction_minutes: float


def terms(document: HotLeadDocument, rule: HotRule | None) -> Terms:
    """The rule's own terms, and the document's for what it leaves out. A rule that is not there
    any more leaves all to the document.
    """
    own = rule
    cool_down = document.cool_down_hours
    reaction = document.reaction_minutes
    if own is not None and own.cool_down_hours is not None:
        cool_down = own.cool_down_hours
    if own is not None and own.reaction_minutes is not None:
        reaction = own.reaction_minutes
    named = None if own is None else own.recipients
    channels = None if own is None else own.channels
    messages = None if own is None else own.messages
    chain = None if own is None else own.escalation
    return Terms(
        recipients=document.recipients if named is None else named,
        channels=document.channels if channels is None else channels,
        messages=document.messages if messages is None else messages,
        escalation=document.escalation if chain is None else chain,
        cool_down=timedelta(hours=cool_down),
        reaction_minutes=reaction,
    )


def rule_of(document: HotLeadDocument, name: str) -> HotRule | None:
    """A rule by its name."""
    return next((one for one in document.rules if one.name == name), None)


def recipient(
    wanted: Recipients,
    owner: str | None,
    territory: str | None,
    knows: Callable[[str], bool],
) -> str | None:
    """Whom to tell: an e-mail address, or a queue's name. Somebody who left, or whom the SFA
    never knew (`knows`), is passed over while there is another; the last hope is the owner.
    """
    named = [
        owner if wanted.owner else None,
        territory if wanted.territory else None,
        wanted.queue,
        wanted.fallback_email,
    ]
    there = [one for one in named if one is not None]
    return next((one for one in there if knows(one)), there[0] if there else None)


def calendar_of(document: HotLeadDocument, who: str | None) -> BusinessCalendar | None:
    """When somebody works; None where nobody said: always."""
    name = (who or "").lower()
    for one in document.hours:
        if any(fnmatchcase(name, glob.lower()) for glob in one.people):
            return one.calendar
    return None


def reachable_at(calendar: BusinessCalendar | None, now: datetime) -> datetime:
    """When somebody may be rung."""
    return now if calendar is None else next_open(calendar, now)


def later(calendar: BusinessCalendar | None, at: datetime, minutes: float) -> datetime:
    """So many minutes later, of those that count."""
    if calendar is None:
        return at + timedelta(minutes=minutes)
    return plus(calendar, at, minutes)


def next_escalation(
    chain: tuple[Escalation, ...], done: int, calendar: BusinessCalendar | None, since: datetime
) -> datetime | None:
    """When the next step is due after `done` ones, the last of them at `since`."""
    if done >= len(chain):
        return None
    return later(calendar, since, chain[done].after_minutes)


def next_look(created_at: datetime, now: datetime) -> datetime | None:
    """When to ask again how a task stands: often at first, and after a week no more."""
    age = (now - created_at).total_seconds() / 60
    for until, every in LOOKS:
        if age < until:
            return now + timedelta(minutes=every)
    return None


def held(counts: tuple[int, int], document: HotLeadDocument) -> tuple[bool, bool]:
    """Whether one more alert is too many: for its recipient, and for its connection. `counts`
    are those of the last minute, in the same order.
    """
    of_recipient, of_connection = counts
    storm = document.storm
    return of_recipient >= storm.per_recipient, of_connection >= storm.per_connection


def seconds(start: datetime | None, end: datetime | None) -> float | None:
    """How long something took; None where it has not begun, or not ended."""
    return None if start is None or end is None else max((end - start).total_seconds(), 0.0)
