"""The engine: what is read and written of a record, and what is left out and why."""

from collections.abc import Callable

import pytest

from connectors.base import Value
from mappings.document import MappingDocument
from mappings.engine import (
    Context,
    Problem,
    canonical_names,
    to_canonical,
    to_vendor,
    unmet_filter,
    vendor_fields,
    writable_names,
)
from mappings.owners import Directory

NOBODY = Context()
REPS = Context(
    {
        "ma": Directory({"77": "Rep@X.co", "78": ""}),
        "sfa": Directory({"005old": "rep@x.co", "005": "rep@X.co"}, inactive={"005old"}),
    }
)
Document = Callable[..., MappingDocument]


def test_what_to_read_depends_on_the_object(document: Document) -> None:
    """A rule for Leads is not read of a Contact; fields that transforms need are read too."""
    doc = document(
        {"name": "email", "type": "email", "ma": "email", "sfa": "Email"},
        {"name": "company", "ma": "company", "sfa": "Company", "sfa_objects": ["Lead"]},
        {
            "name": "full",
            "ma": "firstname",
            "sfa": "Full__c",
            "direction": "ma_to_sfa",
            "transforms": {"ma": [{"join_name": ["firstname", "lastname"]}]},
        },
    )

    assert vendor_fields(doc, "sfa", "Contact") == {"Email", "Full__c"}
    assert vendor_fields(doc, "sfa") == {"Email", "Company", "Full__c"}
    assert vendor_fields(doc, "ma", "contacts") == {"email", "company", "firstname", "lastname"}
    assert canonical_names(doc, "sfa", "Contact") == {"email", "full"}
    assert writable_names(doc, "ma") == {"email", "company"}
    assert writable_names(doc, "sfa", "Lead") == {"email", "company", "full"}


def test_a_field_that_was_not_looked_at_is_absent_and_a_blank_one_is_none(
    document: Document,
) -> None:
    """Not seen and blank are two things."""
    doc = document({"name": "a", "ma": "a"}, {"name": "b", "ma": "b"})

    assert to_canonical(doc, "ma", None, {"a": ""}, NOBODY).values == {"a": None}


def test_a_joined_value_needs_all_its_fields(document: Document) -> None:
    """Half of a name is not taken for the name."""
    doc = document(
        {"name": "n", "ma": "f", "sfa": "N", "direction": "ma_to_sfa",
         "transforms": {"ma": [{"join_name": ["f", "l"]}]}},
    )  # fmt: skip

    assert to_canonical(doc, "ma", None, {"f": "Ada"}, NOBODY).values == {}
    both = to_canonical(doc, "ma", None, {"f": None, "l": "Lovelace"}, NOBODY)
    assert both.values == {"n": "Lovelace"}


def test_an_unreadable_value_is_a_problem_and_not_a_value(document: Document) -> None:
    """The problem names connection, field and reason, never the value."""
    doc = document({"name": "age", "type": "number", "ma": "age"}, {"name": "b", "ma": "b"})

    shown = to_canonical(doc, "ma", None, {"age": "forty", "b": "x"}, NOBODY)

    assert shown.values == {"b": "x"}
    assert shown.problems == (Problem("age", "unreadable", "hubspot age is not a number"),)


def test_an_owner_is_an_address_between_the_sides(document: Document) -> None:
    """One side's id becomes the other side's id of the active user with that address."""
    doc = document({"name": "owner", "type": "owner", "ma": "owner", "sfa": "OwnerId"})

    shown = to_canonical(doc, "ma", None, {"owner": "77"}, REPS)
    told = to_vendor(doc, "sfa", None, shown.values, REPS, creating=False)

    assert shown.values == {"owner": "rep@x.co"}
    assert told.fields == {"OwnerId": "005"}
    assert to_canonical(doc, "sfa", None, {"OwnerId": "005old"}, REPS).values == shown.values
    assert to_canonical(doc, "ma", None, {"owner": None}, REPS).values == {"owner": None}


