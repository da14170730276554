"""Conditions: each form, its borders, and until when its answer lasts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from app.domain.activity import Fact
from app.domain.condition_document import Condition, Grade
from app.domain.conditions import Evidence, Finding, Subject, examine, holds
from connectors.base import Value

MakeFact = Callable[..., Fact]
ADAPTER: TypeAdapter[Condition] = TypeAdapter(Condition)
NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Figures:
    total: int = 84
    fit: float = 30
    intent: float = 44
    timing: float = 10
    ma_score: int | None = None
    grade: Grade = "B"


def read(condition: dict[str, Any]) -> Condition:
    return ADAPTER.validate_python(condition)


@pytest.mark.parametrize(
    ("value", "op", "wanted", "expected"),
    [
        ("Tokyo", "equals", "tokyo", True),
        ("\uff21\uff22\uff23", "equals", "abc", True),
        ("Tokyo", "equals", "Osaka", False),
        ("50.0", "equals", 50, True),
        (50.0, "equals", "50", True),
        ("fifty", "equals", 50, False),
        (True, "equals", True, True),
        (False, "equals", "false", True),
        (None, "equals", "x", False),
        ("b", "in", ["a", "B"], True),
        ("c", "in", ["a", "B"], False),
        ("営業部長", "contains", "部長", True),
        ("Sales", "contains", ["market", "SALE"], True),
        ("Sales", "contains", ["market"], False),
        ("ada@GMAIL.com", "matches", "*@gmail.com", True),
        ("ada@gmail.com.jp", "matches", ["*@gmail.com"], False),
        ("120", "gte", 120, True),
        ("120", "gt", 120, False),
        (119.5, "lt", 120, True),
        (121, "lte", 120, False),
        ("many", "gt", 1, False),
        ("inf", "gt", 1, False),
        ("2026-04-01", "gte", "2026-04-01", True),
        ("2026-04-01T00:00:00+09:00", "lt", "2026-04-01", True),
        ("9999-12-31", "gt", "2026-04-01", True),
        ("0001-01-01T00:00:00+09:00", "gt", "2026-04-01", False),
        ("soon", "gt", "2026-04-01", False),
        ("x", "exists", True, True),
        (" ", "exists", True, False),
        (None, "exists", False, True),
        (0, "exists", True, True),
    ],
)
def test_a_field_condition(value: Value, op: str, wanted: Any, expected: bool) -> None:  # noqa: FBT001 -- a table
    """Text ignores case and width, numbers and dates compare as such, blanks satisfy nothing."""
    condition = read({"field": "f", "op": op, "value": wanted})

    assert holds(condition, Subject({"f": value}), NOW) is expected
    assert holds(condition, Subject({}), NOW) is (op == "exists" and wanted is False)


@pytest.mark.parametrize(
    ("op", "value", "expected", "changes_at"),
    [
        ("in_next_days", "2026-04-30", False, datetime(2026, 4, 16, tzinfo=UTC)),
        ("in_next_days", "2026-04-15", True, datetime(2026, 4, 16, tzinfo=UTC)),
        ("in_next_days", "2026-04-01", True, datetime(2026, 4, 2, tzinfo=UTC)),
        ("in_next_days", "2026-03-31", False, None),
        ("in_next_days", "2026-04-01T08:00:00Z", False, None),
        ("in_last_days", "2026-04-02", False, datetime(2026, 4, 2, tzinfo=UTC)),
        ("in_last_days", "2026-04-01", True, datetime(2026, 4, 16, tzinfo=UTC)),
        ("in_last_days", "2026-03-01", False, None),
        ("in_last_days", "never", False, None),
        ("in_last_days", "9999-12-31", False, datetime(9999, 12, 31, tzinfo=UTC)),
        ("in_next_days", "0001-01-02", False, None),
    ],
)
def test_a_date_that_is_near(
    op: str,
    value: str,
    expected: bool,  # noqa: FBT001 -- a table
    changes_at: datetime | None,
) -> None:
    """A date is near from so many days before (or on) it, and the answer says until when."""
    found = examine(read({"field": "f", "op": op, "value": 14}), Subject({"f": value}), NOW)

    assert (found.holds, found.changes_at) == (expected, changes_at)


def test_activities_count_by_type_address_and_age(fact: MakeFact) -> None:
    """Two price pages in a week are two; an older one, another page and a referrer are none."""
    condition = read(
        {"activity": "page_*", "match": ["*料金*"], "within_days": 7, "at_least": 2},
    )
    first = fact("page_view", 3, "", url="https://x.example/%E6%96%99%E9%87%91")
    second = fact("page_view", 1, "料金のご案内")
    others = [
        fact("page_view", 8, "料金"),
        fact("page_view", 1, "会社概要", referrer="https://x.example/料金"),
        fact("email_click", 1, "料金"),
    ]

    assert not holds(condition, Subject({}, [first, *others]), NOW)
    assert examine(condition, Subject({}, [first, second, *others]), NOW) == Finding(
        holds=True,
        evidence=(Evidence("page_view", "料金のご案内", second.at, 2),),
        changes_at=first.at + 7 * DAY,
    )


def test_an_activity_of_the_future_counts_when_it_comes(fact: MakeFact) -> None:
    """Next week's meeting counts next week; a clock that is minutes ahead counts now."""
    condition = read({"activity": ["meeting"]})
    meeting = fact("meeting", -7)

    assert examine(condition, Subject({}, [meeting]), NOW) == Finding(
        holds=False, changes_at=meeting.at - timedelta(minutes=5)
    )
    found = examine(condition, Subject({}, [fact("meeting", -4 / 1440)]), NOW)
    assert found.evidence[0].found == "Meeting"
    assert found.changes_at is None


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"score": "total", "op": "gte", "value": 84}, True),
        ({"score": "intent", "op": "lt", "value": 44}, False),
        ({"score": "fit", "op": "equals", "value": 30}, True),
        ({"score": "ma_score", "op": "lt", "value": 1}, False),
        ({"score": "grade", "op": "gte", "value": "B"}, True),
        ({"score": "grade", "op": "gt", "value": "B"}, False),
        ({"score": "grade", "op": "lte", "value": "C"}, False),
        ({"score": "grade", "op": "equals", "value": "B"}, True),
    ],
)
def test_a_score_condition(condition: dict[str, Any], expected: bool) -> None:  # noqa: FBT001 -- a table
    """Figures compare in points, grades by rank; without a score none holds."""
    assert holds(read(condition), Subject({}, (), Figures()), NOW) is expected
    assert not holds(read(condition), Subject({}), NOW)


