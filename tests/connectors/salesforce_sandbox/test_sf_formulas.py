"""Validation rules by formula, from the settings and from deployments."""

from typing import Any

import pytest

from tests.connectors.salesforce_sandbox.conftest import Org
from tests.connectors.salesforce_sandbox.test_sf_metadata import deploy, zipped

RULE = (
    "<validationRules><fullName>{name}</fullName><active>true</active>"
    "<errorConditionFormula>{formula}</errorConditionFormula><errorDisplayField>Title"
    "</errorDisplayField><errorMessage>Not so</errorMessage></validationRules>"
)
REFUSED = {
    "message": "Not so", "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "fields": ["Title"]
}  # fmt: skip


def fails(org: Org, formula: str, **fields: Any) -> bool:
    """Whether a new lead with these fields breaks a rule with this formula."""
    rule = {"object": "Lead", "formula": formula, "message": "Not so", "field": "Title"}
    org.configure(validation_rules=[rule])
    answer = org.ask("POST", "sobjects/Lead", {"LastName": "Lovelace", "Company": "A", **fields})
    if answer.is_success:
        return False
    assert answer.json() == [REFUSED]
    return True


@pytest.mark.parametrize(
    ("formula", "fields"),
    [
        ('AND(ISPICKVAL(Rating, "Hot"), ISBLANK(Phone))', {"Rating": "Hot"}),
        ("ISBLANK(Phone) && NOT(DoNotCall)", {}),
        ("LEN(Title) > 3", {"Title": "Chief"}),
        ('NOT(REGEX(Phone, "[0-9]{3}-[0-9]{4}"))', {"Phone": "12"}),
        ("AnnualRevenue * 2 + 1 >= 201", {"AnnualRevenue": 100}),
        ('IF(NumberOfEmployees < 10, Title = "CEO", FALSE)',
         {"NumberOfEmployees": 5, "Title": "CEO"}),
        ('CASE(Rating, "Hot", 1, "Warm", 2, 0) = 2', {"Rating": "Warm"}),
        ("ISNEW()", {}),
        ('Owner:User.Alias = "integ"', {}),
        ('$User.Alias <> "rep" || FALSE', {}),
        ('BEGINS(LastName, "Love") /* so it is */', {}),
        ('UPPER(LEFT(LastName, 4)) & "!" = "LOVE!"', {}),
        ("TODAY() = DATE(2027, 6, 15)", {}),
    ],
)  # fmt: skip
def test_a_formula_that_holds(org: Org, formula: str, fields: dict[str, Any]) -> None:
    """The record is refused in the admin's words."""
    assert fails(org, formula, **fields)


@pytest.mark.parametrize(
    "formula",
    ["AnnualRevenue > 5", "NOT(ISBLANK(LastName))&&FALSE", 'TEXT(Rating) = "Hot"',
     "ISCHANGED(Title)", "1 / NumberOfEmployees > 0"],
)  # fmt: skip
def test_a_formula_that_does_not_hold(org: Org, formula: str) -> None:
    """Comparisons with a blank are false, and a new record has changed nothing."""
    assert not fails(org, formula)


def test_what_was_before(org: Org) -> None:
    """ISCHANGED and PRIORVALUE look at the record as it was."""
    id_ = org.lead(Rating="Cold")
    formula = 'ISCHANGED(Rating) && ISPICKVAL(PRIORVALUE(Rating), "Cold")'
    rule = {"object": "Lead", "formula": formula, "message": "Not so"}
    org.configure(validation_rules=[rule])

    org.ok("PATCH", f"sobjects/Lead/{id_}", {"Title": "CTO"})
    status, error = org.refused("PATCH", f"sobjects/Lead/{id_}", {"Rating": "Hot"})

    assert (status, error["fields"]) == (400, [])


def test_a_deployed_rule(org: Org) -> None:
    """It holds until it is removed; one that names a missing field fails."""
    rules = RULE.format(name="Short", formula="LEN(Title) &lt; 2")
    members = {"ValidationRule": ["Lead.Short"]}

    done = deploy(org, zipped(members, {"objects/Lead.object": rules}))
    refusal = org.refused("POST", "sobjects/Lead", {"LastName": "A", "Company": "B", "Title": "x"})
    wrong = RULE.format(name="Wrong", formula="Nope__c = 1")
    failed = deploy(org, zipped({"ValidationRule": ["Lead.Wrong"]}, {"objects/Lead.object": wrong}))

    assert (done["status"], refusal) == ("Succeeded", (400, REFUSED))
    assert [one["message"] for one in failed["errors"]] == [
        "Field Nope__c does not exist. Check spelling."
    ]


def test_a_formula_that_cannot_be_read(org: Org) -> None:
    """The settings refuse it."""
    rule = {"object": "Lead", "formula": "LEN(Title", "message": "x"}

    answer = org.http.patch("/_sandbox/config", json={"validation_rules": [rule]})

    assert answer.status_code == 400
    assert "Missing ')'" in answer.json()["error"]
