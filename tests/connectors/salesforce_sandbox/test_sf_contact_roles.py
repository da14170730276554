"""An opportunity's contact is that of its primary role, as the Object Reference says."""

from typing import Any

from tests.connectors.salesforce_sandbox.conftest import Org

DEAL = {"Name": "Big", "StageName": "Prospecting", "CloseDate": "2027-06-30"}


def role(org: Org, deal: str, contact: str, **fields: Any) -> str:
    return org.make("OpportunityContactRole", OpportunityId=deal, ContactId=contact, **fields)


def test_a_new_opportunitys_contact_gets_the_primary_role(org: Org) -> None:
    """ContactId can be given with a new opportunity, and not changed."""
    ada = org.make("Contact", LastName="Lovelace")
    deal = org.make("Opportunity", **DEAL, ContactId=ada)

    roles = org.query("SELECT ContactId, IsPrimary FROM OpportunityContactRole")["records"]
    status, error = org.refused("PATCH", f"sobjects/Opportunity/{deal}", {"ContactId": None})

    assert [(one["ContactId"], one["IsPrimary"]) for one in roles] == [(ada, True)]
    assert (status, error["errorCode"]) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")


def test_another_primary_role_takes_the_first_ones_place(org: Org) -> None:
    """One is primary; without any there is no contact."""
    ada, bob = (org.make("Contact", LastName=name) for name in ("Lovelace", "Babbage"))
    deal = org.make("Opportunity", **DEAL, ContactId=ada)
    second = role(org, deal, bob)
    assert org.get("Opportunity", deal)["ContactId"] == ada

    org.ok("PATCH", f"sobjects/OpportunityContactRole/{second}", {"IsPrimary": True})

    assert org.get("Opportunity", deal)["ContactId"] == bob
    primary = "SELECT ContactId FROM OpportunityContactRole WHERE IsPrimary = true"
    assert org.values(primary) == [bob]
    org.ok("DELETE", f"sobjects/OpportunityContactRole/{second}")
    assert org.get("Opportunity", deal)["ContactId"] is None


def test_an_org_may_let_several_roles_be_primary(org: Org) -> None:
    """As some do: the one that was made so last is the opportunity's contact."""
    org.configure(one_primary_role=False)
    ada, bob = (org.make("Contact", LastName=name) for name in ("Lovelace", "Babbage"))
    deal = org.make("Opportunity", **DEAL, ContactId=ada)

    role(org, deal, bob, IsPrimary=True)

    primary = "SELECT ContactId FROM OpportunityContactRole WHERE IsPrimary = true ORDER BY Id"
    assert org.values(primary) == [ada, bob]
    assert org.get("Opportunity", deal)["ContactId"] == bob
