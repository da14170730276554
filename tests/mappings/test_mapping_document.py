"""Documents that contradict themselves are refused, with the place and the reason."""

from collections.abc import Callable
from typing import Any

import pytest

from mappings.creation import Creation
from mappings.document import MappingDocument
from mappings.source import DocumentError

Document = Callable[..., MappingDocument]


@pytest.mark.parametrize(
    ("rule", "pointer", "message"),
    [
        ({"name": "a"}, "/fields/0", "name the field of at least one side: ma or sfa"),
        (
            {"name": "a", "ma": "a", "baton": "score", "const": 1},
            "/fields/0",
            "a value is Baton's own (baton) or fixed (const), not both",
        ),
        (
            {"name": "a", "sfa": "a", "baton": "score", "direction": "ma_to_sfa"},
            "/fields/0",
            "Baton's own value goes to each side that is named; no direction",
        ),
        (
            {"name": "a", "sfa": "a", "const": 1},
            "/fields/0",
            "a const needs a direction: ma_to_sfa or sfa_to_ma",
        ),
        (
            {"name": "a", "ma": "a", "const": 1, "direction": "ma_to_sfa"},
            "/fields/0",
            "a const stands in place of the field of ma; name only one",
        ),
        (
            {"name": "a", "ma": "a", "transforms": {"sfa": ["trim"]}},
            "/fields/0",
            "sfa has no field here, so it takes no transforms or defaults",
        ),
        (
            {"name": "a", "sfa": "a", "placeholder": {"ma": "x"}},
            "/fields/0",
            "ma has no field here, so it takes no transforms or defaults",
        ),
        ({"name": "a", "ma": "a", "sfa_object": "Lead"}, "/fields/0/sfa_object", "no such key"),
        ({"ma": "a"}, "/fields/0/name", "this key is required"),
        ({"name": "a", "ma": "a", "type": "txt"}, "/fields/0/type", "input should be 'text'"),
        ({"name": "a", "ma": "a", "baton": "rank"}, "/fields/0/baton", "input should be 'score'"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(
    document: Document, rule: dict[str, Any], pointer: str, message: str
) -> None:
    """Each contradiction has its own message, at the JSON pointer of the rule."""
    with pytest.raises(DocumentError) as refusal:
        document(rule)

    assert [where for where, _ in refusal.value.problems] == [pointer]
    assert message in refusal.value.problems[0][1]


LEAD = {"name": "a", "ma": "a", "sfa": "A", "sfa_objects": ["Lead"]}
CONTACT = {"name": "a", "ma": "a", "sfa": "B", "sfa_objects": ["Contact"]}


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (LEAD, LEAD, "mapped twice; each must be for other objects"),
        (LEAD, CONTACT | {"sfa_objects": None}, "mapped twice; each must be for other objects"),
        (LEAD, CONTACT | {"ma": "b"}, "and alike on the other side"),
        (LEAD, CONTACT | {"policy": "ask"}, "mapped twice with different policy"),
        (LEAD, CONTACT | {"type": "phone", "blank": "clear"}, "with different type, blank"),
    ],
)
def test_rules_of_one_name_must_be_for_different_objects(
    document: Document, first: dict[str, Any], second: dict[str, Any], message: str
) -> None:
    """One canonical field has one meaning, and at any one object one place."""
    with pytest.raises(DocumentError, match=message):
        document(first, second)


def test_two_rules_may_share_a_name_for_different_objects(document: Document) -> None:
    """Then the other side has the field once."""
    doc = document(LEAD, CONTACT)

    assert len(doc.rules("ma")) == 1
    assert len(doc.rules("sfa")) == 2


def test_defaults_of_a_document(document: Document) -> None:
    """Records are created on both sides unless a document says otherwise; formats have defaults."""
    doc = document(LEAD, create={"ma": False, "sfa": {"object": "Lead"}}, formats={"ma": "json"})

    assert doc.creation("ma") == Creation(enabled=False)
    assert doc.creation("sfa") == Creation(enabled=True, object="Lead")
    assert (doc.format("ma"), doc.format("sfa")) == ("json", "json")
    assert document(LEAD).creation("sfa").enabled
    assert document(LEAD).format("ma") == "strings"
    assert (doc.connection("ma"), doc.connection("sfa")) == ("hubspot", "salesforce")


@pytest.mark.parametrize(
    ("more", "where", "message"),
    [
        ({"region": "Japan"}, "/region", "'Japan' is no region such as JP or US"),
        ({"kind": "Deal 1"}, "/kind", "write it with small letters a-z"),
        ({"create": {"sfa": {"object": 3}}}, "/create/sfa/object", "a text is wanted"),
        ({"formats": {"ma": "xml"}}, "/formats/ma", "input should be 'strings' or 'json'"),
        ({"filters": {"ma": [{"field": "a"}]}}, "/filters/ma/0", "the key 'op' is required"),
        (
            {"filters": {"ma": [{"field": "a", "op": "is"}]}},
            "/filters/ma/0",
            "'op' must be one of 'equals', 'in'",
        ),
        (
            {"filters": {"ma": [{"any": [{"not": {"field": "a", "op": "in", "value": []}}]}]}},
            "/filters/ma/0/any/0/not/value",
            "at least 1 item",
        ),
        (
            {"filters": {"ma": [{"field": "a", "any": []}]}},
            "/filters/ma/0",
            "a filter has exactly one of the keys field, all, any, not",
        ),
        (
            {"filters": {"ma": ["email"]}},
            "/filters/ma/0",
            "a filter has exactly one of the keys field, all, any, not",
        ),
    ],
)
def test_a_document_that_is_wrong_elsewhere_is_refused(
    document: Document, more: dict[str, Any], where: str, message: str
) -> None:
    """The pointer leads to the place in the data as it was written."""
    with pytest.raises(DocumentError) as refusal:
        document(LEAD, **more)

    assert refusal.value.problems[0][0] == where
    assert message in refusal.value.problems[0][1]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"policy": "always_ma", "direction": "sfa_to_ma"}, "always_ma, but ma has no say"),
        ({"policy": "always_sfa", "sfa": None}, "always_sfa, but sfa has no say"),
        ({"consent": "opt_out"}, "an opt-out is a field of type bool"),
        ({"consent": "opt_out", "type": "bool", "baton": "score"}, "an opt-out is a field of"),
        ({"consent": "opt_in", "type": "bool"}, "input should be 'opt_out'"),
    ],
)
def test_policies_and_consent_that_make_no_sense_are_refused(
    document: Document, rule: dict[str, Any], message: str
) -> None:
    """A side can only decide what it shows."""
    with pytest.raises(DocumentError) as refusal:
        document({"name": "a", "ma": "a", "sfa": "A", **rule})

    assert message in refusal.value.problems[0][1]


