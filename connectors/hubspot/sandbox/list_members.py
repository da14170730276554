"""Who is on a list. Source: HubSpot developer docs, "Lists"."""

from connectors.hubspot.sandbox import list_filters
from connectors.hubspot.sandbox.lists import Listing
from connectors.hubspot.sandbox.portal import Portal


def members(portal: Portal, one: Listing) -> dict[str, tuple[int, int]]:
    """Live records on the list; a dynamic one is worked out anew."""
    records = portal.table(one.kind).records
    if one.processing == "DYNAMIC":
        _reconsider(portal, one)
    live = {i: at for i, at in one.members.items() if i in records}
    one.members = {i: at for i, at in live.items() if records[i].archived_ms is None}
    return one.members


def _reconsider(portal: Portal, one: Listing) -> None:
    now_ms = portal.now_ms()
    for record in portal.table(one.kind).records.values():
        fits = record.archived_ms is None and list_filters.matches(portal, record, one.branch)
        if fits and record.id not in one.members:
            one.join(record.id, min(now_ms, max(record.updated_ms, one.filters_ms)))
        if not fits:
            one.members.pop(record.id, None)


def take_snapshot(portal: Portal, one: Listing) -> None:
    """What matches at this moment."""
    if one.branch is not None:
        _reconsider(portal, one)
