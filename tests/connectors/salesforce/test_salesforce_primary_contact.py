"""An opportunity's primary contact is written as a contact role. Against the sandbox, over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.base import Busy, Field, Gone, Landed, Ref, Rejected, Write
from connectors.salesforce.adapter import Adapter

OpenAt = Callable[..., Adapter]
DEAL = {"Name": "Big", "StageName": "Prospecting", "CloseDate": "2027-06-30"}


@pytest.fixture
def adapter(crm: Any, open_at: OpenAt) -> Adapter:
    return open_at(crm.url)


def contacts(crm: Any, *names: str) -> list[str]:
    return list(crm.seed("Contact", *({"LastName": name} for name in names)))


def deals(crm: Any, n: int, **fields: Any) -> list[str]:
    return list(crm.seed("Opportunity", *[DEAL | fields] * n))


def tell(adapter: Adapter, *wanted: tuple[str, str | None], **more: Any) -> dict[str, Any]:
    """Tell these opportunities their primary contacts; how each went."""
    writes = [
        Write(deal, "opportunity", Ref("opportunity", deal), {**more, "ContactId": contact})
        for deal, contact in wanted
    ]
    return dict(adapter.write(writes))


def roles(crm: Any, deal: str) -> dict[str, tuple[str | None, bool]]:
    """Of each contact with a role in an opportunity: which, and whether it is primary."""
    return {
        row["ContactId"]: (row["Role"], row["IsPrimary"])
        for row in crm.all("OpportunityContactRole")
        if row["OpportunityId"] == deal
    }


def spent(crm: Any, act: Callable[[], Any]) -> dict[str, int]:
    """The calls that something takes, by endpoint without the version."""
    before = crm.calls()
    act()
    return {
        where.replace("/services/data/v59.0/", ""): n - before.get(where, 0)
        for where, n in crm.calls().items()
        if n != before.get(where, 0)
    }


def test_a_new_opportunity_gets_its_primary_contact(crm: Any, adapter: Adapter) -> None:
    """Created twice under one key it is one opportunity with one role."""
    (ada,) = contacts(crm, "Ada")
    write = Write("k1", "opportunity", None, {**DEAL, "ContactId": ada})

    outcomes = [adapter.write([write])["k1"] for _ in range(2)]

    (deal,) = crm.all("Opportunity")
    assert [type(one) for one in outcomes] == [Landed, Landed]
    assert deal["ContactId"] == ada
    assert roles(crm, deal["Id"]) == {ada: (None, True)}
    assert len(crm.all("OpportunityContactRole")) == 1


@pytest.mark.parametrize("one_primary_role", [True, False])
def test_another_contact_becomes_primary_and_the_first_keeps_a_role(
    crm: Any, adapter: Adapter, *, one_primary_role: bool
) -> None:
    """Also in an org that lets several be primary. Whoever has a role keeps its name."""
    crm.configure(one_primary_role=one_primary_role)
    ada, bob = contacts(crm, "Ada", "Bob")
    new, known = deals(crm, 2, ContactId=ada)
    crm.seed(
        "OpportunityContactRole",
        {"OpportunityId": known, "ContactId": bob, "Role": "Decision Maker"},
    )

    outcomes = tell(adapter, (new, bob), (known, bob), Name="Bigger")

    assert all(isinstance(one, Landed) for one in outcomes.values())
    assert roles(crm, new) == {ada: (None, False), bob: (None, True)}
    assert roles(crm, known) == {ada: (None, False), bob: ("Decision Maker", True)}
    assert {row["Name"] for row in crm.all("Opportunity")} == {"Bigger"}
    [record] = adapter.read([Ref("opportunity", new)], ["ContactId"])
    assert record.fields == {"ContactId": bob}


def test_two_primary_roles_become_one(crm: Any, adapter: Adapter) -> None:
    """Somebody else made both of them primary."""
    crm.configure(one_primary_role=False)
    ada, bob = contacts(crm, "Ada", "Bob")
    (deal,) = deals(crm, 1, ContactId=ada)
    crm.seed("OpportunityContactRole", {"OpportunityId": deal, "ContactId": bob, "IsPrimary": True})

    tell(adapter, (deal, ada))

    assert roles(crm, deal) == {ada: (None, True), bob: (None, False)}


def test_nobody_is_primary_where_the_mapping_clears(crm: Any, adapter: Adapter) -> None:
    """The contact keeps its role."""
    (ada,) = contacts(crm, "Ada")
    (deal,) = deals(crm, 1, ContactId=ada)

    assert isinstance(tell(adapter, (deal, None))[deal], Landed)

    assert roles(crm, deal) == {ada: (None, False)}


def test_many_contacts_take_three_calls_and_what_is_so_already_one(
    crm: Any, adapter: Adapter
) -> None:
    """For 200 opportunities: one query, one call for new roles, one for those that were primary."""
    ada, bob = contacts(crm, "Ada", "Bob")
    many = deals(crm, 200, ContactId=ada)
    wanted = [(deal, bob) for deal in many]

    first = spent(crm, lambda: tell(adapter, *wanted))
    again = spent(crm, lambda: tell(adapter, *wanted))

    assert sum(first.values()) == 3 + len([name for name in first if "describe" in name])
    assert [n for name, n in first.items() if name.endswith("composite/sobjects")] == [1, 1]
    assert sum(again.values()) == 1
    assert len(crm.all("OpportunityContactRole")) == 400
    assert sum(row["IsPrimary"] for row in crm.all("OpportunityContactRole")) == 200


def test_a_lead_has_no_role(crm: Any, adapter: Adapter) -> None:
    """It is refused with what to do; all else of the opportunity lands."""
    lead = crm.lead("Ada")
    (deal,) = deals(crm, 1)

    refused = tell(adapter, (deal, lead.id), Name="Bigger")[deal]

    assert isinstance(refused, Rejected)
    assert (refused.code, refused.fields) == ("NO_CONTACT", ("ContactId",))
    assert "to_objects: {sfa: [Contact]}" in str(refused)
    assert [row["Name"] for row in crm.all("Opportunity")] == ["Bigger"]


def test_what_goes_wrong_is_told_of_its_opportunity(crm: Any, adapter: Adapter) -> None:
    """An opportunity that was deleted is gone, a contact that was deleted is refused."""
    ada, bob = contacts(crm, "Ada", "Bob")
    well, gone, ill = deals(crm, 3)
    crm.rest("DELETE", f"sobjects/Opportunity/{gone}")
    crm.rest("DELETE", f"sobjects/Contact/{bob}")

    outcomes = tell(adapter, (well, ada), (gone, ada), (ill, bob))

    assert isinstance(outcomes[well], Landed)
    assert isinstance(outcomes[gone], Gone)
    assert isinstance(outcomes[ill], Rejected)
    assert roles(crm, well) == {ada: (None, True)}


def test_what_was_not_reached_is_told_again(crm: Any, adapter: Adapter) -> None:
    """The opportunity has landed, its role could not be asked for: the write is not done."""
    (ada,) = contacts(crm, "Ada")
    (deal,) = deals(crm, 1)
    crm.fault("GET", ".*/query/?", do="unavailable")

    first = tell(adapter, (deal, ada), Name="Bigger")[deal]

    assert isinstance(first, Busy)
    assert isinstance(tell(adapter, (deal, ada), Name="Bigger")[deal], Landed)
    assert roles(crm, deal) == {ada: (None, True)}


def test_loads_take_primary_contacts_along(crm: Any, adapter: Adapter) -> None:
    """Of new opportunities in the load, of others before it."""
    ada, bob = contacts(crm, "Ada", "Bob")
    (deal,) = deals(crm, 1, ContactId=ada)
    new = Write("k1", "opportunity", None, {**DEAL, "ContactId": ada}, "Opportunity")
    old = Write("k2", "opportunity", Ref("opportunity", deal), {"ContactId": bob}, "Opportunity")

    for write in (new, old):
        load = adapter.open_load("Opportunity", creating=write.ref is None)
        assert adapter.send_load(load, [write]) == {}
        outcomes = adapter.load_outcomes("opportunity", load, [write]) or {}
        assert isinstance(outcomes[write.key], Landed)

    [made] = [row["Id"] for row in crm.all("Opportunity") if row["Id"] != deal]
    assert roles(crm, made) == {ada: (None, True)}
    assert roles(crm, deal) == {ada: (None, False), bob: (None, True)}


def test_the_contact_of_an_opportunity_can_be_told_where_roles_can(
    crm: Any, adapter: Adapter, open_at: OpenAt
) -> None:
    """A user who may not make roles only sees it."""
    shown = {one.name: one for one in adapter.describe("opportunity")}
    crm.configure(guarded_fields=["OpportunityContactRole.IsPrimary"])
    seen = {one.name: one for one in open_at(crm.url).describe("opportunity")}

    assert shown["ContactId"] == Field(
        "ContactId", "Contact ID", "reference", "Opportunity", max_length=18, names=("Contact",)
    )
    assert not seen["ContactId"].writable
