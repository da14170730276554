"""Campaigns between the vendors' sandboxes over HTTP: statuses both ways, removal, conversion."""

from collections.abc import Iterator

import pytest

from app.store import campaigns_costs
from app.store.db import Database
from tests.support.campaigns import Campaigns, campaigns


@pytest.fixture
def world(database: Database) -> Iterator[Campaigns]:
    with campaigns(database) as found:
        yield found


def test_who_registers_becomes_a_member_with_that_status(world: Campaigns) -> None:
    """The campaign is made with its statuses; attending, cancelling and not coming follow."""
    ids = world.people("Ada", "Bob", "Cy")
    world.document()
    world.attend("register", *ids.values())

    world.sync()
    registered = world.members()
    world.attend("attend", ids["Ada"])
    world.attend("cancel", ids["Bob"])
    world.read()
    told = world.members()

    assert registered == {"Ada": "Registered", "Bob": "Registered", "Cy": "Registered"}
    assert told == {"Ada": "Attended", "Bob": "Cancelled", "Cy": "Registered"}


def test_a_change_in_salesforce_comes_back(world: Campaigns) -> None:
    """A rep notes that somebody came; HubSpot's event knows. Nothing is told at rest."""
    ids = world.people("Ada", "Bob")
    world.document()
    world.attend("register", *ids.values())
    world.sync()

    world.edit("CampaignMember", world.member_id("Ada"), Status="Attended")
    world.read()
    told = world.attendance()
    world.calls()
    world.read()
    at_rest = [one for one in world.calls() if not one.startswith("GET")]

    assert told == {ids["Ada"]: "ATTENDED", ids["Bob"]: "REGISTERED"}
    assert at_rest == []


def test_a_list_and_a_campaign_are_one(world: Campaigns) -> None:
    """Added or taken out on one side is so on the other; what sales set as status stays."""
    ids = world.people("Ada", "Bob", "Cy")
    list_id = world.make_list(ids["Ada"], ids["Bob"])
    world.document(source={"list": {"id": list_id}})
    world.sync()
    first = world.members()

    world.on_list(list_id, ids["Cy"])
    world.on_list(list_id, ids["Bob"], verb="remove")
    world.edit("CampaignMember", world.member_id("Ada"), Status="Attended")
    world.read()
    world.read()
    then = world.members()
    world.delete_member("Ada")
    world.read()
    world.read()

    assert first == {"Ada": "Sent", "Bob": "Sent"}
    assert then == {"Ada": "Attended", "Cy": "Sent"}
    assert world.members() == {"Cy": "Sent"}
    assert world.listed(list_id) == {ids["Cy"]}


def test_whom_a_campaign_of_hubspot_reached_becomes_a_member(world: Campaigns) -> None:
    """By the first touch or any; its spend is imported, and what sales set as status stays."""
    ids = world.people("Ada", "Bob", "Cy")
    guids = [world.make_marketing_campaign(tag) for tag in ("spring", "autumn")]
    world.visit(ids["Ada"], "spring")
    world.visit(ids["Bob"], "autumn")
    world.visit(ids["Bob"], "spring")
    world.pair.api(
        "POST",
        f"/marketing/v3/campaigns/{guids[0]}/spend",
        {"amount": 700, "name": "Ads", "order": 0},
    )
    for name, people in (("first", "first_touch"), ("any", "influenced")):
        source = {"campaign": {"id": guids[0], "people": people}}
        target = {"create": {"name": name}}
        world.document(name, source=source, target=target, direction="ma_to_sfa")
    world.sync()
    first, any_ = world.members_of("first"), world.members_of("any")

    world.edit("CampaignMember", world.member_id("Bob"), Status="Attended")
    world.visit(ids["Cy"], "spring")
    world.read()
    world.figures()

    assert (first, any_) == ({"Ada": "Sent"}, {"Ada": "Sent", "Bob": "Sent"})
    assert world.members_of("first") == {"Ada": "Sent", "Cy": "Sent"}
    assert world.members_of("any") == {"Ada": "Sent", "Bob": "Attended", "Cy": "Sent"}
    with world.database.begin() as tx:
        kept = campaigns_costs.listed(tx, "first", None, 10)
    assert [row["amount"] for row in kept if row["source"] == "hubspot"] == [700]


def test_members_of_the_sfa_go_on_the_list(world: Campaigns) -> None:
    """A campaign that is there already, whose members are leads."""
    ids = world.people("Ada", "Bob")
    list_id = world.make_list()
    world.pair.sweep("hubspot")
    leads = {row["LastName"]: row["Id"] for row in world.pair.leads().values()}
    campaign = world.make("Campaign", Name="Fair")
    world.make("CampaignMember", CampaignId=campaign, LeadId=leads["Ada"], Status="Sent")

    world.document(source={"list": {"id": list_id}}, target={"campaign": campaign})
    world.sync()

    assert world.listed(list_id) == {ids["Ada"]}
    assert world.members() == {"Ada": "Sent"}


def test_a_member_stays_the_same_after_a_conversion(world: Campaigns) -> None:
    """The lead becomes a contact; its status goes on both ways, and nobody is a member twice."""
    ids = world.people("Ada")
    world.document()
    world.attend("register", ids["Ada"])
    world.sync()

    (lead,) = world.pair.leads()
    world.convert(lead)
    world.sync()
    world.attend("attend", ids["Ada"])
    world.sync()

    assert world.members() == {"Ada": "Attended"}
    assert world.attendance() == {ids["Ada"]: "ATTENDED"}


def test_who_does_not_exist_there_yet_is_waited_for(world: Campaigns) -> None:
    """Registered before Salesforce knows them: the membership follows the person."""
    world.document()
    world.sync()
    ids = world.people("Ada")
    world.attend("register", ids["Ada"])
    world.read()
    early = world.members()

    world.sync()

    assert early == {}
    assert world.members() == {"Ada": "Registered"}


def test_an_event_of_another_application_is_found_by_its_ids(world: Campaigns) -> None:
    """As the webinar tool knows it; told and read there."""
    ids = world.people("Ada")
    world.event = world.make_event()
    source = {"marketing_event": {"external_id": "webinar-7", "account_id": "acme"}}
    world.document(source=source)
    world.attend("register", ids["Ada"])
    world.sync()

    world.edit("CampaignMember", world.member_id("Ada"), Status="Attended")
    world.read()

    assert world.attendance() == {ids["Ada"]: "ATTENDED"}
    assert world.members() == {"Ada": "Attended"}
