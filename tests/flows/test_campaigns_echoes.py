"""A membership that Baton wrote comes back in the source's feeds: it is no activity."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from app.store import feeds
from app.store.db import Database
from tests.support.campaigns import Campaigns
from tests.support.pair import pair


@pytest.fixture
def world(database: Database) -> Iterator[Campaigns]:
    """HubSpot's memberships and marketing events are read as activities."""
    with pair(database) as found:
        world = Campaigns(found)
        list_id = world.make_list()
        settings = {"lists": [list_id], "marketing_events": True, "event_lag_s": 0}
        found.connect(settings, {"activity_feeds": []})
        world.document("listed", source={"list": {"id": list_id}}, target={"create": True})
        yield world


def read_activities(world: Campaigns) -> None:
    """Read HubSpot's feeds of memberships to their end."""
    names = [f"list/{world_list(world)}", "marketing"]
    for name in names:
        with world.database.begin() as tx:
            feeds.hurry(tx, "hubspot", "activities", [name])
        for _ in range(20):
            if not world.pair.lanes.step(f"read:hubspot:activities:{name}"):
                break


def world_list(world: Campaigns) -> str:
    lists = world.pair.http.get(f"{world.pair.hubspot}/_sandbox/dump").json()["lists"]
    return str(lists[0]["listId"])


def told(world: Campaigns) -> set[tuple[str, str]]:
    """Type and person of what was taken in as an activity."""
    with world.database.begin() as tx:
        rows = tx.execute(text("SELECT type, person_id FROM activity"))
        return {(row.type, row.person_id) for row in rows}


def member(world: Campaigns, campaign: str, name: str, status: str) -> None:
    """A rep makes somebody a member in Salesforce."""
    made = [row["fields"] for row in world.pair.dump(world.pair.salesforce, "Campaign")]
    (id_,) = (one["Id"] for one in made if one["Name"] == campaign)
    (lead,) = (row["Id"] for row in world.pair.leads().values() if row["LastName"] == name)
    world.make("CampaignMember", CampaignId=id_, LeadId=lead, Status=status)


def test_who_was_put_on_the_list_by_baton_did_nothing(world: Campaigns) -> None:
    """Who joined by themselves, or was put there by a marketer, did."""
    ids = world.people("Ada", "Bob")
    world.sync()
    member(world, "listed", "Ada", "Sent")
    world.on_list(world_list(world), ids["Bob"])
    world.read()
    assert world.listed(world_list(world)) == set(ids.values())

    read_activities(world)

    assert told(world) == {("list_membership", ids["Bob"])}


def test_an_attendance_that_sales_noted_is_no_second_one(world: Campaigns) -> None:
    """HubSpot's event shows what Baton told it; who registered there is told once."""
    ids = world.people("Ada", "Bob")
    world.document()
    world.attend("register", ids["Bob"])
    world.sync()
    member(world, "Spring webinar", "Ada", "Attended")
    world.read()
    assert world.attendance() == {ids["Ada"]: "ATTENDED", ids["Bob"]: "REGISTERED"}

    read_activities(world)

    assert told(world) == {("seminar", ids["Bob"])}
