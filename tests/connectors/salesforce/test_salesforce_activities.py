"""Activities as tasks: logged once, listed without our own."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import respx

from connectors.base import Activity, Entry, Gone, Landed, Ref, Rejected
from connectors.salesforce.adapter import Adapter

LEAD = "00QOx00000aLVDoMAO"
CONTACT = "0037h00000doU3RAAU"
TASK = "00T7h00000doU3REAU"
AT = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
STAMP = {"SystemModstamp": "2026-11-20T20:00:00.000+0000"}
UPSERT = "/composite/sobjects/Task/Baton_Key__c"


def entry(key: str = "k1", person: str = LEAD, title: str = "Viewed prices") -> Entry:
    return Entry(key, Ref("person", person), "page_view", AT, title, "https://x.example/prices")


def test_an_activity_is_a_completed_task_under_its_key(org: respx.MockRouter, open_at: Any) -> None:
    """It stands under the person, on the local day, and can be logged again without a twin."""
    route = org.patch(UPSERT).respond(
        json=[{"id": TASK[:15], "success": True, "errors": [], "created": True}]
    )

    outcome = open_at(time_zone="Asia/Tokyo").log([entry(title="x" * 300)])

    assert outcome == {"k1": Landed(Ref("person", TASK), created=True)}
    assert json.loads(route.calls.last.request.content)["records"] == [
        {
            "attributes": {"type": "Task"},
            "Baton_Key__c": "k1",
            "WhoId": LEAD,
            "Subject": "x" * 255,
            "Description": "https://x.example/prices",
            "Status": "Completed",
            "ActivityDate": "2026-11-21",
            "Priority": "Normal",
        }
    ]


def test_an_activity_of_a_converted_lead_says_where_the_person_is(
    org: respx.MockRouter, adapter: Adapter
) -> None:
    """The task is refused for the lead; one query tells the contact."""
    message = {"statusCode": "CANNOT_UPDATE_CONVERTED_LEAD", "message": "x", "fields": ["WhoId"]}
    org.patch(UPSERT).respond(json=[{"success": False, "errors": [message]}])
    row = {"Id": LEAD, "IsConverted": True, "ConvertedContactId": CONTACT}
    org.get("/queryAll/").respond(json={"done": True, "records": [row]})

    outcome = adapter.log([entry()])

    assert isinstance(gone := outcome["k1"], Gone)
    assert gone.moved_to == Ref("person", CONTACT)


def test_an_activity_of_nobody_is_refused_alone(org: respx.MockRouter, adapter: Adapter) -> None:
    """A person id of another object never reaches Salesforce."""
    org.patch(UPSERT).respond(json=[{"id": TASK, "success": True, "errors": []}])

    outcome = adapter.log([entry("bad", person="0010v0azUAAN95nAYD"), entry("good")])

    assert isinstance(outcome["bad"], Rejected)
    assert isinstance(outcome["good"], Landed)


def test_finished_tasks_of_the_reps_are_listed(org: respx.MockRouter, adapter: Adapter) -> None:
    """Calls and e-mails keep their type and facts; a task about no person is left out."""
    call = STAMP | {
        "Id": TASK,
        "WhoId": LEAD,
        "Subject": "Call",
        "TaskSubtype": "Call",
        "CallDurationInSeconds": 65,
        "CallDisposition": "Connected",
        "CompletedDateTime": "2026-11-20T19:00:00.000+0000",
    }
    other = STAMP | {
        "Id": "00T7h00000doU3SEAU",
        "WhoId": CONTACT,
        "Subject": None,
        "Type": "Meeting",
        "ActivityDate": "2026-11-19",
    }
    account = STAMP | {"Id": "00T7h00000doU3TEAU", "WhoId": "0010v0azUAAN95nAYD"}
    query = org.get("/query/").respond(json={"done": True, "records": [call, other, account]})

    page = adapter.activities("tasks", None)

    assert page.items == (
        Activity(
            TASK,
            Ref("person", LEAD),
            "call",
            datetime(2026, 11, 20, 19, 0, tzinfo=UTC),
            "Call",
            {"duration_s": 65, "outcome": "Connected"},
        ),
        Activity(
            "00T7h00000doU3SEAU",
            Ref("person", CONTACT),
            "meeting",
            datetime(2026, 11, 19, tzinfo=UTC),
        ),
    )
    ours_out = "IsClosed = true AND WhoId != null AND Baton_Key__c = null"
    assert ours_out in query.calls.last.request.url.params["q"]


def test_feeds_are_those_of_the_settings(open_at: Any) -> None:
    """All five unless fewer are named; another feed's name is refused."""
    assert open_at().feeds() == ("tasks", "events", "notes", "stages", "campaigns")
    few = open_at(activity_feeds=["tasks"])
    assert few.feeds() == ("tasks",)
    with pytest.raises(Rejected, match="no feed 'events'; there is tasks"):
        few.activities("events", None)
