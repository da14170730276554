"""Laws: what is written is read as the same value; a document survives being written down."""

from typing import Any

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Value
from mappings.document import MappingDocument
from mappings.engine import Context, to_canonical, to_vendor
from mappings.sides import Role
from mappings.source import dump, parse, validate
from mappings.values import as_text

TEXT = st.text(max_size=30)
WORDS = st.text(alphabet="abz ABZ éß 日本ガ 09 ,;-", max_size=20)
NUMBERS = st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False)
TIMES = st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat())
MS = st.integers(-62_135_596_800_000, 253_402_300_799_999)
MOMENTS = TIMES | MS | MS.map(str)
LOCAL = st.datetimes().map(lambda at: at.isoformat(timespec="milliseconds"))
PHONES = st.sampled_from(
    [
        phonenumbers.format_number(example, style)
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
        if (example := phonenumbers.example_number(region))
        for style in (0, 1, 2)
    ]
)
TABLE = {"NEW": "Open", "OPEN": "Open", "WON": "Closed", "1": "One", "": "Closed"}
KEPT = {"values": {"a": "b", "b": "c", "x": "a"}, "otherwise": "keep"}
CODES = {"country": "en"}
YES_NO = ["はい", "いいえ"]
CASES: dict[str, tuple[str, list[Any], st.SearchStrategy[Any]]] = {
    "text": ("text", [], TEXT),
    "long_text": ("long_text", [], TEXT),
    "email": ("email", [], WORDS | TEXT),
    "phone": ("phone", [], PHONES | WORDS),
    "phone_national": ("phone", [{"phone": "JP", "write_as": "national"}], PHONES | WORDS),
    "phone_international": ("phone", [{"phone": "US", "write_as": "international"}], PHONES),
    "number": ("number", [], NUMBERS | NUMBERS.map(str)),
    "scale": ("number", [{"scale": 1000}], st.integers(-(10**12), 10**12)),
    "scale_third": ("number", [{"scale": 3.3}], st.integers(-(10**6), 10**6)),
    "round": ("number", [{"round": 2}], st.floats(-1e9, 1e9)),
    "grouped": ("number", [{"grouped": ","}], st.floats(-1e9, 1e9).map("{:,.3f}".format)),
    "local_time": ("datetime", [{"local_time": "America/New_York"}], LOCAL),
    "date_of": ("date", [{"date_of": "Asia/Tokyo", "at": "12:00"}], MOMENTS),
    "bool": ("bool", [], st.booleans() | st.sampled_from(["true", "No", "1"])),
    "bool_words": ("bool", [{"bool_words": YES_NO}], st.sampled_from(YES_NO)),
    "date": ("date", [], st.dates().map(str)),
    "datetime": ("datetime", [], MOMENTS),
    "choice": ("choice", [{"values": TABLE}], st.sampled_from([*TABLE, "OLD"])),
    "kept": ("choice", [KEPT], st.sampled_from("abcxyz")),
    "multi_choice": ("multi_choice", [{"values": TABLE}],
                     st.lists(st.sampled_from(sorted(TABLE))).map(";".join)),
    "multi_text": ("multi_choice", [], WORDS),
    "trim": ("text", ["trim"], TEXT),
    "lower": ("text", ["lower"], TEXT),
    "upper": ("text", ["upper"], WORDS),
    "title": ("text", ["title"], st.text(alphabet="ab CD日", max_size=20)),
    "digits": ("text", ["digits"], TEXT),
    "prefix": ("text", [{"prefix": "HS-"}], TEXT),
    "unprefix": ("text", [{"unprefix": "HS-"}], TEXT | TEXT.map(lambda text: f"HS-{text}")),
    "country": ("text", [CODES], st.sampled_from(["日本", "usa", "JP", "Atlantis", "Turkey"])),
    "prefecture": ("text", [{"prefecture": "ja"}], st.sampled_from(["東京", "Osaka", "Paris"])),
    "us_state": ("text", [{"us_state": "short"}], st.sampled_from(["ca", "Texas", "Bern"])),
    "both": ("text", [{"prefecture": "ja"}, {"us_state": "en"}],
             st.sampled_from(["東京", "CA", "Iowa", "Nara", "Bern"])),
}  # fmt: skip


