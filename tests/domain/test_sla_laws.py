"""A clock never does anything twice, whatever the order of ticks, restarts and clock changes."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.calendar import BusinessCalendar
from app.domain.sla import BREACH, WARN, Spell, Timekeeper, deadlines, stand
from app.domain.sla_document import ClockRule
from app.domain.sla_facts import Pause, Stop

T0 = datetime(2026, 3, 6, 12, tzinfo=UTC)  # summer time begins in New York on the 8th
MINUTE = timedelta(minutes=1)
LABEL = {"en": "Reply", "ja": "返信"}
keepers = st.sampled_from(
    [
        Timekeeper(),
        Timekeeper(BusinessCalendar(time_zone="America/New_York", holidays=("US",))),
        Timekeeper(BusinessCalendar()),
    ]
)


@st.composite
def rules(draw: st.DrawFn) -> ClockRule:
    limit = draw(st.integers(2, 3_000))
    warn = draw(st.none() | st.integers(1, limit - 1))
    steps = draw(st.lists(st.integers(0, 3_000), max_size=3))
    return ClockRule.model_validate(
        {
            "name": "reply",
            "label": LABEL,
            "start": [{"event": "a"}],
            "stop": [{"event": "b"}],
            "limit": {"minutes": limit},
            "warn": None if warn is None else {"before_minutes": warn},
            "escalate": [{"act": "task", "after_minutes": one} for one in steps],
        }
    )


@st.composite
def pauses(draw: st.DrawFn) -> list[Pause]:
    found = []
    for since, length in draw(
        st.lists(st.tuples(st.integers(0, 5_000), st.none() | st.integers(0, 3_000)), max_size=3)
    ):
        until = None if length is None else T0 + (since + length) * MINUTE
        found.append(Pause(T0 + since * MINUTE, until, "away"))
    return found


moments = st.lists(st.integers(-120, 20_000), min_size=1, max_size=12)
laws = settings(deadline=None, max_examples=200)


@laws
@given(rules(), keepers, pauses(), moments, st.none() | st.integers(0, 20_000))
def test_no_step_is_taken_twice(
    rule: ClockRule, keeper: Timekeeper, paused: list[Pause], ticks: list[int], stop: int | None
) -> None:
    """Ticks at any times in any order (a clock set back, a worker started again); an end at last.

    The warning never follows the breach, and what is breached stays so until its end is known.
    """
    fired: list[str] = []
    for tick in ticks:
        found = stand(rule, keeper, Spell(T0, None, paused, fired), now=T0 + tick * MINUTE)
        assert BREACH not in fired or found.state == "breached"
        fired += found.steps
    if stop is not None:
        at = T0 + stop * MINUTE
        for _ in range(2):
            spell = Spell(T0, Stop(at, at, "event:b"), paused, fired)
            fired += stand(rule, keeper, spell, now=at).steps

    assert len(fired) == len(set(fired))
    if WARN in fired and BREACH in fired:
        assert fired.index(WARN) < fired.index(BREACH)
    assert len({"met", "late"} & set(fired)) == (stop is not None)


@laws
@given(rules(), keepers, pauses(), st.integers(0, 20_000))
def test_next_is_when_something_changes_and_not_before(
    rule: ClockRule, keeper: Timekeeper, paused: list[Pause], tick: int
) -> None:
    """Until `next_at` nothing is to be done; at it something is, or a pause ends."""
    fired: list[str] = []
    found = stand(rule, keeper, Spell(T0, None, paused, fired), now=T0 + tick * MINUTE)
    fired += found.steps
    if found.next_at is None:
        return
    assert found.next_at > T0 + tick * MINUTE
    before = found.next_at - timedelta(microseconds=1)
    quiet = stand(rule, keeper, Spell(T0, None, paused, fired), now=before)
    then = stand(rule, keeper, Spell(T0, None, paused, fired), now=found.next_at)

    begins = any(T0 + tick * MINUTE < one.since <= found.next_at for one in paused)
    assert quiet.steps == () or begins
    assert then.steps != () or found.state == "paused" or begins


@laws
@given(rules(), keepers, st.integers(0, 2_000), st.integers(0, 2_000))
def test_a_pause_never_brings_a_deadline_forward(
    rule: ClockRule, keeper: Timekeeper, since: int, length: int
) -> None:
    """And a clock that stood still has as many minutes as one that did not."""
    plain = deadlines(rule, keeper, T0, []).due_at
    start = T0 + since * MINUTE
    paused = deadlines(rule, keeper, T0, [Pause(start, start + length * MINUTE, "away")]).due_at

    assert plain is not None
    assert paused is not None
    assert paused >= plain
    assert paused <= keeper.plus(plain, length) + timedelta(days=5)
