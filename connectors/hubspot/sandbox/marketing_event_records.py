"""Marketing events as CRM records (object type 0-54): to read, search and associate.

Source: HubSpot developer docs, "Marketing events object"; the properties are HubSpot's to write.
"""

from connectors.hubspot.sandbox import writes
from connectors.hubspot.sandbox.marketing_events import MarketingEvent
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.records import Actor

NAMES = {
    "eventName": "hs_event_name", "eventType": "hs_event_type", "eventUrl": "hs_event_url",
    "eventDescription": "hs_event_description", "eventOrganizer": "hs_event_organizer",
    "startDateTime": "hs_start_datetime", "endDateTime": "hs_end_datetime",
    "eventCancelled": "hs_event_cancelled", "eventCompleted": "hs_event_completed",
}  # fmt: skip
COUNTERS = {
    "registered": "hs_registrations", "attended": "hs_attendees", "cancelled": "hs_cancellations",
    "noShows": "hs_no_shows",
}  # fmt: skip


def make(portal: Portal, actor: Actor) -> int:
    """A record without anything yet; its id is the event's."""
    return int(writes.create(portal, portal.types["marketing_events"], {}, actor).id)


def follow(portal: Portal, event: MarketingEvent, actor: Actor) -> None:
    """The record says what the event says."""
    record = portal.tables["marketing_events"].get(str(event.id))
    if record is None:
        return
    counters = event.counters()
    raw = {prop: event.values[name] for name, prop in NAMES.items() if name in event.values}
    raw |= {prop: counters[name] for name, prop in COUNTERS.items()}
    values = writes.check(portal, record.type, raw, system=True)
    writes.update(portal, record, values, actor)


def drop(portal: Portal, event_id: int, actor: Actor) -> None:
    record = portal.tables["marketing_events"].get(str(event_id))
    if record is not None:
        writes.archive(portal, record, actor)
