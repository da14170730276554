"""What became of marketing e-mails, by recipient.

Source: HubSpot developer docs, "Email analytics v1": an event is named by its id and when it was
created; the subject is told with SENT, a bounce has a category, a changed subscription is
STATUSCHANGE with the status of all mail or of single subscriptions.
"""

from connectors.base import Activity, Ref
from connectors.hubspot.activity_settings import EMAIL
from connectors.hubspot.answers import EmailEvent, EmailEvents
from connectors.hubspot.behaviour.cursor import Position, Step
from connectors.hubspot.behaviour.detail import short, tags, told
from connectors.hubspot.behaviour.people import contacts_by_email, lower
from connectors.hubspot.errors import server_time
from connectors.hubspot.rest import Api
from connectors.hubspot.settling import refuse_future
from connectors.hubspot.values import EPOCH, from_ms, to_ms

PAGE = 100  # one call finds the contacts of so many
STATUS_CHANGE, OUT = "STATUSCHANGE", "UNSUBSCRIBED"


def read(api: Api, at: Position) -> Step:
    """One page of the e-mail events API; recipients who are no contacts are left out."""
    name = at.feed.removeprefix(EMAIL)
    asked: dict[str, str | int] = {"eventType": name, "limit": PAGE}
    if at.since is not None:
        asked["startTimestamp"] = at.since
    if at.after is not None:
        asked["offset"] = at.after
    response = api.fetch("/email/public/v1/events", asked)
    page = api.read(EmailEvents, response)
    now = server_time(response)
    refuse_future(at.since, now)
    events = [one for one in page.events if name != STATUS_CHANGE or _is_out(one)]
    people = contacts_by_email(api, (one.recipient for one in events))
    kind = api.settings.email_events[name]
    found = [
        _activity(event, people[who], kind)
        for event in events
        if (who := lower(event.recipient)) in people
    ]
    found = [one for one in found if at.since is None or to_ms(one.at) >= at.since]
    at = at.saw(found)
    if page.has_more and page.offset:
        return Step(at.moved(after=page.offset), more=True, found=found)
    return Step(at.rested(now, api.settings.event_lag_s), more=False, found=found)


def _is_out(event: EmailEvent) -> bool:
    """Whether a change of subscription was one to fewer mails."""
    single = {one.status for one in event.subscriptions}
    return OUT in {event.status, *single}


def _activity(event: EmailEvent, contact: str, kind: str) -> Activity:
    return Activity(
        id=f"{event.created}-{event.id}",  # the two together are unique, says HubSpot
        person=Ref("person", contact),
        type=kind,
        at=from_ms(event.created) or EPOCH,
        title=short(event.subject or event.url or ""),
        detail=tags(event.url or "")
        | told(
            url=event.url,
            campaign=event.campaign,
            subject=event.subject,
            outcome=event.category,
            reason=event.response,
            source=event.source,
        ),
    )
