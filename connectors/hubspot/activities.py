"""What contacts did: HubSpot's events, and the events of its marketing e-mails.

A feed is one event type, so that a busy one does not delay the others. In neither API is an
order promised, so each run reads a fixed span to its end and the next one goes on behind it.
Source: HubSpot developer docs, "Events API" (which says that marketing e-mails are not in it)
and "Email analytics v1".
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connectors.base import Activity, Cursor, Page, Ref, Rejected, Value
from connectors.hubspot.answers import EmailEvent, EmailEvents, Event, Events
from connectors.hubspot.errors import server_time
from connectors.hubspot.records import MORE_EMAILS, look
from connectors.hubspot.rest import Api
from connectors.hubspot.settings import EMAIL
from connectors.hubspot.settling import refuse_future, settled
from connectors.hubspot.values import EPOCH, from_ms, to_ms, utc

PAGE = 100
LONGEST = 1000  # characters of one detail
DETAIL: Mapping[str, str] = {
    "hs_url": "url",
    "hs_base_url": "url",
    "hs_title": "page",
    "hs_page_title": "page",
    "hs_referrer": "referrer",
    "hs_form_id": "form",
    "hs_form_name": "form_name",
    "hs_campaign_id": "campaign",
    "hs_email_campaign_id": "campaign",
    "hs_email_subject": "subject",
    "hs_subject": "subject",
}
TITLES = ("hs_title", "hs_page_title", "hs_form_name", "hs_email_subject", "hs_subject", "hs_url")
# The visitor's address and device are nobody's business beyond HubSpot.
LEFT_OUT = ("hs_user_agent", "hs_userAgent", "hs_ip", "hs_browser_fingerprint", "hs_session_id")


class Position(BaseModel):
    """Where a feed stands: reading from `since` (epoch ms), at page `after` of this run."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    v: Literal[1]
    feed: str
    since: int | None = Field(default=None, ge=0)
    newest: int | None = Field(default=None, ge=0)
    after: str | None = None


def feeds(api: Api) -> list[str]:
    """One feed per event type."""
    return [*api.settings.events, *(EMAIL + name for name in api.settings.email_events)]


def activities(api: Api, feed: str, cursor: Cursor | None) -> Page[Activity]:
    """Activities since the cursor. Raises: Busy, AuthLost, Rejected (unknown feed, bad cursor)."""
    if feed not in feeds(api):
        raise Rejected(f"no feed {feed!r}", code="unknown_feed")
    at = _position(feed, cursor)
    read = _email_events if feed.startswith(EMAIL) else _events
    found, after, now = read(api, at)
    refuse_future(at.since, now)
    found = [a for a in found if at.since is None or to_ms(a.at) >= at.since]
    newest = max((to_ms(a.at) for a in found), default=at.newest)
    newest = newest if at.newest is None else max(newest or 0, at.newest)
    if after is not None:
        at = at.model_copy(update={"after": after, "newest": newest})
    else:
        since = settled(at.since, newest, now, api.settings.event_lag_s)
        at = Position(v=1, feed=feed, since=since)
    found.sort(key=lambda a: a.at)
    return Page(tuple(found), Cursor(at.model_dump_json(exclude_none=True)), more=after is not None)


def _position(feed: str, cursor: Cursor | None) -> Position:
    if cursor is None:
        return Position(v=1, feed=feed)
    try:
        position = Position.model_validate_json(cursor)
    except ValidationError as error:
        raise Rejected("not a cursor of this connector", code="bad_cursor") from error
    if position.feed != feed:
        raise Rejected(f"not a cursor of {feed!r}", code="bad_cursor")
    return position


def _events(api: Api, at: Position) -> tuple[list[Activity], str | None, datetime | None]:
    """One page of the events API."""
    asked: dict[str, Any] = {"event_type": at.feed, "limit": PAGE}
    if at.since is not None and (start := from_ms(max(at.since - 1, 0))) is not None:
        asked["occurred_after"] = start.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if at.after is not None:
        asked["after"] = at.after
    response = api.events.get_page(**asked, _preload_content=False)
    page = api.read(Events, response)
    after = page.paging.next.after if page.results and page.paging and page.paging.next else None
    kind = api.settings.events[at.feed]
    contacts = [e for e in page.results if e.object_type.upper() in {"CONTACT", "0-1"}]
    return [_event(e, kind, at.feed) for e in contacts], after, server_time(response)


def _event(event: Event, kind: str, feed: str) -> Activity:
    title = next((str(event.properties[n]) for n in TITLES if event.properties.get(n)), feed)
    return Activity(
        id=event.id,
        person=Ref("person", event.object_id),
        type=kind,
        at=utc(event.occurred_at),
        title=title[:LONGEST],
        detail=_detail(event.properties),
    )


def _detail(properties: Mapping[str, Any]) -> dict[str, Value]:
    """The scalars under our names; under the first of HubSpot's where several mean the same."""
    detail: dict[str, Value] = {}
    for name, value in sorted(properties.items()):
        if name in LEFT_OUT or not isinstance(value, str | int | float | bool):
            continue
        detail.setdefault(
            DETAIL.get(name, name), value[:LONGEST] if isinstance(value, str) else value
        )
    return detail


def _email_events(api: Api, at: Position) -> tuple[list[Activity], str | None, datetime | None]:
    """One page of the e-mail events API; recipients who are no contacts are left out."""
    name = at.feed.removeprefix(EMAIL)
    asked: dict[str, str | int] = {"eventType": name, "limit": PAGE}
    if at.since is not None:
        asked["startTimestamp"] = at.since
    if at.after is not None:
        asked["offset"] = at.after
    response = api.fetch("/email/public/v1/events", asked)
    page = api.read(EmailEvents, response)
    people = _contacts(api, page.events)
    kind = api.settings.email_events[name]
    found = [
        _email_event(event, people[who], kind)
        for event in page.events
        if (who := event.recipient.strip().lower()) in people
    ]
    after = page.offset if page.has_more and page.offset else None
    return found, after, server_time(response)


def _email_event(event: EmailEvent, person: str, kind: str) -> Activity:
    told = {"url": event.url, "campaign": event.campaign, "subject": event.subject}
    return Activity(
        id=f"{event.created}-{event.id}",  # the two together are unique, says HubSpot
        person=Ref("person", person),
        type=kind,
        at=from_ms(event.created) or EPOCH,
        title=(event.subject or event.url or "")[:LONGEST],
        detail={name: value[:LONGEST] for name, value in told.items() if value},
    )


def _contacts(api: Api, events: Sequence[EmailEvent]) -> dict[str, str]:
    """E-mail address (lower case) -> contact id, also by a contact's further addresses."""
    emails = dict.fromkeys(e.recipient.strip().lower() for e in events if e.recipient.strip())
    found: dict[str, str] = {}
    for item in look(api, "person", list(emails), (), id_property="email"):
        more = (item.properties.get(MORE_EMAILS) or "").split(";")
        for email in (item.properties.get("email") or "", *more):
            found[email.strip().lower()] = item.id
    return found
