"""Activity feeds: HubSpot's events, and the events of its marketing e-mails."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import respx

from connectors.base import Activity, Cursor, Ref, Rejected
from connectors.hubspot import HubSpot

EVENTS = "/events/v3/events/"
EMAILS = "/email/public/v1/events"
CONTACTS = "/crm/v3/objects/contacts/batch/read"
LATER = {"date": "Fri, 20 Nov 2026 13:00:00 GMT"}


def event(event_id: str, at: str, **properties: Any) -> dict[str, Any]:
    return {
        "objectType": "CONTACT",
        "objectId": "17",
        "eventType": "e_visited_page",
        "occurredAt": at,
        "id": event_id,
        "properties": properties,
    }


def test_each_event_type_is_a_feed_of_its_own(connect: Any) -> None:
    """The account's settings say which, and what Baton calls them."""
    hubspot = connect(
        events={"pe1_demo": "demo"}, email_events={"CLICK": "email_click"}, engagements=[]
    )

    assert list(hubspot.feeds()) == ["pe1_demo", "email/CLICK"]


def test_cheap_feeds_are_on(hubspot: HubSpot) -> None:
    """What needs a further scope or many calls is off until it is asked for."""
    assert list(hubspot.feeds()) == [
        "e_visited_page", "e_submitted_form", "e_ad_interaction", "email/OPEN", "email/CLICK",
        "email/BOUNCE", "email/STATUSCHANGE", "engagements/calls", "engagements/meetings",
    ]  # fmt: skip


def test_an_event_becomes_an_activity(hubspot: HubSpot, router: respx.MockRouter) -> None:
    """With its page, under our names, and without the visitor's device."""
    seen = event(
        "leviathan-1",
        "2026-11-20T12:00:00.123Z",
        hs_url="https://acme.example/prices",
        hs_title="Prices",
        hs_userAgent="Mozilla/5.0",
        hs_duration=3,
        hs_nested={"a": 1},
    )
    router.get(EVENTS).respond(json={"results": [seen]}, headers=LATER)

    page = hubspot.activities("e_visited_page", None)

    assert page.items == (
        Activity(
            id="leviathan-1",
            person=Ref("person", "17"),
            type="page_view",
            at=datetime(2026, 11, 20, 12, 0, 0, 123000, tzinfo=UTC),
            title="Prices",
            detail={"url": "https://acme.example/prices", "page": "Prices", "hs_duration": 3},
        ),
    )
    assert not page.more


def test_events_of_other_objects_are_left_out(hubspot: HubSpot, router: respx.MockRouter) -> None:
    """Only what contacts did."""
    other = {**event("e1", "2026-11-20T12:00:00.000Z"), "objectType": "COMPANY"}
    router.get(EVENTS).respond(json={"results": [other]}, headers=LATER)

    assert hubspot.activities("e_visited_page", None).items == ()


def test_a_run_is_read_to_its_end_and_the_next_goes_on_behind_it(
    hubspot: HubSpot, router: respx.MockRouter
) -> None:
    """Whatever order HubSpot lists in: pages by its cursor, then on from the newest."""
    first = {
        "results": [event("e2", "2026-11-20T12:00:02.000Z")],
        "paging": {"next": {"after": "MQ=="}},
    }
    second = {"results": [event("e1", "2026-11-20T12:00:01.000Z")]}
    route = router.get(EVENTS)
    route.respond(json=first, headers=LATER)
    one = hubspot.activities("e_visited_page", None)
    route.respond(json=second, headers=LATER)
    two = hubspot.activities("e_visited_page", one.cursor)
    route.respond(json=first, headers=LATER)
    three = hubspot.activities("e_visited_page", two.cursor)

    assert [a.id for page in (one, two, three) for a in page.items] == ["e2", "e1"]
    assert (one.more, two.more) == (True, False)
    assert route.calls[1].request.url.params["after"] == "MQ=="
    assert route.calls[2].request.url.params["occurredAfter"] == "2026-11-20T12:00:02.000Z"


def test_what_is_young_may_get_older_neighbours(hubspot: HubSpot, router: respx.MockRouter) -> None:
    """Within ten minutes events are shown again, since others may still arrive before them."""
    young = {"results": [event("e1", "2026-11-20T12:58:00.000Z")]}
    router.get(EVENTS).respond(json=young, headers=LATER)

    first = hubspot.activities("e_visited_page", None)
    again = hubspot.activities("e_visited_page", first.cursor)

    assert [a.id for a in again.items] == ["e1"]
    assert json.loads(first.cursor)["since"] == json.loads(again.cursor)["since"]


def test_marketing_emails_are_read_by_recipient(
    hubspot: HubSpot, router: respx.MockRouter, sent: Callable[..., Any]
) -> None:
    """The e-mail events API names addresses; those that are no contacts are left out."""
    click = {
        "id": "d3",
        "created": 1795176000123,
        "type": "CLICK",
        "recipient": "Ada@example.com",
        "url": "https://acme.example/prices",
        "emailCampaignId": 5,
    }
    stranger = {**click, "id": "d4", "recipient": "stranger@example.com"}
    body = {"hasMore": True, "offset": "Cg==", "events": [click, stranger]}
    route = router.get(EMAILS).respond(json=body, headers=LATER)
    ada = {
        "id": "17",
        "properties": {"email": "new@example.com", "hs_additional_emails": "ada@example.com"},
    }
    people = router.post(CONTACTS).respond(json={"results": [ada]})

    page = hubspot.activities("email/CLICK", None)

    (one,) = page.items
    assert (one.id, one.person, one.type) == (
        "1795176000123-d3",
        Ref("person", "17"),
        "email_click",
    )
    assert one.detail == {"url": "https://acme.example/prices", "campaign": "5"}
    assert page.more
    assert route.calls[0].request.url.params["eventType"] == "CLICK"
    assert sent(people)["idProperty"] == "email"


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "{}",
        "null",
        '{"v":2,"feed":"e_visited_page"}',
        '{"v":1,"feed":"other"}',
        '{"v":1,"feed":"e_visited_page","since":-1}',
        '{"v":1,"feed":"e_visited_page","since":"1"}',
        '{"v":1,"feed":"e_visited_page","since":99999999999999}',
        '{"v":1,"feed":"e_visited_page","extra":1}',
    ],
)
def test_a_foreign_cursor_is_refused(
    hubspot: HubSpot, router: respx.MockRouter, cursor: str
) -> None:
    """Corrupt, of another feed, of another version, or from the future."""
    router.get(EVENTS).respond(json={"results": []}, headers=LATER)

    with pytest.raises(Rejected) as refused:
        hubspot.activities("e_visited_page", Cursor(cursor))

    assert refused.value.code == "bad_cursor"