def mapping(type_: str, steps: list[Any], format_: str) -> MappingDocument:
    rule = {"name": "f", "type": type_, "ma": "a", "sfa": "b", "blank": "clear"}
    return validate(
        {
            "kind": "person",
            "formats": {"ma": format_, "sfa": format_},
            "fields": [rule | {"transforms": {"ma": steps, "sfa": steps}}],
        }
    )


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("format_", ["strings", "json"])
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_what_is_written_is_read_as_the_same_value(
    case: str, format_: str, data: st.DataObject
) -> None:
    """A canonical value that one side shows can be told to the other, and comes back as it is."""
    type_, steps, raws = CASES[case]
    doc = mapping(type_, steps, format_)
    raw: Value = data.draw(raws)
    shown = to_canonical(doc, "ma", None, {"a": raw}, Context())

    told = to_vendor(doc, "sfa", None, shown.values, Context(), creating=False)

    again = to_canonical(doc, "sfa", None, told.fields, Context())
    if "f" in told.told:
        assert again.values == shown.values
    else:
        assert not shown.values or told.problems


@pytest.mark.parametrize("case", sorted(set(CASES) - {"choice", "multi_choice", "kept"}))
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_transforms_with_an_inverse_lose_no_value(case: str, data: st.DataObject) -> None:
    """Every value that such a transform reads, it can also write."""
    type_, steps, raws = CASES[case]
    doc = mapping(type_, steps, "json")
    shown = to_canonical(doc, "ma", None, {"a": data.draw(raws)}, Context())

    told = to_vendor(doc, "sfa", None, shown.values, Context(), creating=False)

    assert told.problems == ()
    assert told.told == frozenset(shown.values)


@settings(deadline=None, max_examples=60)
@given(raw=st.none() | st.booleans() | NUMBERS | TEXT, role=st.sampled_from(["ma", "sfa"]))
def test_reading_never_fails_and_never_shows_a_value(raw: Value, role: Role) -> None:
    """Whatever a vendor sends, each field is a value or a problem without it."""
    for type_ in ("number", "bool", "date", "datetime", "phone", "owner"):
        shown = to_canonical(
            mapping(type_, [], "json"), role, None, {"a": raw, "b": raw}, Context()
        )

        assert len(shown.values) + len(shown.problems) == 1
        for problem in shown.problems:
            assert len(as_text(raw)) < 8 or as_text(raw) not in problem.message


LABELS = st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable())
TRICKY = st.sampled_from(
    [
        "NO",
        "yes",
        "null",
        "~",
        "1e5",
        "1.5e5",
        "0x1F",
        "1_000",
        "12:30",
        "2026-05-01",
        "007",
        "=",
        "<<",
    ]
)
SCALARS = st.booleans() | NUMBERS | LABELS | TRICKY
STEPS = st.sampled_from(["trim", "lower", {"truncate": 3}, {"phone": "JP"}]) | st.dictionaries(
    LABELS | TRICKY, SCALARS, min_size=1, max_size=4
).map(lambda table: {"values": table, "otherwise": "keep"})


@settings(deadline=None, max_examples=60)
@given(
    names=st.lists(LABELS | TRICKY, min_size=1, max_size=4, unique=True),
    default=SCALARS,
    steps=st.lists(STEPS, max_size=3),
    found=SCALARS,
)
def test_a_document_survives_being_written_down(
    names: list[str], default: Value, steps: list[Any], found: Value
) -> None:
    """parse(dump(document)) is the same document, whatever words YAML takes for something else."""
    rules = [
        {"name": name, "ma": name, "sfa": name, "default": {"sfa": default},
         "transforms": {"ma": steps}}
        for name in names
    ]  # fmt: skip
    tests = [{"not": {"any": [{"field": names[0], "op": "equals", "value": found}]}}]
    doc = validate(
        {"kind": "person", "create": {"ma": False}, "filters": {"ma": tests}, "fields": rules}
    )

    assert parse(dump(doc)) == doc
