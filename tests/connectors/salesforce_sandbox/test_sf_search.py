"""SOSL, parameterized search, and what clients ask that build pages."""

from typing import Any

import pytest

from tests.connectors.salesforce_sandbox.conftest import Org


def found(org: Org, sosl: str) -> list[tuple[str, Any]]:
    records = org.ok("GET", "search", q=sosl)["searchRecords"]
    return [(one["attributes"]["type"], one.get("LastName")) for one in records]


@pytest.fixture(autouse=True)
def _records(org: Org) -> None:
    org.lead("Lovelace", Email="ada@x.example", Phone="555-1234", Title="Countess")
    org.lead("Hopper", Title="Rear Admiral")
    org.make("Contact", LastName="Lovelace")


@pytest.mark.parametrize(
    ("term", "names"),
    [
        ("lovelace", ["Lovelace"]),
        ("Love*", ["Lovelace"]),
        ("H?pper", ["Hopper"]),
        ("Love", []),
        ("lovelace OR hopper", ["Lovelace", "Hopper"]),
        ("rear hopper", ["Hopper"]),
        ('"Rear Admiral"', ["Hopper"]),
        ("acme AND NOT hopper", ["Lovelace"]),
    ],
)
def test_terms(org: Org, term: str, names: list[str]) -> None:
    """Whole words, wildcards, phrases, AND, OR, NOT."""
    sosl = f"FIND {{{term}}} RETURNING Lead(LastName ORDER BY CreatedDate, Id)"

    assert found(org, sosl) == [("Lead", name) for name in names]


def test_groups_clauses_and_objects(org: Org) -> None:
    """IN … FIELDS, WHERE, LIMIT; without RETURNING all objects, by their ids."""
    nowhere = found(org, "FIND {countess} IN NAME FIELDS RETURNING Lead(LastName)")
    by_phone = found(org, "FIND {555*} IN PHONE FIELDS RETURNING Lead(LastName)")
    one = found(
        org, "FIND {lovelace} RETURNING Lead(LastName WHERE Title = 'X'), Contact(LastName)"
    )
    every = found(org, "FIND {lovelace}")

    assert (nowhere, by_phone) == ([], [("Lead", "Lovelace")])
    assert one == [("Contact", "Lovelace")]
    assert every == [("Contact", None), ("Lead", None)]


def test_refused_searches(org: Org) -> None:
    """A letter is too little, and SOSL must be SOSL."""
    short = org.refused("GET", "search", q="FIND {a} RETURNING Lead")
    broken = org.refused("GET", "search", q="SELECT Id FROM Lead")

    assert short == (
        400,
        {
            "message": "search term must be longer than one character: a",
            "errorCode": "MALFORMED_SEARCH",
        },
    )
    assert (broken[0], broken[1]["errorCode"]) == (400, "MALFORMED_SEARCH")


def test_parameterized_search(org: Org) -> None:
    """By query string and by body."""
    by_query = org.ok("GET", "parameterizedSearch", q="lovelace", sobject="Lead", fields="LastName")
    body = {
        "q": "lovelace",
        "fields": ["LastName"],
        "sobjects": [{"name": "Contact", "limit": 5}, {"name": "Lead", "where": "Title = 'X'"}],
    }
    by_body = org.ok("POST", "parameterizedSearch", body)

    assert [one["LastName"] for one in by_query["searchRecords"]] == ["Lovelace"]
    assert [one["attributes"]["type"] for one in by_body["searchRecords"]] == ["Contact"]


def test_by_the_sdk(org: Org) -> None:
    """Its search and quick_search."""
    sdk = org.sdk()

    assert len(sdk.search("FIND {hopper} RETURNING Lead(Id)")["searchRecords"]) == 1
    assert len(sdk.quick_search("hopper")["searchRecords"]) == 1


def test_pages(org: Org) -> None:
    """Layouts, tabs, recent records, list views, quick actions."""
    sdk = org.sdk()
    layout = sdk.Lead.describe_layout("012000000000000AAA")
    (compact,) = org.ok("GET", "sobjects/Lead/describe/compactLayouts")["compactLayouts"]

    rows = layout["detailLayoutSections"][0]["layoutRows"]
    assert "LastName" in {one["layoutItems"][0]["layoutComponents"][0]["value"] for one in rows}
    assert compact["name"] == "SYSTEM"
    assert [one["Name"] for one in org.ok("GET", "recent", limit=2)] == ["Lovelace", "Hopper"]
    assert "Lead" in {one["sobjectName"] for one in org.ok("GET", "tabs")}
    assert org.ok("GET", "sobjects/Lead/listviews")["listviews"] == []
    assert org.ok("GET", "sobjects/Lead/quickActions") == []


def test_passwords(org: Org) -> None:
    """A new password is taken; nothing more happens."""
    (user_id,) = org.values("SELECT Id FROM User WHERE Alias = 'rep'")

    assert org.sdk().set_password(user_id, "secret") is None
    assert org.ok("GET", f"sobjects/User/{user_id}/password") == {"isExpired": False}
