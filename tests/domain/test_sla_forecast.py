"""What would have been by another agreement, from the same facts."""

from datetime import timedelta

from app.domain.sla import Timekeeper, spent
from app.domain.sla_document import SlaDocument
from app.domain.sla_facts import Pause
from app.domain.sla_forecast import History, outcome
from tests.support.clocks import HOUR, T0, did, rule, told

SPAN = (T0 - HOUR, T0 + 24 * HOUR)
NOW = T0 + 48 * HOUR


def history(after_h: float | None, seq: int = 1) -> History:
    known = [told("stage.changed", T0, seq=seq, to="mql")]
    if after_h is not None:
        known.append(did("call", T0 + after_h * HOUR))
    return History(known)


def document(minutes: int) -> SlaDocument:
    body = rule(limit={"minutes": minutes}, warn=None).model_dump(mode="json")
    return SlaDocument.model_validate({"clocks": [body]})


def test_a_shorter_limit_has_more_breaches() -> None:
    """Of calls after 30 minutes, two hours and never."""
    people = [history(0.5, 1), history(2, 2), history(None, 3)]
    counts = {}
    for minutes in (20, 60, 240):
        one = document(minutes)
        found = outcome(one, one.clocks[0], people, SPAN, now=NOW)
        counts[minutes] = (found.runs, found.met, found.breached)

    assert counts == {20: (3, 0, 3), 60: (3, 1, 2), 240: (3, 2, 1)}


def test_what_is_not_due_yet_is_open_and_what_began_outside_does_not_count() -> None:
    """Neither met nor breached; the median is of those that ended."""
    one = document(60)
    found = outcome(one, one.clocks[0], [history(None), history(0.5)], SPAN, now=T0 + 0.75 * HOUR)

    assert (found.open, found.met, found.met_rate, found.median_minutes) == (1, 1, 1.0, 30.0)
    earlier = (T0 - 9 * HOUR, T0 - HOUR)
    none = outcome(one, one.clocks[0], [history(0.5)], earlier, now=NOW)
    assert (none.runs, none.met_rate, none.median_minutes) == (0, None, None)


def test_pauses_by_hand_are_taken_out() -> None:
    """Two hours of which one and a half stood still."""
    one, person = document(60), history(2)
    pause = Pause(T0 + 0.25 * HOUR, T0 + 1.75 * HOUR, "away")
    paused = History(person.known, None, {1: [pause]})

    found = outcome(one, one.clocks[0], [paused], SPAN, now=NOW)

    assert (found.met, found.minutes) == (1, [30.0])


def test_time_spent_is_never_below_zero() -> None:
    """Also where an end is older than what it is counted from."""
    wall = Timekeeper()

    assert spent(wall, T0, T0 - timedelta(minutes=5), []) == 0
    assert spent(wall, T0, T0 + HOUR, [Pause(T0 - HOUR, None, "away")]) == 0


def test_a_pause_after_the_end_takes_nothing_away() -> None:
    """Of two that overlap the shared time counts once."""
    wall = Timekeeper()
    after = Pause(T0 + 2 * HOUR, None, "away")
    two = [Pause(T0, T0 + HOUR / 2, "a"), Pause(T0 + HOUR / 4, T0 + HOUR / 2, "b")]

    assert spent(wall, T0, T0 + HOUR, [after]) == 60
    assert spent(wall, T0, T0 + HOUR, two) == 30
