"""What people did in Salesforce, as feeds: each reads one object, or a few that belong together."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from connectors.base import Activity, Cursor, Page, Rejected
from connectors.salesforce.campaign_feed import campaigns
from connectors.salesforce.feed import beginning
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


def feed_from(api: Api, feed: str, since: datetime) -> Cursor:
    """A cursor that reads what happened since a time. Raises: Rejected."""
    _known(api, feed)
    return beginning(feed, since)


def activities(api: Api, feed: str, cursor: Cursor | None) -> Page[Activity]:
    """Activities since `cursor`, without those that we logged. Raises: Rejected."""
    _known(api, feed)
    return with_live_schema(api, lambda: FEEDS[feed](api, feed, cursor))


def _known(api: Api, feed: str) -> None:
    if feed not in api.settings.activity_feeds:
        there = ", ".join(api.settings.activity_feeds) or "none"
        raise Rejected(f"no feed {feed!r}; there is {there}", code="NO_SUCH_FEED")
