"""The Metadata API by simple-salesforce: a package becomes real, its faults are told."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import requests

from tests.connectors.salesforce_sandbox.conftest import Org, ToSandbox

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
SCORE = "<fields><fullName>Fit__c</fullName><label>Fit</label>{more}</fields>"
NUMBER = "<precision>3</precision><scale>0</scale><type>Number</type>"
KEY = (
    "<fields><fullName>Key__c</fullName><label>Key</label><length>64</length><type>Text</type>"
    "<externalId>true</externalId><unique>true</unique><caseSensitive>false</caseSensitive></fields>"
)
GRANT = (
    "<label>Reader</label><fieldPermissions><editable>true</editable><field>{field}</field>"
    "<readable>true</readable></fieldPermissions>"
)
BELL = (
    "<customNotifTypeName>Bell</customNotifTypeName><desktop>true</desktop>"
    "<masterLabel>Bell</masterLabel><mobile>false</mobile>"
)


def zipped(members: Mapping[str, list[str]], files: Mapping[str, str]) -> io.BytesIO:
    """A package; file contents are the inside of the element that fits the folder."""
    tags = {"objects": "CustomObject", "permissionsets": "PermissionSet",
            "notificationtypes": "CustomNotificationType"}  # fmt: skip
    types = "".join(
        f"<types>{''.join(f'<members>{m}</members>' for m in names)}<name>{kind}</name></types>"
        for kind, names in members.items()
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        package = f"{HEAD}<Package {NS}>{types}<version>59.0</version></Package>"
        archive.writestr("package.xml", package)
        for name, body in files.items():
            tag = tags.get(name.partition("/")[0])
            text = f"{HEAD}<{tag} {NS}>{body}</{tag}>" if tag else body
            archive.writestr(name, text)
    return target


def deploy(org: Org, package: io.BytesIO, **options: Any) -> dict[str, Any]:
    """Status, counts and errors of a deployment; what it makes everybody sees."""
    org.configure(field_level_security=False)
    sdk = org.sdk()
    id_, state = sdk.mdapi.deploy(package, sandbox=True, **options)
    assert state == "Queued"
    status, _, detail, _ = sdk.mdapi.check_deploy_status(id_)
    return {"status": status, **detail}


def problems(done: Mapping[str, Any]) -> list[str]:
    return [one["message"] for one in done["errors"]]


def package() -> io.BytesIO:
    return zipped(
        {
            "CustomField": ["Lead.Key__c", "Lead.Fit__c"],
            "PermissionSet": ["Reader"],
            "CustomNotificationType": ["Bell"],
        },
        {
            "permissionsets/Reader.permissionset": GRANT.format(field="Lead.Fit__c"),
            "objects/Lead.object": KEY + SCORE.format(more=NUMBER),
            "notificationtypes/Bell.notiftype": BELL,
        },
    )


def test_a_package_becomes_real(org: Org) -> None:
    """Fields can be written and upserted by, the notification type and grants are records."""
    org.lead("Old")

    done = deploy(org, package())

    made = org.ok(
        "PATCH", "sobjects/Lead/Key__c/k1", {"LastName": "A", "Company": "B", "Fit__c": 7}
    )
    described = {one["name"]: one for one in org.ok("GET", "sobjects/Lead/describe")["fields"]}
    assert (done["status"], done["total_count"], done["errors"]) == ("Succeeded", "4", [])
    assert org.get("Lead", made["id"])["Fit__c"] == 7.0
    assert (described["Key__c"]["externalId"], described["Key__c"]["length"]) == (True, 64)
    assert org.values("SELECT Fit__c FROM Lead WHERE LastName = 'Old'") == [None]
    assert org.values("SELECT Mobile FROM CustomNotificationType WHERE DeveloperName = 'Bell'") == [
        False
    ]
    assert org.values("SELECT Field FROM FieldPermissions") == ["Lead.Fit__c"]


def test_a_check_changes_nothing(org: Org) -> None:
    """A check tells the same and leaves the org as it was."""
    done = deploy(org, package(), checkOnly=True)

    names = {one["name"] for one in org.ok("GET", "sobjects/Lead/describe")["fields"]}
    assert done["status"] == "Succeeded"
    assert "Fit__c" not in names
    assert org.query("SELECT COUNT() FROM PermissionSet WHERE Name = 'Reader'")["totalSize"] == 0
    assert org.lead("Later")


def test_component_failures(org: Org) -> None:
    """Each component's problem in Salesforce's words; rollbackOnError keeps all out."""
    files = {
        "objects/Lead.object": KEY
        + SCORE.format(more="<type>Number</type>")
        + "<fields><fullName>Text__c</fullName><label>T</label><length>9</length>"
        "<type>TextArea</type></fields>",
        "permissionsets/Reader.permissionset": GRANT.format(field="Lead.None__c"),
    }
    members = {"CustomObject": ["Lead"], "PermissionSet": ["Reader"], "ApexClass": ["Gone"]}

    done = deploy(org, zipped(members, files), rollbackOnError=True)

    assert (done["status"], done["failed_count"]) == ("Failed", "4")
    gone = "An object 'Gone' of type ApexClass was named in package.xml"
    assert problems(done) == [
        "Must specify 'precision' for a CustomField of type Number",
        "Can not specify 'length' for a CustomField of type TextArea",
        "In field: field - no CustomField named Lead.None__c found",
        f"{gone}, but was not found in zipped directory",
    ]
    assert done["errors"][0]["type"] == "CustomField"
    assert org.refused("GET", "sobjects/Lead/Key__c/x")[0] == 404


def test_a_partial_deployment(org: Org) -> None:
    """Without rollbackOnError the good components stay."""
    body = KEY + SCORE.format(more="<type>Number</type>")

    done = deploy(org, zipped({"CustomObject": ["Lead"]}, {"objects/Lead.object": body}))

    assert done["status"] == "SucceededPartial"
    assert org.lead(Key__c="k1")


def test_a_required_field_needs_no_permission(org: Org) -> None:
    """Salesforce refuses to grant what everybody has."""
    files = {"permissionsets/R.permissionset": GRANT.format(field="Lead.LastName")}

    done = deploy(org, zipped({"PermissionSet": ["R"]}, files))

    assert problems(done) == ["You cannot deploy to a required field: Lead.LastName"]


def test_unreadable_packages(org: Org) -> None:
    """No package.xml, an unknown type, broken XML, no zip at all."""
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("objects/Lead.object", "x")
    broken = zipped({"LightningComponentBundle": ["x"], "CustomTab": ["t"]}, {"tabs/t.tab": "<"})

    assert problems(deploy(org, empty)) == ["No package.xml found"]
    assert problems(deploy(org, zipped({"Nonsense": ["x"]}, {}))) == [
        "Unknown type name 'Nonsense' specified in package.xml"
    ]
    assert deploy(org, broken)["failed_count"] == "1"
    assert problems(deploy(org, io.BytesIO(b"no zip")))[0].startswith("Error reading zip file")


def test_a_custom_object_and_its_end(org: Org) -> None:
    """A new object with a lookup can be used; destructive changes remove it."""
    body = (
        "<label>Visit</label><pluralLabel>Visits</pluralLabel><deploymentStatus>Deployed"
        "</deploymentStatus><sharingModel>ReadWrite</sharingModel><nameField><label>Name</label>"
        "<type>Text</type></nameField><fields><fullName>Lead__c</fullName><label>Lead</label>"
        "<type>Lookup</type><referenceTo>Lead</referenceTo><relationshipName>Visits"
        "</relationshipName></fields>"
    )
    lead = org.lead()
    gone = (
        f"{HEAD}<Package {NS}><types><members>Visit__c</members><name>CustomObject</name></types>"
    )

    made = deploy(org, zipped({"CustomObject": ["*"]}, {"objects/Visit__c.object": body}))
    org.make("Visit__c", Name="V1", Lead__c=lead)
    seen = org.query("SELECT Id, (SELECT Name FROM Visits__r) FROM Lead")["records"][0]
    removed = deploy(org, zipped({}, {"destructiveChanges.xml": f"{gone}</Package>"}))

    assert (made["status"], removed["status"]) == ("Succeeded", "Succeeded")
    assert seen["Visits__r"]["records"][0]["Name"] == "V1"
    assert org.refused("GET", "sobjects/Visit__c/describe")[1]["errorCode"] == "NOT_FOUND"
    assert org.get("Lead", lead)["LastName"] == "Ada"


def test_progress(org: Org) -> None:
    """As many looks as configured find it in progress, and nothing is there before."""
    org.configure(deploy_polls=1)
    sdk = org.sdk()
    id_, _ = sdk.mdapi.deploy(package(), sandbox=True)

    assert org.ask("GET", "sobjects/Lead/Key__c/x").json()[0]["message"].endswith(": Key__c")
    assert [sdk.mdapi.check_deploy_status(id_)[0] for _ in range(2)] == ["InProgress", "Succeeded"]


def test_listing_and_describing(org: Org) -> None:
    """By the SDK's SOAP client (zeep), which follows the WSDL."""
    deploy(org, package())
    mdapi = zeep(org)

    described = mdapi.describe_metadata()
    listed = mdapi.list_metadata([{"type": "PermissionSet"}])
    fields = mdapi.list_metadata([{"type": "CustomField"}])

    kinds = {one.xmlName: one for one in described.metadataObjects}
    assert (kinds["PermissionSet"].suffix, kinds["CustomObject"].directoryName) == (
        "permissionset",
        "objects",
    )
    assert [(one.fullName, one.fileName) for one in listed] == [
        ("Reader", "permissionsets/Reader.permissionset")
    ]
    assert {"Lead.Key__c", "Lead.Baton_Key__c"} <= {one.fullName for one in fields}


