"""Who registered for a marketing event, came, cancelled or stayed away.

HubSpot lists the events with how many took part, so an event is read only when those numbers have
changed, and once more when the change has settled. Each state that somebody reaches is an activity.
Source: HubSpot's published OpenAPI, "Marketing events".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.base import Activity, Ref
from connectors.hubspot.activity_answers import (
    MarketingEvent,
    MarketingEventPage,
    Participation,
    ParticipationPage,
)
from connectors.hubspot.behaviour.cursor import Position, Step
from connectors.hubspot.behaviour.detail import short, tags, told
from connectors.hubspot.behaviour.people import lower
from connectors.hubspot.errors import server_time
from connectors.hubspot.rest import Api
from connectors.hubspot.values import EPOCH, from_ms, to_ms, utc

PAGE = 100  # the most that HubSpot gives
OUTCOMES = {
    "REGISTERED": "registered", "ATTENDED": "attended", "CANCELLED": "cancelled",
    "NO_SHOW": "no_show",
}  # fmt: skip
FRESH = "?"  # stands after the numbers of an event that shall be read once more, and before when


@dataclass(frozen=True, slots=True)
class Programme:
    """The events of an account, by id, and when it was looked up."""

    events: tuple[MarketingEvent, ...]
    now: datetime | None


def read(api: Api, at: Position) -> Step:
    """One page of those who took part in one event."""
    programme = api.catalogue.look("events", lambda: _programme(api), fresh=at.place is None)
    at = at.begun(programme.now)
    if at.place is None:
        return _go_on(api, at, programme, ())
    event = next((one for one in programme.events if one.id == at.place), None)
    if event is None:
        return _go_on(api, at, programme, ())
    more = {"after": at.after} if at.after else {}
    ask = api.participations.get_participations_breakdown_by_marketing_event_id
    page = api.ask(ParticipationPage, ask, event.id, limit=PAGE, **more)
    found = [_activity(event, one) for one in page.results if one.properties.state in OUTCOMES]
    at = at.saw(found)
    if page.after is not None and page.results:
        return Step(at.moved(after=page.after), more=True, found=found)
    return _go_on(api, at, programme, found)


def _go_on(api: Api, at: Position, programme: Programme, found: Sequence[Activity]) -> Step:
    """To the next event that is due, whose numbers are remembered as of now; or to the end."""
    now, last = programme.now, int(at.place or -1)
    current = [one for one in programme.events if at.base is None or _is_current(api, one, now)]
    due = (one for one in current if int(one.id) > last and _is_due(api, at, one, now))
    event = next(due, None)
    if event is None:
        kept = {one.id for one in programme.events if _is_current(api, one, now)}
        at = at.moved(seen={one: was for one, was in at.seen.items() if one in kept})
        return Step(at.rested(now, api.settings.event_lag_s), more=False, found=found)
    again = at.seen.get(event.id, "").startswith(event.counts + FRESH)
    noted = event.counts if again or now is None else f"{event.counts}{FRESH}{to_ms(now)}"
    at = at.moved(place=event.id, after=None, seen={**at.seen, event.id: noted})
    return Step(at, more=True, found=found)


def _is_current(api: Api, event: MarketingEvent, now: datetime | None) -> bool:
    ends_at = event.ends_at or event.starts_at
    if ends_at is None or now is None:
        return True
    return ends_at > now - timedelta(days=api.settings.marketing_event_days)


def _is_due(api: Api, at: Position, event: MarketingEvent, now: datetime | None) -> bool:
    counts, fresh, since = at.seen.get(event.id, "").partition(FRESH)
    if counts != event.counts:
        return True
    lag_ms = int(api.settings.event_lag_s * 1000)
    return bool(fresh) and now is not None and to_ms(now) - int(since) >= lag_ms


def _programme(api: Api) -> Programme:
    found: list[MarketingEvent] = []
    after: str | None = None
    while True:
        more = {"after": after} if after else {}
        response = api.marketing_events.get_all(limit=PAGE, **more, _preload_content=False)
        page = api.read(MarketingEventPage, response)
        found += page.results
        after = page.after if page.results else None
        if after is None:
            events = sorted(found, key=lambda one: int(one.id))
            return Programme(tuple(events), server_time(response))


def _activity(event: MarketingEvent, one: Participation) -> Activity:
    """Who stayed away did so when the event was over."""
    state, said = one.properties.state, one.associations.contact
    at = from_ms(one.properties.at_ms) or EPOCH
    missed_at = event.ends_at if state == "NO_SHOW" else None
    return Activity(
        id=f"seminar:{one.id}:{state}",
        person=Ref("person", said.id or f"email:{lower(said.email)}"),
        type="seminar",
        at=utc(missed_at) if missed_at else at,
        title=short(event.name),
        detail=tags(event.url or "")
        | told(
            event=event.id,
            event_name=event.name,
            outcome=OUTCOMES[state],
            duration_s=one.properties.duration_s,
            url=event.url,
        ),
    )
