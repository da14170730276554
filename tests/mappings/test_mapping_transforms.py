"""Named transforms: what each reads and writes, and how steps of a document are read."""

from typing import Any

import pytest

from connectors.base import Value
from mappings.transforms import REGISTRY, Step, read_step
from mappings.values import Unfit

PAIRS: list[tuple[Any, Value, Value]] = [
    ("trim", " a ", "a"),
    ("lower", "AbC", "abc"),
    ("upper", "AbC", "ABC"),
    ("title", "ada lovelace", "Ada Lovelace"),
    ("digits", "〒１５０-0001", "1500001"),  # noqa: RUF001  full-width is the case
    ("digits", "none", None),
    ({"phone": "US"}, "(415) 555-0132", "+14155550132"),
    ({"truncate": 3}, "abcdef", "abc"),
    ({"prefix": "HS-"}, "7", "HS-7"),
    ({"unprefix": "HS-"}, "HS-7", "7"),
    ({"split_name": "first"}, "Ada King Lovelace", "Ada King"),
    ({"split_name": "last"}, "Ada King Lovelace", "Lovelace"),
    ({"split_name": "first"}, "山田　太郎", "太郎"),
    ({"split_name": "last"}, "山田 太郎", "山田"),
    ({"split_name": "last"}, "Lovelace, Ada", "Lovelace"),
    ({"split_name": "first"}, "Lovelace, Ada", "Ada"),
    ({"split_name": "last"}, "Plato", "Plato"),
    ({"split_name": "first"}, "Plato", None),
    ({"split_name": "full"}, "Ada   Lovelace", "Ada Lovelace"),
    ({"split_name": "last", "order": "last_first"}, "Yamada Taro", "Yamada"),
    ({"split_name": "last", "order": "first_last"}, "太郎 山田", "山田"),
    ({"values": {"NEW": "Open", "": "None"}}, "NEW", "Open"),
    ({"values": {"NEW": "Open", "": "None"}}, None, "None"),
    ({"values": {"NEW": "Open"}}, None, None),
    ({"values": {"1": True}}, 1, True),
    ({"values": {"NEW": "Open"}, "otherwise": "keep"}, "OLD", "OLD"),
    ({"values": {"NEW": "Open"}, "otherwise": "blank"}, "OLD", None),
    ({"values": {"NEW": "Open"}, "otherwise": {"value": "Other"}}, "OLD", "Other"),
    ({"bool_words": ["はい", "いいえ"]}, "はい", True),
    ({"bool_words": ["はい", "いいえ"]}, "いいえ", False),
    ({"scale": 1000}, "1.5", 1500),
    ({"scale": 0.1}, 3, 0.3),
    ({"round": 2}, "1234.565", 1234.57),
    ({"round": 0}, -2.5, -3),
    ({"grouped": ","}, "¥1,234,567.5", 1234567.5),
    ({"grouped": ".", "point": ","}, "-1.234,5", -1234.5),
    ({"grouped": ""}, "1234", 1234),
    ({"split": ",", "part": 2}, "Tokyo, Minato", "Minato"),
    ({"split": [",", "、"], "part": -1}, "東京、港区", "港区"),
    ({"split": ",", "part": 3}, "Tokyo, Minato", None),
    ({"date_of": "Asia/Tokyo"}, "2026-05-01T15:00:00Z", "2026-05-02"),
    ({"time_of": "Asia/Tokyo"}, "2026-05-02", "2026-05-01T15:00:00.000Z"),
    ({"time_of": "Asia/Tokyo", "at": "09:30"}, "2026-05-02", "2026-05-02T00:30:00.000Z"),
    ({"local_time": "Asia/Tokyo"}, "2026-05-02 09:00", "2026-05-02T00:00:00.000Z"),
    ({"country": "en"}, "日本", "JP"),
    ({"country": "ja"}, "usa", "US"),
    ({"country": "en"}, "Atlantis", "Atlantis"),
    ({"prefecture": "ja"}, "東京", "JP-13"),
    ({"prefecture": "ja"}, "tokyo", "JP-13"),
    ({"prefecture": "ja"}, "", ""),
    ({"country": "en"}, "Korea, Republic of", "KR"),
    ({"country": "en"}, "CIV", "CI"),
    ({"country": "en"}, "Trinidad & Tobago", "TT"),
    ({"us_state": "short"}, "ca", "US-CA"),
    ({"us_state": "short"}, "カリフォルニア", "US-CA"),
    ({"us_state": "en"}, "Washington, DC", "US-DC"),
    ({"us_state": "en"}, "Ontario", "Ontario"),
]


