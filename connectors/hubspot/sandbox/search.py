"""CRM search over a table, seen as the search index sees it (late by `search_lag_s`).

Source: HubSpot developer docs, "CRM search"; recorded page limit (`after: 10000` fails).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
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
from connectors.hubspot.sandbox.records import Record, Table

MOST_PER_PAGE = 200
DEFAULT_PER_PAGE = 10
MOST_RESULTS = 10_000
LONGEST_QUERY = 3000
INDEXED = {"string", "enumeration"}


@dataclass(frozen=True, slots=True)
class Found:
    total: int
    page: list[Record]
    after: str | None
    get: Get


@dataclass(frozen=True, slots=True)
class Sort:
    name: str
    descending: bool


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
    as_of_ms = portal.now_ms() - int(portal.config.search_lag_s * 1000)
    late = portal.config.search_lag_s > 0
    get: Get = (lambda r, n: r.value_at(n, as_of_ms)) if late else (lambda r, n: r.values.get(n))
    table = portal.table(kind)
    pool: Iterable[Record] = table.records.values() if late else candidates(table, groups)
    visible = [r for r in pool if _visible(r, as_of_ms, late=late)]
    hits = [r for r in visible if _matches(portal, r, groups, get)]
    if query:
        hits = [r for r in hits if contains_words(_texts(r, get), query)]
    hits = _sorted(portal, kind, hits, sort, get)
    end = min(start + limit, MOST_RESULTS)
    after = str(end) if end < len(hits) else None
    return Found(len(hits), hits[start:end], after, get)


def candidates(table: Table, groups: list[list[Filter]]) -> Iterable[Record]:
    """Records that may match, from indexes where each group has a filter that one serves."""
    if not groups:
        return table.records.values()
    found: dict[str, Record] = {}
    for group in groups:
        served = next((s for s in (_served(table, f) for f in group) if s is not None), None)
        if served is None:
            return table.records.values()
        found.update((record.id, record) for record in served)
    return found.values()


def _served(table: Table, one: Filter) -> list[Record] | None:
    if one.target is not None:
        return None
    if one.name == "hs_object_id" and one.operator in {"EQ", "IN"}:
        return [table.records[i] for i in one.values if i in table.records]
    if one.name == table.type.modified and one.operator in {"GT", "GTE", "BETWEEN"}:
        since = to_ms(one.values[0])
        if since is None:
            return None
        return list(takewhile(lambda r: r.updated_ms >= since, table.newest_first()))
    indexed = one.prop is not None and one.prop.type in INDEXED and not one.prop.multiple
    if indexed and one.operator in {"EQ", "IN"}:
        return [record for value in one.values for record in table.holding(one.name, value)]
    return None


def _visible(record: Record, as_of_ms: int, *, late: bool) -> bool:
    if not late:
        return record.archived_ms is None
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
    if portal.schema(kind).live(name) is None:
        raise there_was_a_problem()
    return Sort(name, descending)


def _sorted(
    portal: Portal, kind: ObjectType, hits: list[Record], sort: Sort | None, get: Get
) -> list[Record]:
    """Oldest first unless asked otherwise; records without the property come last."""
    hits.sort(key=lambda record: int(record.id))
    if sort is None:
        return hits
    prop = portal.schema(kind).live(sort.name)
    keyed = [(comparable(prop, value), r) for r in hits if (value := get(r, sort.name))]
    blank = [r for r in hits if not get(r, sort.name)]
    keyed.sort(key=lambda pair: (isinstance(pair[0], str), pair[0]), reverse=sort.descending)
    return [record for _, record in keyed] + blank


def _whole(raw: Any) -> int:
    try:
        return int(raw)
    except (TypeError, ValueError):
        raise there_was_a_problem() from None
