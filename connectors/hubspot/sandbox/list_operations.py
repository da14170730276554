"""How list filters compare a property. Source: HubSpot developer docs, "List filters".

A record without a value fits only if `includeObjectsWithNoValueSet` says so.
"""

import operator as op
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connectors.hubspot.sandbox.errors import ApiError
from connectors.hubspot.sandbox.moments import to_ms
from connectors.hubspot.sandbox.properties import Property
from connectors.hubspot.sandbox.records import Record

DAY_MS = 86_400_000
SIZE: dict[str, Callable[[float, float], bool]] = {
    "IS_EQUAL_TO": op.eq,
    "IS_GREATER_THAN": op.gt,
    "IS_GREATER_THAN_OR_EQUAL_TO": op.ge,
    "IS_LESS_THAN": op.lt,
    "IS_LESS_THAN_OR_EQUAL_TO": op.le,
}
Operation = Mapping[str, Any]
Test = Callable[[list[str], Operation, int], bool]
TEXT: dict[str, Callable[[str, str], bool]] = {
    "IS_EQUAL_TO": lambda ours, theirs: ours == theirs,
    "CONTAINS": lambda ours, theirs: theirs in ours,
    "STARTS_WITH": lambda ours, theirs: ours.startswith(theirs),
    "ENDS_WITH": lambda ours, theirs: ours.endswith(theirs),
}
NEGATED = {
    "IS_NOT_EQUAL_TO": "IS_EQUAL_TO", "DOES_NOT_CONTAIN": "CONTAINS",
    "IS_NOT_BETWEEN": "IS_BETWEEN", "IS_NONE_OF": "IS_ANY_OF", "IS_NOT_EXACTLY": "IS_EXACTLY",
    "DOES_NOT_CONTAIN_ALL": "CONTAINS_ALL", "IS_UNKNOWN": "IS_KNOWN",
    "HAS_NEVER_BEEN_EQUAL_TO": "HAS_EVER_BEEN_EQUAL_TO",
    "HAS_NEVER_CONTAINED": "HAS_EVER_CONTAINED",
    "HAS_NEVER_BEEN_ANY_OF": "HAS_EVER_BEEN_ANY_OF",
}  # fmt: skip
EVER = {
    "HAS_EVER_BEEN_EQUAL_TO": "IS_EQUAL_TO", "HAS_EVER_CONTAINED": "CONTAINS",
    "HAS_EVER_BEEN_ANY_OF": "IS_ANY_OF",
}  # fmt: skip


def check(prop: Property, operation: Any) -> None:
    """Raises: ApiError where this operation is not known or names no point in time."""
    given = operation if isinstance(operation, dict) else {}
    kind, operator = str(given.get("operationType")), str(given.get("operator"))
    plain = NEGATED.get(operator, operator)
    if kind not in TESTS or EVER.get(plain, plain) not in TESTS[kind][0]:
        raise _refused(
            f"Operator {operator} is not valid for operation type {kind} on property {prop.name}"
        )
    for name in POINTS.get(kind, ()):
        try:
            moment = _moment(given.get(name), 0)
        except (ValueError, TypeError, KeyError, OverflowError):
            moment = None
        if moment is None:
            raise _refused(f"{name} of the operation on {prop.name} is no point in time")


def _refused(message: str) -> ApiError:
    code = "ListError.INVALID_FILTER_OPERATION"
    return ApiError(400, message, "VALIDATION_ERROR", subCategory=code)


def holds(prop: Property, record: Record, operation: Operation, now_ms: int) -> bool:
    """Judge a checked operation."""
    operator = str(operation["operator"])
    plain = NEGATED.get(operator, operator)
    ever = plain in EVER
    held = [v.value for v in record.history.get(prop.name, [])] if ever else []
    values = [v for v in (held or [record.values.get(prop.name, "")]) if v]
    if plain == "IS_KNOWN":
        return bool(values) == (operator == "IS_KNOWN")
    if not values:
        return bool(operation.get("includeObjectsWithNoValueSet")) or (ever and plain != operator)
    test = TESTS[str(operation["operationType"])][1]
    asked = {**operation, "operator": EVER.get(plain, plain), "multiple": prop.multiple}
    return test(values, asked, now_ms) == (plain == operator)


def _wanted(operation: Operation) -> list[str]:
    given = operation.get("values")
    one = operation.get("value")
    texts = given if isinstance(given, list) else [one]
    return [_text(t) for t in texts if t is not None]


def _text(given: Any) -> str:
    if isinstance(given, bool):
        return str(given).lower()
    return str(given)