def zeep(org: Org) -> Any:
    """The SDK's Metadata client, whose own HTTP session is led to the sandbox too."""
    mdapi = org.sdk().mdapi
    session: requests.Session = mdapi._client.transport.session  # noqa: SLF001  no public way
    session.mount("https://", ToSandbox(org.url))
    org.sessions.append(session)
    return mdapi


def test_a_deployment_over_rest(org: Org) -> None:
    """Taken in as multipart, told as JSON."""
    org.configure(field_level_security=False)
    parts: dict[str, tuple[str | None, bytes, str]] = {
        "json": (None, b'{"deployOptions": {"rollbackOnError": true}}', "application/json"),
        "file": ("deploy.zip", package().getvalue(), "application/zip"),
    }
    path = "/services/data/v59.0/metadata/deployRequest"

    begun = org.http.post(path, files=parts)
    done = org.http.get(f"{path}/{begun.json()['id']}", params={"includeDetails": "true"}).json()

    result = done["deployResult"]
    assert (begun.status_code, result["status"], result["success"]) == (201, "Succeeded", True)
    assert (result["numberComponentsDeployed"], result["rollbackOnError"]) == (4, True)
    assert {one["fullName"] for one in result["details"]["componentSuccesses"]} == {
        "Lead.Key__c", "Lead.Fit__c", "Reader", "Bell"
    }  # fmt: skip


