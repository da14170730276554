"""Conversions, further addresses, deletions and erasures between the two vendors' sandboxes."""

from typing import Any
from uuid import uuid4

import pytest

from app.configuring import save_document
from app.flows import erase, receive, rules
from app.store import links, tombstones
from app.store.inbox import Arrival
from connectors.base import Hint, Ref
from tests.flows.test_flows_both_sandboxes import Both, both

__all__ = ["both"]  # a fixture
PERSON: dict[str, Any] = {
    "kind": "person",
    "create": {"ma": {}, "sfa": {"object": "Lead"}},
    "fields": [
        {"name": "email", "type": "email", "ma": "email", "sfa": "Email"},
        {"name": "last_name", "ma": "lastname", "sfa": "LastName", "default": {"sfa": "-"}},
        {
            "name": "company", "ma": "company", "sfa": "Company", "sfa_objects": ["Lead"],
            "default": {"sfa": "-"},
        },
    ],
}  # fmt: skip
COMPANY: dict[str, Any] = {
    "kind": "company",
    "create": {"ma": {}, "sfa": False},
    "fields": [
        {"name": "name", "ma": "name", "sfa": "Name"},
        {"name": "website", "ma": "domain", "sfa": "Website"},
    ],
}
OPPORTUNITY: dict[str, Any] = {
    "kind": "opportunity",
    "create": {"ma": {}, "sfa": False},
    "fields": [{"name": "name", "ma": "dealname", "sfa": "Name", "direction": "sfa_to_ma"}],
}


def save(both: Both, *bodies: dict[str, Any]) -> None:
    both.connect()
    with both.database.begin() as tx:
        for body in bodies:
            save_document(tx, "mapping", body["kind"], body)


def contact(both: Both, email: str, **properties: str) -> str:
    values = {"email": email, "lastname": "Lovelace", "company": "Acme", **properties}
    made: str = both.api("/crm/v3/objects/contacts", {"properties": values})["id"]
    return made


def live(both: Both, url: str, object_: str) -> list[str]:
    """Ids of the records that are neither deleted nor converted."""
    return [
        one["id"]
        for one in both.dump(url, object_)
        if not (
            one.get("archived_ms") or one.get("deleted") or one.get("fields", {}).get("IsDeleted")
        )
        and not one.get("fields", {}).get("IsConverted")
    ]


def sides(both: Both, kind: str, connection: str, external_id: str) -> dict[str, str | None]:
    with both.database.begin() as tx:
        ids = links.by_external_id(tx, connection, kind, [external_id])
        [link] = links.read(tx, ids.values()).values()
    return {name: side.external_id for name, side in link.sides.items()}


def test_a_conversion_takes_person_company_and_opportunity_along(both: Both) -> None:
    """The lead's link becomes the contact's; account and opportunity become links of their own,
    the account's being the company that marketing has already.
    """
    save(both, PERSON, COMPANY, OPPORTUNITY)
    company = both.api("/crm/v3/objects/companies", {"properties": {"name": "株式会社Acme"}})["id"]
    person = contact(both, "ada@example.com")
    both.sync()
    (lead,) = both.dump(both.salesforce, "Lead")

    made = both.control(both.salesforce, "convert", lead=lead["id"])
    both.sync()
    both.sync()

    assert sides(both, "person", "hubspot", person)["salesforce"] == made["contact_id"]
    assert sides(both, "company", "hubspot", company)["salesforce"] == made["account_id"]
    (deal,) = both.dump(both.hubspot, "deals")
    assert sides(both, "opportunity", "salesforce", made["opportunity_id"])["hubspot"] == deal["id"]
    assert (
        len(both.dump(both.hubspot, "contacts")) == len(both.dump(both.hubspot, "companies")) == 1
    )


def test_a_lead_is_known_by_a_contacts_further_address(both: Both) -> None:
    """HubSpot merged two contacts and keeps the other address."""
    save(both, PERSON)
    first, second = contact(both, "ada@example.com"), contact(both, "ada@private.example")
    merged = both.api(
        "/crm/v3/objects/contacts/merge", {"primaryObjectId": first, "objectIdToMerge": second}
    )["id"]
    both.sync()
    (lead,) = both.dump(both.salesforce, "Lead")
    both.control(both.salesforce, "delete", object="Lead", id=lead["id"])
    both.sync()

    fields = {"Email": "Ada@Private.example", "LastName": "Byron", "Company": "Acme"}
    again = both.control(both.salesforce, "create", object="Lead", fields=fields)["id"]
    both.sync()

    assert sides(both, "person", "hubspot", merged)["salesforce"] == again


