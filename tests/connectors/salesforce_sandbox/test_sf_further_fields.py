"""Standard fields that other software selects are there, and say what the org knows."""

from tests.connectors.salesforce_sandbox.conftest import Org


def test_users_have_roles(org: Org) -> None:
    """As a list of users with their roles is usually read."""
    (user,) = org.values("SELECT Id FROM User WHERE Username = 'rep@sandbox.example'")
    role = org.make("UserRole", Name="Sales")
    org.ok("PATCH", f"sobjects/User/{user}", {"UserRoleId": role})

    found = org.query(
        "SELECT Name, UserRole.Name, Profile.Name, SmallPhotoUrl FROM User WHERE UserRoleId != null"
    )["records"]
    assert [row["UserRole"]["Name"] for row in found] == ["Sales"]
    assert role.startswith("00E")


def test_members_show_their_person(org: Org) -> None:
    """A lead's own address, a contact's mailing address, and who owns them."""
    campaign = org.make("Campaign", Name="C")
    lead = org.lead("Ada", City="Bonn", Title="CTO", HasOptedOutOfEmail=True)
    contact = org.make("Contact", LastName="Bo", MailingCity="Ulm")
    org.make("CampaignMember", CampaignId=campaign, LeadId=lead)
    org.make("CampaignMember", CampaignId=campaign, ContactId=contact)

    found = org.query(
        "SELECT City, Title, HasOptedOutOfEmail, LeadOrContactOwner.Name FROM CampaignMember "
        "ORDER BY Name"
    )["records"]
    assert [(row["City"], row["Title"], row["HasOptedOutOfEmail"]) for row in found] == [
        ("Bonn", "CTO", True), ("Ulm", None, False),
    ]  # fmt: skip
    assert found[0]["LeadOrContactOwner"]["Name"] == "Integration User"


def test_fiscal_periods_and_stage_changes(org: Org) -> None:
    """By the close date; a new opportunity has changed its stage never."""
    deal = {"Name": "D", "StageName": "Prospecting", "CloseDate": "2027-08-15"}
    made = org.make("Opportunity", **deal)
    fields = "SELECT FiscalYear, FiscalQuarter, Fiscal, LastStageChangeDate FROM Opportunity"

    (row,) = org.query(fields)["records"]
    assert [row["FiscalYear"], row["FiscalQuarter"], row["Fiscal"]] == [2027, 3, "2027 3"]
    assert row["LastStageChangeDate"] is None
    org.clock.tick(60)
    org.ok("PATCH", f"sobjects/Opportunity/{made}", {"StageName": "Closed Won"})
    (row,) = org.query(fields)["records"]
    assert row["LastStageChangeDate"] == "2027-06-15T12:01:00.000+0000"


def test_activities_show_that_they_do_not_recur(org: Org) -> None:
    """And events the day on which they end."""
    org.make("Task", Subject="Call")
    times = {"StartDateTime": "2027-06-15T23:30:00Z", "DurationInMinutes": 60}
    org.make("Event", Subject="Meet", **times)

    assert org.values("SELECT IsRecurrence FROM Task") == [False]
    assert org.values("SELECT EndDate FROM Event WHERE IsChild = false") == ["2027-06-16"]
    status, error = org.refused("POST", "sobjects/Task", {"IsRecurrence": True})
    assert (status, error["errorCode"]) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")
