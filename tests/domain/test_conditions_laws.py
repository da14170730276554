"""The law of conditions: an answer lasts as long as it says."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from app.domain.activity import Fact
from app.domain.condition_document import Condition
from app.domain.conditions import Subject, examine

ADAPTER: TypeAdapter[Condition] = TypeAdapter(Condition)
NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
DATES = ("trial", "renewal", "visit")
HOURS = range(0, 24 * 24, 3)

near = st.builds(
    lambda field, op, days: {"field": field, "op": op, "value": days},
    st.sampled_from(DATES),
    st.sampled_from(["in_next_days", "in_last_days"]),
    st.integers(1, 8),
)
active = st.builds(
    lambda days, least: {"activity": "call", "within_days": days, "at_least": least},
    st.integers(1, 8),
    st.sampled_from([2, 1, 3]),
)
conditions: st.SearchStrategy[dict[str, Any]] = st.recursive(
    active | near,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
)
dates = st.integers(-8, 12).map(lambda day: (NOW + timedelta(days=day)).date().isoformat())
people = st.fixed_dictionaries(dict.fromkeys(DATES, dates))
calls = st.lists(st.integers(-6 * 24, 4 * 24), max_size=8).map(
    lambda hours: [Fact("call", NOW + timedelta(hours=hour)) for hour in hours]
)


@settings(deadline=None, max_examples=300)
@given(conditions, people, calls)
@example(
    {
        "all": [
            {"field": "trial", "op": "in_next_days", "value": 8},
            {"field": "visit", "op": "in_next_days", "value": 8},
        ]
    },
    {"trial": "2026-04-02", "visit": "2026-04-06"},
    [],
)
def test_an_answer_lasts_until_it_says(
    body: dict[str, Any], person: dict[str, str], facts: list[Fact]
) -> None:
    """Whether a condition holds does not change before `changes_at`, nor ever without one."""
    condition = ADAPTER.validate_python(body)
    subject = Subject(person, facts)

    found = examine(condition, subject, NOW)

    assert found.changes_at is None or found.changes_at > NOW
    for hour in HOURS:
        moment = NOW + timedelta(hours=hour)
        if found.changes_at is None or moment < found.changes_at:
            assert examine(condition, subject, moment).holds is found.holds
