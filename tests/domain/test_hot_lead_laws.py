"""Laws of hot leads, for any schedule of scores, activities, delays and restarts."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.activity import Fact
from app.domain.hot_lead import HotState, Judgement, judge
from app.domain.hot_lead_document import HotLeadDocument
from app.domain.scoring import Reason, Score

START = datetime(2026, 4, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Step:
    """After so many minutes the total is this; the newest activity is so many minutes old."""

    minutes: int
    total: int
    age: int


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from([-30, 0, 1, 59, 61, 240, 700, 1_441]),
        st.sampled_from([10, 59, 60, 79, 80, 95]),
        st.sampled_from([0, 5, 60, 61, 120]),
    ),
    min_size=5,
    max_size=40,
)


def run(document: HotLeadDocument, steps: list[Step]) -> list[tuple[datetime, Judgement]]:
    """Judge step after step; the clock may also go back a little."""
    now, state, results = START, HotState(), []
    for step in steps:
        now += timedelta(minutes=step.minutes)
        caused_at = now - timedelta(minutes=step.age)
        reason = Reason("intent", "click", "Click", 6, caused_at, "", "")
        score = Score(step.total, 0, 0, 0, "A", 1, (reason,))
        facts = [Fact("email_click", caused_at)]
        result = judge(document, state, score, {}, facts, now, caused_at=caused_at)
        results.append((now, result))
        state = result.state
    return results


@settings(deadline=None)
@given(STEPS, st.sampled_from([0.0, 1.0, 24.0]))
def test_no_alert_twice_inside_the_cool_down(
    hot: HotLeadDocument, steps: list[Step], hours: float
) -> None:
    """Alerts are a cool-down apart, and no two are of the same crossing."""
    document = hot.model_copy(update={"cool_down_hours": hours})

    alerts = [(now, result.alert) for now, result in run(document, steps) if result.alert]

    times = [now for now, _ in alerts]
    crossings = [plan.crossing for _, plan in alerts]
    apart = timedelta(hours=hours)
    assert all(later - earlier >= apart for earlier, later in pairwise(times))
    assert crossings == sorted(set(crossings))


@settings(deadline=None)
@given(STEPS)
def test_history_never_alerts(hot: HotLeadDocument, steps: list[Step]) -> None:
    """No alert is raised by what happened more than an hour ago."""
    for step, (_, result) in zip(steps, run(hot, steps), strict=True):
        assert result.alert is None or step.age <= 60


@settings(deadline=None)
@given(STEPS)
def test_hot_follows_the_score(hot: HotLeadDocument, steps: list[Step]) -> None:
    """From 80 a lead is hot, below 60 it is not, and `hot_since` says so."""
    for step, (_, result) in zip(steps, run(hot, steps), strict=True):
        assert result.hot is (result.hot_since is not None)
        assert result.hot or step.total < 80
        assert not result.hot or step.total >= 60


@settings(deadline=None)
@given(STEPS)
def test_judging_again_raises_nothing(hot: HotLeadDocument, steps: list[Step]) -> None:
    """The same judgement repeated at the same moment (a replayed job) raises no second alert."""
    twice = [same for step in steps for same in (step, Step(0, step.total, step.age))]

    once = [result.alert for _, result in run(hot, steps)]
    repeated = [result.alert for _, result in run(hot, twice)]

    assert repeated[::2] == once
    assert repeated[1::2] == [None] * len(steps)
