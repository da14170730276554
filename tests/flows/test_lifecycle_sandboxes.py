"""Stages between both vendors' sandboxes over HTTP: HubSpot's goes forward only, Salesforce's
Status, and the list of those to be won again.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from app.configuring import save_document
from app.domain.presets import preset
from app.flows.moving import Wanted, move
from app.store import attention, links, stages
from app.store.db import Database
from tests.support.campaigns import Campaigns
from tests.support.pair import MAPPING, Pair, pair

STAGED: dict[str, Any] = {
    **MAPPING,
    "fields": [
        *MAPPING["fields"],
        {"name": "stage_ma", "type": "choice", "ma": "lifecyclestage", "baton": "stage_ma"},
        {"name": "stage_sfa", "type": "choice", "sfa": "Status", "sfa_objects": ["Lead"],
         "baton": "stage_sfa"},
    ],
}  # fmt: skip
RECYCLED = "Closed - Not Converted"


@pytest.fixture
def both(database: Database) -> Iterator[Pair]:
    with pair(database) as found:
        found.connect({}, {})
        yield found


def publish(both: Pair, **changes: Any) -> None:
    """The default lifecycle, but that whoever has a telephone is an MQL."""
    body = preset("lifecycle") | changes
    body["stages"][1]["when"] = {"field": "phone", "op": "exists"}
    with both.database.begin() as tx:
        save_document(tx, "mapping", "main", STAGED)
        save_document(tx, "lifecycle", "main", body)
    both.settle()


def contact(both: Pair, **properties: str) -> str:
    made = {"email": "ada@example.com", "lastname": "Lovelace", **properties}
    found = both.api("POST", "/crm/v3/objects/contacts", {"properties": made})["id"]
    sync(both)
    return str(found)


def sync(both: Pair) -> None:
    for _ in range(2):
        both.sweep("hubspot")
        both.sweep("salesforce")


def shown(both: Pair, contact_id: str) -> tuple[str | None, str]:
    """HubSpot's stage of the contact, and Salesforce's status of the only lead."""
    path = f"/crm/v3/objects/contacts/{contact_id}?properties=lifecyclestage"
    [lead] = both.leads().values()
    return both.api("GET", path)["properties"]["lifecyclestage"], lead["Status"]


def edit(both: Pair, contact_id: str, **properties: str) -> None:
    body = {"properties": properties}
    both.api("PATCH", f"/crm/v3/objects/contacts/{contact_id}", body)
    sync(both)


def trail(both: Pair) -> list[tuple[str, str, str | None]]:
    """All moves of the only person, oldest first: stage, by whom, why."""
    with both.database.begin() as tx:
        [link_id] = links.page_ids(tx, "person", None, 5)
        rows = stages.trail(tx, link_id, None, 50)
    return [(one["target"], one["moved_by"], one["reason"]) for one in rows][::-1]


def recycle(both: Pair) -> None:
    """An operator gives the person back to marketing."""
    with both.database.begin() as tx:
        [link_id] = links.page_ids(tx, "person", None, 5)
        wanted = Wanted("recycled", "person", "Mia", role="operator", reason="No budget")
        move(tx, link_id, wanted, now=datetime.now(UTC))
    both.settle()
    sync(both)


def test_both_systems_show_each_stage(both: Pair) -> None:
    """As it is called there; a lead that becomes an MQL, then is worked on."""
    publish(both)
    ada = contact(both)
    assert shown(both, ada) == ("lead", "Open - Not Contacted")

    edit(both, ada, phone="+81312345678")
    assert shown(both, ada) == ("marketingqualifiedlead", "Open - Not Contacted")

    [lead] = both.leads()
    both.control(
        both.salesforce, "edit", object="Lead", id=lead, fields={"Status": "Working - Contacted"}
    )
    sync(both)

    assert [one[0] for one in trail(both)] == ["lead", "mql"]  # it means an MQL, too
    assert shown(both, ada) == ("marketingqualifiedlead", "Working - Contacted")


def test_a_marketer_s_edit_at_hubspot_moves_the_person(both: Pair) -> None:
    """Salesforce follows."""
    publish(both)
    ada = contact(both)

    edit(both, ada, lifecyclestage="salesqualifiedlead")

    assert trail(both)[1:] == [
        ("sql", "ma", "hubspot: lifecyclestage = salesqualifiedlead")
    ]  # fmt: skip
    assert shown(both, ada) == ("salesqualifiedlead", "Working - Contacted")


def test_a_rep_s_rejection_recycles_and_hubspot_stays_where_it_is(both: Pair) -> None:
    """Its stage only goes forward, and is not asked to go back."""
    publish(both)
    ada = contact(both, phone="+81312345678")
    [lead] = both.leads()

    both.control(both.salesforce, "edit", object="Lead", id=lead, fields={"Status": RECYCLED})
    sync(both)

    assert trail(both)[-1] == ("recycled", "sfa", f"salesforce: Status = {RECYCLED}")
    assert shown(both, ada) == ("marketingqualifiedlead", RECYCLED)


@pytest.mark.parametrize("answer", ["keep", "reject"])
def test_hubspot_s_stage_goes_back_where_it_is_emptied_first(both: Pair, answer: str) -> None:
    """Whatever HubSpot does about a step back: none is tried."""
    both.control(both.hubspot, "config", lifecycle_backward=answer)
    mirrors = preset("lifecycle")["mirrors"]
    mirrors["ma"] |= {"clear_first": True}
    mirrors["ma"]["values"]["recycled"] = ["lead", "subscriber"]
    publish(both, mirrors=mirrors)
    ada = contact(both, phone="+81312345678")
    assert shown(both, ada)[0] == "marketingqualifiedlead"

    recycle(both)

    assert shown(both, ada) == ("lead", RECYCLED)
    assert [one[0] for one in trail(both)] == ["lead", "mql", "recycled"]


def test_recycled_people_are_on_the_list_until_they_come_back(both: Pair) -> None:
    """A static list of HubSpot, told once each time."""
    rig = Campaigns(both)
    list_id = rig.make_list()
    publish(both, nurture={"list": list_id})
    ada = contact(both, phone="+81312345678")
    assert rig.listed(list_id) == set()

    recycle(both)
    assert rig.listed(list_id) == {ada}

    with both.database.begin() as tx:
        [link_id] = links.page_ids(tx, "person", None, 5)
        back = Wanted("mql", "person", "Mia", role="operator", reason="Called us")
        move(tx, link_id, back, now=datetime.now(UTC))
    both.settle()

    assert rig.listed(list_id) == set()
    with both.database.begin() as tx:
        events = text("SELECT event FROM journal WHERE event LIKE 'nurture%' ORDER BY id")
        assert list(tx.scalars(events)) == ["nurtured", "nurture_ended"]


def test_a_list_that_is_not_there_is_said(both: Pair) -> None:
    """And not tried for ever."""
    publish(both, nurture={"list": "999999"})
    contact(both, phone="+81312345678")

    recycle(both)

    with both.database.begin() as tx:
        [link_id] = links.page_ids(tx, "person", None, 5)
        [listed] = stages.lists_of(tx, link_id)
    assert (listed["state"], listed["due_at"]) == ("failed", None)


def test_who_could_not_be_listed_needs_a_person(both: Pair) -> None:
    """With the reason; another try puts them on the list that the lifecycle names by then."""
    list_id = Campaigns(both).make_list()
    publish(both, nurture={"list": "999999"})
    ada = contact(both, phone="+81312345678")
    recycle(both)
    with both.database.begin() as tx:
        [item] = attention.items(tx, attention.Wanted("nurture"), None, 5)
    assert (item.connection, item.code) == ("hubspot", "gone")
    assert item.reason == "999999: List does not exist with ID 999999."

    publish(both, nurture={"list": list_id})
    with both.database.begin() as tx:
        assert attention.retry(tx, attention.Wanted(key=item.key), {"by": "Mia"}) == {"nurture": 1}
    both.settle()

    assert Campaigns(both).listed(list_id) == {ada}
    with both.database.begin() as tx:
        assert attention.items(tx, attention.Wanted("nurture"), None, 5) == []


def test_hubspot_s_customers_begin_as_such(both: Pair) -> None:
    """A first import moves nobody back."""
    publish(both)
    ada = contact(both, lifecyclestage="customer")

    assert trail(both) == [("customer", "ma", None)]
    assert shown(both, ada)[0] == "customer"


def test_an_old_lead_that_was_given_up_takes_no_customer_back(both: Pair) -> None:
    """Neither is changed by the other; who has not bought anything is recycled, as the rep said."""
    known = {"ada@example.com": "customer", "bo@example.com": "lead"}
    old = {"LastName": "Old", "Company": "x", "Status": RECYCLED}
    leads = [{"object": "Lead", "fields": {**old, "Email": email}} for email in known]
    contacts = [
        {"object": "contacts", "properties": {"email": email, "lifecyclestage": stage}}
        for email, stage in known.items()
    ]
    both.control(both.salesforce, "seed", records=leads)
    ids = both.control(both.hubspot, "seed", records=contacts)["ids"]

    publish(both)
    sync(both)

    with both.database.begin() as tx:
        found = tx.execute(text("SELECT email, stage FROM link ORDER BY email"))
        assert [tuple(row) for row in found] == [
            ("ada@example.com", "customer"), ("bo@example.com", "recycled"),
        ]  # fmt: skip
    stages_there = [
        both.api("GET", f"/crm/v3/objects/contacts/{one}?properties=lifecyclestage")["properties"]
        for one in ids
    ]
    assert [one["lifecyclestage"] for one in stages_there] == ["customer", "lead"]
    assert [lead["Status"] for lead in both.leads().values()] == [RECYCLED, RECYCLED]
