"""Named transforms between times, which are UTC, and what a side keeps: dates, local times."""

from datetime import UTC, date, datetime, time
from typing import Annotated, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator
from pydantic.dataclasses import dataclass

from connectors.base import Value
from mappings.transform import PARAMETERS, OneWay, Transform, Undo
from mappings.values import Unfit, as_text, day, moment, stamp, unreadable


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone such as Asia/Tokyo") from error
    return name


def _hour(text: str) -> str:
    try:
        read = time.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no time of day such as 09:00") from error
    if read.tzinfo is not None:
        raise ValueError("the time of day is one of the zone: give none with it")
    return text


Zone: TypeAlias = Annotated[str, AfterValidator(_zone)]
Hour: TypeAlias = Annotated[str, AfterValidator(_hour)]


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class DateOf(Transform):
    """`date_of: Asia/Tokyo`: the date, in that zone, of a time that this side keeps.

    With `at`, as in `{date_of: Asia/Tokyo, at: "12:00"}`, a date goes back as that hour of it;
    without, it can't go back.
    """

    zone: Zone
    at: Hour | None = None

    @property
    def undo(self) -> Undo:
        return "one_way" if self.at is None else "exact"

    def forward(self, value: Value) -> Value:
        return _local(value, self.zone).date().isoformat()

    def backward(self, value: Value) -> Value:
        if self.at is None:
            raise Unfit("one_way", "cannot be turned back by this transform")
        return _at(value, self.at, self.zone)


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class TimeOf(OneWay):
    """`{time_of: Asia/Tokyo, at: "09:00"}`: a time on the date that this side keeps, in that zone
    and at that hour (midnight where none is named).
    """

    zone: Zone
    at: Hour = "00:00"

    def forward(self, value: Value) -> Value:
        return _at(value, self.at, self.zone)


@dataclass(frozen=True, slots=True, config=PARAMETERS)
class LocalTime(Transform):
    """`local_time: Asia/Tokyo`: this side writes times without a zone, as clocks there show them.

    The hour that clocks show twice in autumn is taken as the first; a time in the second is not
    written, as it would be read back as another.
    """

    zone: Zone

    def forward(self, value: Value) -> Value:
        try:
            read = datetime.fromisoformat(as_text(value))
        except ValueError as error:
            raise unreadable("a date with a time") from error
        if read.tzinfo is not None:
            raise unreadable("a time without a zone")
        return _stamp(read.replace(tzinfo=ZoneInfo(self.zone)))

    def backward(self, value: Value) -> Value:
        return _local(value, self.zone).replace(tzinfo=None).isoformat(timespec="milliseconds")


def _at(on: Value, hour: str, zone: str) -> str:
    read = date.fromisoformat(day(on))
    return _stamp(datetime.combine(read, time.fromisoformat(hour), ZoneInfo(zone)))


def _local(value: Value, zone: str) -> datetime:
    try:
        return moment(value).astimezone(ZoneInfo(zone))
    except OverflowError as error:
        raise unreadable("a time in that zone") from error


def _stamp(at: datetime) -> str:
    try:
        return stamp(at.astimezone(UTC))
    except OverflowError as error:
        raise unreadable("a time in that zone") from error
