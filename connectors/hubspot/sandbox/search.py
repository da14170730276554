"""CRM search over a table, seen as the search index sees it (late by `search_lag_s`).

Source: HubSpot developer docs, "CRM search"; recorded page limit (`after: 10000` fails).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from connectors.hubspot.sandbox.errors import invalid, there_was_a_problem
from connectors.hubspot.sandbox.filters import (
    Filter,
    Get,
    comparable,
    contains_words,
    parse_groups,
)
from connectors.hubspot.sandbox.moments import to_ms
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.properties import Property
from connectors.hubspot.sandbox.records import Record, Table

MOST_PER_PAGE = 200
DEFAULT_PER_PAGE = 10
MOST_RESULTS = 10_000
LONGEST_QUERY = 3000
MANY = 10_000  # hits, of which the table knows the order better
INDEXED = {"string", "enumeration"}


@dataclass(frozen=True, slots=True)
class Found:
    total: int
    page: list[Record]
    after: str | None
    get: Get


@dataclass(frozen=True, slots=True)
class Sort:
    prop: Property
    descending: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, and when it is to hold: None is the present."""

    groups: list[list[Filter]]
    query: str
    sort: Sort | None
    as_of_ms: int | None

    @property
    def settled(self) -> bool:
        """Whether the answer stays the same until a record of the table changes."""
        links = any(one.target is not None for group in self.groups for one in group)
        return self.as_of_ms is None and not links

    def get(self, record: Record, name: str) -> str | None:
        now = self.as_of_ms is None
        return record.values.get(name) if now else record.value_at(name, self.as_of_ms or 0)


def search(portal: Portal, kind: ObjectType, body: dict[str, Any]) -> Found:
    """Raises: ApiError."""
    limit = _whole(body.get("limit", DEFAULT_PER_PAGE))
    start = _whole(body.get("after") or 0)
    query = str(body.get("query") or "")
    if len(query) > LONGEST_QUERY:
        raise invalid(f"query must be at most {LONGEST_QUERY} characters")
    if not 0 < limit <= MOST_PER_PAGE or start >= MOST_RESULTS:
        raise there_was_a_problem()
    groups = parse_groups(portal, kind, body.get("filterGroups") or [])
    sort = _sort(portal, kind, body.get("sorts") or [])
    lag_ms = int(portal.config.search_lag_s * 1000)
    asked = Asked(groups, query, sort, portal.now_ms() - lag_ms if lag_ms > 0 else None)
    table = portal.table(kind)
    about = (asked, table.changes, portal.config.negatives_match_blank)
    if table.searched is None or table.searched[0] != about or not asked.settled:
        table.searched = (about, _sorted(table, asked, _hits(portal, table, asked)))
    hits = table.searched[1]
    end = min(start + limit, MOST_RESULTS)
    after = str(end) if end < len(hits) else None
    return Found(len(hits), [table.records[i] for i in hits[start:end]], after, asked.get)


def _hits(portal: Portal, table: Table, asked: Asked) -> list[str]:
    """Ids of what matches."""
    late = asked.as_of_ms is not None
    looks = late or bool(asked.query) or _needs_look(table, asked.groups)

    def hit(record_id: str) -> bool:
        if not late and record_id in table.archived:
            return False
        if not looks:
            return True
        record = table.records.glance(record_id)
        if asked.as_of_ms is not None and not _visible(record, asked.as_of_ms):
            return False
        found = _matches(portal, record, asked.groups, asked.get)
        texts = _texts(record, asked.get)
        return found and (not asked.query or contains_words(texts, asked.query))

    return list(filter(hit, candidates(table, asked.groups, asked.as_of_ms)))


