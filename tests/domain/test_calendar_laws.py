"""Laws of business time, in any zone, over summer time and the ends of years."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.calendar import (
    WEEKDAYS,
    BusinessCalendar,
    is_open,
    minutes_between,
    next_open,
    plus,
    plus_days,
)

ZONES = ["UTC", "Asia/Tokyo", "America/New_York", "Europe/London", "Australia/Lord_Howe",
         "Africa/Cairo", "Pacific/Apia", "Asia/Kathmandu"]  # fmt: skip
SPANS = [("09:00-18:00",), ("00:00-24:00",), ("00:00-02:30", "02:30-03:00", "22:15-24:00"),
         ("09:00-12:00", "13:00-17:45"), ()]  # fmt: skip
weeks = st.fixed_dictionaries({day: st.sampled_from(SPANS) for day in WEEKDAYS}).filter(
    lambda week: any(week.values())
)
days = st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=4).map(tuple)
calendars = st.builds(
    BusinessCalendar,
    time_zone=st.sampled_from(ZONES),
    hours=weeks,
    holidays=st.sampled_from([(), ("JP",), ("US", "JP")]),
    closed=days,
    open=days,
)
seconds = st.integers(0, 400 * 86_400)
moments = seconds.map(lambda s: datetime(2025, 12, 1, tzinfo=UTC) + timedelta(seconds=s))
spells = st.integers(0, 20_000)
laws = settings(deadline=None, max_examples=150)


@laws
@given(calendars, moments, spells)
def test_as_many_minutes_pass_as_are_added(
    calendar: BusinessCalendar, at: datetime, minutes: int
) -> None:
    """`minutes_between` measures what `plus` added, to the microsecond."""
    assert abs(minutes_between(calendar, at, plus(calendar, at, minutes)) - minutes) < 1e-6


@laws
@given(calendars, moments, spells, spells)
def test_more_minutes_never_end_earlier(
    calendar: BusinessCalendar, at: datetime, one: int, two: int
) -> None:
    """`plus` is monotone and can be done in two steps."""
    assert plus(calendar, at, one) <= plus(calendar, at, one + two)
    assert plus(calendar, plus(calendar, at, one), two) == plus(calendar, at, one + two)


@laws
@given(calendars, moments, moments, moments)
def test_spells_add_up(
    calendar: BusinessCalendar, one: datetime, two: datetime, three: datetime
) -> None:
    """From one to three is from one to two and on; back is below zero; never more than it is."""
    whole = minutes_between(calendar, one, three)

    assert (
        abs(minutes_between(calendar, one, two) + minutes_between(calendar, two, three) - whole)
        < 1e-6
    )
    assert minutes_between(calendar, three, one) == -whole
    assert abs(whole) <= abs((three - one).total_seconds()) / 60 + 1e-9


@laws
@given(calendars, moments)
def test_the_next_opening_is_open_and_the_first(calendar: BusinessCalendar, at: datetime) -> None:
    """It is open, no business minute lies before it, and an open moment is its own."""
    opening = next_open(calendar, at)

    assert opening >= at
    assert is_open(calendar, opening)
    assert minutes_between(calendar, at, opening) == 0
    assert is_open(calendar, at) is (opening == at)


@laws
@given(calendars, moments, st.integers(0, 10))
def test_business_days_follow_each_other(
    calendar: BusinessCalendar, at: datetime, days: int
) -> None:
    """One day more never ends earlier, and nothing ends before it began."""
    due = plus_days(calendar, at, days)

    assert at <= due <= plus_days(calendar, at, days + 1)
