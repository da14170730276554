"""What a request of HubSpot's reports by itself: workflows, and lifecycle stages."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.base import Activity, Hint, Inbound, Ref, Refused
from connectors.hubspot import HubSpot

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
URL = "https://baton.example/webhooks/hs"
ADA = Ref("person", "17")
DOWNLOADS: dict[str, Any] = {
    "signatures": ["v1", "v2", "v3"],
    "workflow_activities": {"download": "download", "fair": "seminar"},
}


def signed(body: Any, url: str = URL, version: str = "v2") -> Inbound:
    content = json.dumps(body).encode()
    source = b"sandbox-secret" + (f"POST{url}".encode() if version == "v2" else b"") + content
    headers = {
        "x-hubspot-signature": hashlib.sha256(source).hexdigest(),
        "x-hubspot-signature-version": version,
    }
    return Inbound("POST", url, headers, content)


def parsed(hubspot: HubSpot, inbound: Inbound) -> tuple[list[Hint], list[Activity]]:
    found = hubspot.parse(inbound, NOW)
    hints = [one for one in found if isinstance(one, Hint)]
    return hints, [one for one in found if isinstance(one, Activity)]


def test_a_workflow_reports_what_its_address_says(connect: Any) -> None:
    """A download of the contact that it sends, beside the hint to look at it."""
    body = {"vid": 17, "file": "prices.pdf", "url": "https://acme.example/?utm_source=news"}

    hints, told = parsed(connect(**DOWNLOADS), signed(body, f"{URL}?activity=download"))

    assert [hint.ref for hint in hints] == [ADA]
    assert [(a.person, a.type, a.at, a.title, a.detail) for a in told] == [
        (
            ADA, "download", NOW, "download",
            {
                "file": "prices.pdf", "url": "https://acme.example/?utm_source=news",
                "utm_source": "news",
            },
        )
    ]  # fmt: skip


def test_a_workflow_may_say_it_in_its_body(connect: Any) -> None:
    """With a time and a title of its own, about somebody known by an address only."""
    body = {
        "activity": "fair", "email": "Ada@Example.com", "title": "Tokyo fair",
        "occurredAt": 1795000000000, "event_name": "Tokyo",
    }  # fmt: skip

    hints, (one,) = parsed(connect(**DOWNLOADS), signed(body))

    assert hints == []
    assert (one.person, one.type) == (Ref("person", "email:ada@example.com"), "seminar")
    assert (one.title, one.detail) == ("Tokyo fair", {"event_name": "Tokyo"})
    assert one.at == datetime(2026, 11, 18, 11, 6, 40, tzinfo=UTC)


def test_a_repeated_request_is_the_same_activity(connect: Any) -> None:
    """HubSpot repeats a request for three days; another body, or another id, is another one."""
    hubspot = connect(**DOWNLOADS)

    def id_of(**more: Any) -> str:
        _, (one,) = parsed(hubspot, signed({"vid": 17, "activity": "download", **more}))
        return one.id

    assert id_of() == id_of()
    assert id_of(file="a") != id_of(file="b")
    assert id_of(file="a", activityId="7") == id_of(file="b", activityId="7")


@pytest.mark.parametrize(
    ("body", "query"),
    [
        ({"vid": 17}, ""),
        ({"vid": 17}, "?activity=unknown"),
        ({"companyId": 5}, "?activity=download"),
        ({"vid": 17, "activity": {"a": 1}}, ""),
    ],
)
def test_what_is_not_set_is_no_activity(connect: Any, body: dict[str, Any], query: str) -> None:
    """A whole record stays a hint and nothing else."""
    hints, told = parsed(connect(**DOWNLOADS), signed(body, URL + query))

    assert len(hints) == 1
    assert told == []


def test_the_address_is_signed(connect: Any) -> None:
    """Nobody turns a page view into a seminar on the way."""
    inbound = signed({"vid": 17}, f"{URL}?activity=download")
    forged = Inbound("POST", f"{URL}?activity=fair", inbound.headers, inbound.body)

    with pytest.raises(Refused):
        connect(**DOWNLOADS).parse(forged, NOW)


def change(name: str, value: str, **more: Any) -> list[dict[str, Any]]:
    event = {
        "eventId": 1, "portalId": 1, "subscriptionType": "contact.propertyChange", "objectId": 17,
        "occurredAt": 1795176000123, "propertyName": name, "propertyValue": value,
    }  # fmt: skip
    return [{**event, **more}]


def test_a_lifecycle_stage_costs_no_call(connect: Any) -> None:
    """Its event is the fact; the same event again is the same fact."""
    hubspot = connect(signatures=["v1"])
    inbound = signed(change("lifecyclestage", "customer"), version="v1")

    hints, told = parsed(hubspot, inbound)

    assert [hint.feeds for hint in hints] == [()]
    assert [(a.person, a.type, a.detail) for a in told] == [
        (ADA, "lifecycle_change", {"stage": "customer"})
    ]
    assert parsed(hubspot, inbound)[1] == told


@pytest.mark.parametrize(
    ("source", "number"), [("INTEGRATION", 0), ("INTEGRATION", 8), ("CRM_UI", 7)]
)
def test_a_stage_that_we_set_is_no_activity(connect: Any, source: str, number: int) -> None:
    """Whichever process set it: the event names the app. Other apps' and people's stages are."""
    hubspot = connect(signatures=["v1"])

    def told(**by: Any) -> list[Activity]:
        events = change("lifecyclestage", "customer", appId=7, **by)
        return parsed(hubspot, signed(events, version="v1"))[1]

    assert told(changeSource="INTEGRATION", sourceId="7") == []
    assert len(told(changeSource=source, sourceId=str(number))) == 1


@pytest.mark.parametrize(
    ("events", "settings"),
    [
        (change("lifecyclestage", ""), {}),
        (change("jobtitle", "CEO"), {}),
        (change("lifecyclestage", "lead", subscriptionType="company.propertyChange"), {}),
        (change("lifecyclestage", "lead"), {"lifecycle": "off"}),
        (change("lifecyclestage", "lead"), {"lifecycle": "search"}),
    ],
)
def test_other_changes_are_hints_only(connect: Any, events: Any, settings: Any) -> None:
    """So is a stage where it is learned by search, or not at all."""
    hubspot = connect(signatures=["v1"], **settings)

    assert parsed(hubspot, signed(events, version="v1"))[1] == []


def test_hints_name_the_feeds_that_may_have_news(connect: Any) -> None:
    """A score hurries what makes a lead hot; what a click moves hurries one feed, a name none."""
    hubspot = connect(signatures=["v1"], engagements=["calls"])

    def feeds(name: str, **more: Any) -> tuple[str, ...] | None:
        hints, _ = parsed(hubspot, signed(change(name, "1", **more), version="v1"))
        return hints[0].feeds

    assert feeds("hubspotscore") == (
        "e_visited_page", "e_submitted_form", "email/OPEN", "email/CLICK",
    )  # fmt: skip
    assert feeds("hs_email_last_click_date") == ("email/CLICK",)
    assert feeds("hs_email_optout") == ("email/STATUSCHANGE",)
    assert feeds("notes_last_contacted") == ("engagements/calls",)
    assert feeds("firstname") == ()
    assert feeds("name", subscriptionType="company.propertyChange") == ()


def test_a_conversion_hurries_forms_while_they_are_few(connect: Any) -> None:
    """All forms of an account would cost a call each."""
    inbound = signed(change("recent_conversion_date", "1"), version="v1")

    def feeds(*forms: str) -> tuple[str, ...] | None:
        hubspot = connect(signatures=["v1"], form_source="submissions", forms=forms)
        return parsed(hubspot, inbound)[0][0].feeds

    assert feeds("a", "b") == ("forms",)
    assert feeds() == feeds("a", "b", "c", "d", "e", "f") == ()


def test_a_stage_hurries_deals_where_they_are_read(connect: Any) -> None:
    """And nothing else of a deal does."""
    about = {"subscriptionType": "deal.propertyChange"}

    def feeds(name: str, *, on: bool) -> tuple[str, ...] | None:
        hubspot = connect(signatures=["v1"], deal_stages=on)
        return parsed(hubspot, signed(change(name, "1", **about), version="v1"))[0][0].feeds

    assert feeds("dealstage", on=True) == ("deals",)
    assert feeds("dealstage", on=False) == feeds("dealname", on=True) == ()