NEAR, FAR = (
    {"field": "f", "op": "in_next_days", "value": 10},
    {"field": "g", "op": "in_next_days", "value": 10},
)
TRUE, FALSE = ({"field": "t", "op": "exists"}, {"field": "t", "op": "exists", "value": False})


@pytest.mark.parametrize(
    ("condition", "expected", "day"),
    [
        ({"all": [NEAR, FAR, TRUE]}, True, 5),
        ({"all": [NEAR, FALSE]}, False, None),
        ({"all": [{"not": NEAR}, {"not": FAR}]}, False, 9),
        ({"any": [NEAR, FAR, FALSE]}, True, 9),
        ({"any": [NEAR, TRUE]}, True, None),
        ({"any": [{"not": NEAR}, {"not": FAR}]}, False, 5),
        ({"not": NEAR}, False, 5),
    ],
)
def test_combinations_last_as_long_as_what_decides_them(
    condition: dict[str, Any],
    expected: bool,  # noqa: FBT001 -- a table
    day: int | None,
) -> None:
    """A combination can change when the first needed part, or the last sufficient part, does."""
    subject = Subject({"f": "2026-04-04", "g": "2026-04-08", "t": "x"})

    found = examine(read(condition), subject, NOW)

    assert found.holds is expected
    assert found.changes_at == (datetime(2026, 4, day, tzinfo=UTC) if day else None)


def test_evidence_names_what_was_found() -> None:
    """What made a condition hold is told with the value as it is written."""
    parts = [
        {"field": "city", "op": "equals", "value": "tokyo"},
        {"score": "total", "op": "gte", "value": 80},
        {"not": {"field": "x", "op": "exists"}},
        {"field": "x", "op": "exists", "value": False},
    ]

    found = examine(read({"all": parts}), Subject({"city": "Tokyo"}, (), Figures()), NOW)

    assert found.evidence == (Evidence("city", "Tokyo"), Evidence("total", "84"))


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({}, "exactly one of the keys field, activity, score, all, any, not"),
        ({"field": "a", "score": "total"}, "exactly one of the keys"),
        ("x", "exactly one of the keys"),
        ({"field": "a", "op": "near", "value": 1}, "'near'"),
        ({"field": "a", "op": "gt", "value": "soon"}, "ISO 8601"),
        ({"field": "a", "op": "in", "value": []}, "at least 1 item"),
        ({"all": []}, "at least 1 item"),
        ({"activity": "call", "at_least": 0}, "greater than or equal to 1"),
        ({"activity": "call", "days": 1}, "Extra inputs"),
        ({"score": "total", "op": "gt", "value": "80"}, "valid number"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(condition: Any, message: str) -> None:
    """An error says what is wrong with a condition."""
    with pytest.raises(ValidationError, match=message):
        ADAPTER.validate_python(condition)


def test_a_condition_survives_being_stored() -> None:
    """What is dumped as JSON reads as the same condition."""
    inner = {"any": [{"score": "grade", "op": "gte", "value": "B"}, {"activity": "call"}]}
    condition = read({"all": [{"not": inner}, NEAR, TRUE]})

    assert ADAPTER.validate_json(ADAPTER.dump_json(condition)) == condition
