"""References between both vendors' sandboxes: accounts, companies, deals and their contacts."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.configuring import save_document
from app.store.db import Database
from mappings.presets import preset
from tests.support.pair import Pair, pair

NAME = "hubspot-salesforce-{kind}"


@pytest.fixture
def org() -> dict[str, Any]:
    """Settings of the Salesforce connection besides."""
    return {}


@pytest.fixture
def both(database: Database, org: dict[str, Any]) -> Iterator[Pair]:
    """All three presets are active."""
    with pair(database) as found:
        found.connect({}, org)
        with database.begin() as tx:
            for kind in ("person", "company", "opportunity"):
                body = preset(NAME.format(kind=kind)).model_dump(mode="json")
                save_document(tx, "mapping", "main" if kind == "person" else kind, body)
        found.settle()
        yield found


def sobject(both: Pair, object_: str, **fields: Any) -> str:
    """A person enters a record in Salesforce."""
    headers = {"authorization": "Bearer sandbox-token"}
    url = f"{both.salesforce}/services/data/v59.0/sobjects/{object_}"
    answer = both.http.post(url, json=fields, headers=headers)
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


def edit(both: Pair, object_: str, id_: str, **fields: Any) -> None:
    headers = {"authorization": "Bearer sandbox-token"}
    url = f"{both.salesforce}/services/data/v59.0/sobjects/{object_}/{id_}"
    assert both.http.patch(url, json=fields, headers=headers).is_success


def rows(both: Pair, object_: str) -> list[dict[str, Any]]:
    return [one["fields"] for one in both.dump(both.salesforce, object_)]


def ends(both: Pair, here: str, id_: str, there: str) -> list[str]:
    found = both.api("GET", f"/crm/v4/objects/{here}/{id_}/associations/{there}")["results"]
    return [str(one["toObjectId"]) for one in found]


def one(both: Pair, object_: str, **wanted: str) -> str:
    """The id of HubSpot's record with this property."""
    [(name, value)] = wanted.items()
    listed = both.api("GET", f"/crm/v3/objects/{object_}?limit=100&properties={name}")["results"]
    [found] = [row["id"] for row in listed if row["properties"][name] == value]
    return str(found)


def sweep(both: Pair) -> None:
    for name in ("salesforce", "hubspot", "salesforce"):
        both.sweep(name)


def test_accounts_and_contacts_of_salesforce_stand_together_in_hubspot(both: Pair) -> None:
    """A contact has its company, a deal its company and its primary contact."""
    acme = sobject(both, "Account", Name="Acme", Website="acme.example")
    ada = sobject(both, "Contact", LastName="L", Email="ada@acme.example", AccountId=acme)
    deal = {"Name": "Big", "StageName": "Prospecting", "CloseDate": "2027-01-31"}
    sobject(both, "Opportunity", **deal, AccountId=acme, ContactId=ada)
    sweep(both)

    company, contact = (
        one(both, "companies", name="Acme"),
        one(both, "contacts", email="ada@acme.example"),
    )
    assert ends(both, "contacts", contact, "companies") == [company]
    dealt = one(both, "deals", dealname="Big")
    assert ends(both, "deals", dealt, "companies") == [company]
    assert ends(both, "deals", dealt, "contacts") == [contact]

    globex = sobject(both, "Account", Name="Globex", Website="globex.example")
    edit(both, "Contact", ada, AccountId=globex)
    sweep(both)

    shown = both.api("GET", f"/crm/v3/objects/contacts/{contact}?properties=associatedcompanyid")
    assert shown["properties"]["associatedcompanyid"] == one(both, "companies", name="Globex")


def test_a_deals_company_of_hubspot_is_the_account_in_salesforce(both: Pair) -> None:
    """Company and deal are new in HubSpot; the opportunity gets its account."""
    company = both.api(
        "POST",
        "/crm/v3/objects/companies",
        {"properties": {"name": "Acme", "domain": "acme.example"}},
    )["id"]
    deal = both.api(
        "POST",
        "/crm/v3/objects/deals",
        {"properties": {"dealname": "Big", "dealstage": "appointmentscheduled"}},
    )["id"]
    both.api("PUT", f"/crm/v4/objects/deals/{deal}/associations/default/companies/{company}")
    sweep(both)

    [account] = rows(both, "Account")
    [opportunity] = rows(both, "Opportunity")
    assert opportunity["AccountId"] == account["Id"]


def test_a_contacts_new_company_of_hubspot_is_told_to_salesforce(both: Pair) -> None:
    """The contact is a Salesforce contact already; a marketer gives it another company."""
    acme = sobject(both, "Account", Name="Acme", Website="acme.example")
    ada = sobject(both, "Contact", LastName="L", Email="ada@acme.example", AccountId=acme)
    sweep(both)
    contact = one(both, "contacts", email="ada@acme.example")

    new = both.api("POST", "/crm/v3/objects/companies", {"properties": {"name": "Globex"}})["id"]
    label = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]
    path = f"/crm/v4/objects/contacts/{contact}/associations/companies/{new}"
    both.api("PUT", path, label)
    sweep(both)

    globex = next(row["Id"] for row in rows(both, "Account") if row["Name"] == "Globex")
    assert [row["AccountId"] for row in rows(both, "Contact")] == [globex]
    assert {row["Id"] for row in rows(both, "Contact")} == {ada}


def test_a_converted_lead_stands_with_its_account_and_opportunity(both: Pair) -> None:
    """The account of a conversion is the company of contact and deal in HubSpot, and the contact
    is the deal's.
    """
    sobject(both, "Lead", LastName="L", Company="Acme", Email="ada@acme.example")
    sweep(both)
    [lead] = rows(both, "Lead")

    both.control(both.salesforce, "convert", id=lead["Id"], opportunity_name="Big")
    sweep(both)

    contact = one(both, "contacts", email="ada@acme.example")
    company = one(both, "companies", name="Acme")
    assert ends(both, "contacts", contact, "companies") == [company]
    deal = one(both, "deals", dealname="Big")
    assert ends(both, "deals", deal, "companies") == [company]
    assert ends(both, "deals", deal, "contacts") == [contact]
