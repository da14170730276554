"""The app as a project: what HubSpot's own tool uploads names what this connection needs."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from connectors.hubspot import HubSpot
from tests.connectors.hubspot.conftest import Connect

URL = "https://baton.example"
APP = "src/app/app-hsmeta.json"
WEBHOOKS = "src/app/webhooks/webhooks-hsmeta.json"
CARD = "src/app/cards/BatonCard.jsx"


def config(made: Mapping[str, str], path: str) -> Any:
    return json.loads(made[path])["config"]


def scopes(hubspot: HubSpot) -> set[str]:
    return set(config(hubspot.project(URL), APP)["auth"]["requiredScopes"])


def test_the_card_asks_and_opens_this_baton(hubspot: HubSpot) -> None:
    """On contacts, companies and deals; HubSpot lets it ask nobody else."""
    made = hubspot.project(URL)

    card = config(made, "src/app/cards/baton-card-hsmeta.json")
    assert (card["location"], card["objectTypes"]) == (
        "crm.record.tab", ["contacts", "companies", "deals"],
    )  # fmt: skip
    assert card["entrypoint"] == f"/{CARD.removeprefix('src/')}"
    assert f'const ADDRESS = "{URL}/embed/hs/card";' in made[CARD]
    assert config(made, APP)["permittedUrls"] == {"fetch": [URL], "iframe": [URL], "img": []}
    assert json.loads(made["hsproject.json"])["srcDir"] == "src"


def test_webhooks_come_to_this_connection(connect: Connect) -> None:
    """Those that an installation subscribes an older app to, custom objects among them."""
    custom = {"subscription": "2-123456"}
    hubspot = connect(score_property="fit", custom_objects=custom)
    made = config(hubspot.project(URL), WEBHOOKS)

    told = made["subscriptions"]
    assert made["settings"]["targetUrl"] == f"{URL}/webhooks/hs"
    older = [(one["subscriptionType"], one.get("propertyName")) for one in told["legacyCrmObjects"]]
    assert ("deal.merge", None) in older
    assert ("contact.propertyChange", "fit") in older
    assert {one["objectType"] for one in told["crmObjects"]} == {"2-123456"}
    assert told["hubEvents"] == [{"subscriptionType": "contact.privacyDeletion", "active": True}]
    assert all(one["active"] for those in told.values() for one in those)


@pytest.mark.parametrize(
    ("setting", "scope"),
    [
        ({"lists": ["17"]}, "crm.lists.read"),
        ({"marketing_events": True}, "crm.objects.marketing_events.read"),
        ({"form_source": "submissions"}, "forms"),
        ({"engagements": ["emails"]}, "sales-email-read"),
        ({"activity_event": "did", "portal_id": 7}, "analytics.behavioral_events.send"),
    ],
)
def test_scopes_follow_the_settings(connect: Connect, setting: dict[str, Any], scope: str) -> None:
    """An admin agrees to no more than is used."""
    assert scope in scopes(connect(**setting))
    assert scope not in scopes(connect())
    assert "content" in scopes(connect())
    assert "content" not in scopes(connect(email_events={}))
