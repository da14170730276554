"""Checking a document against the described fields: names, types, lengths, required fields."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.base import Field
from mappings.check import check
from mappings.document import MappingDocument

Document = Callable[..., MappingDocument]
MA = [
    Field("email", "Email", "email", "contacts"),
    Field("short", "Short", "text", "contacts", max_length=100),
    Field("long", "Long", "text", "contacts", max_length=65_536),
    Field("score", "Score", "number", "contacts", writable=False),
    Field("seen_at", "Seen", "datetime", "contacts"),
    Field("flag", "Flag", "bool", "contacts"),
]
SFA = [
    Field("Email", "Email", "email", "Lead"),
    Field("Email", "Email", "email", "Contact"),
    Field("Phone", "Phone", "phone", "Lead", max_length=40),
    Field("PhoneKey", "Phone Key", "text", "Lead", writable=False),
    Field("Company", "Company Name", "text", "Lead", required=True, max_length=10),
    Field("Day", "Day", "date", "Lead"),
    Field("Num", "Number", "number", "Lead"),
    Field("Odd", "Odd", "other", "Lead"),
    Field("Size", "Size", "choice", "Lead", choices=("Small", "Large")),
]
EMAIL = {"name": "email", "type": "email", "ma": "email", "sfa": "Email"}
COMPANY = {"name": "company", "sfa": "Company", "sfa_objects": ["Lead"], "default": {"sfa": "?"}}
LEAD = {"sfa": {"object": "Lead"}}


def found(document: Document, rule: dict[str, Any], **more: Any) -> list[tuple[str, str, str]]:
    doc = document(EMAIL, COMPANY, rule, **({"create": LEAD} | more))
    return [(each.severity, each.pointer, each.message) for each in check(doc, MA, SFA)]


@pytest.mark.parametrize(
    ("rule", "pointer", "message"),
    [
        (
            {"ma": "short", "sfa": "Phone__x"},
            "/fields/2/sfa",
            'salesforce has no writable field "Phone__x"; did you mean "Phone"?',
        ),
        (
            {"sfa": "phonekey", "direction": "sfa_to_ma"},
            "/fields/2/sfa",
            'salesforce has no field "phonekey"; did you mean "PhoneKey"?',
        ),
        ({"ma": "zzz"}, "/fields/2/ma", 'hubspot has no field "zzz"'),
        (
            {"sfa": "Phone", "sfa_objects": None},
            "/fields/2/sfa",
            'salesforce Contact has no field "Phone"; set sfa_objects: [Lead]',
        ),
        (
            {"ma": "short", "sfa": "PhoneKey"},
            "/fields/2/sfa",
            (
                'salesforce has no writable field "PhoneKey" (Lead only shows it); '
                "use direction: sfa_to_ma"
            ),
        ),
        (
            {"sfa": "PhoneKey", "baton": "grade"},
            "/fields/2/sfa",
            'salesforce has no writable field "PhoneKey" (Lead only shows it); use another field',
        ),
        (
            {"sfa": "Phone", "sfa_objects": ["Lead", "Led"]},
            "/fields/2/sfa_objects/1",
            'salesforce has no object "Led"; did you mean "Lead"?',
        ),
        (
            {"ma": "short", "transforms": {"ma": [{"concat": ["short", "lon"]}]}},
            "/fields/2/transforms/ma/0",
            'hubspot contacts has no field "lon"; did you mean "long"?',
        ),
        (
            {"ma": "score", "sfa": "Day", "type": "number", "direction": "ma_to_sfa"},
            "/fields/2/type",
            'salesforce field "Day" of Lead is date, and cannot be told a number',
        ),
        (
            {"ma": "seen_at", "sfa": "Day", "type": "date", "direction": "ma_to_sfa"},
            "/fields/2/type",
            (
                'hubspot field "seen_at" of contacts is datetime, not date; '
                "use the transform date_of with a zone"
            ),
        ),
        (
            {"ma": "flag", "sfa": "Day", "type": "date", "direction": "ma_to_sfa"},
            "/fields/2/type",
            (
                'hubspot field "flag" of contacts is bool, and can never be read as date; '
                "correct the type"
            ),
        ),
        (
            {"sfa": "Day", "type": "datetime", "direction": "sfa_to_ma"},
            "/fields/2/type",
            (
                'salesforce field "Day" of Lead is date, and can never be read as datetime; '
                "use the transform time_of with a zone"
            ),
        ),
        (
            {"sfa": "Phone", "default": {"sfa": "9" * 41}},
            "/fields/2/default/sfa",
            'salesforce field "Phone" of Lead takes 40 characters at most',
        ),
        (
            {"sfa": "Size", "type": "choice", "placeholder": {"sfa": "Smal"}},
            "/fields/2/placeholder/sfa",
            'salesforce field "Size" of Lead has no choice "Smal"; did you mean "Small"?',
        ),
        (
            {"sfa": "Size", "const": "Huge", "direction": "ma_to_sfa"},
            "/fields/2/const",
            'salesforce field "Size" of Lead has no choice "Huge"',
        ),
    ],
)
def test_what_the_vendor_would_refuse_is_an_error(
    document: Document, rule: dict[str, Any], pointer: str, message: str
) -> None:
    """Each names the place, the connection and the field, and how to mend it."""
    full = {"name": "x", "sfa_objects": ["Lead"]} | rule

    assert found(document, full) == [("error", pointer, message)]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            {"ma": "short", "type": "number"},
            (
                'hubspot field "short" of contacts is text: '
                "text that is no number is left out and reported"
            ),
        ),
        (
            {"ma": "score", "type": "datetime"},
            'hubspot field "score" of contacts is number, not datetime',
        ),
    ],
)
def test_a_type_that_may_not_fit_is_a_warning(
    document: Document, rule: dict[str, Any], message: str
) -> None:
    """Reading goes on; what does not fit is reported record by record."""
    assert found(document, {"name": "x"} | rule) == [("warning", "/fields/2/type", message)]


@pytest.mark.parametrize(
    "rule",
    [
        {"ma": "flag", "transforms": {"ma": [{"values": {"true": 1, "false": 0}}]}},
        {"sfa": "Odd"},
        {"ma": "score", "sfa": "Num", "direction": "ma_to_sfa"},
    ],
)
def test_types_that_fit_are_silent(document: Document, rule: dict[str, Any]) -> None:
    """So are those behind a transform that changes the type, and unknown types."""
    assert found(document, {"name": "x", "type": "number", "sfa_objects": ["Lead"]} | rule) == []


def test_longer_text_than_the_other_side_takes_is_a_warning(document: Document) -> None:
    """Not where it is cut before, and not where the longer limit is no limit."""
    rule = {"name": "x", "ma": "short", "sfa": "Phone", "sfa_objects": ["Lead"],
            "direction": "ma_to_sfa"}  # fmt: skip

    assert found(document, rule) == [
        (
            "warning",
            "/fields/2/sfa",
            (
                'salesforce field "Phone" of Lead takes 40 characters, hubspot has up to 100; '
                "longer text will be refused"
            ),
        )
    ]
    assert found(document, rule | {"transforms": {"ma": [{"truncate": 40}]}}) == []
    assert found(document, rule | {"ma": "long"}) == []


@pytest.mark.parametrize(
    ("company", "findings"),
    [
        ({"placeholder": {"sfa": "-"}}, []),
        ({"const": "Acme", "direction": "ma_to_sfa"}, []),
        (
            {"ma": "short", "direction": "ma_to_sfa", "transforms": {"ma": [{"truncate": 10}]}},
            [("warning", "/fields/1/sfa",
              ('salesforce requires "Company" (Company Name) of a new Lead, and it may be blank; '
              'add placeholder: {sfa: "[unknown]"} or a default'))],
        ),
        (
            {},
            [("error", "/fields/1/sfa",
              ('salesforce requires "Company" (Company Name) of a new Lead, and nothing fills it; '
              "add default: {sfa: ...} to its rule"))],
        ),
        (
            {"sfa": "Odd"},
            [("error", "/fields",
              ('salesforce requires "Company" (Company Name) of a new Lead, and nothing fills it; '
              "add a rule with sfa: Company, and a default"))],
        ),
    ],
)  # fmt: skip
def test_required_fields_of_a_new_record_are_filled(
    document: Document, company: dict[str, Any], findings: list[tuple[str, str, str]]
) -> None:
    """Surely by a default, placeholder or constant; perhaps by a field; else it is an error."""
    rule = {"name": "company", "sfa": "Company", "sfa_objects": ["Lead"]} | company
    found_ = check(document(EMAIL, rule, create=LEAD), MA, SFA)

    assert [(each.severity, each.pointer, each.message) for each in found_] == findings


def test_it_is_clear_as_what_records_are_created(document: Document) -> None:
    """One of several objects must be named; nothing is required where nothing is created."""
    doc = document(EMAIL)

    assert [f.line("main") for f in check(doc, MA, SFA)] == [
        'mapping "main": /create/sfa: say as which object salesforce creates: Lead or Contact'
    ]
    misspelt = document(EMAIL, create={"sfa": {"object": "Laed"}})
    assert [f.line("main") for f in check(misspelt, MA, SFA)] == [
        'mapping "main": /create/sfa/object: salesforce has no object "Laed"; did you mean "Lead"?'
    ]
    assert check(document(EMAIL, create={"sfa": False}), MA, SFA) == []
    assert check(doc, MA, None) == []
