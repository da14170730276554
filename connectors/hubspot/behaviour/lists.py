"""Who joined a contact list, in the order in which they joined.

A run begins a page before the last one. Where members have left, HubSpot's pages may have moved
on by more than that: a page of none but new members sends the run back to the beginning.
That somebody left a list HubSpot does not tell. Source: HubSpot developer docs, "Lists".
"""

from connectors.base import Activity, Ref, Rejected
from connectors.hubspot.activity_answers import ContactList, ListAnswer, Membership, MembershipPage
from connectors.hubspot.activity_settings import LIST
from connectors.hubspot.behaviour.cursor import Position, Step
from connectors.hubspot.behaviour.detail import short, told
from connectors.hubspot.errors import server_time
from connectors.hubspot.rest import Api
from connectors.hubspot.settling import refuse_future
from connectors.hubspot.values import to_ms, utc

PAGE = 250  # the most that HubSpot gives
CONTACTS = "0-1"
FROM = "from"  # where the next run begins
BEGUN = "-"  # no page was before this one


def read(api: Api, at: Position) -> Step:
    """One page of a list's members."""
    of = _list(api, at.feed.removeprefix(LIST))
    begins = at.place is None
    at = at.moved(place=BEGUN, after=at.seen.get(FROM)) if begins else at
    more = {"after": at.after} if at.after else {}
    ask = api.memberships.get_page_ordered_by_added_to_list_date
    response = ask(of.id, limit=PAGE, **more, _preload_content=False)
    page = api.read(MembershipPage, response)
    now = server_time(response)
    refuse_future(at.since, now)
    at = at.begun(now)
    times = [to_ms(one.at) for one in page.results]
    if begins and at.after and at.since is not None and min(times, default=at.since) >= at.since:
        return Step(at.moved(after=None), more=True)
    new = [one for one in page.results if at.since is None or to_ms(one.at) >= at.since]
    found = [_activity(of, one) for one in new]
    at = at.saw(found)
    if page.after is not None and page.results:
        return Step(at.moved(place=at.after or BEGUN, after=page.after), more=True, found=found)
    before = None if at.place == BEGUN else at.place
    at = at.moved(seen={FROM: before} if before else {})
    return Step(at.rested(now, api.settings.event_lag_s), more=False, found=found)


def _list(api: Api, list_id: str) -> ContactList:
    """Raises: Rejected for a list of anything but contacts."""
    of = api.catalogue.look(
        f"list {list_id}", lambda: api.ask(ListAnswer, api.lists.get_by_id, list_id).list
    )
    if of.object_type != CONTACTS:
        raise Rejected(f"list {list_id} ({of.name}) holds no contacts", code="no_contact_list")
    return of


def _activity(of: ContactList, one: Membership) -> Activity:
    return Activity(
        id=f"list:{of.id}:{one.id}:{to_ms(one.at)}",
        person=Ref("person", one.id),
        type="list_membership",
        at=utc(one.at),
        title=short(of.name),
        detail=told(list=of.id, list_name=of.name),
    )
