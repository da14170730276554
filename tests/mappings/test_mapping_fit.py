"""Would a vendor take these fields?"""

import pytest

from connectors.base import Field, Value
from mappings.fit import refusals
from mappings.schema import Schema

SCHEMA = Schema((
    Field("Name", "Name", "text", "Lead", required=True, max_length=5),
    Field("Status", "Status", "choice", "Lead", choices=("Open", "Shut")),
    Field("Tags", "Tags", "multi_choice", "Lead", choices=("a", "b")),
    Field("Size", "Size", "number", "Lead"),
    Field("Id", "Id", "id", "Lead", writable=False),
    Field("Name", "Name", "text", "Contact"),
))  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("Name", "Satoh", None),
        ("Name", "Satohara", "too_long"),
        ("Status", "Open", None),
        ("Status", "Ajar", "choice"),
        ("Tags", "a;b", None),
        ("Tags", "a;c", "choice"),
        ("Size", "12", None),
        ("Size", "big", "type"),
        ("Size", None, None),
        ("Id", "1", "read_only"),
        ("Nmae", "x", "unknown_field"),
    ],
)
def test_a_field_is_taken_or_refused(name: str, value: Value, code: str | None) -> None:
    """By length, choices, type and permission."""
    found = refusals(SCHEMA, "Lead", {name: value}, creating=False)

    assert [one.code for one in found] == ([] if code is None else [code])


def test_a_new_record_needs_what_is_required() -> None:
    """Only of its own object, and only when it is new."""
    lead = refusals(SCHEMA, "Lead", {"Name": ""}, creating=True)

    assert [(one.field, one.code) for one in lead] == [("Name", "required")]
    assert refusals(SCHEMA, "Contact", {}, creating=True) == []
    assert refusals(SCHEMA, "Lead", {}, creating=False) == []


def test_where_nothing_is_known_nothing_is_foreseen() -> None:
    """Neither without a schema, nor where the object is the vendor's choice of several."""
    assert refusals(None, "Lead", {"Nmae": 1}, creating=True) == []
    assert refusals(SCHEMA, None, {"Nmae": 1}, creating=True) == []
