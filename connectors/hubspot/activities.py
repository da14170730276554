"""The feeds of activities, each read by the module of its source (`behaviour`)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from connectors.base import Activity, Cursor, Page, Rejected
from connectors.hubspot.activity_settings import (
    DEALS,
    EMAIL,
    FORMS,
    LIFECYCLE,
    LIST,
    MARKETING,
    WORKED,
)
from connectors.hubspot.behaviour import (
    deals,
    emails,
    engagements,
    events,
    forms,
    lifecycle,
    lists,
    marketing,
)
from connectors.hubspot.behaviour.cursor import Position, Step, position
from connectors.hubspot.rest import Api
from connectors.hubspot.values import to_ms

Read: TypeAlias = Callable[[Api, Position], Step]
BY_NAME: Mapping[str, Read] = {
    FORMS: forms.read,
    MARKETING: marketing.read,
    LIFECYCLE: lifecycle.read,
    DEALS: deals.read,
}
BY_PREFIX: Mapping[str, Read] = {
    EMAIL: emails.read,
    LIST: lists.read,
    WORKED: engagements.read,
}


def feeds(api: Api) -> list[str]:
    """One feed for each source, so that a busy one does not delay the others."""
    return list(api.settings.activity_feeds)


def activities(api: Api, feed: str, cursor: Cursor | None) -> Page[Activity]:
    """Activities since the cursor. Raises: Busy, AuthLost, Rejected (unknown feed, bad cursor)."""
    if feed not in api.settings.activity_feeds:
        raise Rejected(f"no feed {feed!r}", code="unknown_feed")
    return _reader(feed)(api, position(feed, cursor)).page()


def feed_from(api: Api, feed: str, since: datetime) -> Cursor:
    """A cursor that reads what happened since a time. Raises: Rejected (unknown feed)."""
    if feed not in api.settings.activity_feeds:
        raise Rejected(f"no feed {feed!r}", code="unknown_feed")
    at = max(0, to_ms(since))
    return Cursor(
        Position(v=1, feed=feed, base=at, since=at).model_dump_json(exclude_defaults=True)
    )


def _reader(feed: str) -> Read:
    """An event type of HubSpot's has neither a name of ours nor a slash."""
    by_prefix = (read for prefix, read in BY_PREFIX.items() if feed.startswith(prefix))
    return BY_NAME.get(feed) or next(by_prefix, events.read)
