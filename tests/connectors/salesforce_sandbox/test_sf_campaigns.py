"""Campaigns: member statuses, responses and counters; queues that own leads."""

from tests.connectors.salesforce_sandbox.conftest import Org

COUNTED = "SELECT NumberOfLeads, NumberOfContacts, NumberOfResponses FROM Campaign"


def test_a_campaign_begins_with_two_statuses(org: Org) -> None:
    """Sent is the default, Responded counts as a response."""
    org.make("Campaign", Name="C")

    found = org.query(
        "SELECT Label, IsDefault, HasResponded, SortOrder FROM CampaignMemberStatus "
        "ORDER BY SortOrder"
    )

    rows = [tuple(value for name, value in row.items() if name != "attributes")
            for row in found["records"]]  # fmt: skip
    assert rows == [("Sent", True, False, 3), ("Responded", False, True, 4)]


def test_a_members_status_tells_whether_it_responded(org: Org) -> None:
    """By the statuses of its own campaign; the day of the first response stays."""
    campaign = org.make("Campaign", Name="C")
    org.make("CampaignMemberStatus", CampaignId=campaign, Label="Attended", HasResponded=True)
    member = org.make("CampaignMember", CampaignId=campaign, LeadId=org.lead())
    before = org.get("CampaignMember", member)

    org.ok("PATCH", f"sobjects/CampaignMember/{member}", {"Status": "Attended"})
    attended = org.get("CampaignMember", member)
    org.ok("PATCH", f"sobjects/CampaignMember/{member}", {"Status": "Sent"})
    after = org.get("CampaignMember", member)

    assert (before["Status"], before["HasResponded"]) == ("Sent", False)
    assert before["FirstRespondedDate"] is None
    assert (attended["HasResponded"], attended["FirstRespondedDate"]) == (True, "2027-06-15")
    assert (after["HasResponded"], after["FirstRespondedDate"]) == (False, "2027-06-15")


def test_a_new_default_status(org: Org) -> None:
    """One status is the default, and new members get it."""
    campaign = org.make("Campaign", Name="C")
    org.make("CampaignMemberStatus", CampaignId=campaign, Label="Invited", IsDefault=True)

    member = org.make("CampaignMember", CampaignId=campaign, LeadId=org.lead())

    assert org.get("CampaignMember", member)["Status"] == "Invited"
    assert org.values("SELECT Label FROM CampaignMemberStatus WHERE IsDefault = true") == [
        "Invited"
    ]


def test_counters(org: Org) -> None:
    """Members, responses and opportunities, as they are now."""
    campaign = org.make("Campaign", Name="C")
    contact = org.make("Contact", LastName="C")
    org.make("CampaignMember", CampaignId=campaign, ContactId=contact, Status="Responded")
    member = org.make("CampaignMember", CampaignId=campaign, LeadId=org.lead())
    deal = {"StageName": "Closed Won", "CloseDate": "2027-06-30", "CampaignId": campaign}
    org.make("Opportunity", Name="O", Amount=500, **deal)

    found = org.query(COUNTED)["records"][0]
    org.ok("DELETE", f"sobjects/CampaignMember/{member}")
    shown = org.get("Campaign", campaign)

    del found["attributes"]
    assert found == {"NumberOfLeads": 1, "NumberOfContacts": 1, "NumberOfResponses": 1}
    assert (shown["NumberOfLeads"], shown["NumberOfWonOpportunities"]) == (0, 1)
    assert shown["AmountWonOpportunities"] == 500.0


def test_a_queue_owns_leads_only_if_it_is_for_leads(org: Org) -> None:
    """A queue of other objects is refused."""
    queues = []
    for kind in ("Lead", "Case"):
        queue = org.make("Group", Name=kind, DeveloperName=kind, Type="Queue")
        org.make("QueueSobject", QueueId=queue, SobjectType=kind)
        queues.append(queue)

    id_ = org.lead(OwnerId=queues[0])
    status, error = org.refused("PATCH", f"sobjects/Lead/{id_}", {"OwnerId": queues[1]})

    assert org.get("Lead", id_)["OwnerId"] == queues[0]
    assert (status, error["errorCode"]) == (400, "INVALID_OPERATION")
    assert error["message"] == "Queue not associated with this SObject type"
