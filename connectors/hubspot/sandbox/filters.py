"""Search filters. Source: HubSpot developer docs, "CRM search": operators and how they compare.

Text compares without regard to case, but the values of IN and NOT_IN must be given in lower case
(the index holds lower case); enumeration values are case-sensitive.
"""

import fnmatch
import operator as op
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.hubspot.sandbox.errors import invalid, there_was_a_problem
from connectors.hubspot.sandbox.moments import to_ms
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.properties import Property
from connectors.hubspot.sandbox.records import Record

MOST_GROUPS = 5
MOST_FILTERS = 6
MOST_IN_ALL = 18
ONE_VALUE = {"EQ", "NEQ", "LT", "LTE", "GT", "GTE", "CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"}
OPERATORS = ONE_VALUE | {"BETWEEN", "IN", "NOT_IN", "HAS_PROPERTY", "NOT_HAS_PROPERTY"}
NEGATIVE = {"NEQ", "NOT_IN", "NOT_CONTAINS_TOKEN"}
ASSOCIATIONS = "associations."
ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "EQ": op.eq, "NEQ": op.ne, "LT": op.lt, "LTE": op.le, "GT": op.gt, "GTE": op.ge,
}  # fmt: skip
TOKEN = re.compile(r"[^\W_]+")

Get = Callable[[Record, str], str | None]
Comparable = float | str


@dataclass(frozen=True, slots=True)
class Filter:
    """One checked filter. `target` is the associated object type of a pseudo-property."""

    name: str
    operator: str
    values: tuple[str, ...]
    prop: Property | None = None
    target: str | None = None

    def matches(self, portal: Portal, record: Record, get: Get) -> bool:
        if self.target is not None:
            ids = tuple(portal.links.of(record.type.name, record.id, self.target))
            return _over_ids(self.operator, ids, self.values)
        value = get(record, self.name)
        if not value:
            if self.operator in NEGATIVE:
                return portal.config.negatives_match_blank
            return self.operator == "NOT_HAS_PROPERTY"
        return self._holds(value)

    def _holds(self, value: str) -> bool:
        match self.operator:
            case "HAS_PROPERTY" | "NOT_HAS_PROPERTY":
                return self.operator == "HAS_PROPERTY"
            case "IN" | "NOT_IN":
                return self._among(value) == (self.operator == "IN")
            case "CONTAINS_TOKEN" | "NOT_CONTAINS_TOKEN":
                found = contains_token(value, self.values[0])
                return found == (self.operator == "CONTAINS_TOKEN")
            case _:
                return self._compares(value)

    def _compares(self, value: str) -> bool:
        ours = comparable(self.prop, value)
        theirs = [comparable(self.prop, v) for v in self.values]
        if type(ours) is not type(theirs[0]):
            return self.operator == "NEQ"
        if self.operator in {"EQ", "NEQ"} and self.prop is not None and self.prop.multiple:
            return (self.values[0] in value.split(";")) == (self.operator == "EQ")
        if self.operator == "BETWEEN":
            return bool(theirs[0] <= ours <= theirs[-1])  # type: ignore[operator]  # one type, above
        return bool(ORDER[self.operator](ours, theirs[0]))

    def _among(self, value: str) -> bool:
        if self.prop is not None and self.prop.multiple:
            return any(part in self.values for part in value.split(";"))
        if self.prop is not None and self.prop.type == "string":
            return value.lower() in self.values
        ours = comparable(self.prop, value)
        return any(comparable(self.prop, v) == ours for v in self.values)


def _over_ids(operator: str, ids: Sequence[str], wanted: Sequence[str]) -> bool:
    match operator:
        case "EQ" | "IN":
            return any(i in wanted for i in ids)
        case "NEQ" | "NOT_IN":
            return not any(i in wanted for i in ids)
        case "HAS_PROPERTY":
            return bool(ids)
        case _:
            return not ids


def comparable(prop: Property | None, value: str) -> Comparable:
    """Numbers and times by size, enumerations as they are, all other text in lower case."""
    kind = prop.type if prop is not None else "string"
    if kind == "number":
        try:
            return float(value)
        except ValueError:
            return value
    if kind in {"datetime", "date"}:
        ms = to_ms(value)
        return value if ms is None else float(ms)
    return value if kind == "enumeration" else value.lower()


def contains_token(value: str, pattern: str) -> bool:
    """`*` stands for any characters; without it a whole word (or the whole value) must match."""
    pattern, value = pattern.lower(), value.lower()
    candidates = [value, *TOKEN.findall(value)]
    if any(fnmatch.fnmatchcase(candidate, pattern) for candidate in candidates):
        return True
    words = TOKEN.findall(pattern)
    return "*" not in pattern and bool(words) and set(words) <= set(candidates)


def contains_words(values: Iterable[str], query: str) -> bool:
    """A search box: every word of the query begins a word of the record."""
    words = [w for value in values for w in (value.lower(), *TOKEN.findall(value.lower()))]
    return all(any(w.startswith(q) for w in words) for q in query.lower().split())


def parse_groups(portal: Portal, kind: ObjectType, groups: Any) -> list[list[Filter]]:
    """Raises: ApiError."""
    if not isinstance(groups, list) or len(groups) > MOST_GROUPS:
        raise invalid(f"The maximum number of filter groups supported is {MOST_GROUPS}")
    parsed = [[_parse(portal, kind, f) for f in _listed(group)] for group in groups]
    if any(len(group) > MOST_FILTERS for group in parsed):
        raise invalid(f"The maximum number of filters supported in a group is {MOST_FILTERS}")
    if sum(map(len, parsed)) > MOST_IN_ALL:
        raise invalid(f"The maximum number of filters supported is {MOST_IN_ALL}")
    return [group for group in parsed if group]


def _listed(group: Any) -> list[dict[str, Any]]:
    filters = group.get("filters", []) if isinstance(group, dict) else None
    if not isinstance(filters, list) or not all(isinstance(one, dict) for one in filters):
        raise there_was_a_problem()
    return filters


def _parse(portal: Portal, kind: ObjectType, raw: dict[str, Any]) -> Filter:
    name, operator = str(raw.get("propertyName", "")), str(raw.get("operator", ""))
    if operator not in OPERATORS:
        raise invalid(f"Invalid operator {operator!r} for property {name!r}")
    values = _values(raw, operator)
    if name.startswith(ASSOCIATIONS):
        target = portal.types.find(name.removeprefix(ASSOCIATIONS))
        if target is None:
            raise there_was_a_problem()
        return Filter(name, operator, values, target=target.name)
    prop = portal.schema(kind).live(name)
    if prop is None:
        raise there_was_a_problem()
    return Filter(name, operator, values, prop)


def _values(raw: dict[str, Any], operator: str) -> tuple[str, ...]:
    if operator in {"HAS_PROPERTY", "NOT_HAS_PROPERTY"}:
        return ()
    if operator in {"IN", "NOT_IN"}:
        given = raw.get("values")
        if not isinstance(given, list) or not given:
            raise invalid(f"operator {operator} requires values")
        return tuple(map(str, given))
    if raw.get("value") is None:
        raise invalid(f"operator {operator} requires a value")
    if operator == "BETWEEN":
        if raw.get("highValue") is None:
            raise invalid("operator BETWEEN requires a highValue")
        return (str(raw["value"]), str(raw["highValue"]))
    return (str(raw["value"]),)
