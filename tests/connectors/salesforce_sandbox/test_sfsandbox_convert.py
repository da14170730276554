"""Lead conversion, by SOAP and by a person, and what follows from it."""

import pytest
from defusedxml import ElementTree

from tests.connectors.salesforce_sandbox.conftest import Org

CONVERT = """<?xml version="1.0"?>
<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:s="urn:{kind}.soap.sforce.com">
<e:Header><s:SessionHeader><s:sessionId>{session}</s:sessionId></s:SessionHeader></e:Header>
<e:Body><s:convertLead><s:leadConverts>
<s:convertedStatus>{status}</s:convertedStatus>
<s:doNotCreateOpportunity>true</s:doNotCreateOpportunity>
<s:leadId>{lead}</s:leadId>
</s:leadConverts></s:convertLead></e:Body></e:Envelope>"""


def convert(
    org: Org,
    lead: str,
    *,
    kind: str = "partner",
    session: str = "sandbox-token",
    status: str = "Closed - Converted",
) -> tuple[int, dict[str, str | None]]:
    """HTTP status and the answer's elements."""
    letter = {"partner": "u", "enterprise": "c"}[kind]
    text = CONVERT.format(kind=kind, session=session, status=status, lead=lead)
    headers = {"Content-Type": "text/xml", "SOAPAction": '""'}
    answer = org.http.post(f"/services/Soap/{letter}/59.0", content=text, headers=headers)
    found = ElementTree.fromstring(answer.content)
    return answer.status_code, {e.tag.rpartition("}")[2]: e.text for e in found.iter()}


@pytest.mark.parametrize("kind", ["partner", "enterprise"])
def test_soap_converts_a_lead(org: Org, kind: str) -> None:
    """Account and contact are made, the lead points to them, its tasks have moved."""
    lead = org.lead("Love", FirstName="Ada", Email="ada@x.example", City="London")
    task = org.make("Task", WhoId=lead, Subject="Call")

    status, answer = convert(org, lead, kind=kind)

    after = org.query("SELECT FIELDS(ALL) FROM Lead LIMIT 1")["records"][0]
    assert (status, answer["success"], answer["opportunityId"]) == (200, "true", None)
    assert (after["IsConverted"], after["Status"]) == (True, "Closed - Converted")
    assert after["ConvertedDate"] == "2027-06-15"
    assert after["ConvertedContactId"] == answer["contactId"]
    contact = org.get("Contact", str(answer["contactId"]))
    assert (contact["Name"], contact["MailingCity"]) == ("Ada Love", "London")
    assert contact["AccountId"] == answer["accountId"]
    assert org.get("Task", task)["WhoId"] == answer["contactId"]


def test_a_converted_lead_is_fixed(org: Org) -> None:
    """Neither a second conversion nor an update."""
    lead = org.lead()
    convert(org, lead)

    _, again = convert(org, lead)

    assert (again["success"], again["statusCode"]) == ("false", "CANNOT_UPDATE_CONVERTED_LEAD")
    assert org.refused("PATCH", f"sobjects/Lead/{lead}", {"Rating": "Hot"}) == (
        400,
        {
            "message": "cannot reference converted lead",
            "errorCode": "CANNOT_UPDATE_CONVERTED_LEAD",
            "fields": [],
        },
    )


def test_soap_faults(org: Org) -> None:
    """A bad session is a fault; a bad status is an error of that lead; a bomb is refused."""
    lead = org.lead()

    status, fault = convert(org, lead, session="no")
    _, error = convert(org, lead, status="Open")
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'

    assert (status, fault["exceptionCode"]) == (500, "INVALID_SESSION_ID")
    assert error["statusCode"] == "INVALID_STATUS"
    assert org.http.post("/services/Soap/u/59.0", content=bomb).status_code == 500
    assert org.get("Lead", lead)["IsConverted"] is False


def test_a_person_converts_with_an_opportunity(org: Org) -> None:
    """The history tells who did it, in the UI; custom fields go where they are mapped."""
    org.configure(convert_field_map={"Baton_Score__c": "Contact.Baton_Score__c"})
    rep = org.seed("User", Email="bob@x.example")
    lead = org.lead(Baton_Score__c=85)

    done = org.control("POST", "convert", {"lead": lead, "by": "bob@x.example"})

    deal = org.get("Opportunity", done["opportunity_id"])
    (raw,) = org.control("GET", "dump?object=Lead")
    assert org.get("Contact", done["contact_id"])["Baton_Score__c"] == 85.0
    assert (deal["StageName"], deal["CloseDate"]) == ("Prospecting", "2027-06-30")
    assert deal["ContactId"] == done["contact_id"]
    assert org.values("SELECT ContactId FROM OpportunityContactRole") == [done["contact_id"]]
    assert (raw["log"][-1]["by"], raw["log"][-1]["source"]) == (rep, "CRM_UI")


def test_a_conversion_that_fails_leaves_nothing(org: Org) -> None:
    """A rule against the contact undoes the account too."""
    org.configure(
        validation_rules=[{"object": "Contact", "when": "Email = null", "message": "E-mail?"}]
    )
    lead = org.lead()

    _, answer = convert(org, lead)

    assert answer["statusCode"] == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    assert org.query("SELECT COUNT() FROM Account")["totalSize"] == 0


def test_a_queue_cannot_own_what_is_converted(org: Org) -> None:
    """A lead in a queue needs an owner to be named."""
    queue = org.seed("Group", Name="New leads", Type="Queue")
    lead = org.lead(OwnerId=queue)

    assert "owned by users" in str(convert(org, lead)[1]["message"])
