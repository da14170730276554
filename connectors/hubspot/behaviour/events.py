"""What contacts did on pages, forms and ads: HubSpot's events.

In what order they come is not promised, so each run reads a fixed span to its end and the next
one goes on behind it. Source: HubSpot developer docs, "Events API".
"""

from typing import Any

from connectors.base import Activity, Ref
from connectors.hubspot.answers import Event, Events
from connectors.hubspot.behaviour.cursor import Position, Step
from connectors.hubspot.behaviour.detail import of_event, title_of
from connectors.hubspot.errors import server_time
from connectors.hubspot.rest import Api
from connectors.hubspot.settling import refuse_future
from connectors.hubspot.values import from_ms, to_ms, utc

PAGE = 100


def read(api: Api, at: Position) -> Step:
    """One page of the events API."""
    asked: dict[str, Any] = {"event_type": at.feed, "limit": PAGE}
    if at.since is not None and (start := from_ms(max(at.since - 1, 0))) is not None:
        asked["occurred_after"] = start.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if at.after is not None:
        asked["after"] = at.after
    response = api.events.get_page(**asked, _preload_content=False)
    page = api.read(Events, response)
    now = server_time(response)
    refuse_future(at.since, now)
    kind = api.settings.read_events[at.feed]
    contacts = [e for e in page.results if e.object_type.upper() in {"CONTACT", "0-1"}]
    found = [_activity(event, kind, at.feed) for event in contacts]
    found = [one for one in found if at.since is None or to_ms(one.at) >= at.since]
    at = at.saw(found)
    if page.results and page.paging and page.paging.next:
        return Step(at.moved(after=page.paging.next.after), more=True, found=found)
    return Step(at.rested(now, api.settings.event_lag_s), more=False, found=found)


def _activity(event: Event, kind: str, feed: str) -> Activity:
    return Activity(
        id=event.id,
        person=Ref("person", event.object_id),
        type=kind,
        at=utc(event.occurred_at),
        title=title_of(event.properties, feed),
        detail=of_event(event.properties),
    )
