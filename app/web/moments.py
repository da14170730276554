"""Days and times as people read them, where a page is made on the server."""

from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from app.domain.activity import Language

UTC_NAME = "UTC"
LONGEST_NAME = 64
MORNING = time(9, 0)
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
_DAYS = {"en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "ja": tuple("月火水木金土日")}


def zone_of(name: str | None) -> ZoneInfo:
    """A time zone by its name; UTC where nobody knows it."""
    try:
        return ZoneInfo((name or UTC_NAME)[:LONGEST_NAME])
    except (LookupError, OSError, ValueError):
        return ZoneInfo(UTC_NAME)


def day(on: date, language: Language) -> str:
    """A date with its day of the week."""
    name = _DAYS[language][on.weekday()]
    if language == "ja":
        return f"{on.year}年{on.month}月{on.day}日({name})"
    return f"{name} {on.day} {_MONTHS[on.month - 1]} {on.year}"


def moment(at: datetime, zone: tzinfo, language: Language, now: datetime | None = None) -> str:
    """Date and time; without the year where it is that of `now`."""
    there = at.astimezone(zone)
    this_year = now is not None and there.year == now.astimezone(zone).year
    between = " " if language == "ja" else ", "
    return f"{date_of(there, language, year=not this_year)}{between}{clock(at, zone)}"


def date_of(on: date, language: Language, *, year: bool = True) -> str:
    """A date in short."""
    if language == "ja":
        return f"{on.year}年{on.month}月{on.day}日" if year else f"{on.month}月{on.day}日"
    short = f"{on.day} {_MONTHS[on.month - 1][:3]}"
    return f"{short} {on.year}" if year else short


def clock(at: datetime, zone: tzinfo) -> str:
    """The time of day."""
    there = at.astimezone(zone)
    return f"{there.hour}:{there.minute:02}"


def tomorrow_morning(now: datetime, zone: tzinfo) -> datetime:
    """Nine o'clock of the next day."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, MORNING, tzinfo=zone)
