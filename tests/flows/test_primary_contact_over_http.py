"""The primary contact of a deal between both vendors' sandboxes: a contact role in Salesforce."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from app.flows import receive, rules, why
from app.store import links
from app.store.inbox import Arrival
from app.web.why_words import mends, says
from connectors.base import Hint, Ref
from tests.flows.test_references_over_http import both as _both
from tests.flows.test_references_over_http import ends, one, rows, sobject, sweep
from tests.support.pair import Pair

both = _both


@pytest.fixture
def org() -> dict[str, Any]:
    """Changed roles are read, too, for this org does not say what they change."""
    return {"contact_roles_every_s": 60}


DEAL = {"Name": "Big", "StageName": "Prospecting", "CloseDate": "2027-01-31"}
ROLES = "OpportunityContactRole"


def person(both: Pair, name: str) -> str:
    """A marketer enters a contact in HubSpot."""
    properties = {"email": f"{name}@acme.example".lower(), "lastname": name}
    made = both.api("POST", "/crm/v3/objects/contacts", {"properties": properties})
    return str(made["id"])


def deal(both: Pair, *contacts: str) -> str:
    """A marketer enters a deal with these contacts."""
    properties = {"dealname": "Big", "dealstage": "appointmentscheduled"}
    made = str(both.api("POST", "/crm/v3/objects/deals", {"properties": properties})["id"])
    for contact in contacts:
        associate(both, made, contact)
    return made


def associate(both: Pair, made: str, contact: str) -> None:
    path = f"/crm/v4/objects/deals/{made}/associations/default/contacts/{contact}"
    both.api("PUT", path)
    heard(both, made)


def part(both: Pair, made: str, contact: str) -> None:
    both.api("DELETE", f"/crm/v4/objects/deals/{made}/associations/contacts/{contact}")
    heard(both, made)


def heard(both: Pair, made: str) -> None:
    """HubSpot tells by webhook that the deal's associations changed."""
    hint = Hint(str(uuid4()), Ref("opportunity", made), datetime.now(UTC))
    with both.database.begin() as tx:
        receive.store(tx, [[Arrival("hubspot", uuid4(), hint)]])


def primary(both: Pair) -> dict[str, bool]:
    """Whoever has a role in the one opportunity, by last name: is it the primary one?"""
    names = {row["Id"]: row["LastName"] for row in rows(both, "Contact")}
    live = [row for row in rows(both, ROLES) if not row["IsDeleted"]]
    return {names[row["ContactId"]]: row["IsPrimary"] for row in live}


def written(both: Pair) -> list[int]:
    """How often each record of the opportunity and its roles was changed."""
    found = [*both.dump(both.salesforce, "Opportunity"), *both.dump(both.salesforce, ROLES)]
    return [len(row["log"]) for row in found]


def explained(both: Pair, made: str) -> list[why.Step]:
    """How the deal stands in Salesforce, with what keeps it from being as it should be."""
    with both.database.begin() as tx:
        [link_id] = links.by_external_id(tx, "hubspot", "opportunity", [made]).values()
        found = why.of_link(tx, rules.load(tx), link_id)
    assert found is not None
    told = [step for step in found.steps if step.connection == "salesforce"]
    return [step for step in told if step.code not in {"looked", "written"}]


def test_a_deals_contact_of_hubspot_gets_the_primary_role(both: Pair) -> None:
    """Later another one does; the first keeps a role. Nothing comes back as a change."""
    for name in ("Ada", "Bob"):
        sobject(both, "Contact", LastName=name, Email=f"{name}@acme.example".lower())
    sweep(both)
    ada, bob = (one(both, "contacts", email=f"{n}@acme.example") for n in ("ada", "bob"))
    made = deal(both, ada)
    sweep(both)
    assert primary(both) == {"Ada": True}

    associate(both, made, bob)
    part(both, made, ada)
    sweep(both)

    assert primary(both) == {"Ada": False, "Bob": True}
    before = written(both)
    sweep(both)
    assert written(both) == before
    assert ends(both, "deals", made, "contacts") == [bob]


def test_a_primary_role_of_salesforce_and_a_contact_of_hubspot_meet(both: Pair) -> None:
    """A rep makes somebody else primary; a marketer takes them from the deal again."""
    ids = {n: sobject(both, "Contact", LastName=n, Email=f"{n}@a.example") for n in ("ada", "bob")}
    opportunity = sobject(both, "Opportunity", **DEAL, ContactId=ids["ada"])
    sweep(both)
    ada, bob = (one(both, "contacts", email=f"{name}@a.example") for name in ("ada", "bob"))
    made = one(both, "deals", dealname="Big")
    assert ends(both, "deals", made, "contacts") == [ada]

    sobject(both, ROLES, OpportunityId=opportunity, ContactId=ids["bob"], IsPrimary=True)
    sweep(both)
    assert sorted(ends(both, "deals", made, "contacts")) == sorted([ada, bob])
    assert primary(both) == {"ada": False, "bob": True}

    part(both, made, bob)
    sweep(both)

    assert primary(both) == {"ada": True, "bob": False}


def test_a_lead_is_waited_for_until_it_is_converted(both: Pair) -> None:
    """All else of the deal goes on. Why tells what is waited for, and what to do."""
    ada = person(both, "Ada")
    made = deal(both, ada)
    sweep(both)
    edited = {"properties": {"dealname": "Bigger"}}
    both.api("PATCH", f"/crm/v3/objects/deals/{made}", edited)
    sweep(both)

    [opportunity] = rows(both, "Opportunity")
    assert (opportunity["Name"], rows(both, ROLES)) == ("Bigger", [])
    [step] = explained(both, made)
    fix = mends(step)
    assert (step.code, step.verdict) == ("awaits", "waiting")
    assert says(step).en == (
        "All but this is in salesforce: salesforce ContactId waits until the person that it names "
        "is a Contact; it is a Lead now (Ada)"
    )
    assert fix is not None
    assert fix.en == (
        "Convert the Lead in salesforce: once it is a Contact, this follows by itself."
    )
    assert "Contactに変換" in fix.ja

    [lead] = rows(both, "Lead")
    both.control(both.salesforce, "convert", lead=lead["Id"], opportunity=False)
    sweep(both)

    assert primary(both) == {"Ada": True}
    assert [step.code for step in explained(both, made)] == ["in_sync"]
    before = written(both)
    sweep(both)
    assert written(both) == before


def test_a_primary_role_is_heard_of_where_it_does_not_stamp_the_opportunity(both: Pair) -> None:
    """By the feed of roles alone."""
    both.control(both.salesforce, "config", role_stamps_opportunity=False)
    ada = sobject(both, "Contact", LastName="Ada", Email="ada@acme.example")
    opportunity = sobject(both, "Opportunity", **DEAL)
    sweep(both)
    both.listen("salesforce", "contact_roles")
    made = one(both, "deals", dealname="Big")
    assert ends(both, "deals", made, "contacts") == []

    sobject(both, ROLES, OpportunityId=opportunity, ContactId=ada, IsPrimary=True)
    both.listen("salesforce", "contact_roles")

    assert ends(both, "deals", made, "contacts") == [
        one(both, "contacts", email="ada@acme.example")
    ]
