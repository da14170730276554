"""Expressions in CEL: what they can say, and what is refused when a mapping is saved."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.base import Field, Fields, Value
from mappings.check import check
from mappings.document import MappingDocument
from mappings.engine import Context, to_canonical
from mappings.transforms import read_step
from mappings.values import Unfit

Document = Callable[..., MappingDocument]
RECORD: Fields = {"first": "Ada", "last": "Lovelace", "empty": "", "size": "250", "text": "x"}


def result(source: str) -> Value:
    return read_step({"expr": source}).transform.read(None, RECORD)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("first + ' ' + last", "Ada Lovelace"),
        ("coalesce(empty, first)", "Ada"),
        ("coalesce(empty, 'nobody')", "nobody"),
        ("number(size) * 1.5", 375.0),
        ("round(number(size) / 3.0, 2)", 83.33),
        ("number(size) >= 200.0 ? 'large' : 'small'", "large"),
        ("int(size) > 100 && !(first == last)", True),
        ("upper(first) + lower(last) + trim(' x ')", "ADAlovelacex"),
        ("part('a;b;c', ';', 2) + text(empty) + text(text)", "bx"),
        ("first in ['Ada', 'Bob']", True),
        ("last.startsWith('Love') && last.matches('^[A-Z]')", True),
        ("empty == null", True),
        ("number(first) == null", True),
    ],
)
def test_what_an_expression_can_say(source: str, expected: Value) -> None:
    """Fields are named as the vendor names them; a blank is null."""
    assert result(source) == expected


@pytest.mark.parametrize(
    "source",
    ["first + empty", "int(first)", "1 / (int(size) - 250)", "[first]", "number(size) / 0.0"],
)
def test_what_cannot_be_computed_is_a_problem_of_the_record(source: str) -> None:
    """The field is left out and shown; the message holds no value."""
    with pytest.raises(Unfit) as problem:
        result(source)

    assert problem.value.code == "expression"
    assert "Ada" not in str(problem.value)


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("first +", "line 1, column 8: mismatched input"),
        ("first\n  + + )", "line 2, column 5"),
        ("uper(first)", "there is no function 'uper'; there are bool, coalesce"),
        ("[1, 2].map(x, first)", "an expression has no loops"),
        ("timestamp(first)", "there is no function 'timestamp'"),
        ("1 + 1", "it reads no field; for a fixed value use const"),
        ("first + " * 200 + "last", "at most 1000 characters"),
        ("(" * 400 + "first" + ")" * 400, "line 1, column"),
    ],
)
def test_what_is_refused_when_a_mapping_is_saved(source: str, fault: str) -> None:
    """It says where and why."""
    assert fault in read_step({"expr": source}).fault


def test_an_expression_names_fields_that_are_there(document: Document) -> None:
    """A field that the vendor does not describe is refused with the nearest name."""
    steps = {"ma": [{"expr": "coalesce(firstnam, lastname)"}]}
    rule = {"name": "n", "ma": "lastname", "direction": "ma_to_sfa", "transforms": steps}
    fields = [Field(name, name, "text", "contacts") for name in ("firstname", "lastname")]

    errors = [f for f in check(document(rule), fields, None) if f.severity == "error"]

    assert [(f.pointer, f.message) for f in errors] == [
        (
            "/fields/0/transforms/ma/0",
            'hubspot contacts has no field "firstnam"; did you mean "firstname"?',
        )
    ]


def test_an_expression_is_read_and_never_written(document: Document) -> None:
    """It has no inverse, so a field that goes both ways is refused; one-way it is computed."""
    steps: dict[str, Any] = {"ma": [{"expr": "first + ' ' + last"}]}
    rule = {"name": "whole", "ma": "first", "sfa": "Name", "transforms": steps}
    both = check(document(rule), None, None)
    doc = document(rule | {"direction": "ma_to_sfa"})

    assert [f.pointer for f in both if f.severity == "error"] == ["/fields/0/transforms/ma/0"]
    assert [f for f in check(doc, None, None) if f.severity == "error"] == []
    assert to_canonical(doc, "ma", None, RECORD, Context()).values == {"whole": "Ada Lovelace"}
