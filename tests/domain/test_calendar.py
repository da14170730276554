"""Business time by the clock on the wall: hours, holidays, summer time, the end of the year."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from app.domain.calendar import (
    WEEKDAYS,
    BusinessCalendar,
    is_open,
    minutes_between,
    next_open,
    plus,
    plus_days,
)

TOKYO, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")
OFFICE = BusinessCalendar()
ALWAYS = BusinessCalendar.model_validate(
    {
        "time_zone": "America/New_York",
        "holidays": [],
        "hours": {day: ["00:00-24:00"] for day in WEEKDAYS},
    }
)


def tokyo(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (tokyo(6, 1, 9), True),
        (tokyo(6, 1, 17, 59), True),
        (tokyo(6, 1, 18), False),
        (tokyo(6, 1, 8, 59), False),
        (tokyo(6, 6, 12), False),
        (tokyo(5, 4, 12), False),
        (datetime(2026, 6, 1, 0, 0, tzinfo=UTC), True),
    ],
)
def test_open_is_the_week_without_holidays(at: datetime, *, expected: bool) -> None:
    """Monday to Friday 9 to 18 in Tokyo; Greenery Day (a Monday) is no working day."""
    assert is_open(OFFICE, at) is expected


def test_the_next_opening_is_after_golden_week() -> None:
    """From Friday evening over three holidays to Thursday morning."""
    assert next_open(OFFICE, tokyo(5, 1, 18)) == tokyo(5, 7, 9)


def test_a_company_closes_on_the_same_days_of_every_year() -> None:
    """New year is no public holiday but one day; `open` of one year goes before it."""
    yearly = ["12-29", "12-30", "12-31", "01-02", "01-03"]
    calendar = BusinessCalendar.model_validate({"closed_yearly": yearly, "open": ["2028-12-29"]})

    assert next_open(calendar, tokyo(12, 28, 18)) == tokyo(1, 4, 9, year=2027)
    assert next_open(calendar, tokyo(12, 28, 18, year=2027)) == tokyo(1, 4, 9, year=2028)
    assert next_open(calendar, tokyo(12, 28, 18, year=2028)) == tokyo(12, 29, 9, year=2028)
    assert next_open(OFFICE, tokyo(12, 28, 18)) == tokyo(12, 29, 9)


@pytest.mark.parametrize("day", ["12/29", "13-01", "02-30", "2026-12-29", "1-3"])
def test_a_day_of_every_year_is_month_and_day(day: str) -> None:
    """Such as 12-29."""
    with pytest.raises(ValidationError, match="written like 12-29"):
        BusinessCalendar.model_validate({"closed_yearly": [day]})


def test_minutes_run_on_over_a_weekend() -> None:
    """Friday 17:00 and 90 business minutes are Monday 9:30."""
    assert plus(OFFICE, tokyo(6, 5, 17), 90) == tokyo(6, 8, 9, 30)
    assert minutes_between(OFFICE, tokyo(6, 5, 17), tokyo(6, 8, 9, 30)) == 90


def test_a_full_day_ends_when_its_day_closes() -> None:
    """Nine hours from Friday night are used up on Monday at 18:00, not on Tuesday at 9:00."""
    assert plus(OFFICE, tokyo(6, 5, 20), 540) == tokyo(6, 8, 18)


@pytest.mark.parametrize(
    ("at", "days", "due"),
    [
        (tokyo(6, 4, 17), 1, tokyo(6, 5, 17)),
        (tokyo(6, 5, 17), 1, tokyo(6, 8, 17)),
        (tokyo(6, 5, 20), 1, tokyo(6, 9, 9)),
        (tokyo(6, 5, 17), 3, tokyo(6, 10, 17)),
        (tokyo(6, 5, 17), 0, tokyo(6, 5, 17)),
    ],
)
def test_a_business_day_is_the_same_time_on_the_next(
    at: datetime, days: int, due: datetime
) -> None:
    """What comes at night counts from the next opening."""
    assert plus_days(OFFICE, at, days) == due


def test_a_shorter_day_ends_a_business_day_early() -> None:
    """Thursday 17:00 plus a day is Friday 15:00 where Friday closes then."""
    calendar = BusinessCalendar.model_validate(
        {"hours": {"thu": ["09:00-18:00"], "fri": ["10:00-12:00", "13:00-15:00"]}}
    )

    assert plus_days(calendar, tokyo(6, 4, 17), 1) == tokyo(6, 5, 15)
    assert plus_days(calendar, tokyo(6, 4, 9), 1) == tokyo(6, 5, 10)
    assert minutes_between(calendar, tokyo(6, 5, 0), tokyo(6, 6, 0)) == 240


def test_days_that_are_closed_and_open_win() -> None:
    """New Year's leave of the company; a Saturday and a holiday that are worked."""
    calendar = BusinessCalendar.model_validate(
        {"closed": ["2026-12-29", "2026-12-30", "2026-12-31"], "open": ["2026-06-06", "2026-05-04"]}
    )

    assert next_open(calendar, tokyo(12, 28, 18)) == tokyo(1, 4, 9, year=2027)
    assert is_open(calendar, tokyo(6, 6, 9))
    assert is_open(calendar, tokyo(5, 4, 9))


def test_summer_time_takes_and_gives_an_hour() -> None:
    """In New York 8 March 2026 has 23 hours and 1 November has 25."""
    march, november = datetime(2026, 3, 8, tzinfo=NEW_YORK), datetime(2026, 11, 1, tzinfo=NEW_YORK)

    assert minutes_between(ALWAYS, march, march.replace(day=9)) == 23 * 60
    assert minutes_between(ALWAYS, november, november.replace(day=2)) == 25 * 60


def test_hours_that_summer_time_skips_do_not_count_twice() -> None:
    """From 2:00 to 3:00 there is no hour on that night; the one after it is counted once."""
    night = ALWAYS.model_copy(
        update={"hours": {"sun": ("02:00-02:30", "02:30-03:00", "03:00-04:00")}}
    )
    start = datetime(2026, 3, 8, tzinfo=NEW_YORK)

    assert minutes_between(night, start, start.replace(day=9)) == 60


def test_states_have_holidays_of_their_own() -> None:
    """Cesar Chavez Day (31 March) is one in California."""
    at = datetime(2026, 3, 31, 17, tzinfo=UTC)
    one = BusinessCalendar(time_zone="America/Los_Angeles", holidays=("US",))
    other = BusinessCalendar(time_zone="America/Los_Angeles", holidays=("US-CA",))

    assert (is_open(one, at), is_open(other, at)) == (True, False)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"hours": {"mon": ["18:00-09:00"]}}, "end after they begin"),
        ({"hours": {"mon": ["9-18"]}}, "written like 09:00-18:00"),
        ({"hours": {"mon": ["09:00-12:00", "11:00-18:00"]}}, "hours of mon overlap"),
        ({"hours": {"mon": []}}, "at least one weekday"),
        ({"holidays": ["ZZ"]}, "ISO code"),
        ({"holidays": ["US-XX"]}, "ISO code"),
        ({"time_zone": "Mars/Olympus"}, "time zone"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(body: dict[str, Any], words: str) -> None:
    """Hours, holidays and zone are checked when the document is saved."""
    with pytest.raises(ValidationError, match=words):
        BusinessCalendar.model_validate(body)
