"""Records changed since a cursor, by CRM search, and deleted ones from the archive.

Search can't page beyond 10,000 hits, sorts by one property only and shows a change some seconds
late. So: read on from the last modified time instead of by offset; a page that is all of one
millisecond is read by id; and the cursor stays behind the index until that has caught up.
What search shows of a record is a glimpse, for only a read has no lag.
What was merged into a record is in neither list, only named by the winner: it is read.
Source: HubSpot developer docs, "Search the CRM".
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connectors.base import Cursor, Kind, Page, Record, Ref, Rejected
from connectors.hubspot.answers import Item, Listing
from connectors.hubspot.errors import server_time
from connectors.hubspot.objects import BATCH, modified_property
from connectors.hubspot.records import modified_at, properties, read_all, record
from connectors.hubspot.rest import Api
from connectors.hubspot.searching import request
from connectors.hubspot.settling import refuse_future, settled
from connectors.hubspot.values import to_ms

MERGED = "hs_merged_object_ids"  # of all objects that can be merged
ARCHIVE_S = 90 * 86_400.0  # deleted records can be found for so long, changed ones for ever


class Position(BaseModel):
    """Where we are. Times are HubSpot's own, in epoch milliseconds.

    walk: from `since` on. tie: all of exactly `since`, on from `last_id`.
    sweep: through the archive, on from `after`, for what was deleted since `swept`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    v: Literal[1]
    kind: str
    phase: Literal["walk", "tie", "sweep"] = "walk"
    since: int | None = Field(default=None, ge=0)
    last_id: int = Field(default=0, ge=0)
    after: str | None = None
    swept: int | None = Field(default=None, ge=0)
    sweeping: int | None = Field(default=None, ge=0)

    def moved(self, **changes: Any) -> "Position":
        return self.model_copy(update=changes)


@dataclass(frozen=True, slots=True)
class Step:
    """What one call found, and where to go on: `ids` to be read, and what search has shown."""

    ids: Sequence[str]
    position: Position
    more: bool
    glimpsed: Sequence[Item] = ()


def changes(api: Api, kind: Kind, fields: Collection[str], cursor: Cursor | None) -> Page[Record]:
    """Records changed since the cursor, oldest change first; all of them from None. Those that
    search shows are glimpses; those that were deleted or merged are read.

    Raises: Busy, AuthLost, Rejected (a cursor that is not ours).
    """
    position = _position(cursor, kind)
    sweeps = position.phase == "sweep"
    step = _sweep(api, position) if sweeps else _search(api, kind, fields, position)
    glimpses = tuple(record(item, kind, fields, api.settings) for item in step.glimpsed)
    records = read_all(api, [Ref(kind, one) for one in step.ids], fields)
    text = step.position.model_dump_json(exclude_defaults=True)
    return Page(tuple(records), Cursor(text), more=step.more, kept_s=ARCHIVE_S, glimpses=glimpses)


def _position(cursor: Cursor | None, kind: Kind) -> Position:
    if cursor is None:
        return Position(v=1, kind=kind)
    try:
        position = Position.model_validate_json(cursor)
    except ValidationError as error:
        raise Rejected("not a cursor of this connector", code="bad_cursor") from error
    if position.kind != kind or (position.phase != "walk" and position.since is None):
        raise Rejected(f"not a cursor of {kind!r}", code="bad_cursor")
    return position


def _search(api: Api, kind: Kind, fields: Collection[str], at: Position) -> Step:
    """One page of search, of a walk or of a tie."""
    name = modified_property(kind)
    tie = at.phase == "tie"
    shown = {*properties(kind, fields, api.settings), MERGED}
    asked = request(name, shown, at.since, at.last_id if tie else None)
    response: httpx.Response = api.search.do_search(
        api.settings.object_of(kind), asked, _preload_content=False
    )
    now = server_time(response)
    refuse_future(at.since, now)
    page = api.read(Listing, response)
    if at.swept is None and now is not None:
        at = at.moved(swept=to_ms(now))  # what is deleted during the first walk is swept up later
    full = page.after is not None and bool(page.results)
    times = {item.id: _modified_ms(item, kind) for item in page.results}
    step = (
        _after_tie(at, page.results, full=full)
        if tie
        else _after_walk(api, at, times, full=full, now=now)
    )
    # What was merged before the first walk began is history that nobody has known otherwise.
    from_ms = (at.swept or 0) - int(api.settings.search_lag_s * 1000)
    merged = {item.id: _merged(item) for item in page.results if times[item.id] >= from_ms}
    losers = dict.fromkeys(loser for one in step.ids for loser in merged.get(one, ()))
    glimpsed = [item for item in page.results if item.id in {*step.ids} - losers.keys()]
    return replace(step, ids=list(losers), glimpsed=glimpsed)


def _merged(item: Item) -> list[str]:
    """Ids of the records that live on in this one."""
    return [one for one in (item.properties.get(MERGED) or "").split(";") if one and one != item.id]


def _modified_ms(item: Item, kind: Kind) -> int:
    modified = modified_at(item, kind)
    if modified is None:
        raise Rejected(f"HubSpot shows {item.id} without its modified time", code="no_time")
    return to_ms(modified)


def _after_tie(at: Position, items: Sequence[Item], *, full: bool) -> Step:
    ids = [item.id for item in items]
    if full:
        last = max(int(one) for one in ids)
        return Step(ids, at.moved(last_id=last), more=True)
    return Step(ids, at.moved(phase="walk", since=(at.since or 0) + 1, last_id=0), more=True)


def _after_walk(
    api: Api, at: Position, times: dict[str, int], *, full: bool, now: datetime | None
) -> Step:
    if not full:
        at = at.moved(
            since=settled(
                at.since, max(times.values(), default=None), now, api.settings.search_lag_s
            )
        )
        return _after_last_page(api, at, list(times), now)
    newest = max(times.values())
    # All of one millisecond: whoever shares it is read by id, those shown here once more.
    if min(times.values()) == newest:
        return Step(list(times), at.moved(phase="tie", since=newest, last_id=0), more=True)
    # Others may share the last time but not the page: it begins the next page.
    ids = [one for one, ms in times.items() if ms < newest]
    return Step(ids, at.moved(since=newest), more=True)


def _after_last_page(api: Api, at: Position, ids: list[str], now: datetime | None) -> Step:
    """The walk is done for now; every so often the archive is looked through after it."""
    every_s = api.settings.deletions_every_s
    if now is None or every_s is None or at.swept is None or at.since is None:
        return Step(ids, at, more=False)
    if to_ms(now) - at.swept < every_s * 1000:
        return Step(ids, at, more=False)
    return Step(ids, at.moved(phase="sweep", sweeping=to_ms(now), after=None), more=True)


def _sweep(api: Api, at: Position) -> Step:
    """One page of the archive, which HubSpot lists in no order of time.

    The ones that are new there are read like all others, since only a read tells a merge.
    """
    page = api.ask(
        Listing,
        api.basic.get_page,
        api.settings.object_of(at.kind),
        limit=BATCH,
        archived=True,
        properties=["hs_object_id", MERGED],
        **({"after": at.after} if at.after else {}),
    )
    from_ms = (at.swept or 0) - int(api.settings.search_lag_s * 1000)
    new = [i for i in page.results if i.archived_at is None or to_ms(i.archived_at) >= from_ms]
    ids = list(dict.fromkeys(one for item in new for one in (*_merged(item), item.id)))
    if page.after is not None and page.results:
        return Step(ids, at.moved(after=page.after), more=True)
    done = at.moved(phase="walk", after=None, swept=at.sweeping, sweeping=None)
    return Step(ids, done, more=False)
