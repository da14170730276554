"""Business time: when a team works, and how many working minutes lie between two moments.

A calendar is local: its hours follow the time zone through summer time. Public holidays come
from the package `holidays` (rules of law by country, e.g. `JP`, `US`, `US-CA`); what a company
does otherwise is said by `closed` and `open`. All moments are aware; answers are in UTC.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Literal, Self, TypeAlias
from zoneinfo import ZoneInfo

from holidays import country_holidays, list_supported_countries
from pydantic import AfterValidator, Field, model_validator

from mappings.field_conditions import Part
from mappings.time_transforms import Zone

Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))")


def _minutes(span: str) -> tuple[int, int]:
    """`09:00-18:00` as minutes after midnight."""
    found = SPAN.fullmatch(span)
    if found is None:
        raise ValueError("hours are written like 09:00-18:00; a day ends at 24:00")
    hours, minutes, *closing = (int(part) for part in found.groups() if part is not None)
    return hours * 60 + minutes, closing[0] * 60 + closing[1]


def _is_span(span: str) -> str:
    opens, closes = _minutes(span)
    if opens >= closes:
        raise ValueError("hours end after they begin; a night is written as two spans")
    return span


def _is_country(code: str) -> str:
    country, _, part = code.partition("-")
    known: Mapping[str, list[str]] = list_supported_countries()
    if country not in known or (part and part not in known[country]):
        raise ValueError("name a country by its ISO code, such as JP, US or US-CA")
    return code


def _is_month_day(text: str) -> str:
    """`12-29`, a day that there is in some year."""
    try:
        return date.fromisoformat(f"2000-{text}").strftime("%m-%d")
    except ValueError as error:
        raise ValueError("a day of every year is written like 12-29, month and day") from error


Span: TypeAlias = Annotated[str, AfterValidator(_is_span)]
MonthDay: TypeAlias = Annotated[str, AfterValidator(_is_month_day)]
Country: TypeAlias = Annotated[str, AfterValidator(_is_country)]
Spans: TypeAlias = Annotated[tuple[Span, ...], Field(max_length=10)]
Days: TypeAlias = Annotated[tuple[date, ...], Field(max_length=1_000)]
OFFICE: Spans = ("09:00-18:00",)


def _office_week() -> Mapping[Weekday, Spans]:
    return dict.fromkeys(WEEKDAYS[:5], OFFICE)


class BusinessCalendar(Part):
    """Working hours of a week, without holidays, `closed` days, and those of every year that are
    `closed_yearly` (a company's new year is no public holiday: 12-29 to 01-03).

    A day in `open` is worked although it is a weekend or a holiday: with the hours of its
    weekday, else those of the first day of the week that has any.
    """

    time_zone: Zone = "Asia/Tokyo"
    hours: Mapping[Weekday, Spans] = Field(default_factory=_office_week)
    holidays: Annotated[tuple[Country, ...], Field(max_length=20)] = ("JP",)
    closed: Days = ()
    closed_yearly: Annotated[tuple[MonthDay, ...], Field(max_length=100)] = ()
    open: Days = ()

    @model_validator(mode="after")
    def _can_be_open(self) -> Self:
        if not any(self.hours.values()):
            raise ValueError("a calendar needs at least one weekday with hours")
        for day, spans in self.hours.items():
            minutes = sorted(map(_minutes, spans))
            if any(one[1] > two[0] for one, two in pairwise(minutes)):
                raise ValueError(f"hours of {day} overlap")
        return self


@lru_cache(maxsize=512)
def _days_off(code: str, year: int) -> frozenset[date]:
    """The public holidays of a country in a year; none for years that the package ignores."""
    country, _, part = code.partition("-")
    return frozenset(country_holidays(country, subdiv=part or None, years=year))


def _spans(calendar: BusinessCalendar, day: date) -> Spans:
    """The hours of a date, in local time."""
    of_weekday = calendar.hours.get(WEEKDAYS[day.weekday()], ())
    if day in calendar.open:
        return of_weekday or next(filter(None, map(calendar.hours.get, WEEKDAYS)), ())
    if day in calendar.closed or f"{day:%m-%d}" in calendar.closed_yearly:
        return ()
    if any(day in _days_off(c, day.year) for c in calendar.holidays):
        return ()
    return of_weekday


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """A local time as UTC. One that summer time skips is as long after midnight as it says."""
    day += minutes // 1440 * DAY
    at = time(minutes % 1440 // 60, minutes % 60)
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _openings(calendar: BusinessCalendar, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """What is open from about two days before `at` on: in order, never overlapping.

    Summer time may move two spans of a night over each other, or turn one to nothing.
    """
    zone = ZoneInfo(calendar.time_zone)
    day = at.astimezone(zone).date() - 2 * DAY
    reached = datetime.min.replace(tzinfo=UTC)
    while True:
        for opens, closes in sorted(map(_minutes, _spans(calendar, day))):
            start, end = _moment(day, opens, zone), _moment(day, closes, zone)
            start = max(start, reached)
            if start < end:
                yield start, end
                reached = end
        day += DAY


def _ahead(calendar: BusinessCalendar, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """What is open after `at`, the first one from `at` on where it is open then."""
    for start, end in _openings(calendar, at):
        if end > at:
            yield max(start, at), end


def is_open(calendar: BusinessCalendar, at: datetime) -> bool:
    """Whether somebody works at that moment. The closing moment itself is not open."""
    return next_open(calendar, at) == at


def next_open(calendar: BusinessCalendar, at: datetime) -> datetime:
    """The first open moment that is not before `at`."""
    return next(_ahead(calendar, at))[0].astimezone(UTC)


def plus(calendar: BusinessCalendar, at: datetime, minutes: float) -> datetime:
    """The first moment at which so many business minutes have passed since `at`."""
    left = minutes * MINUTE
    if left <= timedelta():
        return at.astimezone(UTC)
    for start, end in _ahead(calendar, at):
        if end - start >= left:
            return (start + left).astimezone(UTC)
        left -= end - start
    raise AssertionError("a calendar goes on for ever")


def plus_days(calendar: BusinessCalendar, at: datetime, days: int) -> datetime:
    """The same local time so many business days later; at the latest when that day closes.

    What comes in outside the hours counts from the next opening: Friday 20:00 plus one day is
    the opening of Tuesday.
    """
    zone = ZoneInfo(calendar.time_zone)
    start = next_open(calendar, at).astimezone(zone)
    day, left = start.date(), days
    while left > 0:
        day += DAY
        left -= bool(_spans(calendar, day))
    spans = sorted(map(_minutes, _spans(calendar, day))) or [(0, 0)]
    wanted = start.hour * 60 + start.minute
    past = timedelta(seconds=start.second, microseconds=start.microsecond)
    aim = _moment(day, wanted, zone) + past
    opens, closes = _moment(day, spans[0][0], zone), _moment(day, spans[-1][1], zone)
    return max(opens, min(aim, closes), at.astimezone(UTC))


def minutes_between(calendar: BusinessCalendar, start: datetime, end: datetime) -> float:
    """The business minutes from `start` to `end`; below 0 where `end` is the earlier one."""
    if end < start:
        return -minutes_between(calendar, end, start)
    total = timedelta()
    for opens, closes in _ahead(calendar, start):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total / MINUTE
