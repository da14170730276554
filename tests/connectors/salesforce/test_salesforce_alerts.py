"""Alerts: the task that stays and the bell that rings."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx

from connectors.base import Alert, Gone, Landed, Ref, Rejected, Unsure
from connectors.capabilities import OWNER_LEFT
from connectors.salesforce.adapter import Adapter

LEAD = "00QOx00000aLVDoMAO"
CONTACT = "0037h00000doU3RAAU"
TASK = "00T7h00000doU3REAU"
REP = "0057h00000doU3RAAU"
QUEUE = "00G7h00000doU3REAU"
TYPE = "0ML7h00000doU3RGAU"
UPSERT = "/composite/sobjects/Task/Baton_Key__c"
ACTION = "/actions/standard/customNotificationAction"
RUNG = {
    "actionName": "customNotificationAction",
    "errors": None,
    "isSuccess": True,
    "outputValues": {"SuccessMessage": "Your custom notification is processed successfully."},
}
DUE = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


def alert(key: str = "a1", owner_id: str | None = REP) -> Alert:
    link = "https://baton.example/p/1"
    return Alert(key, Ref("person", LEAD), owner_id, "Hot: Ada", "Score 92", DUE, link)


def landing(org: respx.MockRouter) -> respx.Route:
    return org.patch(UPSERT).respond(json=[{"id": TASK, "success": True, "errors": []}])


def row_of(route: respx.Route) -> Any:
    return json.loads(route.calls.last.request.content)["records"][0]


def owned_by(org: respx.MockRouter, owner_id: str) -> None:
    org.post("/composite/sobjects/Lead").respond(json=[{"Id": LEAD, "OwnerId": owner_id}])


def test_an_alert_is_an_urgent_task_with_a_reminder(
    org: respx.MockRouter, adapter: Adapter
) -> None:
    """Its status is not sent, so that asking again cannot reopen what the rep has closed."""
    route = landing(org)

    outcome = adapter.raise_alerts([alert()])

    assert outcome == {"a1": Landed(Ref("person", TASK))}
    assert row_of(route) == {
        "attributes": {"type": "Task"},
        "Baton_Key__c": "a1",
        "WhoId": LEAD,
        "Subject": "Hot: Ada",
        "Description": "Score 92\n\nhttps://baton.example/p/1",
        "Priority": "High",
        "ActivityDate": "2026-11-20",
        "IsReminderSet": True,
        "ReminderDateTime": "2026-11-20T19:50:00.000+0000",
        "OwnerId": REP,
    }


def test_who_was_deactivated_is_said_to_have_left(org: respx.MockRouter, adapter: Adapter) -> None:
    """So that somebody else is told; Salesforce gives them nothing new."""
    refusal = {
        "statusCode": "INACTIVE_OWNER_OR_USER",
        "message": "operation performed with inactive user",
        "fields": [],
    }
    org.patch(UPSERT).respond(json=[{"success": False, "errors": [refusal]}])

    refused = adapter.raise_alerts([alert()])["a1"]

    assert isinstance(refused, Rejected)
    assert refused.code == OWNER_LEFT
    assert "Update Records with Inactive Owners" in str(refused)


@pytest.mark.parametrize(
    ("owner", "settings", "expected"),
    [
        (REP, {}, REP),
        (QUEUE, {}, None),
        (QUEUE, {"alert_user_id": "0057h00000doU3S"}, "0057h00000doU3S"),
        (QUEUE, {"queues_own_tasks": True}, QUEUE),
    ],
)
def test_without_an_owner_the_records_owner_gets_it(
    org: respx.MockRouter,
    open_at: Any,
    owner: str,
    settings: dict[str, Any],
    expected: str | None,
) -> None:
    """A queue's task goes to the user in the settings, else to the running user."""
    owned_by(org, owner)
    route = landing(org)

    open_at(**settings).raise_alerts([alert(owner_id=None)])

    assert row_of(route).get("OwnerId") == expected


def test_an_alert_about_a_converted_lead_is_told_where_to_go(
    org: respx.MockRouter, adapter: Adapter
) -> None:
    """The look at the owner already shows that the lead has become a contact."""
    lead = {"Id": LEAD, "IsConverted": True, "ConvertedContactId": CONTACT}
    org.post("/composite/sobjects/Lead").respond(json=[lead])
    route = landing(org)

    outcome = adapter.raise_alerts([alert(owner_id=None)])

    assert isinstance(gone := outcome["a1"], Gone)
    assert gone.moved_to == Ref("person", CONTACT)
    assert not route.called


def test_several_bells_ring_in_one_call(org: respx.MockRouter, adapter: Adapter) -> None:
    """The notification type is looked up once, through Tooling where a query shows nothing."""
    org.get("/query/").respond(json={"done": True, "records": []})
    tooling = org.get("/tooling/query/").respond(json={"done": True, "records": [{"Id": TYPE}]})
    invalid = {"statusCode": "INVALID_ARGUMENT_TYPE", "message": "x", "fields": []}
    failed = RUNG | {"isSuccess": False, "errors": [invalid]}
    route = org.post(ACTION)
    answers = [httpx.Response(400, json=[RUNG, failed]), httpx.Response(200, json=[RUNG])]
    route.mock(side_effect=answers)

    outcome = adapter.notify([alert("a1"), alert("a2")])
    again = adapter.notify([alert("a3")])

    assert outcome["a1"] is None
    assert isinstance(outcome["a2"], Rejected)
    assert again == {"a3": None}
    assert tooling.call_count == 1
    assert json.loads(route.calls[0].request.content)["inputs"][0] == {
        "customNotifTypeId": TYPE,
        "recipientIds": [REP],
        "title": "Hot: Ada",
        "body": "Score 92",
        "targetId": LEAD,
    }


def test_a_bell_whose_answer_is_lost_is_in_doubt(org: respx.MockRouter, adapter: Adapter) -> None:
    """It may have rung; the caller is told so and does not ring again."""
    org.get("/query/").respond(json={"done": True, "records": [{"Id": TYPE}]})
    org.post(ACTION).mock(side_effect=httpx.ReadTimeout("slow"))

    with pytest.raises(Unsure):
        adapter.notify([alert()])


def test_a_queue_can_be_notified(org: respx.MockRouter, adapter: Adapter) -> None:
    """Unlike a task, a notification goes to the whole queue."""
    owned_by(org, QUEUE)
    org.get("/query/").respond(json={"done": True, "records": [{"Id": TYPE}]})
    route = org.post(ACTION).respond(json=[RUNG])

    assert adapter.notify([alert(owner_id=None)]) == {"a1": None}
    assert json.loads(route.calls.last.request.content)["inputs"][0]["recipientIds"] == [QUEUE]


def test_a_missing_notification_type_says_how_to_install_it(
    org: respx.MockRouter, adapter: Adapter
) -> None:
    """Also where the running user may not query the object at all."""
    refused = [{"errorCode": "INVALID_TYPE", "message": "sObject type is not supported."}]
    org.get("/query/").respond(400, json=refused)
    org.get("/tooling/query/").respond(json={"done": True, "records": []})

    outcome = adapter.notify([alert()])

    assert isinstance(error := outcome["a1"], Rejected)
    assert (error.code, "baton install" in str(error)) == ("NO_NOTIFICATION_TYPE", True)
