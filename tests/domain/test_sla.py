"""How a clock stands: its deadline, its pauses, and what is done when."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.sla import (
    Spell,
    Standing,
    Timekeeper,
    calendar_of,
    deadlines,
    judged,
    keeper,
    stand,
)
from app.domain.sla_document import SlaDocument
from app.domain.sla_facts import Pause, Stop
from tests.support.clocks import DEFAULT, HOUR, T0, TOKYO, rule

WALL = Timekeeper()


def at(minutes: float, *, stop: Stop | None = None, fired: tuple[str, ...] = ()) -> Standing:
    now = T0 + timedelta(minutes=minutes)
    return stand(rule(), WALL, Spell(T0, stop, (), fired), now=now)


@pytest.mark.parametrize(
    ("minutes", "state", "steps", "next_minutes"),
    [
        (0, "running", (), 45),
        (44, "running", (), 45),
        (45, "running", ("warn",), 60),
        (59, "running", ("warn",), 60),
        (60, "breached", ("breach", "escalate:0"), 90),
        (90, "breached", ("breach", "escalate:0", "escalate:1"), None),
    ],
)
def test_a_clock_warns_then_breaches_then_escalates(
    minutes: int, state: str, steps: tuple[str, ...], next_minutes: int | None
) -> None:
    """Who was away meanwhile does at once what is due; a warning after the breach is none."""
    found = at(minutes)

    assert (found.state, found.steps) == (state, steps)
    expected = None if next_minutes is None else T0 + timedelta(minutes=next_minutes)
    assert found.next_at == expected


def test_what_was_fired_is_not_fired_again() -> None:
    """Neither later nor on a clock that was set back by an hour."""
    fired = ("warn", "breach", "escalate:0")

    assert at(61, fired=fired).steps == ()
    back = at(0, fired=fired)
    assert (back.state, back.steps, back.next_at) == ("breached", (), T0 + 1.5 * HOUR)
    assert at(0, fired=("warn",)).state == "running"


def test_an_end_in_time_is_met_even_if_it_is_heard_of_late() -> None:
    """The call was in time; the breach that was told meanwhile stays told."""
    stop = Stop(T0 + 0.5 * HOUR, T0 + 2 * HOUR, "activity:call")

    assert at(130, stop=stop, fired=("warn", "breach")).steps == ("met",)
    assert at(130, stop=stop, fired=("met",)).steps == ()
    assert at(130, stop=stop).state == "met"


def test_an_end_after_the_deadline_is_late_and_a_cancelled_one_is_nothing() -> None:
    """One is breached for good, the other is not judged."""
    late = Stop(T0 + 2 * HOUR, T0 + 2 * HOUR, "activity:call")
    off = Stop(T0 + 2 * HOUR, T0 + 2 * HOUR, "event:stage.changed", cancelled=True)

    assert (at(130, stop=late).state, at(130, stop=late).steps) == ("breached", ("late",))
    assert (at(130, stop=off).state, at(130, stop=off).steps) == ("cancelled", ("cancelled",))


def test_a_pause_moves_the_deadline_and_fires_nothing() -> None:
    """Half an hour was left when it began; it is left when it ends."""
    began = T0 + 0.5 * HOUR
    endless, ended = Pause(began, None, "away"), Pause(began, T0 + 5 * HOUR, "away")
    still = stand(rule(), WALL, Spell(T0, None, [endless]), now=T0 + 4 * HOUR)
    after = stand(rule(), WALL, Spell(T0, None, [ended]), now=T0 + 5 * HOUR)

    assert (still.state, still.due_at, still.steps, still.next_at) == ("paused", None, (), None)
    assert (after.state, after.due_at) == ("running", T0 + 5.5 * HOUR)
    assert after.next_at == T0 + 5.25 * HOUR
    assert deadlines(rule(), WALL, T0, [endless]).left == 30
    known = stand(rule(), WALL, Spell(T0, None, [ended]), now=T0 + 4 * HOUR)
    assert (known.state, known.next_at) == ("paused", T0 + 5 * HOUR)


def test_a_pause_after_the_deadline_saves_nobody() -> None:
    """It was due before; but nobody is called while it lasts without an end."""
    pause = Pause(T0 + 2 * HOUR, None, "away")
    now = T0 + 3 * HOUR

    assert stand(rule(), WALL, Spell(T0, None, [pause]), now=now).state == "breached"
    early = Pause(T0, None, "away")
    told_before = stand(rule(), WALL, Spell(T0, None, [early], ("breach",)), now=now)
    assert told_before == Standing("breached", None, None, None, ())


def test_an_end_within_a_pause_is_met() -> None:
    """The clock stood still."""
    stop = Stop(T0 + 9 * HOUR, T0 + 9 * HOUR, "activity:call")
    spell = Spell(T0, stop, [Pause(T0 + 0.5 * HOUR, None, "away")])

    assert stand(rule(), WALL, spell, now=T0 + 9 * HOUR).state == "met"


def test_business_limits_skip_the_weekend() -> None:
    """One business day from Friday 17:00 is Monday 17:00; two hours are Monday 10:00."""
    day, hours = {"business_days": 1}, {"minutes": 120, "time": "business"}
    for limit, due in (
        (day, datetime(2026, 6, 8, 17, tzinfo=TOKYO)),
        (hours, datetime(2026, 6, 8, 10, tzinfo=TOKYO)),
    ):
        one = rule(limit=limit)
        found = deadlines(one, keeper(DEFAULT, one.limit, "default"), T0, [])
        assert found.due_at == due


def test_minutes_on_the_wall_are_those_that_pass() -> None:
    """Also in the night in which New York's clocks go back."""
    new_york = ZoneInfo("America/New_York")
    start, end = (datetime(2026, 11, 1, hour, tzinfo=new_york) for hour in (0, 4))

    assert WALL.between(start, end) == 300
    assert WALL.plus(start, 300) == end


def test_a_calendar_follows_the_owner() -> None:
    """Whoever works in New York has until New York's evening."""
    body = {
        "clocks": [rule(limit={"business_days": 1}).model_dump(mode="json")],
        "calendars": {"us": {"time_zone": "America/New_York", "holidays": ["US"]}},
        "people": [{"owner": "*@US.example.com", "calendar": "us"}],
    }
    document = SlaDocument.model_validate(body)
    one = document.clocks[0]

    assert calendar_of(document, one, "Ann@us.example.com") == "us"
    assert calendar_of(document, one, "aya@example.com") == "default"
    assert calendar_of(document, one, None) == "default"
    due = deadlines(one, keeper(document, one.limit, "us"), T0, []).due_at
    assert due == datetime(2026, 6, 5, 18, tzinfo=ZoneInfo("America/New_York"))


def test_another_limit_judges_the_same_run_anew() -> None:
    """A call after two hours: in time within four, late within one."""
    spell = Spell(T0, Stop(T0 + 2 * HOUR, T0 + 2 * HOUR, "activity:call"), (), ("late",))

    assert judged(rule(), WALL, spell, now=T0 + 9 * HOUR) == "breached"
    four = rule(limit={"minutes": 240})
    assert judged(four, WALL, spell, now=T0 + 9 * HOUR) == "met"
