"""As what records are created: the Lead-or-Contact and the record-type rule."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from connectors.base import Field
from mappings.check import check
from mappings.creation import Birth
from mappings.document import MappingDocument

Document = Callable[..., MappingDocument]
EMAIL = {"name": "email", "type": "email", "ma": "email", "sfa": "Email"}
STAGE = {"name": "stage", "ma": "lifecyclestage", "direction": "ma_to_sfa"}
LAST = {"name": "last", "ma": "lastname", "sfa": "LastName", "default": {"sfa": "-"}}
FIRM = {"name": "firm", "sfa": "Company", "sfa_objects": ["Lead"], "default": {"sfa": "-"}}
CUSTOMER = {"field": "stage", "op": "equals", "value": "customer"}
PARTNER = {"field": "stage", "op": "equals", "value": "partner"}
TYPES = [
    Field("RecordTypeId", "Record type", "choice", name, choices=("Partner", "Retail"))
    for name in ("Lead", "Contact")
]


def test_the_first_case_that_holds_decides(document: Document) -> None:
    """Each may name another object, other fixed values, or both."""
    create = {
        "object": "Lead",
        "set": {"RecordTypeId": "Retail"},
        "cases": [
            {"when": CUSTOMER, "object": "Contact"},
            {"when": PARTNER, "set": {"RecordTypeId": "Partner"}},
        ],
    }
    doc = document(EMAIL, STAGE, create={"sfa": create}).creation("sfa")

    assert doc.birth({"stage": "Customer"}) == Birth("Contact", {"RecordTypeId": "Retail"})
    assert doc.birth({"stage": "partner"}) == Birth("Lead", {"RecordTypeId": "Partner"})
    assert doc.birth({"stage": None}) == Birth("Lead", {"RecordTypeId": "Retail"})


def errors(
    document: Document, create: dict[str, Any], sfa: list[Field], *rules: dict[str, Any]
) -> list[tuple[str, str]]:
    doc = document(EMAIL, STAGE, LAST, *rules, create={"ma": False, "sfa": create})
    found = check(doc, None, sfa)
    return [(f.pointer, f.message) for f in found if f.severity == "error"]


@pytest.mark.parametrize(
    ("create", "expected"),
    [
        (
            {"object": "Lead", "cases": [{"when": CUSTOMER, "object": "Contct"}]},
            ("/create/sfa/cases/0/object", 'salesforce has no object "Contct"; did you mean'),
        ),
        (
            {"object": "Contact", "set": {"RecordTypId": "Retail"}},
            ("/create/sfa/set/RecordTypId", 'no writable field "RecordTypId"; did you mean'),
        ),
        (
            {"object": "Lead", "cases": [{"when": CUSTOMER, "set": {"RecordTypeId": "Partnr"}}]},
            (
                "/create/sfa/cases/0/set/RecordTypeId",
                '"RecordTypeId" of Lead has no choice "Partnr"; did you mean "Partner"?',
            ),
        ),
        (
            {"object": "Lead", "cases": [{"when": {"field": "stge", "op": "exists"}}]},
            ("/create/sfa/cases/0/when/field", 'there is no field "stge"; did you mean "stage"?'),
        ),
    ],
)
def test_what_a_new_record_shall_be_is_checked(
    document: Document,
    sfa_fields: list[Field],
    create: dict[str, Any],
    expected: tuple[str, str],
) -> None:
    ((pointer, message),) = errors(document, create, [*sfa_fields, *TYPES], FIRM)

    assert pointer == expected[0]
    assert expected[1] in message


def test_each_object_gets_what_it_requires(document: Document, sfa_fields: list[Field]) -> None:
    """Also the one of a case; a fixed value fills a required field."""
    cases = [{"when": CUSTOMER, "object": "Lead"}]
    create = {"object": "Contact", "cases": cases}
    needy = [replace(f, required=f.name in {"Company", "LastName"}) for f in sfa_fields]

    ((pointer, message),) = errors(document, create, needy)

    assert (pointer, 'requires "Company"' in message) == ("/fields", True)
    filled = {**cases[0], "set": {"Company": "unknown"}}
    assert errors(document, create | {"cases": [filled]}, needy) == []
