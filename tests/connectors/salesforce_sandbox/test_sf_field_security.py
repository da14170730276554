"""Field-level security: a deployed field is seen by those who were granted it, and only by them."""

from tests.connectors.salesforce_sandbox.conftest import Org
from tests.connectors.salesforce_sandbox.test_sf_metadata import NUMBER, SCORE, zipped

HIDDEN = "No such column 'Fit__c' on sobject of type Lead"
READ_ONLY = (
    "Unable to create/update fields: Fit__c. Please check the security settings of this field and "
    "verify that it is read/write for your profile or permission set."
)


def with_fit(org: Org) -> None:
    """Lead.Fit__c, deployed and granted to nobody."""
    members = {"CustomField": ["Lead.Fit__c"]}
    package = zipped(members, {"objects/Lead.object": SCORE.format(more=NUMBER)})
    sdk = org.sdk()
    id_, _ = sdk.mdapi.deploy(package, sandbox=True)
    assert sdk.mdapi.check_deploy_status(id_)[0] == "Succeeded"


def grant(org: Org, *, edit: bool) -> str:
    """A permission set with the field, assigned to the API's user; the id of the grant."""
    (user_id,) = org.values("SELECT Id FROM User WHERE Alias = 'integ'")
    set_id = org.make("PermissionSet", Name="Fit", Label="Fit")
    org.make("PermissionSetAssignment", PermissionSetId=set_id, AssigneeId=user_id)
    rights = {"PermissionsRead": True, "PermissionsEdit": edit}
    return org.make(
        "FieldPermissions", ParentId=set_id, SobjectType="Lead", Field="Lead.Fit__c", **rights
    )


def described(org: Org) -> dict[str, tuple[bool, bool]]:
    fields = org.ok("GET", "sobjects/Lead/describe")["fields"]
    return {one["name"]: (one["createable"], one["updateable"]) for one in fields}


def test_a_deployed_field_is_not_there_for_who_was_not_granted_it(org: Org) -> None:
    """Not in describes, queries, reads, writes or bulk jobs."""
    with_fit(org)
    id_ = org.lead()

    query = org.refused("GET", "query", q="SELECT Fit__c FROM Lead")
    create = org.refused("POST", "sobjects/Lead", {"LastName": "A", "Company": "B", "Fit__c": 1})

    assert "Fit__c" not in described(org)
    assert "Fit__c" not in org.get("Lead", id_)
    assert query[1]["errorCode"] == "INVALID_FIELD"
    assert "No such column 'Fit__c' on entity 'Lead'" in query[1]["message"]
    assert create == (400, {"message": HIDDEN, "errorCode": "INVALID_FIELD"})


def test_a_grant_to_read(org: Org) -> None:
    """It is seen; a write says that it may not."""
    with_fit(org)
    grant(org, edit=False)

    status, error = org.refused(
        "POST", "sobjects/Lead", {"LastName": "A", "Company": "B", "Fit__c": 1}
    )

    assert described(org)["Fit__c"] == (False, False)
    assert (status, error["errorCode"]) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")
    assert (error["message"], error["fields"]) == (READ_ONLY, ["Fit__c"])


def test_a_grant_to_edit_and_its_end(org: Org) -> None:
    """It is written and read; without the grant it is gone again, and so is the describe's ETag."""
    with_fit(org)
    first = org.ask("GET", "sobjects/Lead/describe").headers["ETag"]
    grant_id = grant(org, edit=True)

    id_ = org.lead(Fit__c=7)
    seen = org.values("SELECT Fit__c FROM Lead")
    second = org.ask("GET", "sobjects/Lead/describe").headers["ETag"]
    org.ok("DELETE", f"sobjects/FieldPermissions/{grant_id}")

    assert (seen, org.get("Lead", id_).get("Fit__c")) == ([7.0], None)
    assert first != second


def test_a_profile_grants_too(org: Org) -> None:
    """What a deployed profile grants, its users have."""
    with_fit(org)
    granted = (
        "<fieldPermissions><editable>true</editable><field>Lead.Fit__c</field>"
        "<readable>true</readable></fieldPermissions>"
    )
    text = f'<Profile xmlns="http://soap.sforce.com/2006/04/metadata">{granted}</Profile>'

    sdk = org.sdk()
    package = zipped({"Profile": ["Standard"]}, {"profiles/Standard.profile": text})
    sdk.mdapi.deploy(package, sandbox=True)

    assert described(org)["Fit__c"] == (True, True)


def test_settings_guard_standard_fields_and_lift_the_guard(org: Org) -> None:
    """`guarded_fields` hides any field; `field_level_security` false hides nothing that is new."""
    org.configure(field_level_security=False, guarded_fields=["Lead.Rating"])
    with_fit(org)

    assert described(org)["Fit__c"] == (True, True)
    assert "Rating" not in described(org)
    assert org.refused("GET", "query", q="SELECT Id FROM Lead WHERE Rating = 'Hot'")[0] == 400