@pytest.mark.parametrize("id_", ["78", "79"])
def test_an_unknown_owner_is_left_out(document: Document, id_: str) -> None:
    """An owner without an address, or one that we don't know, is a problem in both directions."""
    doc = document({"name": "owner", "type": "owner", "ma": "owner", "sfa": "OwnerId"})

    shown = to_canonical(doc, "ma", None, {"owner": id_}, REPS)
    told = to_vendor(doc, "sfa", None, {"owner": "new@x.co"}, REPS, creating=True)

    assert (shown.values, [p.code for p in shown.problems]) == ({}, ["owner_unknown"])
    assert (told.fields, [p.code for p in told.problems]) == ({}, ["owner_unknown"])
    assert told.told == frozenset()


def test_a_blank_never_wipes_a_value_unless_the_rule_says_so(document: Document) -> None:
    """`blank: keep` leaves a blank untold; `clear`, and Baton's own values, empty the field."""
    doc = document(
        {"name": "keep", "sfa": "K", "ma": "k"},
        {"name": "clear", "sfa": "C", "ma": "c", "blank": "clear"},
        {"name": "hot", "sfa": "H", "ma": "h", "baton": "hot_since", "type": "datetime"},
    )
    blanks = {"keep": None, "clear": None, "hot": None}

    sfa = to_vendor(doc, "sfa", None, blanks, NOBODY, creating=False)
    ma = to_vendor(doc, "ma", None, blanks, NOBODY, creating=False)
    new = to_vendor(doc, "sfa", None, blanks, NOBODY, creating=True)

    assert sfa.fields == {"C": None, "H": None}
    assert ma.fields == {"c": "", "h": ""}
    assert ma.told == {"clear", "hot"}
    assert new.fields == {}


def test_defaults_fill_new_records_only(document: Document) -> None:
    """A default stands in for a blank when a record is created, and never later."""
    doc = document(
        {"name": "status", "ma": "s", "sfa": "Status", "default": {"sfa": "Open"}},
        {"name": "opted", "type": "bool", "ma": "o", "default": {"ma": False}},
    )

    assert to_vendor(doc, "sfa", None, {}, NOBODY, creating=True).fields == {"Status": "Open"}
    assert to_vendor(doc, "sfa", None, {}, NOBODY, creating=False).fields == {}
    assert to_vendor(doc, "ma", None, {}, NOBODY, creating=True).fields == {"o": "false"}
    known = to_vendor(doc, "sfa", None, {"status": "Won"}, NOBODY, creating=True)
    assert known.fields == {"Status": "Won"}


def test_a_placeholder_is_a_blank_and_never_spreads(document: Document) -> None:
    """It is written for a blank, read as a blank, and also when the other side shows it."""
    doc = document(
        {"name": "last", "ma": "l", "sfa": "L", "blank": "clear", "placeholder": {"sfa": "[?]"}}
    )

    assert to_vendor(doc, "sfa", None, {}, NOBODY, creating=True).fields == {"L": "[?]"}
    cleared = to_vendor(doc, "sfa", None, {"last": None}, NOBODY, creating=False)
    assert cleared.fields == {"L": "[?]"}
    assert to_canonical(doc, "sfa", None, {"L": "[?]"}, NOBODY).values == {"last": None}
    assert to_canonical(doc, "ma", None, {"l": " [?] "}, NOBODY).values == {"last": None}


def test_a_side_is_not_told_what_only_it_decides(document: Document) -> None:
    """One-way fields go one way; a field of one side goes nowhere; Baton's own goes out."""
    doc = document(
        {"name": "out", "ma": "o", "sfa": "O", "direction": "ma_to_sfa"},
        {"name": "own", "ma": "own"},
        {"name": "score", "type": "number", "ma": "score", "sfa": "S", "baton": "score"},
    )
    values: dict[str, Value] = {"out": "x", "own": "y", "score": 80}

    ma = to_vendor(doc, "ma", None, values, NOBODY, creating=False)
    sfa = to_vendor(doc, "sfa", None, values, NOBODY, creating=False)

    assert ma.fields == {"score": "80"}
    assert sfa.fields == {"O": "x", "S": 80}


