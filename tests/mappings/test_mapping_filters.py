"""Filters: which values pass."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from connectors.base import Value
from mappings.filters import Filter, fields_of, passes

FILTER: TypeAdapter[Filter] = TypeAdapter(Filter)
PERSON: dict[str, Value] = {
    "email": "ada@example.com",
    "country": "JP",
    "employees": 50,
    "rate": 1.0,
    "since": "2026-05-01",
    "code": "050",
    "blank": None,
    "name": "Ａｄａ",  # noqa: RUF001  full-width letters are the case
}


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ({"field": "country", "op": "equals", "value": "jp"}, True),
        ({"field": "name", "op": "equals", "value": "ada"}, True),
        ({"field": "employees", "op": "equals", "value": 50.0}, True),
        ({"field": "rate", "op": "equals", "value": 1}, True),
        ({"field": "blank", "op": "equals", "value": "x"}, False),
        ({"field": "country", "op": "in", "value": ["US", "JP"]}, True),
        ({"field": "country", "op": "in", "value": ["US"]}, False),
        ({"field": "email", "op": "contains", "value": "@Example"}, True),
        ({"field": "email", "op": "matches", "value": "*@example.com"}, True),
        ({"field": "email", "op": "matches", "value": "example.com"}, False),
        ({"field": "employees", "op": "gte", "value": 50}, True),
        ({"field": "employees", "op": "gt", "value": 50}, False),
        ({"field": "employees", "op": "lt", "value": "60"}, False),
        ({"field": "code", "op": "equals", "value": 50}, False),
        ({"field": "code", "op": "gte", "value": 50}, False),
        ({"field": "since", "op": "lte", "value": "2026-05-01"}, True),
        ({"field": "email", "op": "exists"}, True),
        ({"field": "blank", "op": "exists"}, False),
        ({"field": "absent", "op": "exists", "value": False}, True),
        ({"not": {"field": "email", "op": "exists"}}, False),
        ({"any": [{"field": "blank", "op": "exists"}, {"field": "email", "op": "exists"}]}, True),
        ({"all": [{"field": "blank", "op": "exists"}, {"field": "email", "op": "exists"}]}, False),
    ],
)
def test_a_filter_passes_or_not(test: dict[str, Any], expected: bool) -> None:  # noqa: FBT001  a table's column
    """Text compares without case and width, numbers as numbers, and a blank satisfies nothing."""
    assert passes(FILTER.validate_python(test), PERSON) is expected


def test_every_field_that_a_filter_asks_about_is_known_with_its_place() -> None:
    """So a check can say where a field is misspelt."""
    test = FILTER.validate_python(
        {"all": [
            {"field": "a", "op": "exists"},
            {"any": [{"not": {"field": "b", "op": "exists"}}]},
        ]}
    )  # fmt: skip

    assert list(fields_of(test, "/filters/ma/0")) == [
        ("/filters/ma/0/all/0/field", "a"),
        ("/filters/ma/0/all/1/any/0/not/field", "b"),
    ]
