"""Checking choices: what a value map says must exist at the side that is told it."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.base import Field
from mappings.check import check
from mappings.document import MappingDocument

Document = Callable[..., MappingDocument]
MA = [
    Field("email", "Email", "email", "contacts"),
    Field("status", "Status", "choice", "contacts", choices=("NEW", "OPEN", "WON")),
    Field("free", "Free", "text", "contacts"),
]
SFA = [
    Field("Email", "Email", "email", "Lead"),
    Field("Status", "Status", "choice", "Lead", choices=("Open", "Closed")),
    Field("Text", "Text", "text", "Lead"),
    Field("Many", "Many", "choice", "Lead", choices=("Other",)),
]
EMAIL = {"name": "email", "type": "email", "ma": "email", "sfa": "Email"}
RULE = {"name": "s", "type": "choice", "ma": "status", "sfa": "Status"}


def values(table: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"values": table, **more}


def found(document: Document, rule: dict[str, Any]) -> list[tuple[str, str, str]]:
    doc = document(EMAIL, RULE | rule)
    return [(each.severity, each.pointer, each.message) for each in check(doc, MA, SFA)]


GOOD = values({"NEW": "Open", "OPEN": "Open", "WON": "Closed", "": None})


@pytest.mark.parametrize(
    "rule",
    [
        {"transforms": {"ma": [GOOD]}},
        {"transforms": {"ma": ["trim", GOOD]}, "ma": "free"},
        {"transforms": {"ma": [GOOD], "sfa": [values({"Open": "Open", "Closed": "Closed"})]}},
        {"transforms": {"ma": [GOOD], "sfa": [values({"Open": "Open"}, otherwise="keep")]}},
        {"transforms": {"ma": [GOOD, "trim"], "sfa": ["trim"]}},
        {"transforms": {"ma": ["trim"]}},
        {"ma": "free"},
        {"sfa": "Text"},
        {"type": "owner"},
    ],
)
def test_choices_that_exist_are_silent(document: Document, rule: dict[str, Any]) -> None:
    """Also free text, where there are no choices to compare."""
    messages = [message for _, _, message in found(document, rule)]

    assert [message for message in messages if "lacks" not in message] == []


@pytest.mark.parametrize(
    ("rule", "severity", "pointer", "message"),
    [
        (
            {"transforms": {"ma": [values({"NEW": "Opne", "WON": "Closed"})]}},
            "error",
            "/fields/1/transforms/ma/0",
            'salesforce field "Status" of Lead has no choice "Opne"; did you mean "Open"?',
        ),
        (
            {"transforms": {"ma": [values({"NEW": "Open"}, otherwise={"value": "Else"})]}},
            "error",
            "/fields/1/transforms/ma/0",
            'salesforce field "Status" of Lead has no choice "Else"',
        ),
        (
            {"transforms": {"ma": [values({"NWE": "Open"})]}},
            "error",
            "/fields/1/transforms/ma/0",
            'hubspot field "status" of contacts has no choice "NWE"; did you mean "NEW"?',
        ),
        (
            {"transforms": {"ma": [values({"NWE": "Open"})]}, "direction": "ma_to_sfa"},
            "warning",
            "/fields/1/transforms/ma/0",
            'hubspot field "status" of contacts has no choice "NWE"; did you mean "NEW"?',
        ),
        (
            {"transforms": {"ma": [GOOD], "sfa": [values({"Open": "Open"})]},
             "direction": "ma_to_sfa"},
            "warning",
            "/fields/1/transforms/sfa/0",
            ('salesforce has no counterpart for "Closed"; '
            "these values will be left out and reported"),
        ),
        (
            {"direction": "ma_to_sfa"},
            "warning",
            "/fields/1/sfa",
            ('salesforce field "Status" of Lead lacks choices of hubspot: "NEW", "OPEN", "WON"; '
            "map them with values"),
        ),
    ],
)  # fmt: skip
def test_choices_that_do_not_exist_are_found(
    document: Document, rule: dict[str, Any], severity: str, pointer: str, message: str
) -> None:
    """An error where the vendor would refuse them, a warning where they never match."""
    assert found(document, rule) == [(severity, pointer, message)]


def test_a_long_list_of_choices_is_cut(document: Document) -> None:
    """A message stays readable with hundreds of choices."""
    many = Field("many", "Many", "choice", "contacts", choices=tuple("abcdefgh"))
    doc = document(EMAIL, {"name": "m", "ma": "many", "sfa": "Many", "direction": "ma_to_sfa"})

    (finding,) = check(doc, [*MA, many], SFA)

    assert finding.message == (
        'salesforce field "Many" of Lead lacks choices of hubspot: '
        '"a", "b", "c", "d", "e" and 3 more; map them with values'
    )
