"""Schema, owners, account, installation, and the daily share."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import respx

from connectors.base import Account, Field, FieldType, Owner, Rejected
from connectors.budget import within
from connectors.hubspot import CONNECTOR, HubSpot
from connectors.hubspot.limits import DailyShare
from connectors.hubspot.settings import Settings
from connectors.wire import Unlimited

DAY = "X-HubSpot-RateLimit-Daily"


def prop(name: str, type_: str, field_type: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "label": name.title(), "type": type_, "fieldType": field_type, **more}


def field(name: str, type_: FieldType, **more: Any) -> Field:
    return Field(name, name.title(), type_, "contacts", **more)


READ_ONLY = {"readOnlyValue": True}
OPTIONS = [{"label": "A", "value": "a"}, {"label": "None", "value": ""}]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (prop("city", "string", "text"), field("city", "text", max_length=65536)),
        (prop("bio", "string", "textarea"), field("bio", "long_text", max_length=65536)),
        (prop("email", "string", "text"), field("email", "email")),
        (prop("phone", "string", "phonenumber"), field("phone", "phone")),
        (prop("n", "number", "number", calculated=True), field("n", "number", writable=False)),
        (
            prop("d", "datetime", "date", modificationMetadata=READ_ONLY),
            field("d", "datetime", writable=False),
        ),
        (prop("b", "bool", "booleancheckbox"), field("b", "bool")),
        (
            prop("s", "enumeration", "select", options=OPTIONS),
            field("s", "choice", choices=("a",)),
        ),
        (
            prop("m", "enumeration", "checkbox", options=OPTIONS),
            field("m", "multi_choice", choices=("a",)),
        ),
        (
            prop("o", "enumeration", "select", referencedObjectType="OWNER", options=OPTIONS),
            field("o", "reference"),
        ),
        (prop("hs_object_id", "number", "number"), field("hs_object_id", "id")),
        (prop("j", "json", "text"), field("j", "other")),
    ],
)
def test_a_property_is_a_field(
    hubspot: HubSpot, router: respx.MockRouter, told: dict[str, Any], expected: Field
) -> None:
    """HubSpot's type and field type together say what it holds."""
    router.get("/crm/v3/properties/contacts").respond(json={"results": [told]})

    assert hubspot.describe("person")[0] == expected


def test_owners_are_listed_page_by_page_also_inactive_ones(
    hubspot: HubSpot, router: respx.MockRouter
) -> None:
    """The id, never the user id, is what owner fields hold."""
    ada = {"id": "1", "email": "ada@example.com", "type": "PERSON", "firstName": "Ada", "userId": 9}
    queue = {"id": "2", "type": "QUEUE", "email": None}
    gone = {"id": "3", "email": "bob@example.com", "type": "PERSON", "archived": True}
    owners = "/crm/v3/owners/"
    router.get(owners, params={"archived": "false", "after": "2"}).respond(
        json={"results": [queue]}
    )
    router.get(owners, params={"archived": "false"}).respond(
        json={"results": [ada], "paging": {"next": {"after": "2"}}}
    )
    router.get(owners, params={"archived": "true"}).respond(json={"results": [gone]})

    assert list(hubspot.owners()) == [
        Owner("1", "ada@example.com", "Ada"),
        Owner("2", None, "2", is_queue=True),
        Owner("3", "bob@example.com", "bob@example.com", active=False),
    ]


@pytest.mark.parametrize(
    ("status", "usage", "used", "limit"),
    [
        (200, {"results": [{"currentUsage": 7, "usageLimit": 250000}]}, 7, 250000),
        (200, {"results": []}, None, None),
        (403, {"category": "MISSING_SCOPES"}, None, None),
    ],
)
def test_a_probe_says_whose_account_it_is(  # noqa: PLR0917  a table's columns
    hubspot: HubSpot,
    router: respx.MockRouter,
    status: int,
    usage: dict[str, Any],
    used: int | None,
    limit: int | None,
) -> None:
    """With the daily use where HubSpot tells it."""
    details = {"portalId": 48000001, "uiDomain": "app.hubspot.com", "accountType": "STANDARD"}
    router.get("/account-info/v3/details").respond(json=details)
    router.get("/account-info/v3/api-usage/daily/private-apps").respond(status, json=usage)

    assert hubspot.probe() == Account("48000001", "app.hubspot.com (STANDARD)", used, limit)


