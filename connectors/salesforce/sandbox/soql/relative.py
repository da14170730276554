"""Date literals: `TODAY`, `LAST_N_DAYS:7` and their like, as spans of days in UTC.

Salesforce uses the running user's time zone; the sandbox's users live in UTC for this purpose.
Source: SOQL and SOSL Reference, "Date Formats and Date Literals".
"""

import re
from calendar import monthrange
from datetime import date, timedelta

UNITS = ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR")
RELATIVE_N = frozenset(
    {f"{which}_N_{unit}S" for which in ("LAST", "NEXT") for unit in UNITS}
    | {f"N_{unit}S_AGO" for unit in UNITS}
)
DAYS = {  # from the first day up to the day after the last, counted from today
    "TODAY": (0, 1),
    "YESTERDAY": (-1, 0),
    "TOMORROW": (1, 2),
    "LAST_90_DAYS": (-90, 1),
    "NEXT_90_DAYS": (1, 91),
}
RELATIVE = DAYS.keys() | {
    f"{which}_{unit}" for which in ("LAST", "THIS", "NEXT") for unit in UNITS if unit != "DAY"
}
DAYS_N = re.compile(r"(?:(LAST|NEXT)_N_(\w+)S|N_(\w+)S_AGO)")


def span(word: str, number: int | None, today: date) -> tuple[date, date]:
    """First day and the day after the last one."""
    day = timedelta(days=1)
    if word in DAYS:
        first, after = DAYS[word]
        return today + first * day, today + after * day
    if number is not None:
        return _several(word, number, today)
    which, unit = word.split("_", 1)
    start = unit_start(unit, today)
    offset = {"LAST": -1, "THIS": 0, "NEXT": 1}[which]
    return unit_shift(unit, start, offset), unit_shift(unit, start, offset + 1)


def _several(word: str, number: int, today: date) -> tuple[date, date]:
    """`LAST_N_DAYS:n` ends with today; other `LAST_N_` units end before the present one."""
    match = DAYS_N.fullmatch(word)
    assert match is not None
    which, unit, ago = match.groups()
    start = unit_start(ago or unit, today)
    if ago:
        return unit_shift(ago, start, -number), unit_shift(ago, start, 1 - number)
    if which == "NEXT":
        return unit_shift(unit, start, 1), unit_shift(unit, start, number + 1)
    end = unit_shift(unit, start, 1) if unit == "DAY" else start
    return unit_shift(unit, start, -number), end


def unit_start(unit: str, today: date) -> date:
    """The first day of the week (Sunday), month, quarter or year that a day is in."""
    match unit.removeprefix("FISCAL_"):
        case "WEEK":
            return today - timedelta(days=(today.weekday() + 1) % 7)
        case "MONTH":
            return today.replace(day=1)
        case "QUARTER":
            return today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        case "YEAR":
            return today.replace(month=1, day=1)
    return today


def unit_shift(unit: str, start: date, count: int) -> date:
    """`start` moved by whole units."""
    unit = unit.removeprefix("FISCAL_")
    if unit in {"DAY", "WEEK"}:
        return start + timedelta(days=count * (7 if unit == "WEEK" else 1))
    months = (
        start.year * 12 + start.month - 1 + count * {"MONTH": 1, "QUARTER": 3, "YEAR": 12}[unit]
    )
    year, month = divmod(months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