@pytest.mark.parametrize(("source", "vendor", "canonical"), PAIRS)
def test_reading(source: Any, vendor: Value, canonical: Value) -> None:
    """Each transform turns a side's value into the canonical one."""
    assert read_step(source).transform.read(vendor, {}) == canonical


@pytest.mark.parametrize(
    ("source", "canonical", "vendor"),
    [
        ("trim", "a", "a"),
        ("lower", "abc", "abc"),
        ({"phone": "JP"}, "+81312345678", "+81312345678"),
        ({"phone": "JP", "write_as": "national"}, "+81312345678", "03-1234-5678"),
        ({"phone": "JP", "write_as": "national"}, "+14155550132", "+1 415-555-0132"),
        ({"phone": "JP", "write_as": "international"}, "+81312345678", "+81 3-1234-5678"),
        ({"phone": "JP", "write_as": "national"}, "ask Ada", "ask Ada"),
        ({"prefix": "HS-"}, "HS-7", "7"),
        ({"unprefix": "HS-"}, "7", "HS-7"),
        ({"values": {"NEW": "Open", "OPEN": "Open"}}, "Open", "NEW"),
        ({"values": {"NEW": "Open", "OPEN": "Open"}, "back": {"Open": "OPEN"}}, "Open", "OPEN"),
        ({"values": {"NEW": "Open"}, "otherwise": "keep"}, "Other", "Other"),
        ({"values": {"Y": True}}, True, "Y"),
        ({"values": {"Y": True}}, None, None),
        ({"bool_words": ["はい", "いいえ"]}, True, "はい"),
        ({"bool_words": ["はい", "いいえ"]}, False, "いいえ"),
        ({"scale": 1000}, 1500, 1.5),
        ({"country": "ja"}, "US", "アメリカ合衆国"),
        ({"country": "en"}, "Atlantis", "Atlantis"),
        ({"prefecture": "en"}, "JP-26", "Kyoto"),
        ({"us_state": "short"}, "US-NY", "NY"),
        ({"us_state": "ja"}, "US-NY", "ニューヨーク州"),
        ({"us_state": "short"}, "JP-13", "JP-13"),
    ],
)
def test_writing(source: Any, canonical: Value, vendor: Value) -> None:
    """Each transform with an inverse turns the canonical value into the side's."""
    assert read_step(source).transform.write(canonical) == vendor


@pytest.mark.parametrize(
    ("source", "vendor", "code"),
    [
        ({"values": {"NEW": "Open"}}, "OLD", "unmapped"),
        ({"unprefix": "HS-"}, "7", "unmapped"),
        ({"bool_words": ["はい", "いいえ"]}, "多分", "unreadable"),
        ({"scale": 2}, "many", "unreadable"),
        ({"date_of": "Asia/Tokyo"}, "yesterday", "unreadable"),
        ({"date_of": "Asia/Tokyo"}, "9999-12-31T23:00:00Z", "unreadable"),
        ("bogus", "a", "transform"),
    ],
)
def test_reading_what_cannot_be_read(source: Any, vendor: Value, code: str) -> None:
    """A value that a transform cannot turn is an error with its code."""
    with pytest.raises(Unfit) as refusal:
        read_step(source).transform.read(vendor, {})

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("source", "canonical", "code"),
    [
        ({"values": {"NEW": "Open"}}, "Closed", "unmapped"),
        ({"values": {"A": "B"}, "otherwise": "keep"}, "A", "unmapped"),
        ({"prefix": "HS-"}, "7", "unmapped"),
        ({"truncate": 3}, "abc", "one_way"),
        ({"join_name": ["f", "l"]}, "abc", "one_way"),
    ],
)
def test_writing_what_cannot_be_written(source: Any, canonical: Value, code: str) -> None:
    """A canonical value without a counterpart is an error with its code."""
    with pytest.raises(Unfit) as refusal:
        read_step(source).transform.write(canonical)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("source", "record", "joined"),
    [
        ({"join_name": ["f", "l"]}, {"f": "Ada", "l": "Lovelace"}, "Ada Lovelace"),
        ({"join_name": ["f", "l"]}, {"f": "太郎", "l": "山田"}, "山田 太郎"),
        ({"join_name": ["f", "l"]}, {"f": None, "l": " "}, None),
        ({"concat": ["a", "b"], "separator": ", "}, {"a": "1 Main St", "b": "#2"}, "1 Main St, #2"),
        ({"concat": ["a", "b"]}, {"a": "", "b": "#2"}, "#2"),
    ],
)
def test_joining_fields_of_the_record(source: Any, record: dict[str, Value], joined: Value) -> None:
    """One value is made of several fields, and the blank ones leave no trace."""
    transform = read_step(source).transform

    assert transform.read(None, record) == joined
    assert transform.reads == tuple(record)


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("trimm", 'unknown transform "trimm"; did you mean "trim"?'),
        ({"trunc8": 3}, 'unknown transform "trunc8"; did you mean "truncate"?'),
        ("zzz", f'unknown transform "zzz"; there are {", ".join(REGISTRY)}'),
        ({"trim": True}, 'transform "trim" takes no parameters'),
        ({"truncate": 3, "prefix": "x"}, "two transforms in one step: truncate and prefix"),
        ("truncate", 'transform "truncate": length: Field required'),
        ({"truncate": 0}, 'transform "truncate": length: Input should be greater than'),
        ({"truncate": 3, "more": 1}, 'transform "truncate": more: Unexpected keyword argument'),
        ({"phone": "XX"}, "'XX' is no region such as JP or US"),
        ({"date_of": "Mars/Olympus"}, "'Mars/Olympus' is no time zone such as Asia/Tokyo"),
        ({"scale": 0}, "a factor of 0 loses the number"),
    ],
)
def test_a_step_that_cannot_be_read_is_kept_with_its_fault(source: Any, fault: str) -> None:
    """The document can be read, and shows every fault at its place."""
    step = read_step(source)

    assert fault in step.fault
    assert step.source == source