def test_an_opt_out_counts_whatever_its_direction(document: Document) -> None:
    """Both sides have a say; with a direction, only one is told (the other may be read-only)."""
    rule = {"name": "no", "type": "bool", "ma": "a", "sfa": "A", "consent": "opt_out"}
    (read,) = document(rule | {"direction": "ma_to_sfa"}).fields

    assert [read.supplies("ma"), read.supplies("sfa")] == [True, True]
    assert [read.writes("ma"), read.writes("sfa")] == [False, True]


def test_a_mapping_without_fields_is_refused(document: Document) -> None:
    """An empty document would silently sync nothing."""
    with pytest.raises(DocumentError, match="a mapping has at least one field"):
        document()


def test_all_problems_are_shown_at_once(document: Document) -> None:
    """One look at the error is enough to mend all of the document."""
    with pytest.raises(DocumentError) as refusal:
        document({"name": "a"}, {"name": "b", "ma": "b", "odd/~": 1}, region="XX")

    places = [where for where, _ in refusal.value.problems]
    assert places == ["/region", "/fields/0", "/fields/1/odd~1~0"]
    assert str(refusal.value).count("\n") == 2


def test_the_schema_of_documents_can_be_shown() -> None:
    """The API's description of a document says what a transform step looks like."""
    schema = str(MappingDocument.model_json_schema())

    assert "'minProperties': 1" in schema
