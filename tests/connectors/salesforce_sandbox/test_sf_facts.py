"""Small facts about Salesforce that other software meets."""

from tests.connectors.salesforce_sandbox.conftest import Org


def test_limits_are_listed_in_full(org: Org) -> None:
    """Every name with its maximum and what is left; permission sets hold a further one."""
    limits = org.ok("GET", "limits")

    assert len(limits) == 74
    assert all(one["Max"] >= one["Remaining"] >= 0 for one in limits.values())
    assert limits["PermissionSets"]["CreateCustom"] == {"Max": 1000, "Remaining": 1000}


def test_events_may_belong_to_a_calendar(org: Org) -> None:
    """OwnerId refers to calendars and users; a public calendar can own an event."""
    described = {one["name"]: one for one in org.ok("GET", "sobjects/Event/describe")["fields"]}
    calendar = org.seed("Calendar", Name="Room 1", Type="Resource")

    made = org.make("Event", Subject="Demo", OwnerId=calendar)

    assert described["OwnerId"]["referenceTo"] == ["Calendar", "User"]
    assert org.get("Event", made)["OwnerId"] == calendar
    (owner,) = org.values("SELECT Owner.Name FROM Event")
    assert owner["Name"] == "Room 1"


def test_fields_are_taken_as_describe_shows_them(org: Org) -> None:
    """The values of a picklist may be describe's objects or plain text."""
    shown = {"value": "Gold", "label": "Gold", "active": True, "defaultValue": False}
    tier = {"name": "Tier__c", "type": "picklist", "picklistValues": [shown, "Silver"]}

    org.control("POST", "fields", {"object": "Lead", "fields": [tier]})

    lead = org.lead(Tier__c="Gold")
    refused = org.refused("PATCH", f"sobjects/Lead/{lead}", {"Tier__c": "Tin"})[1]
    assert refused["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
