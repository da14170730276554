"""Custom objects and fields made by the control routes are as if made in Setup."""

from typing import Any

from tests.connectors.salesforce_sandbox.conftest import Org


def room(org: Org, *fields: dict[str, Any]) -> None:
    org.control("POST", "objects", {"name": "Deal_Room__c", "fields": list(fields)})


def test_keys_as_describe_has_them(org: Org) -> None:
    """`nillable` and `defaultValue` are understood; describe tells of both."""
    need = {"name": "Need__c", "type": "string", "length": 5, "nillable": False}
    seats = {"name": "Seats__c", "type": "double", "defaultValue": 7}
    room(org, need, seats, {"name": "Done__c", "type": "boolean", "nillable": False})

    status, error = org.refused("POST", "sobjects/Deal_Room__c", {})
    assert (status, error["message"]) == (400, "Required fields are missing: [Need__c]")
    made = org.make("Deal_Room__c", Need__c="x")
    assert org.get("Deal_Room__c", made)["Seats__c"] == 7
    described = org.ok("GET", "sobjects/Deal_Room__c/describe")["fields"]
    shown = {one["name"]: (one["nillable"], one["defaultedOnCreate"]) for one in described}
    assert (shown["Need__c"], shown["Seats__c"]) == ((False, False), (False, True))


def test_what_nobody_named_is_called_by_its_id(org: Org) -> None:
    """As Salesforce does for custom objects."""
    room(org)
    named, unnamed = org.make("Deal_Room__c", Name="First"), org.make("Deal_Room__c")

    assert org.get("Deal_Room__c", named)["Name"] == "First"
    assert org.get("Deal_Room__c", unnamed)["Name"] == unnamed[:15]


def test_lookups_lead_down_as_well(org: Org) -> None:
    """By the name that Setup proposes; a second lookup to the same object has none."""
    first = {"name": "First__c", "type": "reference", "referenceTo": ["Account"]}
    second = {"name": "Second__c", "type": "reference", "referenceTo": ["Account"]}
    owned = {**second, "name": "Third__c", "childRelationshipName": "Thirds__r"}
    room(org, first, second, owned)
    account = org.make("Account", Name="Acme")
    made = org.make("Deal_Room__c", Name="R", First__c=account, Third__c=account)

    (row,) = org.query(
        "SELECT (SELECT Id FROM Deal_Rooms__r), (SELECT Id FROM Thirds__r) FROM Account"
    )["records"]
    assert row["Deal_Rooms__r"]["records"][0]["Id"] == made
    assert row["Thirds__r"]["records"][0]["Id"] == made
    children = org.ok("GET", "sobjects/Account/describe")["childRelationships"]
    down = {
        c["field"]: c["relationshipName"] for c in children if c["childSObject"] == "Deal_Room__c"
    }
    assert down == {"First__c": "Deal_Rooms__r", "Second__c": None, "Third__c": "Thirds__r"}


def test_typeof_beside_fields_of_the_same_parent(org: Org) -> None:
    """Both are shown."""
    who = {"name": "Who__c", "type": "reference", "referenceTo": ["Lead", "Contact"]}
    room(org, who)
    lead, contact = org.lead("Ada"), org.make("Contact", LastName="Bo")
    org.make("Deal_Room__c", Name="1", Who__c=lead)
    org.make("Deal_Room__c", Name="2", Who__c=contact)
    org.make("Deal_Room__c", Name="3")

    found = org.query(
        "SELECT Who__r.Name, TYPEOF Who__r WHEN Lead THEN Company WHEN Contact THEN LastName END "
        "FROM Deal_Room__c ORDER BY Name"
    )["records"]
    kinds = [row["Who__r"] and row["Who__r"].pop("attributes")["type"] for row in found]
    assert kinds == ["Lead", "Contact", None]
    assert [row["Who__r"] for row in found] == [
        {"Company": "Acme", "Name": "Ada"}, {"LastName": "Bo", "Name": "Bo"}, None,
    ]  # fmt: skip
