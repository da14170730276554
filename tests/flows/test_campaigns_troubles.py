"""Campaigns when something is amiss: too many removals, lost answers, refusals, many members."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from app.flows import campaigns_write
from app.store import attention, campaigns_listing, feeds
from app.store.attention import Wanted
from app.store.campaigns import allow
from app.store.db import Database
from tests.support.campaigns import Campaigns, campaigns

MANY = 1_000


@pytest.fixture
def world(database: Database) -> Iterator[Campaigns]:
    with campaigns(database) as found:
        yield found


def troubles(world: Campaigns) -> list[attention.Item]:
    with world.database.begin() as tx:
        return attention.items(tx, Wanted(), None, 10)


def places(world: Campaigns) -> dict[str, Any]:
    """Connection -> the place of the one member."""
    with world.database.begin() as tx:
        wanted = campaigns_listing.Wanted(past=True)
        [member] = campaigns_listing.members(tx, "webinar", wanted, None, 2)
    return {one["connection"]: one for one in member["places"]}


def test_a_thousand_members_cost_five_calls(world: Campaigns) -> None:
    """Collections of 200, and one sort at a time."""
    ids = world.people(*(f"P{n}" for n in range(MANY)))
    list_id = world.make_list(*ids.values())
    world.pair.sweep("hubspot")
    world.document(source={"list": {"id": list_id}})
    world.pair.settle()
    world.calls()

    world.read()
    world.read()
    calls = world.calls()

    assert len(world.members()) == MANY
    assert sum(n for path, n in calls.items() if path.startswith("POST")) <= 5
    assert sum(n for path, n in calls.items() if path.startswith(("PATCH", "DELETE"))) == 0


def test_a_list_that_is_emptied_by_mistake_empties_no_campaign(world: Campaigns) -> None:
    """More than usual wait for a person, who may let them go."""
    ids = world.people(*(f"P{n}" for n in range(12)))
    list_id = world.make_list(*ids.values())
    world.document(source={"list": {"id": list_id}})
    world.sync()

    world.on_list(list_id, *ids.values(), verb="remove")
    world.read()
    world.read()
    kept = len(world.members())
    [trouble] = troubles(world)
    with world.database.begin() as tx:
        allow(tx, "webinar")
    world.read()

    assert kept == 12
    assert (trouble.what, trouble.code, trouble.connection) == (
        "campaign", "members_held", "hubspot",
    )  # fmt: skip
    assert world.members() == {}
    assert troubles(world) == []


def test_a_member_whose_answer_was_lost_is_no_member_twice(world: Campaigns) -> None:
    """The next reading finds out that it was told."""
    ids = world.people("Ada", "Bob")
    world.document()
    world.attend("register", *ids.values())
    world.pair.sweep("hubspot")
    # The first POST adds the campaign's statuses.
    world.fault(do="drop_answer", method="POST", path=".*/composite/sobjects$", after=1, times=1)

    world.sync()
    world.read()

    assert world.members() == {"Ada": "Registered", "Bob": "Registered"}
    assert troubles(world) == []


def test_a_worker_that_died_while_telling_leaves_nothing_untold(world: Campaigns) -> None:
    """Whoever takes over looks before it tells again."""
    ids = world.people("Ada")
    world.document()
    world.attend("register", ids["Ada"])
    world.pair.sweep("hubspot")
    with world.database.begin() as tx:
        feeds.hurry(tx, "hubspot", "members")
        feeds.hurry(tx, "salesforce", "members")
    for name in ("hubspot", "salesforce"):
        world.pair.lanes.step(f"read:{name}:members:webinar")
    with world.database.begin() as tx:
        claimed = campaigns_write.plan(tx, "salesforce", 200, now=datetime.now(UTC))
    early = world.members()

    for _ in range(3):
        world.read()

    assert claimed is not None
    assert len(claimed.changes) == 1
    assert early == {}
    assert world.members() == {"Ada": "Registered"}
    assert troubles(world) == []


def test_what_never_reached_an_event_is_told_again(world: Campaigns) -> None:
    """A request was cut off; two readings do not show it."""
    ids = world.people("Ada")
    world.document()
    world.sync()
    (lead,) = world.pair.leads()
    [campaign] = [
        one["id"] for one in world.pair.dump(world.pair.salesforce, "Campaign")
    ]  # fmt: skip
    world.make("CampaignMember", CampaignId=campaign, LeadId=lead, Status="Registered")
    rule = {"do": "drop_request", "method": "POST", "path": ".*/attendance/.*", "times": 1}
    world.pair.control(world.pair.hubspot, "faults", rules=[rule])

    world.read()
    lost = world.attendance()
    for _ in range(3):
        world.read()

    assert lost == {}
    assert world.attendance() == {ids["Ada"]: "REGISTERED"}


def test_what_salesforce_refuses_is_shown_and_tried_again(world: Campaigns) -> None:
    """With its reason; once it is mended, another try is enough."""
    ids = world.people("Ada")
    world.document()
    rule = {"object": "CampaignMember", "when": "CampaignId != null", "message": "Not today"}
    world.pair.control(world.pair.salesforce, "config", validation_rules=[rule])
    world.attend("register", ids["Ada"])
    world.sync()
    [trouble] = troubles(world)

    world.pair.control(world.pair.salesforce, "config", validation_rules=[])
    with world.database.begin() as tx:
        attention.retry(tx, Wanted(what="member"), {"by": "test"})
    world.read()

    assert trouble.what == "member"
    assert (trouble.reason or "").startswith("webinar: Not today (FIELD_CUSTOM_VALIDATION")
    assert world.members() == {"Ada": "Registered"}
    assert troubles(world) == []


def test_a_campaign_that_is_gone_takes_nobody_off_the_list(world: Campaigns) -> None:
    """It is shown as a reading that fails."""
    ids = world.people("Ada")
    list_id = world.make_list(ids["Ada"])
    campaign = world.make("Campaign", Name="Fair")
    world.document(source={"list": {"id": list_id}}, target={"campaign": campaign})
    world.sync()
    assert world.members() == {"Ada": "Sent"}

    world.delete("Campaign", campaign)
    world.read()
    world.read()

    assert world.listed(list_id) == {ids["Ada"]}
    assert [(one.what, one.connection) for one in troubles(world)] == [("feed", "salesforce")]
    assert places(world)["hubspot"]["state"] == "in_sync"
