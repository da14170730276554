"""All live records of a kind, a hundred a call, from the list of the object, which has no lag.

Those changed since a time are found by search, as by `changes`, and read. Source: HubSpot developer
docs, "Objects API: list"; the `after` of a page is the id that it begins behind.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from connectors.base import Cursor, Kind, Listed, Rejected
from connectors.hubspot.answers import Listing
from connectors.hubspot.associations import filled
from connectors.hubspot.changes import Position, changes
from connectors.hubspot.objects import BATCH, modified_property
from connectors.hubspot.records import is_id, properties, read_all, record
from connectors.hubspot.rest import Api
from connectors.hubspot.values import to_ms

BEHIND = "list:behind:"


def listing(
    api: Api, kind: Kind, fields: Collection[str], cursor: Cursor | None, since: datetime | None
) -> Listed:
    """The next page. Raises: Busy, AuthLost, Rejected (a cursor that is not ours)."""
    total = _total(api, kind, since) if cursor is None else None
    if since is not None:
        begin = Position(v=1, kind=kind, since=to_ms(since)).model_dump_json(exclude_defaults=True)
        page = changes(api, kind, fields, cursor or Cursor(begin))
        looked = [*page.items, *read_all(api, [one.ref for one in page.glimpses], fields)]
        live = tuple(one for one in looked if not one.deleted)
        return Listed(live, page.cursor, page.more, total=total)
    behind: Mapping[str, Any] = {}
    if cursor is not None:
        after = cursor.removeprefix(BEHIND)
        if not cursor.startswith(BEHIND) or not is_id(after):
            raise Rejected("not a cursor of this list", code="bad_cursor")
        behind = {"after": after}
    found = api.ask(
        Listing,
        api.basic.get_page,
        api.settings.object_of(kind),
        limit=BATCH,
        properties=properties(kind, fields, api.settings),
        archived=False,
        **behind,
    )
    shown = [record(item, kind, fields, api.settings) for item in found.results]
    records = tuple(filled(api, kind, shown, fields))
    return Listed(records, Cursor(f"{BEHIND}{found.after or ''}"), bool(found.after), total=total)


def _total(api: Api, kind: Kind, since: datetime | None) -> int:
    """How many there are (changed since), as search counts them."""
    name = modified_property(kind)
    newer = {"propertyName": name, "operator": "GTE", "value": str(to_ms(since)) if since else ""}
    request: dict[str, Any] = {"limit": 1, "properties": [name]}
    if since is not None:
        request["filterGroups"] = [{"filters": [newer]}]
    answer = api.search.do_search(api.settings.object_of(kind), request, _preload_content=False)
    return api.read(Listing, answer).total or 0