def candidates(table: Table, groups: list[list[Filter]], as_of_ms: int | None) -> Iterable[str]:
    """Ids of records that may match, from indexes where each group has a filter that one serves.

    Indexes know the present: what was changed after `as_of_ms` may have matched then.
    """
    if not groups:
        return table.records
    found: dict[str, None] = {}
    for group in groups:
        served = next((s for s in (_served(table, f) for f in group) if s is not None), None)
        if served is None:
            return table.records
        found.update(dict.fromkeys(served))
    if as_of_ms is not None:
        found.update(dict.fromkeys(table.changed_between(as_of_ms + 1, None)))
    return found


def _served(table: Table, one: Filter) -> Iterable[str] | None:
    if one.target is not None:
        return None
    if one.name == "hs_object_id" and one.operator in {"EQ", "IN"}:
        return [i for i in one.values if i in table.records]
    if (span := _span(table, one)) is not None:
        return table.changed_between(*span)
    indexed = one.prop is not None and one.prop.type in INDEXED and not one.prop.multiple
    if indexed and one.operator in {"EQ", "IN"}:
        return [i for value in one.values for i in table.ids_holding(one.name, value)]
    return None


def _span(table: Table, one: Filter) -> tuple[int, int | None] | None:
    """From when until when (both inclusive) a record must have been changed last."""
    if one.name != table.type.modified or one.operator not in {"GT", "GTE", "BETWEEN"}:
        return None
    low, high = to_ms(one.values[0]), to_ms(one.values[-1])
    if low is None or high is None:
        return None
    return low + (one.operator == "GT"), high if one.operator == "BETWEEN" else None


def _needs_look(table: Table, groups: list[list[Filter]]) -> bool:
    """Whether candidates may not match: one filter on the time of change says it all."""
    return any(len(group) != 1 or _span(table, group[0]) is None for group in groups)


def _visible(record: Record, as_of_ms: int) -> bool:
    gone = record.archived_ms is not None and record.archived_ms <= as_of_ms
    return record.created_ms <= as_of_ms and not gone


def _matches(portal: Portal, record: Record, groups: list[list[Filter]], get: Get) -> bool:
    if not groups:
        return True
    return any(all(f.matches(portal, record, get) for f in group) for group in groups)


def _texts(record: Record, get: Get) -> list[str]:
    return [value for name in record.type.searched if (value := get(record, name))]


def _sort(portal: Portal, kind: ObjectType, sorts: Any) -> Sort | None:
    """Real clients send [{propertyName, direction}]; the published spec says strings."""
    if not sorts:
        return None
    if not isinstance(sorts, list) or not all(isinstance(s, str | dict) for s in sorts):
        raise there_was_a_problem()
    if len(sorts) > 1:
        raise invalid("Only one sort is allowed")
    first = sorts[0]
    if isinstance(first, str):
        name, descending = first.removeprefix("-"), first.startswith("-")
    else:
        name = str(first.get("propertyName", ""))
        descending = str(first.get("direction", "ASCENDING")).upper().startswith("DESC")
    prop = portal.schema(kind).live(name)
    if prop is None:
        raise there_was_a_problem()
    return Sort(prop, descending)


def _sorted(table: Table, asked: Asked, hits: list[str]) -> list[str]:
    """Oldest first unless asked otherwise; records without the property come last."""
    sort = asked.sort
    if sort is None:
        return sorted(hits, key=int)
    name = sort.prop.name
    in_time = name == table.type.modified and not sort.descending and asked.as_of_ms is None
    if in_time and len(hits) > MANY:
        wanted = set(hits)
        return [i for i in table.changed_between(None, None) if i in wanted]
    values = {i: asked.get(table.records.glance(i), name) for i in sorted(hits, key=int)}
    keyed = [(comparable(sort.prop, value), i) for i, value in values.items() if value]
    blank = [i for i, value in values.items() if not value]
    keyed.sort(key=lambda pair: (isinstance(pair[0], str), pair[0]), reverse=sort.descending)
    return [record_id for _, record_id in keyed] + blank


def _whole(raw: Any) -> int:
    try:
        return int(raw)
    except (TypeError, ValueError):
        raise there_was_a_problem() from None
