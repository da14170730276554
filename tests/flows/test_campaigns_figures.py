"""Costs, opportunities and credits of campaigns, between both vendors' sandboxes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.configuring import save_document
from app.store import activities, attention, campaigns_costs
from app.store.db import Database
from connectors.base import Activity, Ref
from mappings.presets import preset
from tests.support.campaigns import Campaigns, campaigns

MAY = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)
DEAL = {"StageName": "Prospecting", "CloseDate": "2027-01-31"}


@pytest.fixture
def world(database: Database) -> Iterator[Campaigns]:
    """All three presets are active: opportunities know their people and companies."""
    with campaigns(database) as found:
        with database.begin() as tx:
            for kind in ("person", "company", "opportunity"):
                body = preset(f"hubspot-salesforce-{kind}").model_dump(mode="json")
                save_document(tx, "mapping", "main" if kind == "person" else kind, body)
        found.pair.settle()
        yield found


def opportunities(world: Campaigns) -> dict[str, Any]:
    """Name -> campaign, of Salesforce's opportunities."""
    rows = (one["fields"] for one in world.pair.dump(world.pair.salesforce, "Opportunity"))
    return {row["Name"]: row["CampaignId"] for row in rows}


def known_contact(world: Campaigns) -> tuple[str, str]:
    """Ada is a contact of Acme in Salesforce, and known to HubSpot: her account and contact."""
    acme = world.make("Account", Name="Acme", Website="acme.example")
    ada = world.make("Contact", LastName="Ada", Email="ada@acme.example", AccountId=acme)
    world.pair.sweep("salesforce")
    world.pair.sweep("hubspot")
    return acme, ada


def test_opportunities_are_credited_to_the_campaign_that_touched_their_people(
    world: Campaigns,
) -> None:
    """By contact or company; a campaign that a person set stays, and the contact gets a role."""
    acme, ada = known_contact(world)
    other = world.make("Campaign", Name="Fair")
    world.document(attribution="first_touch", contact_role="Influencer")
    (contact,) = world.pair.contacts()
    world.attend("register", contact)
    world.sync()

    world.make("Opportunity", Name="Ours", AccountId=acme, Amount=500, **DEAL)
    world.make("Opportunity", Name="Set", AccountId=acme, CampaignId=other, **DEAL)
    world.make("Opportunity", Name="Nobody's", **DEAL)
    world.sync()
    world.figures()

    [campaign] = [
        row["fields"]["Id"]
        for row in world.pair.dump(world.pair.salesforce, "Campaign")
        if row["fields"]["Name"] == "Spring webinar"
    ]
    assert opportunities(world) == {"Ours": campaign, "Set": other, "Nobody's": None}
    roles = [
        (row["fields"]["ContactId"], row["fields"]["Role"])
        for row in world.pair.dump(world.pair.salesforce, "OpportunityContactRole")
    ]
    assert (ada, "Influencer") in roles


def test_an_activity_that_names_the_campaign_is_a_touch(world: Campaigns) -> None:
    """Whoever came by a link of the campaign need not be its member."""
    acme, _ = known_contact(world)
    world.document(attribution="last_touch", utm=["Spring-26"])
    (contact,) = world.pair.contacts()
    clicked = {"utm_campaign": "spring-26", "url": "https://acme.example/?utm_campaign=spring-26"}
    view = Activity("1", Ref("person", contact), "page_view", MAY, "Pricing", clicked)
    with world.database.begin() as tx:
        activities.add(tx, "hubspot", [view], uuid4())

    world.make("Opportunity", Name="Theirs", AccountId=acme, **DEAL)
    world.sync()
    world.figures()

    assert opportunities(world)["Theirs"] is not None
    assert world.members() == {}


def test_utm_parameters_go_along_to_the_opportunity(world: Campaigns) -> None:
    """Those of the touch that it is credited to, and ids; what a person entered stays."""
    acme, _ = known_contact(world)
    added = [{"name": name} for name in ("UTM_Source__c", "UTM_Medium__c", "From__c", "Id__c")]
    world.pair.control(world.pair.salesforce, "fields", object="Opportunity", fields=added)
    world.document(
        attribution="last_touch",
        utm=["spring-26"],
        opportunity_fields={
            "utm_source": "UTM_Source__c", "utm_medium": "UTM_Medium__c", "campaign": "From__c",
            "campaign_id": "Id__c",
        },
    )  # fmt: skip
    (contact,) = world.pair.contacts()
    person = Ref("person", contact)
    tags = ({"utm_source": "mail"}, {"utm_source": "ads", "utm_medium": "cpc"})
    views = [
        Activity(str(n), person, "page_view", MAY + n * DAY, "", {"utm_campaign": "Spring-26", **t})
        for n, t in enumerate(tags)
    ]
    with world.database.begin() as tx:
        activities.add(tx, "hubspot", views, uuid4())

    world.make("Opportunity", Name="Theirs", AccountId=acme, From__c="Fair", **DEAL)
    world.sync()
    world.figures()

    [row] = [one["fields"] for one in world.pair.dump(world.pair.salesforce, "Opportunity")]
    assert row["CampaignId"] is not None
    assert (row["UTM_Source__c"], row["UTM_Medium__c"]) == ("ads", "cpc")
    assert (row["From__c"], row["Id__c"]) == ("Fair", world.event)


def test_a_field_that_is_not_there_is_told(world: Campaigns) -> None:
    """By its name; the opportunity is not half credited."""
    acme, _ = known_contact(world)
    fields = {"campaign": "Nowhere__c"}
    world.document(attribution="first_touch", opportunity_fields=fields)
    (contact,) = world.pair.contacts()
    world.attend("register", contact)
    world.sync()
    world.make("Opportunity", Name="Ours", AccountId=acme, **DEAL)
    world.sync()
    world.figures()

    with world.database.begin() as tx:
        [item] = attention.items(tx, attention.Wanted(what="credit"), None, 10)
    assert (item.code, item.reason) == (
        "NO_FIELD", "webinar: Opportunity has no field that we may write: Nowhere__c",
    )  # fmt: skip
    assert opportunities(world)["Ours"] is None


def test_costs_come_from_both_systems(world: Campaigns) -> None:
    """Salesforce's campaign has two amounts, HubSpot's an entry for each item; each counts once."""
    said = {"hs_name": "Spring", "hs_currency_code": "JPY"}
    made = world.pair.api("POST", "/marketing/v3/campaigns", {"properties": said})
    for order, amount in enumerate((1_000, 250.5)):
        body = {"amount": amount, "name": f"Ads {order}", "order": order}
        world.pair.api("POST", f"/marketing/v3/campaigns/{made['id']}/spend", body)
    campaign = world.make("Campaign", Name="Fair", ActualCost=700, BudgetedCost=900)
    won = {**DEAL, "StageName": "Closed Won", "CampaignId": campaign}
    world.make("Opportunity", Name="Won", Amount=5_000, **won)
    world.document(target={"campaign": campaign}, ma_campaign=made["id"])

    world.figures()
    world.figures()

    with world.database.begin() as tx:
        kept = campaigns_costs.listed(tx, "webinar", None, 10)
        found = campaigns_costs.funnel(tx, "webinar", ["attended"], None, None)
    amounts = {(one["source"], one["kind"], float(one["amount"])) for one in kept}
    assert amounts == {
        ("hubspot", "actual", 1_000.0),
        ("hubspot", "actual", 250.5),
        ("salesforce", "actual", 700.0),
        ("salesforce", "budget", 900.0),
    }
    assert (found.opportunities, found.won) == (1, 1)
    assert [float(one["won"]) for one in found.amounts] == [5_000.0]
