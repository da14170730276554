"""Stages that Baton set come back in HubSpot's histories: they are no activities."""

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.base import Ref, Write
from connectors.hubspot import HubSpot
from tests.connectors.hubspot.account import OFF, Account, person, run

APP = 1_234_567  # the sandbox's app, whose token everybody here has
SETTINGS: list[dict[str, Any]] = [{}, {"app_id": APP}]


@pytest.fixture(params=SETTINGS, ids=["unnamed", "app_id"])
def open_(request: pytest.FixtureRequest, account: Account, connect: Any) -> Any:
    """Opens the connector anew, as another process would; it remembers no writes."""

    def opened(**settings: Any) -> HubSpot:
        told = {"search_lag_s": 0, **request.param, **settings}
        hubspot: HubSpot = connect(account.url, **told)
        return hubspot

    account.call(
        "POST",
        "/crm/v3/properties/deals",
        {
            "name": "baton_key", "label": "Key", "type": "string", "fieldType": "text",
            "groupName": "dealinformation", "hasUniqueValue": True,
        },
    )  # fmt: skip
    return opened


def by_a_person(account: Account, object_: str, id_: str, **properties: str) -> None:
    account.control("POST", "edit", object=object_, id=id_, properties=properties)


def tell(hubspot: HubSpot, deal: str | None, stage: str, key: str = "k1") -> str:
    ref = None if deal is None else Ref("opportunity", deal)
    fields = {"dealname": "100 seats", "dealstage": stage}
    outcome = hubspot.write([Write(key, "opportunity", ref, fields)])[key]
    return str(outcome.ref.id)  # type: ignore[union-attr]  # else the test fails


def stages(hubspot: HubSpot) -> list[Any]:
    found, _ = run(hubspot, "deals")
    return [(a.type, a.detail.get("from_stage"), a.detail["stage"]) for a in found]


def of_contact(account: Account, contact: str, deal: str) -> None:
    account.call("PUT", f"/crm/v4/objects/deals/{deal}/associations/default/contacts/{contact}")


def test_a_stage_that_we_set_is_no_activity(account: Account, open_: Any) -> None:
    """What a person set before and after it is; the stage before is still told."""
    deal = tell(open_(), None, "qualifiedtobuy")
    of_contact(account, account.contact("ada@example.com"), deal)
    by_a_person(account, "deals", deal, dealstage="contractsent")
    tell(open_(), deal, "decisionmakerboughtin")
    by_a_person(account, "deals", deal, dealstage="closedwon")

    assert stages(open_(deal_stages=True)) == [
        ("stage_change", "Qualified To Buy", "Contract Sent"),
        ("won", "Decision Maker Bought-In", "Closed Won"),
    ]


def test_nor_is_one_that_we_set_at_a_deal_of_others(account: Account, open_: Any) -> None:
    """Whose history does not name us: another deal, which we made, does."""
    tell(open_(), None, "qualifiedtobuy", key="k0")
    deal = account.control(
        "POST", "seed", records=[{"object": "deals", "properties": {"dealname": "x"}}]
    )["ids"][0]
    of_contact(account, account.contact("ada@example.com"), deal)
    by_a_person(account, "deals", deal, dealstage="contractsent")
    tell(open_(), deal, "decisionmakerboughtin")

    assert stages(open_(deal_stages=True)) == [("stage_change", None, "Contract Sent")]


@pytest.fixture
def nameless(account: Account) -> Iterator[Account]:
    """An account whose histories do not name the app."""
    account.control("POST", "reset", {**OFF, "private_app_source": "API"})
    yield account
    account.control("POST", "reset", {**OFF, "private_app_source": "INTEGRATION"})


def test_a_nameless_write_is_known_to_whom_made_it(nameless: Account, connect: Any) -> None:
    """As long as the process lives."""
    account = nameless
    deal = account.create("deals", {"dealname": "x", "dealstage": "contractsent"})["id"]
    of_contact(account, account.contact("ada@example.com"), deal)
    hubspot = connect(account.url, search_lag_s=0, deal_stages=True)
    tell(hubspot, deal, "decisionmakerboughtin")

    assert stages(hubspot) == [("stage_change", None, "Contract Sent")]


def test_a_lifecycle_stage_that_we_set_is_no_activity(account: Account, connect: Any) -> None:
    """What a person set, or HubSpot at the beginning, is one."""
    settings = {"search_lag_s": 0, "lifecycle": "search", "app_id": APP}
    ada = account.contact("ada@example.com")
    writer = connect(account.url, **settings)
    writer.write([Write("k", "person", person(ada), {"lifecyclestage": "opportunity"})])
    by_a_person(account, "contacts", ada, lifecyclestage="customer")

    found, _ = run(connect(account.url, **settings), "lifecycle")

    assert {a.detail["stage"] for a in found} == {"lead", "customer"}