def test_a_constant_stands_in_for_the_source_field(document: Document) -> None:
    """The side that has no such field supplies the constant, and the other one is told."""
    doc = document(
        {"name": "src", "type": "bool", "sfa": "Src", "const": "yes", "direction": "ma_to_sfa"}
    )

    shown = to_canonical(doc, "ma", None, {}, NOBODY)

    assert shown.values == {"src": True}
    told = to_vendor(doc, "sfa", None, shown.values, NOBODY, creating=True)
    assert told.fields == {"Src": True}
    assert to_vendor(doc, "ma", None, shown.values, NOBODY, creating=True).fields == {}


def test_one_canonical_field_may_live_in_different_fields_of_two_objects(
    document: Document,
) -> None:
    """A lead's Street and a contact's MailingStreet are one thing, also after a conversion."""
    doc = document(
        {"name": "street", "ma": "address", "sfa": "Street", "sfa_objects": ["Lead"]},
        {"name": "street", "ma": "address", "sfa": "MailingStreet", "sfa_objects": ["Contact"]},
    )
    values = {"street": "1 Main St"}

    for name, field in (("Lead", "Street"), ("Contact", "MailingStreet")):
        told = to_vendor(doc, "sfa", name, values, NOBODY, creating=False)
        assert told.fields == {field: "1 Main St"}
        assert to_canonical(doc, "sfa", name, told.fields, NOBODY).values == values
    assert to_vendor(doc, "ma", None, values, NOBODY, creating=False).fields == {
        "address": "1 Main St"
    }


def test_each_of_several_choices_is_mapped(document: Document) -> None:
    """A value map applies to every choice; what comes out is in normal form."""
    doc = document(
        {
            "name": "topics",
            "type": "multi_choice",
            "ma": "t",
            "sfa": "T",
            "transforms": {"ma": [{"values": {"b": "Beta", "a": "Alpha", "z": None}}]},
        }
    )

    shown = to_canonical(doc, "ma", None, {"t": "b;a;;z"}, NOBODY)

    assert shown.values == {"topics": "Alpha;Beta"}
    assert to_vendor(doc, "ma", None, shown.values, NOBODY, creating=False).fields == {"t": "a;b"}
    one = to_canonical(doc, "ma", None, {"t": "c;a"}, NOBODY)
    assert [problem.code for problem in one.problems] == ["unmapped"]


def test_a_value_that_would_come_back_different_is_not_written(document: Document) -> None:
    """The round trip law holds for each single value, whatever the document says."""
    doc = document(
        {"name": "code", "ma": "c", "sfa": "C", "transforms": {"sfa": ["lower"]}},
        {"name": "other", "ma": "o", "sfa": "O"},
    )

    told = to_vendor(doc, "sfa", None, {"code": "ABC", "other": "x"}, NOBODY, creating=False)

    assert told.fields == {"O": "x"}
    assert told.told == {"other"}
    assert told.problems == (
        Problem("code", "no_round_trip", "salesforce C would be read back as another value"),
    )


def test_the_first_filter_that_fails_is_named(document: Document) -> None:
    """A record that does not pass is explained by the place of the filter."""
    doc = document(
        {"name": "email", "type": "email", "ma": "email"},
        {"name": "country", "ma": "country"},
        filters={"ma": [{"field": "email", "op": "exists"},
                        {"field": "country", "op": "in", "value": ["JP", "US"]}]},
    )  # fmt: skip

    assert unmet_filter(doc, "ma", {"email": None, "country": "JP"}) == "/filters/ma/0"
    assert unmet_filter(doc, "ma", {"email": "a@x.co", "country": "FR"}) == "/filters/ma/1"
    assert unmet_filter(doc, "ma", {"email": "a@x.co", "country": "jp"}) is None
    assert unmet_filter(doc, "sfa", {}) is None
