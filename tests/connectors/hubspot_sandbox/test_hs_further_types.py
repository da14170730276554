"""Object types beyond sales and activities: they follow the general rules."""

from typing import Any

import pytest

TYPES = [
    ("products", "0-7", {"name": "P", "price": "9.5"}),
    ("line_items", "0-8", {"name": "L", "quantity": "2"}),
    ("quotes", "0-14", {"hs_title": "Q", "hs_expiration_date": "2027-01-01"}),
    ("postal_mail", "0-116", {"hs_timestamp": "2026-01-02T03:04:05Z"}),
    ("goal_targets", "0-74", {"hs_goal_name": "G"}),
    ("invoices", "0-53", {"hs_currency": "EUR"}),
    ("taxes", "0-86", {"hs_label": "VAT", "hs_value": "19"}),
    ("orders", "0-123", {"hs_order_name": "O"}),
    ("carts", "0-142", {"hs_cart_name": "C"}),
    ("subscriptions", "0-69", {"hs_name": "S"}),
    ("courses", "0-410", {"hs_course_name": "C"}),
]


@pytest.mark.parametrize(("name", "type_id", "properties"), TYPES)
def test_made_read_found_archived(
    account: Any, name: str, type_id: str, properties: dict[str, str]
) -> None:
    """By name and by type id, in version 3, version 4 and dated paths."""
    made = account.make(name, **properties)
    asked = next(iter(properties))

    read = account.ok("GET", f"/crm/objects/2026-03/{type_id}/{made['id']}", properties=asked)
    listed = account.ok("GET", f"/crm/v4/objects/{name}")["results"]
    wanted = [{"propertyName": "hs_object_id", "operator": "EQ", "value": made["id"]}]
    found = account.ok(
        "POST", f"/crm/v3/objects/{name}/search", {"filterGroups": [{"filters": wanted}]}
    )

    assert read["properties"][asked] == made["properties"][asked]
    assert [row["id"] for row in listed] == [made["id"]]
    assert found["total"] == 1
    assert account.ask("DELETE", f"/crm/v3/objects/{name}/{made['id']}").status_code == 204
    assert account.ask("GET", f"/crm/v3/objects/{name}/{made['id']}").status_code == 404


def test_line_items_of_a_deal(account: Any) -> None:
    """Made with their association in one request."""
    deal = account.make("deals", dealname="D")["id"]
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 20}]
    body = {
        "properties": {"name": "Widget", "quantity": "3"},
        "associations": [{"to": {"id": deal}, "types": types}],
    }
    made = account.ok("POST", "/crm/v3/objects/line_items", body)

    ends = account.ok("GET", f"/crm/v4/objects/deals/{deal}/associations/line_items")["results"]

    assert [str(end["toObjectId"]) for end in ends] == [made["id"]]
    assert ends[0]["associationTypes"][0]["typeId"] == 19


def test_tickets_can_be_merged(account: Any) -> None:
    """The published specification has it."""
    one, two = (account.make("tickets", subject=s, hs_pipeline_stage="1")["id"] for s in "ab")
    ends = {"primaryObjectId": one, "objectIdToMerge": two}

    merged = account.ok("POST", "/crm/v3/objects/tickets/merge", ends)

    assert merged["properties"]["hs_merged_object_ids"] == f"{one};{two}"


def test_marketing_events_are_records_too(account: Any) -> None:
    """They follow the event, and go with it; only HubSpot writes their properties."""
    body = {
        "eventName": "Webinar", "eventOrganizer": "Us", "externalAccountId": "a",
        "externalEventId": "w1", "startDateTime": "2026-05-01T09:00:00Z",
    }  # fmt: skip
    account.ok("POST", "/marketing/v3/marketing-events/events", body)
    contact = int(account.make(email="a@x.com")["id"])
    rows = {"inputs": [{"vid": contact, "interactionDateTime": 1767323045000}]}
    path = "/marketing/v3/marketing-events/attendance/w1/attend/create"
    account.ok("POST", path, rows, externalAccountId="a")

    wanted = [{"propertyName": "hs_event_name", "operator": "EQ", "value": "Webinar"}]
    search = {
        "filterGroups": [{"filters": wanted}], "properties": ["hs_start_datetime", "hs_attendees"],
    }  # fmt: skip
    one = account.ok("POST", "/crm/v3/objects/0-54/search", search)["results"][0]
    by_id = account.ok("GET", f"/marketing/v3/marketing-events/{one['id']}")
    change = {"properties": {"hs_event_name": "Other"}}
    refused = account.ask("PATCH", f"/crm/v3/objects/marketing_events/{one['id']}", change)
    account.ok("DELETE", f"/marketing/v3/marketing-events/{one['id']}")

    assert one["properties"]["hs_start_datetime"] == "2026-05-01T09:00:00.000Z"
    assert (one["properties"]["hs_attendees"], by_id["eventName"]) == ("1", "Webinar")
    assert refused.status_code == 400
    assert account.ask("GET", f"/crm/v3/objects/0-54/{one['id']}").status_code == 404


@pytest.mark.parametrize("base", ["/crm/v3/schemas", "/crm-object-schemas/2026-03/schemas"])
def test_many_schemas_at_once(account: Any, base: str) -> None:
    """Own ones and HubSpot's, without the parts that are not wanted."""
    own = {
        "name": "car", "labels": {"singular": "Car", "plural": "Cars"},
        "primaryDisplayProperty": "model", "requiredProperties": ["model"],
        "properties": [{"name": "model", "label": "M", "type": "string", "fieldType": "text"}],
    }  # fmt: skip
    account.ok("POST", base, own)
    body = {
        "inputs": ["car", "contacts", "nothing"], "includePropertyDefinitions": False,
        "includeAssociationDefinitions": True,
    }  # fmt: skip
    found = account.ok("POST", f"{base}/batch/read", body)["results"]

    assert [one["labels"]["singular"] for one in found] == ["Car", "Contact"]
    assert [one["properties"] for one in found] == [[], []]
    assert all(one["associations"] for one in found)
