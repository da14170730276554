"""Checking a document in itself: transforms, directions, targets, filters."""

from collections.abc import Callable
from typing import Any

import pytest

from mappings.check import Finding, check
from mappings.document import MappingDocument

Document = Callable[..., MappingDocument]
EMAIL = {"name": "email", "type": "email", "ma": "email", "sfa": "Email"}


def found(document: Document, *rules: dict[str, Any], **more: Any) -> list[tuple[str, str, str]]:
    findings = check(document(EMAIL, *rules, **more), None, None)
    return [(each.severity, each.pointer, each.message) for each in findings]


def test_a_good_document_has_no_findings(document: Document) -> None:
    """A two-way field may have any transform with an inverse."""
    steps = {"ma": ["trim", {"values": {"NEW": "Open", "OLD": "Open"}}], "sfa": [{"prefix": "x"}]}

    assert found(document, {"name": "a", "ma": "a", "sfa": "A", "transforms": steps}) == []


def test_a_finding_is_one_line_for_people() -> None:
    """It says which mapping, where, and what."""
    finding = Finding("/fields/3/sfa", "error", 'salesforce has no writable field "Phone__x"')

    assert finding.line("main") == (
        'mapping "main": /fields/3/sfa: salesforce has no writable field "Phone__x"'
    )


def test_people_without_an_address_field_are_warned_about(document: Document) -> None:
    """Without e-mail addresses nobody is matched by them; companies have none."""
    rule = {"name": "a", "ma": "a"}

    assert [f.severity for f in check(document(rule), None, None)] == ["warning"]
    assert check(document(rule).model_copy(update={"kind": "company"}), None, None) == []


def test_an_unknown_transform_is_an_error_at_its_step(document: Document) -> None:
    """With a hint at the nearest name."""
    rule = {"name": "a", "ma": "a", "transforms": {"ma": ["trim", "lowr"]}}

    assert found(document, rule) == [
        ("error", "/fields/1/transforms/ma/1", 'unknown transform "lowr"; did you mean "lower"?')
    ]


@pytest.mark.parametrize(
    ("step", "mend"),
    [
        ({"truncate": 3}, "drop it, or make the field one-way, read from this side"),
        ({"values": {"A": "x"}, "back": {"y": "A"}}, "drop it, or make the field one-way"),
        ("lower", "it has no inverse unless sfa has it too; put it on both sides"),
        ({"country": "en"}, "it has no inverse unless sfa has it too"),
    ],
)
def test_a_two_way_field_needs_transforms_with_an_inverse(
    document: Document, step: Any, mend: str
) -> None:
    """What cannot go back is an error that says how to mend it."""
    rule = {"name": "a", "ma": "a", "sfa": "A", "transforms": {"ma": [step]}}

    ((severity, pointer, message),) = found(document, rule)

    assert (severity, pointer) == ("error", "/fields/1/transforms/ma/0")
    assert mend in message


def test_transforms_without_an_inverse_may_be_read(document: Document) -> None:
    """On the source side of a one-way field nothing goes back; on the other side it would."""
    source = {"name": "a", "ma": "a", "sfa": "A", "direction": "ma_to_sfa"}
    lossy = [{"truncate": 3}]

    assert found(document, source | {"transforms": {"ma": lossy}}) == []
    ((_, pointer, message),) = found(document, source | {"transforms": {"sfa": lossy}})
    assert pointer == "/fields/1/transforms/sfa/0"
    assert message.startswith("it has no inverse, and salesforce is told this field")


def test_a_form_on_both_sides_is_fine(document: Document) -> None:
    """If both sides are read in lower case, they agree whatever the case."""
    steps = {"ma": ["lower", {"country": "en"}], "sfa": [{"country": "ja"}, "lower"]}

    assert found(document, {"name": "a", "ma": "a", "sfa": "A", "transforms": steps}) == []


def test_joining_comes_first(document: Document) -> None:
    """A step before it would be in vain."""
    steps = {"ma": ["trim", {"concat": ["a", "b"]}]}

    assert found(document, {"name": "a", "ma": "a", "transforms": steps}) == [
        (
            "error",
            "/fields/1/transforms/ma/1",
            "it makes a value of several fields, so it must come first",
        )
    ]


def test_a_direction_without_a_source_is_warned_about(document: Document) -> None:
    """Nothing can flow from a field that is not named."""
    rule = {"name": "a", "sfa": "A", "direction": "ma_to_sfa"}

    assert found(document, rule) == [
        ("warning", "/fields/1/direction", "ma_to_sfa, but ma has no field here to read")
    ]


def test_two_fields_written_to_one_are_an_error(document: Document) -> None:
    """They would overwrite each other for ever; reading one field twice is fine."""
    one = {"name": "a", "ma": "a", "sfa": "A"}
    two = {"name": "b", "ma": "b", "sfa": "A"}
    reads = {"direction": "sfa_to_ma"}

    assert found(document, one, two) == [
        ("error", "/fields/2/sfa", 'salesforce field "A" is already written by the field "a"')
    ]
    assert found(document, one, two | reads) == []
    apart = [one | {"sfa_objects": ["Lead"]}, two | {"sfa_objects": ["Contact"]}]
    assert found(document, *apart) == []
    default = two | reads | {"default": {"sfa": "x"}}
    assert [pointer for _, pointer, _ in found(document, one, default)] == ["/fields/2/sfa"]


def test_filters_ask_about_fields_that_the_side_shows(document: Document) -> None:
    """A misspelt field would keep every record out."""
    filters = {"sfa": [{"not": {"field": "emial", "op": "exists"}}, {"field": "a", "op": "exists"}]}

    assert found(document, {"name": "a", "ma": "a"}, filters=filters) == [
        (
            "error",
            "/filters/sfa/0/not/field",
            'salesforce shows no field "emial"; did you mean "email"?',
        ),
        ("error", "/filters/sfa/1/field", 'salesforce shows no field "a"'),
    ]


def test_a_key_that_a_side_does_not_show_is_an_error(document: Document) -> None:
    """Nothing would ever meet by it; e-mail and its like have rules of their own."""
    rule = {"name": "contract", "ma": "contract_no"}
    keys = {"keys": ["email", "domain", "contract", "contrct"]}

    assert found(document, rule, identity=keys) == [
        ("error", "/identity/keys/2", 'salesforce shows no field "contract"'),
        ("error", "/identity/keys/3", 'hubspot shows no field "contrct"; did you mean "contract"?'),
        ("error", "/identity/keys/3", 'salesforce shows no field "contrct"'),
    ]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"blank": "clear"}, [("error", "/fields/1/transforms/ma/0")]),
        ({}, []),
        ({"blank": "clear", "direction": "ma_to_sfa"}, []),
    ],
)
def test_unknown_values_may_not_empty_the_other_side(
    document: Document, more: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """Of a field that goes both ways: what the map does not know would be lost at both."""
    steps = {"ma": [{"values": {"a": "A"}, "otherwise": "blank"}]}
    rule = {"name": "x", "ma": "x", "sfa": "X", "transforms": steps, **more}

    assert [(severity, where) for severity, where, _ in found(document, rule)] == expected
