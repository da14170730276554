"""What people did, told from each vendor's sandbox to the other's over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.configuring import save_document
from tests.flows.test_flows_both_sandboxes import Both, both
from tests.flows.test_flows_identity_sandboxes import PERSON

__all__ = ["both"]  # a fixture
NOW = datetime.now(UTC).replace(microsecond=0)
START = NOW - timedelta(hours=2)
RULES: dict[str, Any] = {
    "routes": [
        {"name": "daily", "activity": "page_view", "keep": "digest"},
        {"name": "the-rest", "activity": "*"},
    ],
    "gather_minutes": 0,
}
TO_CONTACT = {"call": 194, "meeting": 200}  # HubSpot's types of these associations
CONNECTED = "f240bbac-87c9-4f6e-bf70-924b57d47db7"


@pytest.fixture
def ada(both: Both) -> tuple[str, str]:
    """A person in both systems: ids of her contact in HubSpot and of her lead."""
    both.connect()
    with both.database.begin() as tx:
        save_document(tx, "mapping", "person", PERSON)
        save_document(tx, "activity", "main", RULES)
    values = {"email": "ada@example.com", "lastname": "Lovelace", "company": "Acme"}
    contact: str = both.api("/crm/v3/objects/contacts", {"properties": values})["id"]
    both.sync()
    [lead] = both.dump(both.salesforce, "Lead")
    return contact, lead["fields"]["Id"]


def created(both: Both, object_: str, **fields: Any) -> None:
    """Somebody makes it on Salesforce's screen."""
    both.control(both.salesforce, "create", object=object_, fields=fields)


def engaged(both: Both, contact: str, kind: str, properties: dict[str, str]) -> None:
    """Somebody logs it in HubSpot."""
    types = [
        {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": TO_CONTACT[kind]},
    ]
    linked = [{"to": {"id": contact}, "types": types}]
    body = {"properties": properties, "associations": linked}
    both.api(f"/crm/v3/objects/{kind}s", body)


def views(both: Both, title: str) -> None:
    step = {
        "contact": "ada@example.com", "event": "page_view",
        "properties": {"title": title, "url": "https://example.com"},
    }  # fmt: skip
    both.control(both.hubspot, "play", steps=[step])


def logged(both: Both, object_: str) -> list[dict[str, Any]]:
    """What Baton made in Salesforce."""
    rows = [one["fields"] for one in both.dump(both.salesforce, object_)]
    return [one for one in rows if one["Baton_Key__c"]]


def found(both: Both, kind: str, names: str) -> dict[str, Any]:
    """The one record of HubSpot's that Baton made, by these properties."""
    body = {
        "filterGroups": [{"filters": [{"propertyName": "baton_key", "operator": "HAS_PROPERTY"}]}],
        "properties": names.split(),
    }
    [one] = both.api(f"/crm/v3/objects/{kind}/search", body)["results"]
    return {name: one["properties"][name] for name in names.split()}


def test_a_reps_call_is_a_call_with_its_length_and_outcome(
    both: Both, ada: tuple[str, str]
) -> None:
    """From Salesforce's task to the fields that HubSpot's reports are made of."""
    said = {"CallDurationInSeconds": 95, "CallDisposition": "Connected", "CallType": "Outbound"}
    created(
        both, "Task", WhoId=ada[1], Subject="Call back", Status="Completed", TaskSubtype="Call",
        **said,
    )  # fmt: skip
    both.sync()

    names = "hs_call_duration hs_call_direction hs_call_disposition hs_call_status"
    assert found(both, "calls", names) == {
        "hs_call_duration": "95000",
        "hs_call_direction": "OUTBOUND",
        "hs_call_disposition": CONNECTED,
        "hs_call_status": "COMPLETED",
    }


def test_a_reps_meeting_has_its_end_and_its_place(both: Both, ada: tuple[str, str]) -> None:
    """An event of 45 minutes is a meeting of 45 minutes."""
    ends = START + timedelta(minutes=45)
    times = {"StartDateTime": START.isoformat(), "EndDateTime": ends.isoformat()}
    created(both, "Event", WhoId=ada[1], Subject="Visit", Location="東京", **times)
    both.sync()

    meeting = found(both, "meetings", "hs_meeting_end_time hs_meeting_location")
    assert datetime.fromisoformat(meeting["hs_meeting_end_time"]) == ends
    assert meeting["hs_meeting_location"] == "東京"


def test_marketings_call_and_meeting_keep_their_length(both: Both, ada: tuple[str, str]) -> None:
    """From HubSpot's engagements to Salesforce's own fields."""
    call = {"hs_timestamp": START.isoformat(), "hs_call_duration": "312000",
            "hs_call_direction": "INBOUND", "hs_call_disposition": CONNECTED,
            "hs_call_status": "COMPLETED"}  # fmt: skip
    ends = (START + timedelta(minutes=20)).isoformat()
    meeting = {"hs_timestamp": START.isoformat(), "hs_meeting_start_time": START.isoformat(),
               "hs_meeting_end_time": ends, "hs_meeting_outcome": "COMPLETED"}  # fmt: skip
    engaged(both, ada[0], "call", call)
    engaged(both, ada[0], "meeting", meeting)
    both.sync()

    [task], [event] = logged(both, "Task"), logged(both, "Event")
    said = (task["CallDurationInSeconds"], task["CallType"], task["CallDisposition"])
    assert said == (312, "Inbound", "connected")
    assert event["DurationInMinutes"] == 20


def test_a_day_goes_on_in_one_entry_after_the_conversion(both: Both, ada: tuple[str, str]) -> None:
    """The lead's digest stays one task, which is the contact's then."""
    views(both, "Prices")
    both.sync()
    contact = both.control(both.salesforce, "convert", lead=ada[1])["contact_id"]
    views(both, "Cases")
    both.sync()

    [task] = logged(both, "Task")
    assert task["WhoId"] == contact
    assert task["Subject"].startswith("2 activities, ")


@pytest.mark.usefixtures("ada")
def test_an_unsubscription_is_told(both: Both) -> None:
    """HubSpot's changed subscription is a task in Salesforce."""
    step = {"contact": "ada@example.com", "event": "unsubscribe"}
    both.control(both.hubspot, "play", steps=[step])
    both.sync()

    assert [task["Subject"] for task in logged(both, "Task")] == ["Unsubscribed"]
