"""What people did in Salesforce, as feeds: each reads one object, or a few that belong together."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from connectors.base import Activity, Cursor, Page, Rejected
from connectors.salesforce.campaign_feed import campaigns
from connectors.salesforce.note_feed import notes
from connectors.salesforce.schema import with_live_schema
from connectors.salesforce.session import Api
from connectors.salesforce.stage_feed import stages
from connectors.salesforce.work_feeds import events, tasks

Read: TypeAlias = Callable[[Api, str, Cursor | None], Page[Activity]]
FEEDS: Mapping[str, Read] = {
    "tasks": tasks,
    "events": events,
    "notes": notes,
    "stages": stages,
    "campaigns": campaigns,
}


def activities(api: Api, feed: str, cursor: Cursor | None) -> Page[Activity]:
    """Activities since `cursor`, without those that we logged. Raises: Rejected."""
    if feed not in api.settings.activity_feeds:
        there = ", ".join(api.settings.activity_feeds) or "none"
        raise Rejected(f"no feed {feed!r}; there is {there}", code="NO_SUCH_FEED")
    return with_live_schema(api, lambda: FEEDS[feed](api, feed, cursor))
