"""A person stays the same person: another address, a merge in either system."""

from typing import Any

import pytest

from tests.flows.test_flows_both_sandboxes import Both, both
from tests.flows.test_flows_identity_sandboxes import PERSON, contact, live, save, sides

__all__ = ["both"]  # a fixture


def fields(both: Both, lead: str) -> dict[str, Any]:
    [found] = [one for one in both.dump(both.salesforce, "Lead") if one["id"] == lead]
    told: dict[str, Any] = found["fields"]
    return told


def change(both: Both, person: str, **properties: str) -> None:
    """Somebody edits a contact in HubSpot."""
    both.http.patch(
        f"{both.hubspot}/crm/v3/objects/contacts/{person}",
        json={"properties": properties},
        headers={"authorization": "Bearer sandbox-token"},
    ).raise_for_status()


@pytest.mark.parametrize("at", ["hubspot", "salesforce"])
def test_another_address_is_the_same_person(both: Both, at: str) -> None:
    """Changed in either system: the other record follows, and nobody is made anew."""
    save(both, PERSON)
    person = contact(both, "ada@example.com")
    both.sync()
    (lead,) = live(both, both.salesforce, "Lead")

    if at == "hubspot":
        change(both, person, email="ada@married.example")
    else:
        edit = {"object": "Lead", "id": lead, "fields": {"Email": "ada@married.example"}}
        both.control(both.salesforce, "edit", **edit)
    both.sync()
    both.sync()

    assert fields(both, lead)["Email"] == "ada@married.example"
    assert sides(both, "person", "hubspot", person)["salesforce"] == lead
    assert live(both, both.salesforce, "Lead") == [lead]
    assert live(both, both.hubspot, "contacts") == [person]


def test_a_merge_in_salesforce_is_followed(both: Both) -> None:
    """The contact belongs to the lead that stays, and its edits go there."""
    save(both, {**PERSON, "create": {"ma": False, "sfa": {"object": "Lead"}}})
    person = contact(both, "ada@example.com")
    both.sync()
    (old,) = live(both, both.salesforce, "Lead")
    given = {"Email": "byron@example.com", "LastName": "Byron", "Company": "Acme"}
    stays = both.control(both.salesforce, "create", object="Lead", fields=given)["id"]
    both.sync()

    both.control(both.salesforce, "merge", object="Lead", master=stays, losers=[old])
    both.sync()
    change(both, person, lastname="King")
    both.sync()
    both.sync()

    assert sides(both, "person", "hubspot", person)["salesforce"] == stays
    assert live(both, both.salesforce, "Lead") == [stays]
    assert fields(both, stays)["LastName"] == "King"


def test_a_merge_in_hubspot_is_followed(both: Both) -> None:
    """The lead belongs to the contact that stays, whatever id that has."""
    only = [{"field": "company", "op": "equals", "value": "Acme"}]
    save(both, {**PERSON, "filters": {"ma": only}})
    known = contact(both, "ada@example.com")
    other = contact(both, "byron@example.com", company="Other")
    both.sync()
    (lead,) = live(both, both.salesforce, "Lead")

    merged = both.api(
        "/crm/v3/objects/contacts/merge", {"primaryObjectId": other, "objectIdToMerge": known}
    )["id"]
    both.sync()
    change(both, merged, lastname="King")
    both.sync()
    both.sync()

    assert sides(both, "person", "hubspot", merged)["salesforce"] == lead
    assert live(both, both.salesforce, "Lead") == [lead]
    assert fields(both, lead)["LastName"] == "King"