def test_a_property_that_is_not_unique_is_refused(
    hubspot: HubSpot, router: respx.MockRouter
) -> None:
    """HubSpot can't make it so afterwards; the reason says what to do."""
    known = {**prop("baton_key", "string", "text"), "hasUniqueValue": False}
    router.post("/crm/v3/properties/contacts/batch/read").respond(json={"results": [known]})

    with pytest.raises(Rejected, match="set another key_property") as refused:
        hubspot.install()

    assert refused.value.fields == ("baton_key",)


def test_the_limits_of_the_account_are_told() -> None:
    """Searches and associations are counted apart."""
    rates = CONNECTOR.rates(Settings(requests_per_10_s=190))

    assert {name: (rate.calls, rate.per_s) for name, rate in rates.items()} == {
        "default": (190, 10.0),
        "associations": (100, 10.0),
        "search": (5, 1.0),
    }


@pytest.mark.parametrize(
    ("headers", "at", "wait_s"),
    [
        ({}, 0.0, 0.0),
        ({DAY: "1000", f"{DAY}-Remaining": "101"}, 0.0, 0.0),
        ({DAY: "1000", f"{DAY}-Remaining": "100"}, 0.0, 900.0),
        ({DAY: "1000", f"{DAY}-Remaining": "0"}, 300.0, 600.0),
        ({DAY: "1000", f"{DAY}-Remaining": "0"}, 900.0, 0.0),
        ({DAY: "0", f"{DAY}-Remaining": "0"}, 0.0, 0.0),
        ({DAY: "many", f"{DAY}-Remaining": "none"}, 0.0, 0.0),
    ],
)
def test_other_integrations_keep_their_share_of_the_day(
    headers: Mapping[str, str], at: float, wait_s: float
) -> None:
    """Beyond nine tenths one call each quarter of an hour looks for the new day."""
    now = [0.0]
    budget = DailyShare(Unlimited(), 0.9, lambda: now[0])
    budget.learn("default", {name.lower(): value for name, value in headers.items()})
    now[0] = at

    with within(0.9999):  # all but alerts
        assert budget.take("default") == wait_s


def test_alerts_do_not_wait_for_the_next_day() -> None:
    """They may use what is left for others."""
    budget = DailyShare(Unlimited(), 0.9, lambda: 0.0)
    budget.learn("default", {DAY.lower(): "1000", f"{DAY}-Remaining".lower(): "50"})

    assert budget.take("default") == 0.0


def test_our_property_is_defined_as_unique(
    connect: Any, router: respx.MockRouter, sent: Callable[..., Any]
) -> None:
    """On every object, inside a group of our own that is created once."""
    hubspot = connect(summary_properties=False)
    objects = (
        "contacts", "companies", "deals", "notes", "calls", "tasks", "emails", "meetings",
        "communications",
    )  # fmt: skip
    for name in objects:
        none = {"results": [], "numErrors": 1, "errors": [{"category": "OBJECT_NOT_FOUND"}]}
        router.post(f"/crm/v3/properties/{name}/batch/read").respond(207, json=none)
        router.get(f"/crm/v3/properties/{name}/groups/baton").respond(json={"name": "baton"})
        created = router.post(f"/crm/v3/properties/{name}").respond(201, json={"name": "baton_key"})

    assert hubspot.install(dry_run=True) == hubspot.install()
    assert created.call_count == 1
    definition = sent(created)
    assert definition["hasUniqueValue"] is True
    assert (definition["name"], definition["groupName"]) == ("baton_key", "baton")
