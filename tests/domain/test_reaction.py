"""What may be said to an alert, and how it stands."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.reaction import Reacted, Reaction, is_same, objection, standing

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("deed", "until", "expected"),
    [
        (None, None, "open"),
        ("accepted", None, "accepted"),
        ("rejected", None, "rejected"),
        ("snoozed", NOW + HOUR, "snoozed"),
        ("snoozed", NOW, "due_again"),
        ("snoozed", NOW - HOUR, "due_again"),
        ("snoozed", None, "due_again"),
    ],
)
def test_an_alert_stands_as_it_was_answered(
    deed: str | None, until: datetime | None, expected: str
) -> None:
    """A snooze that has ended makes it due again."""
    assert standing(deed, until, NOW) == expected


@pytest.mark.parametrize(
    ("said", "new", "expected"),
    [
        (Reacted(), Reaction("accepted", "a"), None),
        (Reacted("snoozed", "a", until=NOW + HOUR), Reaction("accepted", "b"), None),
        (Reacted("snoozed", "a"), Reaction("snoozed", "b", until=NOW + HOUR), None),
        (
            Reacted("accepted", "Ada", NOW),
            Reaction("rejected", "b", "no"),
            "the alert was accepted by Ada at 2026-11-20 09:00 UTC; that is final",
        ),
        (
            Reacted("rejected", "Ada"),
            Reaction("snoozed", "b", until=NOW + HOUR),
            "the alert was rejected by Ada; that is final",
        ),
        (Reacted(), Reaction("rejected", "a", " "), "say why the alert is rejected"),
        (
            Reacted("handled", "salesforce", NOW),
            Reaction("snoozed", "a", until=NOW + HOUR),
            "somebody has seen to it already",
        ),
        (
            Reacted(),
            Reaction("snoozed", "a", until=NOW),
            "snooze the alert until a time in the future",
        ),
        (
            Reacted(),
            Reaction("snoozed", "a", until=NOW + timedelta(days=31)),
            "snooze the alert for at most 30 days",
        ),
    ],
)
def test_what_was_decided_is_final_and_what_is_said_must_make_sense(
    said: Reacted, new: Reaction, expected: str | None
) -> None:
    """The objection says what to do instead."""
    assert objection(said, new, now=NOW) == expected


def test_the_same_said_again_is_nothing_new() -> None:
    """By whomever; another reason, or another time, is something else."""
    until = NOW + HOUR

    assert is_same(Reacted("accepted", "a"), Reaction("accepted", "b"))
    assert is_same(Reacted("snoozed", "a", until=until), Reaction("snoozed", "b", until=until))
    assert not is_same(Reacted("snoozed", "a", until=NOW), Reaction("snoozed", "a", until=until))
    assert not is_same(Reacted("rejected", "a", reason="x"), Reaction("rejected", "a", "y"))
    assert not is_same(Reacted(), Reaction("accepted", "a"))
