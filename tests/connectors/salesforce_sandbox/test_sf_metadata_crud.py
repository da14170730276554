"""Metadata one component at a time, retrieved, and seen by the Tooling API."""

import io
import zipfile
from typing import Any

import pytest

from tests.connectors.salesforce_sandbox.conftest import Org
from tests.connectors.salesforce_sandbox.test_sf_metadata import deploy, package, zeep

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"


def field(mdapi: Any, name: str, **more: Any) -> Any:
    given = {"label": "Fit", "type": "Number", "precision": 3, "scale": 0, **more}
    return mdapi.CustomField(fullName=name, **given)


def test_fields_by_crud(org: Org) -> None:
    """Create, read, update, upsert, delete; what fails says why."""
    mdapi = zeep(org)
    org.configure(field_level_security=False)

    mdapi.CustomField.create([field(mdapi, "Lead.Fit__c")])
    made = mdapi.CustomField.read(["Lead.Fit__c"])
    mdapi.CustomField.update([field(mdapi, "Lead.Fit__c", label="Fitness")])
    mdapi.CustomField.upsert([field(mdapi, "Lead.More__c")])
    with pytest.raises(Exception, match="DUPLICATE_DEVELOPER_NAME"):
        mdapi.CustomField.create([field(mdapi, "Lead.Fit__c")])
    with pytest.raises(Exception, match="Must specify 'scale'"):
        mdapi.CustomField.create([field(mdapi, "Lead.Bad__c", scale=None)])

    described = {one["name"]: one for one in org.ok("GET", "sobjects/Lead/describe")["fields"]}
    mdapi.CustomField.delete(["Lead.Fit__c"])
    after = {one["name"] for one in org.ok("GET", "sobjects/Lead/describe")["fields"]}
    assert (made.fullName, made.type, int(made.precision)) == ("Lead.Fit__c", "Number", 3)
    assert described["Fit__c"]["label"] == "Fitness"
    assert "More__c" in after
    assert not {"Fit__c", "Bad__c"} & after


def test_objects_by_crud(org: Org) -> None:
    """A custom object is made, read and removed."""
    mdapi = zeep(org)
    title = {"label": "Name", "type": "Text"}
    visit = mdapi.CustomObject(
        fullName="Visit__c",
        label="Visit",
        pluralLabel="Visits",
        nameField=title,
        deploymentStatus="Deployed",
        sharingModel="ReadWrite",
    )

    mdapi.CustomObject.create([visit])
    org.make("Visit__c", Name="V")
    found = mdapi.CustomObject.read(["Visit__c"])
    mdapi.CustomObject.delete(["Visit__c"])

    assert (found.fullName, found.pluralLabel) == ("Visit__c", "Visits")
    assert org.refused("GET", "sobjects/Visit__c/describe")[0] == 404


def test_retrieving(org: Org) -> None:
    """A zip with what is there, a message for what is not; it deploys into another org."""
    deploy(org, package())
    sdk = org.sdk()
    wanted = {
        "CustomField": ["Lead.Fit__c", "Contact.Baton_Score__c", "Lead.None__c"],
        "PermissionSet": ["*"],
        "CustomNotificationType": ["Bell", "Baton_Hot_Lead"],
    }

    id_, state = sdk.mdapi.retrieve("x", unpackaged=wanted, single_package=True)
    status = sdk.mdapi.check_retrieve_status(id_)[0]
    result = sdk.mdapi.retrieve_retrieve_result(id_, "false")
    raw = sdk.mdapi.retrieve_zip(id_)[3]

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = set(archive.namelist())
        manifest = archive.read("package.xml").decode()
    org.control("POST", "reset", {})
    again = deploy(org, _without(raw, manifest, "<members>Lead.None__c</members>"))
    assert (state, status) == ("Queued", "Succeeded")
    assert names == {
        "package.xml",
        "objects/Lead.object",
        "objects/Contact.object",
        "permissionsets/Reader.permissionset",
        "notificationtypes/Bell.notiftype",
        "notificationtypes/Baton_Hot_Lead.notiftype",
    }
    assert [one.text for one in result.iter(f"{{{NAMESPACE}}}problem")] == [
        "Entity of type 'CustomField' named 'Lead.None__c' cannot be found"
    ]
    assert (again["status"], again["failed_count"]) == ("Succeeded", "0")
    assert org.lead(Fit__c=3)


def _without(raw: bytes, manifest: str, text: str) -> io.BytesIO:
    """The same zip with a package.xml that does not have `text`."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            body = manifest.replace(text, "") if name == "package.xml" else old.read(name)
            new.writestr(name, body)
    return target


def test_the_tooling_api_sees_custom_fields(org: Org) -> None:
    """CustomField and CustomNotificationType by a Tooling query, CustomField by no other."""
    deploy(org, package())

    def tooling(text: str) -> list[Any]:
        found: list[Any] = org.ok("GET", "tooling/query", q=text)["records"]
        return found

    soql = "SELECT Id, TableEnumOrId FROM CustomField WHERE DeveloperName = 'Fit'"
    (found,) = tooling(soql)
    assert found["Id"].startswith("00N")
    assert found["TableEnumOrId"] == "Lead"
    assert tooling(soql)[0]["Id"] == found["Id"]
    assert len(tooling("SELECT Id FROM CustomNotificationType")) == 2
    assert org.refused("GET", "query", q=soql)[1]["errorCode"] == "INVALID_TYPE"
    assert "CustomField" not in {one["name"] for one in org.ok("GET", "sobjects")["sobjects"]}
