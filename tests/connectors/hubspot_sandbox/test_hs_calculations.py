"""Calculation properties hold what their formulas make of the record, from then on."""

from typing import Any

import pytest

from tests.connectors.hubspot_sandbox.conftest import Account

PROPERTIES = "/crm/v3/properties/contacts"


def define(account: Account, name: str, formula: Any, kind: str = "number") -> None:
    answer = ask(account, name, formula, kind)
    assert answer.status_code == 201, answer.text


def ask(account: Account, name: str, formula: Any, kind: str = "number") -> Any:
    asked = {
        "name": name, "label": name, "type": kind, "fieldType": "calculation_equation",
        "groupName": "contactinformation", "calculationFormula": formula,
    }  # fmt: skip
    return account.ask("POST", PROPERTIES, asked)


def number(account: Account, name: str, kind: str = "number") -> None:
    asked = {
        "name": name, "label": name, "type": kind, "fieldType": "text",
        "groupName": "contactinformation",
    }  # fmt: skip
    account.ok("POST", PROPERTIES, asked)


def shown(account: Account, record_id: str, name: str) -> str | None:
    answer = account.ok("GET", f"/crm/v3/objects/contacts/{record_id}", properties=name)
    value: str | None = answer["properties"][name]
    return value


def test_it_follows_what_it_reads(account: Account) -> None:
    """When made, when changed, when cleared; formulas may read formulas."""
    number(account, "paid")
    define(account, "twice", "2paid")
    define(account, "more", "twice + 0.5")

    made = account.make(email="a@x.com", paid="5")
    assert (made["properties"]["twice"], made["properties"]["more"]) == ("10", "10.5")
    path = f"/crm/v3/objects/contacts/{made['id']}"
    changed = account.ok("PATCH", path, {"properties": {"paid": "7"}})
    assert changed["properties"]["more"] == "14.5"
    account.ok("PATCH", path, {"properties": {"paid": ""}})
    assert shown(account, made["id"], "more") is None
    history = account.ok("GET", path, propertiesWithHistory="more")["propertiesWithHistory"]
    assert [(one["value"], one["sourceType"]) for one in history["more"]] == [
        ("", "CALCULATED"), ("14.5", "CALCULATED"), ("10.5", "CALCULATED"),
    ]  # fmt: skip


def test_a_new_formula_reaches_the_records_that_are_there(account: Account) -> None:
    """And a changed one too."""
    ada = account.make(email="a@x.com", firstname="Ada", lastname="Love")["id"]
    define(account, "whole", "concatenate(string(firstname), ' ', string(lastname))", "string")
    assert shown(account, ada, "whole") == "Ada Love"

    account.ok("PATCH", f"{PROPERTIES}/whole", {"calculationFormula": "string(lastname) + '!'"})
    assert shown(account, ada, "whole") == "Love!"
    found = account.ok(
        "POST", "/crm/v3/objects/contacts/search",
        {"filterGroups": [
            {"filters": [{"propertyName": "whole", "operator": "EQ", "value": "Love!"}]}
        ]},
    )  # fmt: skip
    assert found["total"] == 1


@pytest.mark.parametrize(
    ("formula", "kind", "value"),
    [
        ("a * (100 - b/(50 - 48))", "number", "495"),
        ("(a + b - 10b) = 5-18", "bool", "true"),
        ("If a >= 100 ThEn 'big' elseif a > 1 then 'mid' else 'small' endif", "string", "mid"),
        ("if is_present(none) then true else if a < b then true else false", "bool", "false"),
        ("is_present(string(email)) and not (a < 3 or b > 3)", "bool", "true"),
        ("max(a, b, 3) - min(a, b, 3)", "number", "3"),
        ("contains(string(email), '@x') and string(email) != 'z'", "bool", "true"),
        ("'Number: ' + number_to_string(a)", "string", "Number: 5"),
        ("string_to_number('1.5') * 2", "number", "3"),
        ("until - since", "number", "172800000"),
        ("a / (b - 2)", "number", None),
        ("none + 1", "number", None),
        ("'text'", "number", None),
        ("'Number: ' + a", "string", None),
    ],
)
def test_formulas(account: Account, formula: str, kind: str, value: str | None) -> None:
    """As HubSpot's documentation has them; what cannot be worked out has no value."""
    for name in ("a", "b", "none"):
        number(account, name)
    number(account, "since", "date")
    number(account, "until", "date")
    define(account, "made", formula, kind)
    dates = {"since": "2026-12-01", "until": "2026-12-03"}
    ada = account.make(email="a@x.com", a="5", b="2", **dates)["id"]

    assert shown(account, ada, "made") == value


@pytest.mark.parametrize(
    "formula",
    ["a +", "nope(1)", "if a then", "max(1)", "a b", "'open", "(" * 5000 + "1", "9" * 400, 7],
)
def test_what_is_no_formula_is_refused(account: Account, formula: object) -> None:
    """The property is not made; how HubSpot words it is not known."""
    assert ask(account, "bad", formula).status_code == 400
    assert account.ask("GET", f"{PROPERTIES}/bad").status_code == 404


def test_nobody_writes_a_calculation_property(account: Account) -> None:
    """It is read only."""
    define(account, "one", "1")
    answer = account.ask("POST", "/crm/v3/objects/contacts", {"properties": {"one": "2"}})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "READ_ONLY_VALUE"
    assert account.make(email="a@x.com")["properties"]["one"] == "1"


def test_what_a_deal_is_worth(account: Account) -> None:
    """Weighted by its stage, and closed once it is won."""
    deal = account.make("deals", dealname="D", amount="200", dealstage="appointmentscheduled")
    worth = ("amount_in_home_currency", "hs_projected_amount", "hs_closed_amount")
    assert [deal["properties"][name] for name in worth] == ["200", "40", "0"]

    path = f"/crm/v3/objects/deals/{deal['id']}"
    account.ok("PATCH", path, {"properties": {"dealstage": "closedwon"}})
    won = account.ok("GET", path, properties=",".join(worth))["properties"]
    assert [won[name] for name in worth] == ["200", "200", "200"]
