"""Records modified since a position, by search: what changed may be news of an activity."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx

from connectors.base import Rejected
from connectors.hubspot.answers import Item, Listing
from connectors.hubspot.behaviour.cursor import Position
from connectors.hubspot.errors import server_time
from connectors.hubspot.rest import Api
from connectors.hubspot.searching import request
from connectors.hubspot.settling import refuse_future
from connectors.hubspot.values import moment, to_ms


@dataclass(frozen=True, slots=True)
class Walked:
    """One page: its records, and where to read on."""

    items: Sequence[Item]
    at: Position
    more: bool


def walk(
    api: Api, object_type: str, modified: str, properties: Collection[str], at: Position
) -> Walked:
    """One page of search. `at.place` is the last id among those of the one millisecond `since`."""
    if at.place is not None and (at.since is None or not at.place.isdecimal()):
        raise Rejected("not a cursor of this connector", code="bad_cursor")
    last_id = None if at.place is None else int(at.place)
    asked = request(modified, {*properties, modified}, at.since, last_id)
    response: httpx.Response = api.search.do_search(object_type, asked, _preload_content=False)
    now = server_time(response)
    refuse_future(at.since, now)
    page = api.read(Listing, response)
    full = page.after is not None and bool(page.results)
    if at.place is not None:
        return _after_tie(at, page.results, full=full)
    return _after_walk(api, at, page.results, modified, now if not full else None, full=full)


def _after_tie(at: Position, items: Sequence[Item], *, full: bool) -> Walked:
    if full:
        return Walked(items, at.moved(place=str(max(int(item.id) for item in items))), more=True)
    return Walked(items, at.moved(place=None, since=(at.since or 0) + 1), more=True)


def _after_walk(
    api: Api,
    at: Position,
    items: Sequence[Item],
    modified: str,
    now: datetime | None,
    *,
    full: bool,
) -> Walked:
    times = {item.id: _modified_ms(item, modified) for item in items}
    newest = max(times.values(), default=None)
    if not full or newest is None:
        rested = at.moved(newest=newest).rested(now, api.settings.search_lag_s)
        return Walked(items, rested, more=False)
    if min(times.values()) == newest:  # whoever shares it is read by id, those here once more
        return Walked((), at.moved(since=newest, place="0"), more=True)
    # Others may share the last time but not the page: it begins the next page.
    shown = [item for item in items if times[item.id] < newest]
    return Walked(shown, at.moved(since=newest), more=True)


def _modified_ms(item: Item, modified: str) -> int:
    at = moment(item.properties.get(modified)) or item.updated_at
    if at is None:
        raise Rejected(f"HubSpot shows {item.id} without its modified time", code="no_time")
    return to_ms(at)
