"""Members of lists and of marketing events; and whom a campaign reached.

A list is MANUAL to be changed; who is on a DYNAMIC one follows from its filters. An event is known
by HubSpot's id, or by the id of the application that it comes from (`Group.account`). Nobody is
taken out of an event: a person cancels; and who attended stays so, whatever is told afterwards.
A no-show is who registered and had not come when the event was completed: it can't be told.
Whom a campaign reached is a report of HubSpot's attribution: it is only read.
Source: HubSpot developer docs, "Lists" (250 members a page, 100,000 a change), "Marketing events"
(100 participants a page, 500 a change), "Campaigns API" (budget and spend; needs Marketing Hub
Professional and the scope marketing.campaigns.read; contact ids by `contactType`, 100 a page).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote

from pydantic import AwareDatetime, Field

from connectors.base import ConnectorError, Cursor, Gone, Landed, Page, Ref, Rejected
from connectors.campaigns import MEMBER, Change, Cost, Group, Member, Summary
from connectors.hubspot.answers import Answer, List, Paging
from connectors.hubspot.records import is_id
from connectors.hubspot.rest import Api

LIST_PAGE, EVENT_PAGE, REPORT_PAGE = 250, 100, 100
AT_ONCE = 500
EVENTS = "/marketing/v3/marketing-events"
ON_LIST = "member"
REACHED = {
    "influenced": "influencedContacts",
    "first_touch": "contactFirstTouch",
    "last_touch": "contactLastTouch",
}
STATES = {"registered": "register", "attended": "attend", "cancelled": "cancel"}


class _Membership(Answer):
    record_id: str = Field(alias="recordId")
    at: AwareDatetime | None = Field(default=None, alias="membershipTimestamp")


class _Memberships(Answer):
    results: List[_Membership] = Field(default_factory=list)
    paging: Paging | None = None


class _Named(Answer):
    id: str


class _Reached(Answer):
    results: List[_Named] = Field(default_factory=list)
    paging: Paging | None = None


class _Properties(Answer):
    occurred_at: int | str | None = Field(default=None, alias="occurredAt")
    state: str = Field(alias="attendanceState")


class _Contact(Answer):
    id: str = Field(alias="contactId")


class _Associations(Answer):
    contact: _Contact


class _Participation(Answer):
    created_at: AwareDatetime | None = Field(default=None, alias="createdAt")
    properties: _Properties
    associations: _Associations


class _Participations(Answer):
    results: List[_Participation] = Field(default_factory=list)
    paging: Paging | None = None


class _Changed(Answer):
    missing: List[str] = Field(default_factory=list, alias="recordIdsMissing")


class _Recorded(Answer):
    id: str = Field(alias="vid")


class _Attendance(Answer):
    results: List[_Recorded] = Field(default_factory=list)


class _Item(Answer):
    """One entry of a budget. `createdAt` is epoch milliseconds."""

    id: str
    amount: float
    name: str = ""
    created: int | None = Field(default=None, alias="createdAt")


class _Totals(Answer):
    currency: str | None = Field(default=None, alias="currencyCode")
    spend: List[_Item] = Field(default_factory=list, alias="spendItems")
    budget: List[_Item] = Field(default_factory=list, alias="budgetItems")


def members(api: Api, group: Group, cursor: Cursor | None) -> Page[Member]:
    """One page of members. Raises: Gone (no such list, event or campaign), Busy, AuthLost,
    Rejected.
    """
    after = {} if cursor is None else {"after": cursor}
    if group.kind == "campaign":
        path = f"/marketing/v3/campaigns/{quote(group.id, safe='')}/reports/contacts"
        asked = {"limit": REPORT_PAGE, **after}
        told = api.get(_Reached, f"{path}/{REACHED[group.which or 'influenced']}", asked)
        return _page([Member((Ref("person", o.id),), ON_LIST) for o in told.results], told.paging)
    if group.kind == "list":
        path = f"/crm/v3/lists/{quote(group.id, safe='')}/memberships"
        listed = api.get(_Memberships, path, {"limit": LIST_PAGE, **after})
        found = [Member((Ref("person", o.record_id),), ON_LIST, o.at) for o in listed.results]
        return _page(found, listed.paging)
    path = f"{EVENTS}/participations/{_named(group)}/breakdown"
    shown = api.get(_Participations, path, {"limit": EVENT_PAGE, **after})
    took = [one for one in shown.results if one.properties.state != "EMPTY"]
    return _page([_participant(one) for one in took], shown.paging)


def _participant(one: _Participation) -> Member:
    person = Ref("person", one.associations.contact.id)
    return Member((person,), one.properties.state.lower(), one.created_at)


def _page(found: Sequence[Member], paging: Paging | None) -> Page[Member]:
    after = paging.next.after if paging and paging.next else None
    return Page(tuple(found), Cursor(after or ""), after is not None)


def _named(group: Group) -> str:
    parts = (group.account, group.id) if group.account else (group.id,)
    return "/".join(quote(one, safe="") for one in parts)


def change_members(
    api: Api, group: Group, changes: Sequence[Change]
) -> Mapping[str, Landed | ConnectorError]:
    """One call; for an event one for each state. Raises: Busy, AuthLost, Unsure, Rejected, Gone."""
    if group.kind == "campaign":
        only_read = Rejected("whom a campaign reached can only be read", code="ONLY_READ")
        return {one.key: only_read for one in changes}
    known = [one for one in changes if is_id(one.person.id)]
    outcomes: dict[str, Landed | ConnectorError] = {
        one.key: Gone(f"{one.person.id!r} is no contact") for one in changes if one not in known
    }
    if not known:
        return outcomes
    change = _on_list if group.kind == "list" else _at_event
    return outcomes | change(api, group, known)


def _on_list(
    api: Api, group: Group, changes: Sequence[Change]
) -> dict[str, Landed | ConnectorError]:
    """Adding who is there and removing who is not are passed over by HubSpot: repeating is safe."""
    body = {
        "recordIdsToAdd": [one.person.id for one in changes if one.after is not None],
        "recordIdsToRemove": [one.person.id for one in changes if one.after is None],
    }
    path = f"/crm/v3/lists/{quote(group.id, safe='')}/memberships/add-and-remove"
    missing = set(api.read(_Changed, api.put(path, body)).missing)
    return {one.key: _outcome(one, there=one.person.id not in missing) for one in changes}


def _at_event(
    api: Api, group: Group, changes: Sequence[Change]
) -> dict[str, Landed | ConnectorError]:
    outcomes: dict[str, Landed | ConnectorError] = {}
    for status, state in STATES.items():
        mine = [one for one in changes if one.after == status]
        stays = [one for one in mine if one.before == "attended" != status]
        outcomes |= {one.key: _stays() for one in stays}
        if told := [one for one in mine if one not in stays]:
            outcomes |= _record(api, group, state, told)
    unsaid = Rejected("a marketing event has no such status to be told", code="NO_SUCH_STATUS")
    return outcomes | {one.key: unsaid for one in changes if one.key not in outcomes}


def _stays() -> Rejected:
    return Rejected("HubSpot keeps that this person attended", code="ATTENDED_STAYS")


def _record(
    api: Api, group: Group, state: str, changes: Sequence[Change]
) -> dict[str, Landed | ConnectorError]:
    """Contacts that are not there are left out of the answer."""
    rows = [
        {"vid": int(one.person.id), "interactionDateTime": int(one.at.timestamp() * 1000)}
        for one in changes
    ]
    one = quote(group.id, safe="")
    path = f"{EVENTS}/attendance/{one}/{state}/create" if group.account else (
        f"{EVENTS}/{one}/attendance/{state}/create"
    )  # fmt: skip
    if group.account:
        path += f"?externalAccountId={quote(group.account, safe='')}"
    answer = api.read(_Attendance, api.post(path, {"inputs": rows}))
    there = {recorded.id for recorded in answer.results}
    return {change.key: _outcome(change, there=change.person.id in there) for change in changes}


def _outcome(change: Change, *, there: bool) -> Landed | ConnectorError:
    if there or change.after is None:
        return Landed(Ref(MEMBER, change.id or change.person.id))
    return Gone(f"there is no contact {change.person.id}")


def summary(api: Api, group: Group) -> Summary:
    """Spend and budget of a campaign by its GUID. An item has no day of its own: it counts on the
    day on which it was entered. Raises: Gone (no such campaign), Busy, AuthLost, Rejected.
    """
    path = f"/marketing/v3/campaigns/{quote(group.id, safe='')}/budget/totals"
    totals = api.get(_Totals, path)
    spent = [_cost(one, totals, "actual") for one in totals.spend]
    return Summary((*spent, *(_cost(one, totals, "budget") for one in totals.budget)))


def _cost(item: _Item, totals: _Totals, kind: Literal["actual", "budget"]) -> Cost:
    day = None
    if item.created is not None:
        day = datetime.fromtimestamp(item.created / 1000, UTC).date()
    return Cost(f"{kind}/{item.id}", item.amount, kind, totals.currency or "", day, item.name)