def _string(values: list[str], operation: Operation, _: int) -> bool:
    compare = TEXT[operation["operator"]]
    wanted = [w.lower() for w in _wanted(operation)]
    return any(compare(v.lower(), w) for v in values for w in wanted)


def _number(values: list[str], operation: Operation, _: int) -> bool:
    ours = _float(values[0])
    if operation["operator"] == "IS_BETWEEN":
        low, high = (_float(operation.get(k)) for k in ("lowerBound", "upperBound"))
        return low is not None and ours is not None and high is not None and low <= ours <= high
    theirs = _float(operation.get("value"))
    if ours is None or theirs is None:
        return False
    return SIZE[operation["operator"]](ours, theirs)


def _float(given: Any) -> float | None:
    try:
        return float(given)
    except (TypeError, ValueError):
        return None


def _enumeration(values: list[str], operation: Operation, _: int) -> bool:
    wanted = set(_wanted(operation))
    held = [set(v.split(";")) if operation["multiple"] else {v} for v in values]
    match operation["operator"]:
        case "IS_EXACTLY":
            return any(one == wanted for one in held)
        case "CONTAINS_ALL":
            return any(wanted <= one for one in held)
        case _:
            return any(wanted & one for one in held)


def _rolling(values: list[str], operation: Operation, now_ms: int) -> bool:
    ours, days = to_ms(values[0]), _float(operation.get("numberOfDays"))
    if ours is None or days is None:
        return False
    span = days * DAY_MS
    match operation["operator"]:
        case "IS_LESS_THAN_X_DAYS_AGO":
            return now_ms - span < ours <= now_ms
        case "IS_MORE_THAN_X_DAYS_AGO":
            return ours < now_ms - span
        case "IS_LESS_THAN_X_DAYS_FROM_NOW":
            return now_ms <= ours < now_ms + span
        case _:
            return ours > now_ms + span


def _time_point(values: list[str], operation: Operation, now_ms: int) -> bool:
    ours, theirs = to_ms(values[0]), _moment(operation.get("timePoint"), now_ms)
    if ours is None or theirs is None:
        return False
    return ours < theirs if operation["operator"] == "IS_BEFORE" else ours > theirs


def _time_range(values: list[str], operation: Operation, now_ms: int) -> bool:
    ours = to_ms(values[0])
    low = _moment(operation.get("lowerBoundTimePoint"), now_ms)
    high = _moment(operation.get("upperBoundTimePoint"), now_ms)
    return ours is not None and low is not None and high is not None and low <= ours <= high


def _moment(point: Any, now_ms: int) -> int | None:
    """A DATE point (year, month, day, …) or an INDEXED one (now or today, with an offset)."""
    if not isinstance(point, dict):
        return None
    zone = ZoneInfo(str(point.get("zoneId") or "UTC"))
    if point.get("timeType") == "DATE":
        year, month, day, hour, minute, second = (
            int(point.get(k) or 0) for k in ("year", "month", "day", "hour", "minute", "second")
        )
        moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
        return int(moment.timestamp() * 1000)
    reference = dict(point.get("indexReference") or {})
    moment = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(zone)
    if reference.get("referenceType") == "TODAY":
        moment = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    offset = {k: float(v) for k, v in dict(point.get("offset") or {}).items() if k in OFFSETS}
    return int((moment + timedelta(**offset)).timestamp() * 1000)


OFFSETS = ("milliseconds", "seconds", "minutes", "hours", "days", "weeks")
_ROLLING = {
    "IS_LESS_THAN_X_DAYS_AGO", "IS_MORE_THAN_X_DAYS_AGO", "IS_LESS_THAN_X_DAYS_FROM_NOW",
    "IS_MORE_THAN_X_DAYS_FROM_NOW",
}  # fmt: skip
POINTS = {
    "TIME_POINT": ("timePoint",),
    "TIME_RANGED": ("lowerBoundTimePoint", "upperBoundTimePoint"),
}
TESTS: dict[str, tuple[set[str], Test]] = {
    "ALL_PROPERTY": ({"IS_KNOWN"}, _string),
    "STRING": (set(TEXT), _string),
    "MULTISTRING": (set(TEXT), _string),
    "NUMBER": (set(SIZE), _number),
    "NUMBER_RANGED": ({"IS_BETWEEN"}, _number),
    "BOOL": ({"IS_EQUAL_TO"}, _string),
    "ENUMERATION": ({"IS_ANY_OF", "IS_EXACTLY", "CONTAINS_ALL"}, _enumeration),
    "TIME_POINT": ({"IS_BEFORE", "IS_AFTER"}, _time_point),
    "TIME_RANGED": ({"IS_BETWEEN"}, _time_range),
    "ROLLING_DATE_RANGE": (_ROLLING, _rolling),
}
