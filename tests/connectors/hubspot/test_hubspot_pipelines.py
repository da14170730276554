"""Stages of an account's own pipelines, as choices of the properties that hold them."""

from typing import Any

import httpx
import pytest
import respx

from connectors.base import Busy, Field
from connectors.hubspot import HubSpot
from tests.connectors.hubspot.account import Account
from tests.connectors.hubspot.conftest import Connect

STAGES = [
    {"stageId": "p1", "label": "Pilot", "displayOrder": 0, "metadata": {"probability": "0.5"}},
    {"stageId": "p2", "label": "Renewed", "displayOrder": 1, "metadata": {"probability": "1.0"}},
]
RENEWALS = {"pipelineId": "renew", "label": "Renewals", "displayOrder": 1, "stages": STAGES}
PROPERTY = {"name": "dealstage", "label": "Stage", "type": "enumeration", "fieldType": "radio"}


def test_deal_stages_are_those_of_all_pipelines(account: Account, connect: Connect) -> None:
    """By the ids that deals hold; a pipeline is a choice itself."""
    account.call("POST", "/crm/v3/pipelines/deals", RENEWALS)

    found = {one.name: one for one in connect(account.url).describe("opportunity")}

    assert (found["dealstage"].type, found["dealstage"].writable) == ("choice", True)
    assert found["dealstage"].choices == (
        "appointmentscheduled", "qualifiedtobuy", "presentationscheduled",
        "decisionmakerboughtin", "contractsent", "closedwon", "closedlost", "p1", "p2",
    )  # fmt: skip
    assert found["pipeline"].choices == ("default", "renew")


def test_another_objects_stages_are_described_by_their_properties(
    account: Account, connect: Connect
) -> None:
    """Tickets as a custom object: HubSpot calls the two properties otherwise there."""
    hubspot = connect(account.url, custom_objects={"ticket": "tickets"})

    found = {one.name: one for one in hubspot.describe("ticket")}

    assert found["hs_pipeline_stage"].choices == ("1", "2", "3", "4")
    assert found["hs_pipeline"].choices == ("0",)


def test_objects_without_stages_cost_no_call(account: Account, connect: Connect) -> None:
    """Contacts and companies."""
    hubspot = connect(account.url)
    account.forget_calls()

    hubspot.describe("person")
    hubspot.describe("company")

    assert not [path for path in account.calls() if "pipelines" in path]


def test_pipelines_that_we_may_not_see_leave_the_stage_without_choices(
    hubspot: HubSpot, router: respx.MockRouter
) -> None:
    """Then nothing is checked against them."""
    router.get("/crm/v3/properties/deals").respond(json={"results": [PROPERTY]})
    router.get("/crm/v3/pipelines/deals").respond(403, json={"category": "MISSING_SCOPES"})

    assert hubspot.describe("opportunity")[0] == Field("dealstage", "Stage", "choice", "deals")


def test_stages_that_are_archived_are_no_choice(hubspot: HubSpot, router: respx.MockRouter) -> None:
    """Nor are those of an archived pipeline."""
    stages: list[dict[str, Any]] = [{"id": "a"}, {"id": "b", "archived": True}]
    old = {"id": "old", "archived": True, "stages": [{"id": "c"}]}
    router.get("/crm/v3/properties/deals").respond(json={"results": [PROPERTY]})
    router.get("/crm/v3/pipelines/deals").respond(
        json={"results": [{"id": "new", "stages": stages}, old]}
    )

    assert hubspot.describe("opportunity")[0].choices == ("a",)


def test_a_busy_account_is_asked_again(hubspot: HubSpot, router: respx.MockRouter) -> None:
    """A schema without its stages would look like stages that are gone."""
    router.get("/crm/v3/properties/deals").respond(json={"results": [PROPERTY]})
    router.get("/crm/v3/pipelines/deals").mock(return_value=httpx.Response(503))

    with pytest.raises(Busy):
        hubspot.describe("opportunity")
