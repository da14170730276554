"""Values must settle: rules that feed each other through a one-way transform are refused."""

from collections.abc import Callable
from typing import Any

import pytest

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
    """A part that goes both ways by itself, a way back that undoes it, another object's field."""
    part = {"name": "a", "ma": "a", "sfa": "A"}
    prefix = {"transforms": {"ma": [{"prefix": "p"}]}}
    there = prefix | {"name": "x", "ma": "x", "sfa": "X", "direction": "ma_to_sfa"}
    plain = {"name": "y", "ma": "x", "sfa": "X", "direction": "sfa_to_ma"}
    back = prefix | plain
    lead = JOINED | {"sfa_objects": ["Lead"]}
    other = plain | {"ma": "b", "sfa": "Whole", "sfa_objects": ["Contact"]}

    assert found(document, JOINED, part) == []
    assert found(document, there, back) == []
    assert found(document, lead, other) == []


@pytest.mark.parametrize(
    "step", [{"prefix": "p"}, {"unprefix": "p"}, {"scale": 1000}, {"values": {"a": "b", "b": "a"}}]
)
def test_a_value_that_moves_on_each_round_is_refused(
    document: Document, step: dict[str, Any]
) -> None:
    """It comes back as another one, though each step by itself could be undone."""
    there = TO_SFA | {"name": "x", "ma": "x", "sfa": "X", "transforms": {"ma": [step]}}
    back = {"name": "y", "ma": "x", "sfa": "X", "direction": "sfa_to_ma"}

    assert [pointer for pointer, _ in found(document, there, back)] == ["/fields/0/transforms/ma"]


def test_fields_that_hand_their_values_round_are_refused(document: Document) -> None:
    """Two values would change places at each look."""
    ring = [
        {"name": "a", "ma": "x", "sfa": "Y", "direction": "ma_to_sfa"},
        {"name": "b", "ma": "y", "sfa": "Y", "direction": "sfa_to_ma"},
        {"name": "c", "ma": "y", "sfa": "X", "direction": "ma_to_sfa"},
        {"name": "d", "ma": "x", "sfa": "X", "direction": "sfa_to_ma"},
    ]

    assert found(document, *ring) == [
        (
            "/fields/0",
            (
                "its value comes back to what it is made of (x -> Y -> y -> X -> x), by the rule "
                '"b", "c", "d": it would never settle; leave one of these rules out, '
                "or read other fields here"
            ),
        )
    ]


def test_a_map_that_knows_what_it_makes_is_fine(document: Document) -> None:
    """`{new: open, open: open}` brings each value to one that stays."""
    step = {"values": {"new": "open", "open": "open"}}
    there = TO_SFA | {"name": "x", "ma": "x", "sfa": "X", "transforms": {"ma": [step]}}
    back = {"name": "y", "ma": "x", "sfa": "X", "direction": "sfa_to_ma"}

    assert found(document, there, back) == []
