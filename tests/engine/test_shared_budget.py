"""The budget that processes share: one window for all, in the real database."""

import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.budget import SharedBudget
from app.store import budgets
from app.store.budgets import Window
from app.store.db import Database, connect
from connectors.base import Busy
from connectors.budget import Day, Heard, Rate, Remaining, within

LONG = 1000.0  # seconds of a window that does not end while a test runs


@pytest.fixture
def database(migrated: Database) -> Iterator[Database]:
    yield migrated
    with migrated.begin() as tx:
        tx.execute(text("TRUNCATE budget, usage"))


def hear(limit: str, headers: Mapping[str, str]) -> Heard:  # noqa: ARG001  the interface
    """A vendor whose headers say it plainly."""
    rate = Rate(int(headers["max"]), LONG) if "max" in headers else None
    left = Remaining(int(headers["left"]), LONG) if "left" in headers else None
    day = Day(int(headers["used"]), 1000) if "used" in headers else None
    return Heard(left, rate, day)


def process(database: Database, **rates: Rate) -> SharedBudget:
    """The budget as one process of several has it."""
    return SharedBudget(database, "hubspot", rates, hear, clock=lambda: 0.0)


def goes(budget: SharedBudget, limit: str = "default") -> bool:
    return budget.take(limit) == 0


def test_processes_share_one_window(database: Database) -> None:
    """Four calls are allowed: whoever asks, the fifth waits."""
    one, two = (process(database, default=Rate(4, LONG)) for _ in range(2))

    assert [goes(one), goes(two), goes(two), goes(one)] == [True] * 4
    assert [goes(one), goes(two)] == [False, False]


def test_threads_of_processes_never_get_more_than_there_is(database: Database) -> None:
    """Forty calls of eight threads: fifteen go."""
    sides = [process(database, default=Rate(15, LONG)) for _ in range(2)]
    went: list[bool] = []
    threads = [
        threading.Thread(target=lambda b=sides[i % 2]: went.extend(goes(b) for _ in range(5)))
        for i in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (went.count(True), len(went)) == (15, 40)


def test_a_call_that_must_wait_too_long_books_nothing(database: Database) -> None:
    """Asking in vain changes nothing for the others."""
    budget = process(database, default=Rate(2, LONG))
    calls = [goes(budget) for _ in range(10)]

    with database.begin() as tx:
        seen = budgets.windows(tx, "hubspot", {"default": Rate(2, LONG)})
    assert calls.count(True) == 2
    assert seen == [Window("default", Rate(2, LONG), is_heard=False, booked=2)]


def test_long_work_in_one_process_leaves_room_for_alerts_of_another(database: Database) -> None:
    """Work that may use a half stops at a half; an alert goes at once."""
    one, two = (process(database, default=Rate(4, LONG)) for _ in range(2))
    with within(0.5):
        worked = [goes(one) for _ in range(3)]

    assert worked == [True, True, False]
    assert [goes(two), goes(two), goes(two)] == [True, True, False]


def test_what_one_process_hears_counts_for_all(database: Database) -> None:
    """The vendor allows two calls and says that none is left of another class."""
    one, two = (process(database, default=Rate(50, LONG), search=Rate(50, LONG)) for _ in range(2))
    one.learn("default", {"max": "2"})
    one.learn("search", {"left": "0"})

    assert [goes(two), goes(two), goes(two)] == [True, True, False]
    assert not goes(two, "search")


def test_a_limit_that_nobody_knows_costs_nothing(database: Database) -> None:
    """Salesforce has no window: nothing is booked."""
    assert all(goes(process(database)) for _ in range(100))
    with database.begin() as tx:
        assert budgets.windows(tx, "hubspot", {}) == []


def test_calls_are_counted_by_the_hour(database: Database) -> None:
    """Two processes made three calls; the day's count is the vendor's last word."""
    one, two = process(database), process(database)
    one.learn("default", {"used": "10"})
    two.clock = lambda: 0.0
    two.learn("default", {"used": "12"})
    one.clock = lambda: 60.0
    one.learn("default", {"used": "14"})

    with database.begin() as tx:
        (hour,) = budgets.hours(tx, "hubspot", datetime.now(UTC) - timedelta(hours=1))[-1:]
    assert (hour.calls, hour.used, hour.total) == (3, 14, 1000)


def test_without_its_database_nobody_calls() -> None:
    """The caller hears Busy and comes back: a call that is not booked is not made."""
    nowhere = connect("postgresql://nobody@127.0.0.1:1/none")
    budget = process(nowhere, default=Rate(4, LONG))

    with pytest.raises(Busy, match="shared rate budget is out of reach"):
        budget.take("default")
    nowhere.close()