@pytest.mark.parametrize("source", [3, None, {}, {1: 2}, ["trim"]])
def test_a_step_is_a_name_or_a_mapping(source: Any) -> None:
    """Anything else is refused."""
    with pytest.raises(ValueError, match="a transform is a name, or a mapping"):
        read_step(source)


def test_a_step_that_was_read_is_read_as_itself() -> None:
    """Documents can be built from other documents' steps."""
    step = read_step({"truncate": 3})

    assert read_step(step) is step
    assert step == Step({"truncate": 3}, step.transform)
    assert not step.fault


def test_a_value_map_goes_back_only_if_back_means_the_same() -> None:
    """`back` to a value that means something else would bounce between the sides for ever."""
    good = read_step({"values": {"A": "x", "B": "x"}, "back": {"x": "B"}})
    bad = read_step({"values": {"A": "x"}, "back": {"y": "A"}})

    assert good.transform.undo == "exact"
    assert bad.transform.undo == "one_way"


RATES = {"convert": "amount", "currency": "code", "rates": {"JPY": 1, "USD": 151.25}, "decimals": 0}


@pytest.mark.parametrize(
    ("amount", "code", "expected"),
    [("100.5", "usd", 15201), ("3000", "JPY", 3000), (None, "USD", None)],
)
def test_money_in_one_currency(amount: Value, code: str, expected: Value) -> None:
    """By the mapping's own rates, rounded as people round."""
    transform = read_step(RATES).transform

    assert transform.reads == ("amount", "code")
    assert transform.read(None, {"amount": amount, "code": code}) == expected


def test_money_without_a_rate_is_a_problem() -> None:
    """It is left out and shown, never taken for another currency."""
    with pytest.raises(Unfit, match="for which the mapping has no rate"):
        read_step(RATES).transform.read(None, {"amount": "1", "code": "EUR"})


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ({"split": ",", "part": 0}, "part: parts are counted from 1"),
        ({"grouped": ".", "point": "."}, "the separator and the point are the same"),
        ({"time_of": "Asia/Tokyo", "at": "25:00"}, "at: '25:00' is no time of day such as 09:00"),
        ({"time_of": "Asia/Tokyo", "at": "09:00+09:00"}, "at: the time of day is one of the zone"),
        ({"local_time": "Tokyo"}, "zone: 'Tokyo' is no time zone such as Asia/Tokyo"),
        ({"convert": "amount", "currency": "code", "rates": {"USD": 0}}, "rates.USD: Input should"),
    ],
)
def test_parameters_that_make_no_sense(source: Any, fault: str) -> None:
    """Each is said at its step when the mapping is saved."""
    assert fault in read_step(source).fault


@pytest.mark.parametrize("text", ["2026-05-02T09:00:00Z", "May 2", "2026-13-01 00:00"])
def test_local_times_are_without_a_zone(text: str) -> None:
    with pytest.raises(Unfit):
        read_step({"local_time": "Asia/Tokyo"}).transform.forward(text)
