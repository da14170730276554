"""What reps do, as feeds: meetings, notes, stages, responses. Against the sandbox, over HTTP."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.base import Activity, Cursor, Entry, Ref
from connectors.salesforce.adapter import Adapter

OpenAt = Callable[..., Adapter]
DAY = "2027-01-31"


@pytest.fixture
def adapter(crm: Any, open_at: OpenAt) -> Adapter:
    return open_at(crm.url)


def read_on(
    adapter: Adapter, feed: str, cursor: Cursor | None = None
) -> tuple[list[Activity], Cursor]:
    found: list[Activity] = []
    while True:
        page = adapter.activities(feed, cursor)
        found, cursor = [*found, *page.items], page.cursor
        if not page.more:
            return found, cursor


def wire(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def deal(crm: Any, *contacts: str, **fields: Any) -> str:
    row = {"Name": "100 seats", "StageName": "Prospecting", "CloseDate": DAY, "Amount": 5000}
    id_: str = crm.create("Opportunity", **row | fields)
    for contact in contacts:
        crm.seed("OpportunityContactRole", {"OpportunityId": id_, "ContactId": contact})
    return id_


def to_stage(crm: Any, id_: str, stage: str, **fields: Any) -> None:
    crm.change("Opportunity", id_, StageName=stage, **fields)


def test_a_meeting_is_told_once_it_is_over(crm: Any, open_at: OpenAt) -> None:
    """Where, how long and how it went; not the one of tomorrow, not a private one, not ours."""
    crm.add_fields("Event", {"name": "Result__c"})
    adapter = open_at(crm.url, event_outcome_field="Result__c")
    ada, now = crm.lead("Ada"), datetime.now(UTC).replace(microsecond=0)
    start = now - timedelta(hours=2)
    meeting = {
        "WhoId": ada.id, "Subject": "Demo", "Location": "Tokyo", "StartDateTime": wire(start),
        "DurationInMinutes": 60, "Result__c": "Wants an offer",
    }  # fmt: skip
    later = {"StartDateTime": wire(now + timedelta(days=1))}
    (shown, *_) = crm.seed("Event", meeting, meeting | later, meeting | {"IsPrivate": True})
    adapter.log([Entry("k1", ada, "meeting", start, "Ours", "")])

    (activity,), cursor = read_on(adapter, "events")

    assert (activity.id, activity.person, activity.type) == (shown, ada, "meeting")
    assert (activity.at, activity.title) == (start, "Demo")
    assert activity.detail["location"] == "Tokyo"
    assert activity.detail["duration_s"] == 3600
    assert activity.detail["outcome"] == "Wants an offer"
    assert read_on(adapter, "events", cursor)[0] == []


def test_a_meeting_planned_before_is_told_when_its_end_has_come(crm: Any, adapter: Adapter) -> None:
    """Nothing changes at the event as time goes by; its end alone brings it out."""
    ada, now = crm.lead("Ada"), datetime.now(UTC).replace(microsecond=0)
    long_ago = wire(now - timedelta(days=9))
    _, cursor = read_on(adapter, "events")
    stamps = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), long_ago)
    row = {"WhoId": ada.id, "Subject": "Demo", "StartDateTime": wire(now - timedelta(hours=1)),
           "EndDateTime": wire(now + timedelta(seconds=1))}  # fmt: skip
    (event,) = crm.seed("Event", row | stamps)

    found: list[Activity] = []
    while not found:  # until that second is over
        found, cursor = read_on(adapter, "events", cursor)

    assert [one.id for one in found] == [event]


def test_notes_stand_under_everybody_they_are_about(crm: Any, adapter: Adapter) -> None:
    """Classic ones under their parent, enhanced ones under each link, those of a deal under its
    contacts; private ones are left out.
    """
    ada, bob = crm.lead("Ada"), crm.seed("Contact", {"LastName": "Bob"})[0]
    opportunity = deal(crm, bob)
    crm.seed("Note", {"ParentId": ada.id, "Title": "Visit", "Body": "Wants a demo"},
             {"ParentId": opportunity, "Title": "Budget", "Body": "In April"},
             {"ParentId": ada.id, "Title": "Secret", "IsPrivate": True})  # fmt: skip
    text = base64.b64encode(b"<p>Calls <b>back</b></p>").decode()
    (note,) = crm.seed("ContentNote", {"Title": "Phone", "Content": text})
    for one in (ada.id, bob):
        crm.seed("ContentDocumentLink", {"ContentDocumentId": note, "LinkedEntityId": one})

    found, cursor = read_on(adapter, "notes")

    told = {(one.title, one.person.id, one.detail["body"]) for one in found}
    assert told == {
        ("Visit", ada.id, "Wants a demo"),
        ("Budget", bob, "In April"),
        ("Phone", ada.id, "Calls back"),
        ("Phone", bob, "Calls back"),
    }
    (budget,) = (one for one in found if one.title == "Budget")
    assert budget.about == (Ref("opportunity", opportunity),)
    assert {one.type for one in found} == {"note"}
    assert read_on(adapter, "notes", cursor)[0] == []


def test_stages_are_told_with_the_amount_to_each_contact(crm: Any, open_at: OpenAt) -> None:
    """From which stage, to which; won or lost with the reason; a new amount is no new stage."""
    crm.add_fields("Opportunity", {"name": "Reason__c"})
    adapter = open_at(crm.url, reason_field="Reason__c")
    ada, bob = crm.seed("Contact", {"LastName": "Ada"}, {"LastName": "Bob"})
    opportunity = deal(crm, ada, bob)
    to_stage(crm, opportunity, "Prospecting", Amount=7000)
    to_stage(crm, opportunity, "Closed Lost", Reason__c="Price")

    found, cursor = read_on(adapter, "stages")

    assert [(one.type, one.detail.get("from_stage"), one.detail["stage"]) for one in found
            if one.person.id == ada] == [
        ("stage_change", None, "Prospecting"),
        ("lost", "Prospecting", "Closed Lost"),
    ]  # fmt: skip
    lost = found[-1]
    assert {one.person.id for one in found} == {ada, bob}
    assert (lost.detail["amount"], lost.detail["reason"]) == (7000, "Price")
    assert lost.about == (Ref("opportunity", opportunity),)
    assert lost.title == "100 seats: Closed Lost"
    assert "reason" not in found[0].detail

    to_stage(crm, opportunity, "Closed Won")
    again, cursor = read_on(adapter, "stages", cursor)
    assert {(one.type, one.person.id) for one in again} == {("won", ada), ("won", bob)}
    assert read_on(adapter, "stages", cursor)[0] == []


def test_a_stage_that_baton_wrote_is_no_news(crm: Any, adapter: Adapter) -> None:
    """Nor does it hide from which stage the next change came."""
    (ada,) = crm.seed("Contact", {"LastName": "Ada"})
    opportunity = deal(crm, ada)
    crm.rest("PATCH", f"sobjects/Opportunity/{opportunity}", {"StageName": "Qualification"})
    to_stage(crm, opportunity, "Closed Won")

    found, _ = read_on(adapter, "stages")

    assert [(one.type, one.detail.get("from_stage")) for one in found] == [
        ("stage_change", None),
        ("won", "Qualification"),
    ]


def test_a_contact_who_comes_later_is_told_what_happened_before(crm: Any, adapter: Adapter) -> None:
    """The same ids for the same changes; the others hear nothing again."""
    ada, bob = crm.seed("Contact", {"LastName": "Ada"}, {"LastName": "Bob"})
    opportunity = deal(crm, ada)
    _, cursor = read_on(adapter, "stages")

    crm.seed("OpportunityContactRole", {"OpportunityId": opportunity, "ContactId": bob})
    found, _ = read_on(adapter, "stages", cursor)

    assert [(one.person.id, one.detail["stage"]) for one in found] == [(bob, "Prospecting")]


def test_a_response_to_a_campaign_is_told_with_its_status(crm: Any, adapter: Adapter) -> None:
    """Who was only sent something did not respond; what Baton set is left out."""
    ada, bob, eve = crm.lead("Ada"), crm.lead("Bob"), crm.lead("Eve")
    campaign = crm.create("Campaign", Name="Expo")
    sent = crm.create("CampaignMember", CampaignId=campaign, LeadId=ada.id)
    bobs = crm.create("CampaignMember", CampaignId=campaign, LeadId=bob.id, Status="Responded")
    ours = {"CampaignId": campaign, "LeadId": eve.id, "Status": "Responded"}
    member = crm.rest("POST", "sobjects/CampaignMember", ours)["id"]

    (activity,), cursor = read_on(adapter, "campaigns")

    assert (activity.id, activity.person) == (f"{bobs}:Responded", bob)
    assert (activity.type, activity.title) == ("campaign", "Expo: Responded")
    assert activity.detail == {
        "campaign": campaign, "campaign_name": "Expo", "outcome": "Responded",
    }  # fmt: skip
    assert datetime.now(UTC) - activity.at < timedelta(minutes=5)

    crm.change("CampaignMember", sent, Status="Responded")
    crm.rest("PATCH", f"sobjects/CampaignMember/{member}", {"Status": "Responded"})
    assert [one.person for one in read_on(adapter, "campaigns", cursor)[0]] == [ada]


def test_what_the_org_does_not_have_is_empty(org: Any, adapter_at_mock: Adapter) -> None:
    """No notes, no history: an empty page whose cursor goes on; nothing is asked for."""
    org.get(path__regex=r"/sobjects/\w+/describe").respond(
        404, json=[{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
    )

    for feed in ("notes", "stages", "campaigns"):
        page = adapter_at_mock.activities(feed, None)
        assert (page.items, page.more) == ((), False)
        assert adapter_at_mock.activities(feed, page.cursor).items == ()


@pytest.fixture
def adapter_at_mock(org: Any, open_at: OpenAt) -> Adapter:  # noqa: ARG001  mocked first
    return open_at()
