"""Where an activity goes: the first route that it fits, for each receiving connection."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from app.domain.activity import Fact, later
from app.domain.activity_document import ActivityDocument, Keep, Route
from app.domain.matching import Choose, chooser
from app.domain.prepared import kept
from connectors.base import Value
from mappings.field_conditions import ValueTest, field_test
from mappings.plain_values import any_glob, plain

NO_ROUTE, KEPT_HERE, TOO_OLD, PRIVATE = "no_route", "kept_here", "too_old", "private"
Tests: TypeAlias = tuple[tuple[str, ValueTest], ...]


@dataclass(frozen=True, slots=True)
class Way:
    """What becomes of an activity at a connection. `code` says why it is not logged there."""

    keep: Keep
    route: str = ""
    code: str | None = None


@dataclass(frozen=True, slots=True)
class _Prepared:
    choose: Choose
    when: tuple[Tests, ...]


def cut_off(document: ActivityDocument, now: datetime) -> datetime | None:
    """What happened before is logged nowhere."""
    days = document.history_days
    return None if days is None else later(now, -timedelta(days=days))


def way(
    document: ActivityDocument, fact: Fact, source: str, target: str, *, since: datetime | None
) -> Way:
    """Decide by the document; what was before `since` is too old."""
    if since is not None and fact.at < since:
        return Way("no", code=TOO_OLD)
    prepared = _prepared(document)
    for index in prepared.choose(fact):
        route = document.routes[index]
        here = route.source in {None, source} and route.target in {None, target}
        if here and _all(prepared.when[index], fact.detail):
            return Way(route.keep, route.name, KEPT_HERE if route.keep == "no" else None)
    return Way("no", code=NO_ROUTE)


def is_private(route: Route, person: Mapping[str, Value]) -> bool:
    """Whether something about the person keeps the route's activities from being told."""
    return any(test(person.get(name)) for name, test in _tests(route)[1])


def route_of(document: ActivityDocument, name: str) -> Route | None:
    """A route by its name."""
    return next((one for one in document.routes if one.name == name), None)


def period(document: ActivityDocument, route: Route, at: datetime) -> tuple[datetime, datetime]:
    """The day or week (from Monday) of a digest, by the document's time zone."""
    zone = ZoneInfo(document.time_zone)
    day = at.astimezone(zone).date()
    weekly = route.period == "week"
    first = day - timedelta(days=day.weekday()) if weekly else day
    last = first + timedelta(days=7 if weekly else 1)
    return (
        datetime(first.year, first.month, first.day, tzinfo=zone),
        datetime(last.year, last.month, last.day, tzinfo=zone),
    )


def gathered_at(document: ActivityDocument, now: datetime) -> datetime:
    """When a digest that something came for now is written: all at the same moments, so that
    those of many people share a call.
    """
    step = document.gather_minutes * 60
    if step <= 0:
        return now
    seconds = now.timestamp()
    return now + timedelta(seconds=step - seconds % step)


def told(route: Route, detail: Mapping[str, Value]) -> dict[str, Value]:
    """The details that may leave."""
    hidden: Callable[[str], bool] = any_glob(route.omit) if route.omit else lambda _: False
    return {name: value for name, value in detail.items() if not hidden(plain(name))}


def retention(document: ActivityDocument, types: Iterable[str]) -> dict[str, int]:
    """Type -> days for which its activities are kept, for those types that have an end."""
    found: dict[str, int] = {}
    for type_ in types:
        for glob, days in document.retention_days.items():
            if any_glob((glob,))(plain(type_)):
                found[type_] = days
                break
    return found


def _all(tests: Tests, values: Mapping[str, Value]) -> bool:
    return all(test(values.get(name)) for name, test in tests)


@kept
def _prepared(document: ActivityDocument) -> _Prepared:
    routes = document.routes
    return _Prepared(
        chooser(routes, [None] * len(routes)), tuple(_tests(route)[0] for route in routes)
    )


@kept
def _tests(route: Route) -> tuple[Tests, Tests]:
    """The conditions on details, and those on the person."""
    when, unless = (
        tuple((one.field, field_test(one, reads_text=True)) for one in conditions)
        for conditions in (route.when, route.unless)
    )
    return when, unless
