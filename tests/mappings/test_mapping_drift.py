"""What changed in a schema, which rules that touches, and what has to rest."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.base import Field
from mappings.document import MappingDocument
from mappings.drift import compare, pause, pointers

PHONE = Field("phone", "Phone", "phone", "Contact")
STATUS = Field("status", "Status", "choice", "Contact", choices=("new", "old"))
EXTRA = Field("extra", "Extra", "text", "Contact")
DOCUMENT = MappingDocument.model_validate({
    "kind": "person",
    "create": {"ma": {"object": "Contact"}},
    "fields": [
        {"name": "email", "type": "email", "ma": "email", "sfa": "Email"},
        {"name": "phone", "type": "phone", "ma": "phone", "sfa": "Phone"},
        {"name": "status", "type": "choice", "ma": "status", "sfa": "Status",
         "direction": "ma_to_sfa"},
    ],
})  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "change", "places", "rests"),
    [
        (PHONE, None, "deleted", ["/fields/1/ma"], "all"),
        (PHONE, replace(PHONE, type="bool"), "type", ["/fields/1/ma"], "all"),
        (PHONE, replace(PHONE, type="text"), "type", ["/fields/1/ma"], None),
        (PHONE, replace(PHONE, max_length=9), "length", ["/fields/1/ma"], None),
        (replace(PHONE, max_length=9), PHONE, "length", [], None),
        (PHONE, replace(PHONE, writable=False), "writable", ["/fields/1/ma"], "writes"),
        (replace(PHONE, writable=False), PHONE, "writable", [], None),
        (STATUS, replace(STATUS, choices=("new",)), "choices", [], None),
        (PHONE, replace(PHONE, required=True), "required", ["/fields/1/ma"], None),
        (None, replace(EXTRA, required=True), "added", ["/fields"], None),
        (None, EXTRA, "added", [], None),
        (EXTRA, None, "deleted", [], "all"),
    ],
)
def test_a_difference_and_what_it_touches(
    before: Field | None, after: Field | None, change: str, places: list[str], rests: Any
) -> None:
    """Harm to a rule has its place; what is only told from here minds no lost choice."""
    (found,) = compare([before] if before else [], [after] if after else [])

    assert found.change == change
    assert pointers(DOCUMENT, "ma", found) == places
    assert pause(DOCUMENT, "ma", found) == rests


def test_the_same_schema_differs_in_nothing() -> None:
    """Nor does one whose choices are in another order."""
    turned = replace(STATUS, choices=("old", "new"))

    assert compare([PHONE, STATUS], [turned, PHONE]) == []
