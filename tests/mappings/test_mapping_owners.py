"""Owners: overrides, queues, fallbacks, and territories."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.base import Value
from mappings.check import check
from mappings.document import MappingDocument
from mappings.engine import Context, to_canonical, to_vendor
from mappings.owners import Directory
from mappings.sides import Role
from mappings.source import DocumentError

Document = Callable[..., MappingDocument]
OWNER = {"name": "owner", "type": "owner", "ma": "owner_id", "sfa": "OwnerId"}
MA = Directory(
    {"1": "ada@x.co", "2": "team@x.co", "3": "Old@x.co", "9": "gone@x.co"}, inactive={"9"}
)
SFA = Directory(
    {"5a": "ada@sales.x.co", "5b": "bob@x.co", "5c": "old@x.co"},
    inactive={"5c"},
    queues={"00G": "Inside Sales"},
)
PEOPLE = Context({"ma": MA, "sfa": SFA})
TEAM = {"fallback": {"ma": "team@x.co"}}


def read(doc: MappingDocument, role: Role, id_: str, **held: Value) -> Value:
    name = "owner_id" if role == "ma" else "OwnerId"
    context = Context(PEOPLE.directories, held)
    return to_canonical(doc, role, None, {name: id_}, context).values.get("owner", "a problem")


def told(doc: MappingDocument, role: Role, email: str) -> Value:
    name = "owner_id" if role == "ma" else "OwnerId"
    found = to_vendor(doc, role, None, {"owner": email}, PEOPLE, creating=False)
    return found.fields.get(name, found.problems[0].message if found.problems else None)


def test_one_person_with_two_addresses(document: Document) -> None:
    """An override pairs them; canonically it is the address at sfa."""
    doc = document(OWNER, owners={"overrides": [{"ma": "ADA@x.co", "sfa": "ada@sales.x.co"}]})

    assert read(doc, "ma", "1") == "ada@sales.x.co"
    assert read(doc, "sfa", "5a") == "ada@sales.x.co"
    assert told(doc, "ma", "ada@sales.x.co") == "1"
    assert told(doc, "sfa", "ada@sales.x.co") == "5a"


def test_a_queue_stands_for_an_address(document: Document) -> None:
    """Its name compares without case; without an entry it is a problem, as it has no address."""
    doc = document(OWNER, owners={"queues": {"inside sales": "team@x.co"}})

    assert read(doc, "sfa", "00G") == "team@x.co"
    assert told(doc, "sfa", "team@x.co") == "00G"
    assert told(doc, "ma", "team@x.co") == "2"
    assert read(document(OWNER), "sfa", "00G") == "a problem"


def test_the_fallback_owner_holds_records_of_others(document: Document) -> None:
    """While it stands for somebody it is read as them; else as nobody, so that it never spreads."""
    doc = document(OWNER, owners=TEAM)

    assert told(doc, "ma", "bob@x.co") == "2"
    assert read(doc, "ma", "2", owner="bob@x.co") == "bob@x.co"
    assert read(doc, "ma", "2", owner="ada@x.co") is None
    assert read(doc, "ma", "2") is None
    assert told(document(OWNER), "ma", "bob@x.co") == (
        "hubspot owner_id is the owner bob@x.co, whom this side does not have (by e-mail)"
    )


@pytest.mark.parametrize(
    ("inactive", "expected"),
    [
        ("fallback", "5b"),
        ("keep", "5c"),
        ("leave", "salesforce OwnerId is the owner old@x.co, who is deactivated there"),
    ],
)
def test_owners_who_may_no_longer_sign_in(document: Document, inactive: str, expected: str) -> None:
    """They are replaced, kept all the same, or left out and shown."""
    doc = document(OWNER, owners={"fallback": {"sfa": "bob@x.co"}, "inactive": inactive})

    assert told(doc, "sfa", "old@x.co") == expected
    assert read(doc, "ma", "3") == "old@x.co"


def test_a_side_that_keeps_an_address_and_no_id(document: Document) -> None:
    """`owner_email` reads and writes the text; the other side has its owner looked up."""
    kept = {**OWNER, "transforms": {"ma": ["owner_email"]}}
    doc = document(kept, owners={"overrides": [{"ma": "ada@x.co", "sfa": "ada@sales.x.co"}]})

    assert read(doc, "ma", "Ada@x.co") == "ada@sales.x.co"
    assert told(doc, "ma", "ada@sales.x.co") == "ada@x.co"
    assert told(doc, "sfa", "ada@sales.x.co") == "5a"


def test_a_fallback_who_is_inactive_is_nobody(document: Document) -> None:
    doc = document(OWNER, owners={"fallback": {"ma": "gone@x.co"}})

    assert "whom this side does not have" in str(told(doc, "ma", "bob@x.co"))


def test_the_first_territory_counts(document: Document) -> None:
    places = [
        {"when": {"field": "country", "op": "equals", "value": "JP"}, "owner": "Ada@x.co"},
        {"when": {"field": "country", "op": "exists"}, "owner": "bob@x.co"},
    ]
    owners = document(OWNER, owners={"territories": places}).owners

    assert owners.territory({"country": "JP"}) == "ada@x.co"
    assert owners.territory({"country": "US"}) == "bob@x.co"
    assert owners.territory({}) is None


@pytest.mark.parametrize(
    ("owners", "where", "message"),
    [
        ({"fallback": {"ma": "team"}}, "/owners/fallback/ma", "'team' is no e-mail address"),
        ({"queues": {"A": "q@x.co", "B": "Q@x.co"}}, "/owners", "q@x.co stands for two queues"),
        (
            {"overrides": [{"ma": "a@x.co", "sfa": "b@x.co"}, {"ma": "a@x.co", "sfa": "c@x.co"}]},
            "/owners",
            "overrides: a@x.co stands twice at ma",
        ),
        ({"inactive": "drop"}, "/owners/inactive", "input should be 'fallback', 'keep' or 'leave'"),
    ],
)
def test_owners_that_are_wrong_are_refused(
    document: Document, owners: dict[str, Any], where: str, message: str
) -> None:
    with pytest.raises(DocumentError) as refusal:
        document(OWNER, owners=owners)

    assert refusal.value.problems[0][0] == where
    assert message in refusal.value.problems[0][1]


def test_territories_ask_about_fields_that_are_there(document: Document) -> None:
    when = {"when": {"field": "contry", "op": "exists"}, "owner": "a@x.co"}
    country = {"name": "country", "ma": "country"}
    found = check(document(country, owners={"territories": [when]}), None, None)

    assert [(f.severity, f.pointer, f.message) for f in found if f.severity == "error"] == [
        (
            "error",
            "/owners/territories/0/when/field",
            'there is no field "contry"; did you mean "country"?',
        ),
        ("error", "/owners", "no field is of type owner: add one, or leave this out"),
    ]
