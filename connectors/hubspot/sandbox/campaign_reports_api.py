"""Which contacts a campaign reached: reports of attribution.

Source: HubSpot developer docs, "Campaigns API" (contact ids by `contactType`, 100 a page, between
two days). A touch is an event whose address has the campaign's `hs_utm` as `utm_campaign`; other
assets of campaigns are not there, and reports are up to date at once.
"""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connectors.hubspot.sandbox.errors import invalid
from connectors.hubspot.sandbox.events import Event
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint
from connectors.hubspot.sandbox.marketing_campaigns_api import READ, needed, paths
from connectors.hubspot.sandbox.moments import to_ms
from connectors.hubspot.sandbox.objects_api import paging

MOST = 100
DAY_MS = 86_400_000
FIRST, LAST = "contactFirstTouch", "contactLastTouch"
TYPES = (FIRST, LAST, "influencedContacts")


def contacts(call: Call) -> Answer:
    """Ids in the order in which the contacts were reached first."""
    sort, wanted = call.params["contactType"], needed(call).values.get("hs_utm")
    if sort not in TYPES:
        raise invalid(f"contactType must be one of {', '.join(TYPES)}; was {sort}")
    touches = _touches(call)
    found = [contact for contact, tags in touches.items() if wanted in _counted(sort, tags)]
    start, limit = call.number(call.query.get("after") or 0), call.whole("limit", MOST, MOST)
    body: dict[str, Any] = {"results": [{"id": one} for one in found[start : start + limit]]}
    if start + limit < len(found):
        body["paging"] = paging(call, str(start + limit))
    return 200, body


def _counted(sort: str, tags: list[str]) -> list[str]:
    return {FIRST: tags[:1], LAST: tags[-1:]}.get(sort, tags)


def _touches(call: Call) -> dict[str, list[str]]:
    """The campaigns' tags of each contact that is there, oldest first."""
    portal, found = call.portal, dict[str, list[str]]()
    since, until = _day(call, "startDate", 0), _day(call, "endDate", DAY_MS)
    table, label = portal.tables["contacts"], portal.types["contacts"].label
    for event in sorted(portal.events.all, key=lambda one: one.at_ms):
        inside = (since is None or event.at_ms >= since) and (until is None or event.at_ms < until)
        record = table.get(table.resolve(event.object_id)) if event.object_type == label else None
        if inside and record is not None and (tag := _tag(event)):
            found.setdefault(record.id, []).append(tag)
    return found


def _tag(event: Event) -> str | None:
    query = urlsplit(event.properties.get("hs_url", event.properties.get("url", ""))).query
    return event.properties.get("hs_utm_campaign") or dict(parse_qsl(query)).get("utm_campaign")


def _day(call: Call, name: str, more_ms: int) -> int | None:
    if not (given := call.query.get(name)):
        return None
    if len(given) != len("2000-01-27") or (ms := to_ms(given)) is None:
        raise invalid(f"{name} must be a day such as 2000-01-27; was {given}")
    return ms + more_ms


ENDPOINTS = (
    Endpoint("GET", paths("/{campaign}/reports/contacts/{contactType}"), contacts, scope=READ),
)
