"""The agreement's document, and which facts start, end and pause a clock."""

from typing import Any

import pytest
from pydantic import ValidationError

from app.domain.sla_document import SlaDocument
from app.domain.sla_facts import (
    Happened,
    Pause,
    Stop,
    activity_globs,
    begins,
    ending,
    moment_of,
    pauses,
    runs,
)
from tests.support.clocks import DEFAULT, HOUR, T0, clock, did, rule, told


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


def test_runs_follow_each_other_and_never_overlap() -> None:
    """A start while one runs is none; for each alert there is a run of its own."""
    known = [
        told("alert.raised", T0, "alert:1", seq=1),
        told("alert.raised", T0 + HOUR, "alert:1", seq=2),
        told("alert.raised", T0 + HOUR, "alert:2", seq=3),
        told("alert.accepted", T0 + 2 * HOUR, "alert:1", seq=4),
        told("alert.raised", T0 + 3 * HOUR, "alert:1", seq=5),
    ]

    found = [(run.start.seq, run.stop is not None) for run in runs(clock("hot-reaction"), known)]

    assert found == [(1, True), (5, False), (3, False)]


def test_only_the_activities_that_matter_are_asked_for() -> None:
    """Page views end no clock of the preset."""
    assert activity_globs(DEFAULT.clocks) == {"call", "meeting", "email", "task"}
