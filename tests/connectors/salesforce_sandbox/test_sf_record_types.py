"""Record types: made by API or deployment, given to records, shown by describe."""

from typing import Any

from tests.connectors.salesforce_sandbox.conftest import Org
from tests.connectors.salesforce_sandbox.test_sf_metadata import deploy, zipped

MASTER = "012000000000000AAA"


def record_type(org: Org, name: str, **more: Any) -> str:
    return org.make("RecordType", Name=name, DeveloperName=name, SobjectType="Lead", **more)


def infos(org: Org) -> list[tuple[str, bool, bool]]:
    found = org.ok("GET", "sobjects/Lead/describe")["recordTypeInfos"]
    return [(one["name"], one["master"], one["defaultRecordTypeMapping"]) for one in found]


def test_an_object_without_record_types(org: Org) -> None:
    """It has the master and no field."""
    names = {one["name"] for one in org.ok("GET", "sobjects/Lead/describe")["fields"]}

    assert "RecordTypeId" not in names
    assert infos(org) == [("Master", True, True)]


def test_record_types_of_an_object(org: Org) -> None:
    """Describe lists them; records take one, by default the master, or what the settings say."""
    partner, direct = record_type(org, "Partner"), record_type(org, "Direct")

    given = org.lead("A", RecordTypeId=partner)
    plain = org.lead("B")
    org.configure(default_record_types={"Lead": "Direct"})
    by_default = org.lead("C")

    assert infos(org) == [
        ("Partner", False, False), ("Direct", False, True), ("Master", True, False)
    ]  # fmt: skip
    assert org.get("Lead", given)["RecordTypeId"] == partner
    assert org.get("Lead", plain)["RecordTypeId"] is None
    assert org.get("Lead", by_default)["RecordTypeId"] == direct
    assert org.values("SELECT RecordType.DeveloperName FROM Lead WHERE LastName = 'A'") == [
        {
            "attributes": {
                "type": "RecordType",
                "url": f"/services/data/v59.0/sobjects/RecordType/{partner}",
            },
            "DeveloperName": "Partner",
        }
    ]


def test_record_types_that_do_not_fit(org: Org) -> None:
    """Another object's and inactive ones are refused."""
    record_type(org, "Partner")
    old = record_type(org, "Old", IsActive=False)
    other = org.make("RecordType", Name="X", DeveloperName="X", SobjectType="Account")

    for id_ in (old, other, MASTER):
        body = {"LastName": "A", "Company": "B", "RecordTypeId": id_}
        assert org.refused("POST", "sobjects/Lead", body) == (
            400,
            {
                "message": f"Record Type ID: this ID value isn't valid for the user: {id_}",
                "errorCode": "INVALID_CROSS_REFERENCE_KEY",
                "fields": ["RecordTypeId"],
            },
        )


def test_a_deployed_record_type(org: Org) -> None:
    """It is a record, and its end makes it unusable."""
    body = (
        "<recordTypes><fullName>Partner</fullName><active>true</active><label>Partner lead</label>"
        "</recordTypes>"
    )

    done = deploy(org, zipped({"RecordType": ["Lead.Partner"]}, {"objects/Lead.object": body}))

    assert done["status"] == "Succeeded"
    assert org.values("SELECT Name FROM RecordType WHERE SobjectType = 'Lead'") == ["Partner lead"]
    layouts = org.ok("GET", "sobjects/Lead/describe/layouts")
    assert [one["name"] for one in layouts["recordTypeMappings"]] == ["Partner lead", "Master"]
    assert layouts["recordTypeSelectorRequired"] == [True]