@pytest.mark.parametrize("at", ["hubspot", "salesforce"])
def test_deletions_spread(both: Both, at: str) -> None:
    """Both ways, where the mapping says so."""
    save(both, {**PERSON, "deletes": {"ma": "archive", "sfa": "archive"}})
    person = contact(both, "ada@example.com")
    both.sync()
    (lead,) = both.dump(both.salesforce, "Lead")

    if at == "hubspot":
        both.http.delete(
            f"{both.hubspot}/crm/v3/objects/contacts/{person}",
            headers={"authorization": "Bearer sandbox-token"},
        ).raise_for_status()
        with both.database.begin() as tx:  # a webhook comes
            hint = Hint(str(uuid4()), Ref("person", person))
            receive.store(tx, [[Arrival("hubspot", uuid4(), hint)]])
    else:
        both.control(both.salesforce, "delete", object="Lead", id=lead["id"])
    both.sync()
    both.sync()

    assert live(both, both.hubspot, "contacts") == []
    assert live(both, both.salesforce, "Lead") == []


def test_an_erasure_reaches_both(both: Both) -> None:
    """HubSpot's GDPR deletion, Salesforce's deletion; nobody is made anew."""
    save(both, PERSON)
    person = contact(both, "ada@example.com")
    contact(both, "bob@example.com")
    both.sync()
    with both.database.begin() as tx:
        ids = links.by_external_id(tx, "hubspot", "person", [person])
        [link] = links.lock(tx, ids.values()).values()
        receipt = erase.erase(tx, rules.load(tx), link, source="api", by="test")

    both.sync()
    both.sync()

    with both.database.begin() as tx:
        found = tombstones.get(tx, receipt)
        assert links.by_email(tx, "person", ["ada@example.com"]) == {}
    assert found is not None
    assert found.completed_at is not None
    assert {name: one["state"] for name, one in found.sides.items()} == {
        "hubspot": "erased", "salesforce": "erased",
    }  # fmt: skip
    assert len(live(both, both.hubspot, "contacts")) == 1
    assert len(live(both, both.salesforce, "Lead")) == 1
    assert Ref("person", person).id not in live(both, both.hubspot, "contacts")


def test_an_erasure_takes_the_converted_lead_along(both: Both) -> None:
    """It holds the name and the address still."""
    save(both, PERSON)
    person = contact(both, "ada@example.com")
    both.sync()
    (lead,) = both.dump(both.salesforce, "Lead")
    both.control(both.salesforce, "convert", lead=lead["id"])
    both.sync()
    with both.database.begin() as tx:
        ids = links.by_external_id(tx, "hubspot", "person", [person])
        would = erase.would(tx, list(ids.values()))
        [link] = links.lock(tx, ids.values()).values()
        receipt = erase.erase(tx, rules.load(tx), link, source="api", by="test")

    both.sync()
    both.sync()

    with both.database.begin() as tx:
        found = tombstones.get(tx, receipt)
    assert f"salesforce:{lead['id']}" in would.records
    assert found is not None
    at = found.sides["salesforce"]
    assert (at["state"], at["records"]) == ("erased", 2)
    assert both.dump(both.salesforce, "Lead") == both.dump(both.salesforce, "Contact") == []


def test_an_erasure_after_a_merge_is_completed(both: Both) -> None:
    """What was merged away in HubSpot is asked for as well, and is not there."""
    save(both, PERSON)
    first, second = contact(both, "ada@example.com"), contact(both, "byron@example.com")
    both.sync()
    merged = both.api(
        "/crm/v3/objects/contacts/merge", {"primaryObjectId": first, "objectIdToMerge": second}
    )["id"]
    both.sync()
    with both.database.begin() as tx:
        ids = links.by_external_id(tx, "hubspot", "person", [merged])
        [link] = links.lock(tx, ids.values()).values()
        receipt = erase.erase(tx, rules.load(tx), link, source="api", by="test")

    both.sync()
    both.sync()

    with both.database.begin() as tx:
        found = tombstones.get(tx, receipt)
    assert found is not None
    assert found.completed_at is not None
    assert live(both, both.hubspot, "contacts") == []
