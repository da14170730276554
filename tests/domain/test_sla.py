"""How a clock stands: what starts, ends and pauses it, and what is done when."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from app.domain.presets import preset
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
from app.domain.sla_document import ClockRule, SlaDocument
from app.domain.sla_facts import Happened, Pause, Stop, begins, ending, moment_of, pauses

TOKYO = ZoneInfo("Asia/Tokyo")
T0 = datetime(2026, 6, 5, 17, 0, tzinfo=TOKYO)  # a Friday
WALL = Timekeeper()
DEFAULT = SlaDocument.model_validate(preset("sla"))
HOUR = timedelta(hours=1)


def rule(**changes: Any) -> ClockRule:
    """An hour, warned of 15 minutes before; two steps after it."""
    body = {
        "name": "reply",
        "label": {"en": "Reply", "ja": "返信"},
        "start": [{"event": "stage.changed", "where": {"to": "mql"}}],
        "stop": [{"activity": "call", "by": "sfa"}, {"changed": "status"}],
        "limit": {"minutes": 60},
        "warn": {"before_minutes": 15},
        "escalate": [{"act": "task"}, {"act": "alert", "after_minutes": 30, "to": "boss@x.jp"}],
    }
    return ClockRule.model_validate(body | changes)


def clock(name: str) -> ClockRule:
    found = DEFAULT.clock(name)
    assert found is not None
    return found


def told(type_: str, at: datetime, subject: str = "", seq: int = 1, **data: Any) -> Happened:
    return Happened("event", type_, at, at, subject, data, seq=seq)


def did(type_: str, at: datetime, role: str = "sfa", **detail: Any) -> Happened:
    return Happened("activity", type_, at, at, data=detail, role=role)


def at(minutes: float, *, stop: Stop | None = None, fired: tuple[str, ...] = ()) -> Standing:
    now = T0 + timedelta(minutes=minutes)
    return stand(rule(), WALL, Spell(T0, stop, (), fired), now=now)


def test_the_preset_has_the_four_clocks_of_the_agreement() -> None:
    """24 hours, one business day twice, 30 minutes; and it survives being stored."""
    limits = {one.name: one.limit.model_dump(exclude_none=True) for one in DEFAULT.clocks}

    assert limits == {
        "first-contact": {"minutes": 1440, "time": "wall"},
        "handoff-acceptance": {"business_days": 1, "time": "wall"},
        "meeting-feedback": {"business_days": 1, "time": "wall"},
        "hot-reaction": {"minutes": 30, "time": "wall"},
    }
    assert SlaDocument.model_validate(DEFAULT.model_dump(mode="json")) == DEFAULT


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"limit": {}}, "one of them"),
        ({"limit": {"minutes": 1, "business_days": 1}}, "one of them"),
        ({"escalate": [{"act": "reassign"}]}, "new owner"),
        ({"warn": {"before_minutes": 60}}, "less than the limit"),
        ({"calendar": "moon"}, "no calendar moon"),
        ({"stop": [{"event": "x", "activity": "y"}]}, "fact"),
        ({"pauses": [{"name": "a", "label": {"en": "a", "ja": "a"}}] * 2}, "named twice"),
    ],
)
def test_a_document_that_cannot_work_is_refused(body: dict[str, Any], words: str) -> None:
    """Errors say what is wrong."""
    whole = rule().model_dump(mode="json") | body
    with pytest.raises(ValidationError, match=words):
        SlaDocument.model_validate({"clocks": [whole]})


def test_two_clocks_of_one_name_are_refused() -> None:
    """A clock's rows are known by its name."""
    one = rule().model_dump(mode="json")
    with pytest.raises(ValidationError, match="used twice: reply"):
        SlaDocument.model_validate({"clocks": [one, one]})


@pytest.mark.parametrize(
    ("what", "starts"),
    [
        (told("stage.changed", T0, to="MQL "), True),
        (told("stage.changed", T0, to="sql"), False),
        (told("stage.left", T0, to="mql"), False),
        (did("stage.changed", T0, to="mql"), False),
    ],
)
def test_a_clock_starts_with_an_event_and_its_data(what: Happened, *, starts: bool) -> None:
    """Text compares without case."""
    assert begins(rule(), what) is starts


def test_old_news_starts_no_clock() -> None:
    """Neither an import nor new rules: their cause is older than a day."""
    old, new = ((T0 - hours * HOUR).isoformat() for hours in (25, 23))

    assert not begins(rule(), told("stage.changed", T0, to="mql", caused_at=old))
    assert begins(rule(), told("stage.changed", T0, to="mql", caused_at=new))
    assert begins(rule(), told("stage.changed", T0, to="mql", caused_at=None))


@pytest.mark.parametrize(
    ("what", "ends"),
    [
        (did("call", T0 + HOUR), "activity:call"),
        (did("call", T0 + HOUR, role="ma"), None),
        (did("call", T0 - HOUR), None),
        (Happened("change", "status", T0 + HOUR, T0 + HOUR), "change:status"),
        (Happened("change", "phone", T0 + HOUR, T0 + HOUR), None),
    ],
)
def test_a_clock_ends_with_the_first_fact_that_ends_it(what: Happened, ends: str | None) -> None:
    """Which, and only after it began."""
    start = told("stage.changed", T0, to="mql")

    found = ending(rule(), start, [start, what, did("call", T0 + 9 * HOUR)])

    assert found is not None
    assert found.by == (ends or "activity:call")
    assert found.at == T0 + (HOUR if ends else 9 * HOUR)


def test_nothing_ends_it_until_something_does() -> None:
    """The fact that began it does not."""
    start = told("alert.raised", T0, "alert:1")
    assert ending(clock("hot-reaction"), start, [start]) is None


def test_an_answer_to_another_alert_ends_nothing() -> None:
    """`alert:2` was accepted, `alert:1` was not."""
    start = told("alert.raised", T0, "alert:1", seq=1)
    other = told("alert.accepted", T0 + HOUR, "alert:2", seq=2)
    own = told("alert.accepted", T0 + 2 * HOUR, "alert:1", seq=3)

    found = ending(clock("hot-reaction"), start, [other, own])

    assert found == Stop(T0 + 2 * HOUR, T0 + 2 * HOUR, "event:alert.accepted")


def test_events_of_one_moment_keep_their_order() -> None:
    """What was told before the start, in the same transaction, does not end it."""
    start = told("stage.changed", T0, seq=5, to="mql")
    before, after = (told("stage.changed", T0, seq=n, to="recycled") for n in (4, 6))
    rule_ = clock("first-contact")

    assert ending(rule_, start, [before]) is None
    assert ending(rule_, start, [after]) == Stop(T0, T0, "event:stage.changed", cancelled=True)


def test_a_snooze_pauses_until_its_time_or_an_answer() -> None:
    """The earlier of both; without either the pause has no end."""
    start = told("alert.raised", T0, "alert:1", seq=1)
    until = (T0 + 2 * HOUR).isoformat()
    snoozed = told("alert.snoozed", T0 + HOUR, "alert:1", seq=2, until=until)
    endless = told("alert.snoozed", T0 + HOUR, "alert:1", seq=2)
    answer = told("alert.rejected", T0 + 1.5 * HOUR, "alert:1", seq=3)
    hot = clock("hot-reaction")

    assert pauses(hot, start, [snoozed]) == [Pause(T0 + HOUR, T0 + 2 * HOUR, "snoozed")]
    assert pauses(hot, start, [snoozed, answer])[0].until == T0 + 1.5 * HOUR
    assert pauses(hot, start, [endless])[0].until is None
    assert moment_of("2026-06-01") is None
    assert moment_of("soon") is None


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
