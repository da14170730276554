"""Answers have all that HubSpot's published specification requires.

The official SDK's models are made from it; with `client_side_validation` they refuse an answer in
which a required field is missing or an enumeration has a value of its own.
"""

from typing import Any

import hubspot
import pytest

MOMENT = "2026-01-02T03:04:05.000Z"
OBJECTS = {
    "contacts": {"email": "a@x.com"}, "companies": {"name": "C"}, "deals": {"dealname": "D"},
    "tickets": {"subject": "T", "hs_pipeline_stage": "1"}, "products": {"name": "P"},
    "line_items": {"name": "L"}, "quotes": {"hs_title": "Q", "hs_expiration_date": MOMENT},
}  # fmt: skip
ACTIVITIES = {
    "tasks": {}, "notes": {}, "calls": {}, "meetings": {}, "postal_mail": {},
    "emails": {"hs_email_direction": "EMAIL"},
    "communications": {
        "hs_communication_channel_type": "SMS", "hs_communication_logged_from": "CRM",
    },
}  # fmt: skip


@pytest.fixture
def strict(account: Any) -> Any:
    """The SDK, demanding."""
    host = account.sdk.config["host"]
    return hubspot.HubSpot(access_token="sandbox-token", host=host, client_side_validation=True)


def live_through(api: Any, properties: dict[str, str]) -> list[str]:
    """Create, read, list, change, search and batch; ids of what was made."""
    made = api.basic_api.create({"properties": properties, "associations": []})
    api.basic_api.get_by_id(made.id, properties_with_history=list(properties))
    api.basic_api.get_page(limit=1, associations=["companies"])
    api.basic_api.update(made.id, {"properties": properties})
    api.search_api.do_search({"filterGroups": [], "limit": 1})
    read = api.batch_api.read(
        {"inputs": [{"id": made.id}], "properties": [], "propertiesWithHistory": []}
    )
    changed = api.batch_api.update({"inputs": [{"id": made.id, "properties": properties}]})
    return [made.id, read.results[0].id, changed.results[0].id]


@pytest.mark.parametrize("name", OBJECTS)
def test_objects(strict: Any, name: str) -> None:
    """The same record throughout."""
    assert len(set(live_through(getattr(strict.crm, name), OBJECTS[name]))) == 1


@pytest.mark.parametrize("name", ACTIVITIES)
def test_activities(strict: Any, name: str) -> None:
    """They live under `crm.objects`."""
    properties = {**ACTIVITIES[name], "hs_timestamp": MOMENT}

    assert len(set(live_through(getattr(strict.crm.objects, name), properties))) == 1


def test_schema_and_account(account: Any, strict: Any) -> None:
    """Properties, pipelines, owners, users, custom objects."""
    account.seed("owners", email="rep@x.com")
    crm = strict.crm
    own = {
        "name": "car", "labels": {"singular": "Car", "plural": "Cars"},
        "primaryDisplayProperty": "model", "requiredProperties": ["model"],
        "properties": [{"name": "model", "label": "M", "type": "string", "fieldType": "text"}],
        "associatedObjects": ["CONTACT"],
    }  # fmt: skip

    made = crm.schemas.core_api.create(own)

    assert crm.schemas.core_api.get_by_id(made.object_type_id).name == "car"
    assert crm.properties.core_api.get_all("contacts").results
    assert crm.properties.groups_api.get_all("contacts").results
    assert crm.pipelines.pipelines_api.get_all("tickets").results
    assert crm.owners.owners_api.get_page().results[0].email == "rep@x.com"
    assert len(strict.settings.users.users_api.get_page().results) == 2


def test_lists_and_marketing_events(strict: Any) -> None:
    """Made and read back."""
    listing = strict.crm.lists.lists_api.create(
        {"name": "L", "objectTypeId": "0-1", "processingType": "MANUAL"}
    ).list
    event = {
        "eventName": "E", "eventOrganizer": "O", "externalAccountId": "a", "externalEventId": "x",
    }  # fmt: skip

    strict.marketing.events.basic_api.create(event)

    assert strict.crm.lists.lists_api.get_by_id(listing.list_id).list.name == "L"
    assert strict.crm.lists.memberships_api.get_page(listing.list_id).results == []
    assert strict.marketing.events.basic_api.get_all().results[0].event_name == "E"
    assert strict.marketing.events.basic_api.get_details("x", "a").registrants == 0
