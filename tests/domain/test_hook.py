"""How an outgoing webhook's health follows from what its receiver answers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.hook import Answered, Health, judge, wait_after

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def test_an_event_that_is_taken_heals_the_hook() -> None:
    """The next one follows at once."""
    said = judge(Health(7, NOW - timedelta(days=1)), Answered(204), now=NOW, luck=0.5)

    assert (said.fate, said.health, said.wait_s) == ("delivered", Health(), 0)


@pytest.mark.parametrize(("attempts", "wait_s"), [(0, 5), (1, 10), (5, 160), (30, 14_400)])
def test_failures_wait_longer_each_time(attempts: int, wait_s: int) -> None:
    """Doubling from five seconds to four hours."""
    said = judge(Health(attempts, NOW), Answered(500, "HTTP 500"), now=NOW, luck=0.5)

    assert (said.fate, said.wait_s) == ("waiting", wait_s)
    assert said.health == Health(attempts + 1, NOW)


def test_gone_ends_it_at_once() -> None:
    """410: the receiver wants no more."""
    said = judge(Health(), Answered(410, "HTTP 410"), now=NOW, luck=0.5)

    assert (said.fate, said.wait_s, said.code) == ("failed", None, "hook_gone")


def test_an_event_that_is_refused_for_itself_is_set_aside() -> None:
    """After five attempts; the hook goes on with the next one."""
    said = judge(Health(4, NOW), Answered(422, "HTTP 422"), now=NOW, luck=0.5)

    assert (said.fate, said.wait_s, said.code) == ("failed", 0, None)
    assert said.health.attempts == 0


def test_an_address_that_is_refused_is_tried_on() -> None:
    """401 and 404 are about the receiver, not the event: nothing is lost."""
    said = judge(Health(30, NOW), Answered(404, "HTTP 404"), now=NOW, luck=0.5)

    assert said.fate == "waiting"
    assert said.wait_s is not None


@pytest.mark.parametrize(
    ("days", "code"), [(2.99, None), (3, "hook_failing"), (30, "hook_failing")]
)
def test_after_three_days_of_failures_a_person_is_asked(days: float, code: str | None) -> None:
    """Since the first failure after a success."""
    since = NOW - timedelta(days=days)
    said = judge(Health(40, since), Answered(0, "no answer"), now=NOW, luck=0.5)

    assert said.code == code
    assert (said.wait_s is None) == (code is not None)


def test_the_receivers_own_wait_counts() -> None:
    """Where it is longer, up to a day."""
    assert wait_after(1, 90.0, 0.5) == 90.0
    assert wait_after(1, 1.0, 0.5) == 5.0
    assert wait_after(1, 1e9, 0.5) == 86_400.0


@given(st.integers(1, 200), st.floats(0, 0.999))
def test_waits_are_spread_by_a_quarter(attempts: int, luck: float) -> None:
    """Never shorter than three quarters of the wait, never longer than five."""
    whole = wait_after(attempts, None, 0.5)

    assert 0.75 * whole <= wait_after(attempts, None, luck) <= 1.25 * whole