def test_a_field_of_activities_is_one_of_tasks_and_events(org: Org) -> None:
    """It is set up once, at Activity, and taken away there too."""
    field = KEY.replace("</label>", "</label><description>Made by us</description>")
    package = zipped({"CustomField": ["Activity.Key__c"]}, {"objects/Activity.object": field})

    done = deploy(org, package)

    assert done["status"] == "Succeeded"
    assert org.make("Task", Subject="Call", Key__c="t")
    assert org.make("Event", Subject="Call", Key__c="e", StartDateTime="2027-06-15T12:00:00Z",
                    DurationInMinutes=30)  # fmt: skip
    text = "SELECT TableEnumOrId, Description FROM CustomField WHERE DeveloperName = 'Key'"
    (row,) = org.ok("GET", "tooling/query", q=text)["records"]
    assert (row["TableEnumOrId"], row["Description"]) == ("Activity", "Made by us")

    gone = {"package.xml": "", "destructiveChanges.xml": "Activity.Key__c"}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for file, name in gone.items():
            types = f"<types><members>{name}</members><name>CustomField</name></types>"
            body = f"{types if name else ''}<version>59.0</version>"
            archive.writestr(file, f"{HEAD}<Package {NS}>{body}</Package>")
    assert deploy(org, target)["status"] == "Succeeded"
    described = org.ok("GET", "sobjects/Event/describe")["fields"]
    assert "Key__c" not in [one["name"] for one in described]
