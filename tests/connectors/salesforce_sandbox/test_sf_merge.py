"""Merge and undelete, by SOAP and by a person, and what follows from it."""

from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree

from tests.connectors.salesforce_sandbox.conftest import Org

ENVELOPE = """<?xml version="1.0"?>
<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xmlns:s="urn:{kind}.soap.sforce.com" xmlns:o="urn:sobject.{kind}.soap.sforce.com">
<e:Header><s:SessionHeader><s:sessionId>sandbox-token</s:sessionId></s:SessionHeader></e:Header>
<e:Body>{body}</e:Body></e:Envelope>"""


def soap(org: Org, body: str, kind: str = "partner") -> list[dict[str, list[str]]]:
    """The results of a call: texts by element name."""
    letter = {"partner": "u", "enterprise": "c"}[kind]
    content = ENVELOPE.format(kind=kind, body=body)
    headers = {"Content-Type": "text/xml", "SOAPAction": '""'}
    answer = org.http.post(f"/services/Soap/{letter}/59.0", content=content, headers=headers)
    root = ElementTree.fromstring(answer.content)
    return [_texts(one) for one in root.iter() if one.tag.endswith("}result")]


def _texts(result: Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in result.iter():
        found.setdefault(one.tag.rpartition("}")[2], []).append(one.text or "")
    return found


def merge(org: Org, master: str, *losers: str, more: str = "") -> dict[str, list[str]]:
    ids = "".join(f"<s:recordToMergeIds>{id_}</s:recordToMergeIds>" for id_ in losers)
    record = f"<o:type>Lead</o:type><o:Id>{master}</o:Id>{more}"
    body = (
        f"<s:merge><s:request><s:masterRecord>{record}</s:masterRecord>{ids}</s:request></s:merge>"
    )
    (result,) = soap(org, body)
    return result


def test_merging_leads(org: Org) -> None:
    """The losers are deleted with MasterRecordId; tasks and memberships are the master's."""
    master, first, second = (org.lead(name) for name in ("A", "B", "C"))
    task = org.make("Task", WhoId=first, Subject="Call")
    campaign = org.make("Campaign", Name="Fair")
    for lead in (master, second):
        org.make("CampaignMember", CampaignId=campaign, LeadId=lead)

    result = merge(org, master, first, second)

    gone = org.ok("GET", "queryAll", q="SELECT Id, MasterRecordId FROM Lead WHERE IsDeleted = true")
    assert (result["success"], result["id"]) == (["true"], [master])
    assert (result["mergedRecordIds"], result["updatedRelatedIds"]) == ([first, second], [task])
    assert [(r["Id"], r["MasterRecordId"]) for r in gone["records"]] == [
        (first, master),
        (second, master),
    ]
    assert org.get("Task", task)["WhoId"] == master
    assert org.values("SELECT LeadId FROM CampaignMember") == [master]


def test_values_of_the_master(org: Org) -> None:
    """The master keeps its values but for those that the request gives; keys may move over."""
    master = org.lead("A", Title="Boss", Phone="1")
    loser = org.lead("B", Title="Clerk", Email="b@x.example", Baton_Key__c="k1")
    more = (
        "<o:fieldsToNull>Phone</o:fieldsToNull><o:Email>b@x.example</o:Email>"
        "<o:Baton_Key__c>k1</o:Baton_Key__c><o:DoNotCall>true</o:DoNotCall>"
    )

    merge(org, master, loser, more=more)

    found = org.get("Lead", master)
    assert (found["Title"], found["Phone"], found["Email"]) == ("Boss", None, "b@x.example")
    assert (found["Baton_Key__c"], found["DoNotCall"]) == ("k1", True)


def test_merging_by_the_enterprise_api(org: Org) -> None:
    """The object is the element's xsi:type; children of an account come along."""
    master, loser = (org.make("Account", Name=name) for name in ("A", "B"))
    contact = org.make("Contact", LastName="C", AccountId=loser)
    body = (
        f'<s:merge><s:request><s:masterRecord xsi:type="o:Account"><o:Id>{master}</o:Id>'
        f"</s:masterRecord><s:recordToMergeIds>{loser}</s:recordToMergeIds></s:request></s:merge>"
    )

    (result,) = soap(org, body, "enterprise")

    assert result["success"] == ["true"]
    assert org.get("Contact", contact)["AccountId"] == master


def test_refused_merges(org: Org) -> None:
    """Too many losers, itself, another object, a converted lead: nothing changes."""
    a, b, c, d = (org.lead(name) for name in "ABCD")
    account = org.make("Account", Name="X")
    org.control("POST", "convert", {"lead": d, "opportunity": False})

    codes = [
        merge(org, a, b, c, d)["statusCode"],
        merge(org, a, a)["statusCode"],
        merge(org, a, account)["statusCode"],
        merge(org, a, d)["statusCode"],
    ]

    assert codes == [
        ["LIMIT_EXCEEDED"],
        ["INVALID_ID_FIELD"],
        ["INVALID_CROSS_REFERENCE_KEY"],
        ["CANNOT_UPDATE_CONVERTED_LEAD"],
    ]
    assert org.query("SELECT COUNT() FROM Lead")["totalSize"] == 4


def test_a_merge_that_fails_leaves_nothing(org: Org) -> None:
    """A validation rule against the master brings the losers and their tasks back."""
    rule = {"object": "Lead", "when": "Rating = 'Hot'", "message": "no"}
    org.configure(validation_rules=[rule])
    master, loser = org.lead("A"), org.lead("B")
    task = org.make("Task", WhoId=loser, Subject="Call")

    result = merge(org, master, loser, more="<o:Rating>Hot</o:Rating>")

    assert (result["success"], result["message"]) == (["false"], ["no"])
    assert org.get("Task", task)["WhoId"] == loser


def test_undeleting(org: Org) -> None:
    """A record comes back without MasterRecordId; one that was never deleted is an error."""
    master, loser = org.lead("A"), org.lead("B")
    merge(org, master, loser)

    found = soap(org, f"<s:undelete><s:ids>{loser}</s:ids><s:ids>{master}</s:ids></s:undelete>")

    assert [one["success"] for one in found] == [["true"], ["false"]]
    assert found[1]["statusCode"] == ["UNDELETE_FAILED"]
    assert org.get("Lead", loser)["MasterRecordId"] is None


def test_a_person_merges(org: Org) -> None:
    """By the control route, in that person's name; the master alone is touched by them."""
    rep = org.seed("User", Email="bob@x.example")
    master, loser = org.lead("A"), org.lead("B")
    task = org.make("Task", WhoId=loser, Subject="Call")
    wish = {"object": "Lead", "master": master, "losers": [loser], "fields": {"Rating": "Hot"}}

    done = org.control("POST", "merge", {**wish, "by": "bob@x.example"})

    assert done == {"id": master, "merged_ids": [loser], "related_ids": [task]}
    assert org.get("Lead", master)["LastModifiedById"] == rep
    assert org.get("Task", task)["LastModifiedById"] != rep


@pytest.mark.parametrize("losers", [None, [], ["x"]])
def test_nonsense_is_refused(org: Org, losers: object) -> None:
    """The control route says what is wrong with it."""
    wish = {"object": "Lead", "master": org.lead(), "losers": losers}

    assert org.http.post("/_sandbox/merge", json=wish).status_code == 400
