"""What to ask HubSpot's search for, so that nothing is missed beyond its 10,000 hits.

It sorts by one property, so reading goes on from the last modified time instead of by offset; a
page that is all of one millisecond is read by id. Source: HubSpot developer docs, "Search the CRM".
"""

from collections.abc import Collection
from typing import Any

PAGE = 200  # search's most per page
ID = "hs_object_id"


def request(
    modified: str, properties: Collection[str], since_ms: int | None, last_id: int | None
) -> dict[str, Any]:
    """Records modified from `since_ms` on, oldest first; with `last_id` those of exactly that
    millisecond whose id is larger. `modified` is the property that holds the time.
    """
    tie = last_id is not None
    return {
        "filterGroups": _filters(modified, since_ms, last_id),
        "sorts": [{"propertyName": ID if tie else modified, "direction": "ASCENDING"}],
        "properties": sorted(properties),
        "limit": PAGE,
    }


def _filters(modified: str, since_ms: int | None, last_id: int | None) -> list[dict[str, Any]]:
    if since_ms is None:
        return []
    since = str(since_ms)
    if last_id is None:
        return [{"filters": [_filter(modified, "GTE", since)]}]
    # Not EQ: what it means for a time with milliseconds is nowhere documented.
    exactly = [_filter(modified, "GTE", since), _filter(modified, "LTE", since)]
    return [{"filters": [*exactly, _filter(ID, "GT", str(last_id))]}]


def _filter(name: str, operator: str, value: str) -> dict[str, str]:
    return {"propertyName": name, "operator": operator, "value": value}
