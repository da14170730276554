"""What a version of the rules would do to people, and MQLs a day by threshold."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.activity import Fact
from app.domain.scoring import score
from app.domain.scoring_document import ScoringDocument
from app.domain.threshold import (
    AtThreshold,
    Count,
    Person,
    at_thresholds,
    bar,
    judge,
    known,
    suggested,
)
from tests.domain.conftest import MakeFact
from tests.domain.test_scoring_laws import NOW, documents, histories

RULES = ScoringDocument.model_validate({
    "intent": [{"name": "view", "label": {"en": "View", "ja": "閲覧"}, "activity": "page_view",
                "points": 30, "half_life_days": 10}],
})  # fmt: skip


def test_a_person_is_counted_before_and_after(now: datetime, fact: MakeFact) -> None:
    """By grade, by score, by quadrant; changed is not moved."""
    count = Count()
    count.add(judge(RULES, Person({}, [fact("page_view")], 25, "D"), now, 30))
    count.add(judge(RULES, Person({}, [], None, None), now, 30))
    count.add(judge(RULES, Person({}, [], 0, "D"), now, 30))

    assert (count.people, count.changed, count.moved) == (3, 2, 1)
    assert count.grades == {"D>D": 2, "->D": 1}
    assert (count.before, count.after) == ({"25": 1, "0": 1}, {"30": 1, "0": 2})
    assert count.priorities == {"2": 1, "4": 2}
    assert count.as_json()["entered"] == {str(n): 1 for n in range(5, 31, 5)}


def test_the_highest_moment_of_the_window_counts(now: datetime, fact: MakeFact) -> None:
    """Two views twenty days ago reached 60 then; what was before the window is no news."""
    old = [fact("page_view", 40)]
    views = [fact("page_view", 20, title) for title in ("one", "two")]
    short = judge(RULES, Person({}, [*old, *views]), now, 30)
    nothing = judge(RULES, Person({}, old), now, 30)

    assert short.peaks == (15, 60)
    assert short.after.total == 17
    assert nothing.peaks == (15, 15)


def test_a_threshold_fits_the_capacity_or_not() -> None:
    """The suggested one is the lowest from which all fit; none without a capacity."""
    count = Count(entered={"5": 90, "10": 60, "15": 30, "20": 45})
    rows = at_thresholds(count, 30, 2.0)

    assert [(row.per_day, row.fits) for row in rows[:5]] == [
        (3.0, False), (2.0, True), (1.0, True), (1.5, True), (0.0, True),
    ]  # fmt: skip
    assert suggested(rows) == 10
    assert at_thresholds(count, 30, None, scale=10)[0] == AtThreshold(5, 30.0, None)
    assert suggested(at_thresholds(count, 30, None)) is None
    assert suggested([AtThreshold(5, 9.0, fits=True), AtThreshold(10, 9.0, fits=False)]) is None


def test_bars_are_five_points_wide() -> None:
    """A hundred is in the last one."""
    assert [bar(total) for total in (0, 4, 5, 99, 100)] == ["0", "0", "5", "95", "95"]


@settings(max_examples=60, deadline=None)
@given(documents(), histories(future=False), st.integers(0, 60))
def test_replaying_history_gives_the_score_of_then(
    rules: ScoringDocument, facts: list[Fact], days: int
) -> None:
    """By what was known then, a score is what it was then: what came later does not matter."""
    then = NOW - timedelta(days=days)
    facts = sorted(facts, key=lambda one: one.at)
    past = known(facts, then)

    replayed: Any = score(rules, {}, past, then)
    assert replayed == score(rules, {}, [one for one in facts if one.counts_from <= then], then)
    low, high = judge(rules, Person({}, facts), NOW, 30).peaks
    assert high >= low


def test_where_all_thresholds_fit_the_lowest_is_suggested() -> None:
    """Also where nobody came in at all."""
    rows = at_thresholds(Count(), 30, 10)

    assert suggested(rows) == rows[0].threshold
