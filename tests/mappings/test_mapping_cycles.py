"""Values must settle: rules that feed each other through a one-way transform are refused."""

from collections.abc import Callable
from typing import Any

from mappings.check_cycles import check_cycles
from mappings.document import MappingDocument

Document = Callable[..., MappingDocument]
TO_SFA: dict[str, Any] = {"direction": "ma_to_sfa"}
JOINED = TO_SFA | {
    "name": "whole", "ma": "a", "sfa": "Whole", "transforms": {"ma": [{"concat": ["a", "b"]}]},
}  # fmt: skip


def found(document: Document, *rules: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f.pointer, f.message) for f in check_cycles(document(*rules))]


def test_a_value_made_of_what_it_is_told_to_is_refused(document: Document) -> None:
    """Each round would make it longer."""
    back = {"name": "b", "ma": "b", "sfa": "Whole", "direction": "sfa_to_ma"}

    assert found(document, JOINED, back) == [
        (
            "/fields/0/transforms/ma",
            (
                'its value comes back to what it is made of (b -> Whole -> b), by the rule "b": '
                "it would never settle; make that rule one-way, or read other fields here"
            ),
        )
    ]


def test_a_longer_way_round_is_found(document: Document) -> None:
    """Over a second expression, read from the other side."""
    expr = {"transforms": {"sfa": [{"expr": "upper(Whole)"}]}}
    back = expr | {"name": "c", "ma": "c", "sfa": "Whole", "direction": "sfa_to_ma"}
    on = {"name": "d", "ma": "c", "sfa": "D", "direction": "ma_to_sfa"}
    home = {"name": "e", "ma": "a", "sfa": "D", "direction": "sfa_to_ma"}

    pointers = [pointer for pointer, _ in found(document, JOINED, back, on, home)]

    assert pointers == ["/fields/0/transforms/ma", "/fields/1/transforms/sfa"]


def test_values_that_settle_are_fine(document: Document) -> None:
    """A part that goes both ways by itself, an exact way round, another object's field."""
    part = {"name": "a", "ma": "a", "sfa": "A"}
    exact = {"name": "x", "ma": "x", "sfa": "X", "direction": "ma_to_sfa"}
    there = exact | {"transforms": {"ma": [{"prefix": "p"}]}}
    back = {"name": "y", "ma": "x", "sfa": "X", "direction": "sfa_to_ma"}
    lead = JOINED | {"sfa_objects": ["Lead"]}
    other = back | {"ma": "b", "sfa": "Whole", "sfa_objects": ["Contact"]}

    assert found(document, JOINED, part) == []
    assert found(document, there, back) == []
    assert found(document, lead, other) == []
