"""Canonical values: one normal form for each thing that two systems may spell differently."""

from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Value
from mappings.values import CanonicalType, Unfit, as_text, clean, normal, wire

FORMS: list[tuple[CanonicalType, Value, Value]] = [
    ("text", "  Ada\r\nLovelace\r ", "Ada\nLovelace"),
    ("text", "\u30ab\u3099", "\u30ac"),
    ("text", "\ufa19", "\ufa19"),
    ("text", "a\x00b\ud800c", "a\ufffdb\ufffdc"),
    ("text", "　", None),
    ("text", "", None),
    ("text", None, None),
    ("text", 5.0, "5"),
    ("text", True, "true"),
    ("long_text", "a \n b", "a \n b"),
    ("choice", " Web ", "Web"),
    ("email", " Ada@Example.COM ", "ada@example.com"),
    ("owner", "Rep@X.co", "rep@x.co"),
    ("phone", "03-1234-5678", "+81312345678"),
    ("phone", "(03) 1234 5678 ext. 12", "+81312345678 ext. 12"),
    ("phone", "０９０－１２３４－５６７８", "+819012345678"),  # noqa: RUF001  full-width is the case
    ("phone", "+1 415 555 0132", "+14155550132"),
    ("phone", "415-555-0132", "415-555-0132"),
    ("phone", "ask Ada", "ask Ada"),
    ("phone", 81312345678, "+81312345678"),
    ("number", "0042", 42),
    ("number", "1.50", 1.5),
    ("number", "1E3", 1000),
    ("number", "-0.0", 0),
    ("number", 80.0, 80),
    ("number", 7, 7),
    ("number", "1e300", 1e300),
    ("number", 9007199254740993.0, 9007199254740992),
    ("bool", "TRUE", True),
    ("bool", "no", False),
    ("bool", 1, True),
    ("bool", 0.0, False),
    ("bool", False, False),
    ("date", "2026-05-01", "2026-05-01"),
    ("date", "2026-05-01T00:00:00.000Z", "2026-05-01"),
    ("date", 1777593600000, "2026-05-01"),
    ("datetime", "2026-05-01T07:25:37.000+0000", "2026-05-01T07:25:37.000Z"),
    ("datetime", "2026-05-01T16:25:37.1239+09:00", "2026-05-01T07:25:37.000Z"),
    ("datetime", "2026-05-01 07:25Z", "2026-05-01T07:25:00.000Z"),
    ("datetime", "1777620337123", "2026-05-01T07:25:37.000Z"),
    ("datetime", 1777620337123.0, "2026-05-01T07:25:37.000Z"),
    ("datetime", 0, "1970-01-01T00:00:00.000Z"),
    ("multi_choice", ";b; a;;b", "a;b"),
    ("multi_choice", " ; ", None),
]


@pytest.mark.parametrize(("type_", "raw", "expected"), FORMS)
def test_each_type_has_one_normal_form(type_: CanonicalType, raw: Value, expected: Value) -> None:
    """Different spellings of one thing are one canonical value, and of the same type."""
    value = normal(type_, raw, "JP")

    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("type_", "raw"),
    [
        ("number", "1,000"),
        ("number", "1_000"),
        ("number", "ten"),
        ("number", True),
        ("number", "1e999"),
        ("number", float("nan")),
        ("number", float("inf")),
        ("number", "12345678901234567890"),
        ("number", 9007199254740993),
        ("bool", "はい"),
        ("bool", 2),
        ("date", "2026-02-30"),
        ("date", "1 May"),
        ("date", "2026-05-01T07:25:37Z"),
        ("datetime", "2026-05-01T07:25:37"),
        ("datetime", "2026-05-01"),
        ("datetime", "2026-13-01T00:00:00Z"),
        ("datetime", "0001-01-01T00:00:00+14:00"),
        ("datetime", "9999999999999999"),
        ("datetime", 1.5),
        ("datetime", True),
    ],
)
def test_what_is_not_of_the_type_is_refused_without_showing_it(
    type_: CanonicalType, raw: Value
) -> None:
    """An unreadable value is an error that says what it is not, never a guess."""
    with pytest.raises(Unfit) as refusal:
        normal(type_, raw, "JP")

    assert refusal.value.code == "unreadable"
    assert str(raw) not in str(refusal.value)


@pytest.mark.parametrize(
    ("value", "strings", "json"),
    [
        (None, "", None),
        (True, "true", True),
        (42, "42", 42),
        (0.1, "0.1", 0.1),
        (1e20, "100000000000000000000", 1e20),
        ("a", "a", "a"),
    ],
)
def test_a_side_gets_strings_or_json(value: Value, strings: str, json: Value) -> None:
    """The format of a side decides how values are written for it."""
    assert wire(value, "strings") == strings
    assert wire(value, "json") == json


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
LIKELY = st.sampled_from([raw for _, raw, _ in FORMS])
TYPES = st.sampled_from(sorted({type_ for type_, _, _ in FORMS}))


@settings(deadline=None)
@given(type_=TYPES, raw=SCALARS | LIKELY)
def test_a_normal_form_is_its_own_normal_form(type_: str, raw: Value) -> None:
    """Reading a canonical value again changes nothing."""
    kind = cast("CanonicalType", type_)
    try:
        once = normal(kind, raw, "JP")
    except Unfit:
        return

    assert normal(kind, once, "JP") == once


@settings(deadline=None)
@given(raw=SCALARS)
def test_a_number_survives_both_formats(raw: Value) -> None:
    """A number written as text is read as the same number."""
    try:
        number = normal("number", raw, "JP")
    except Unfit:
        return

    assert normal("number", as_text(number), "JP") == number


@settings(deadline=None)
@given(text=st.text())
def test_cleaning_text_twice_is_cleaning_it_once(text: str) -> None:
    """The normal form of text is stable, however strange the text."""
    assert clean(clean(text)) == clean(text)
